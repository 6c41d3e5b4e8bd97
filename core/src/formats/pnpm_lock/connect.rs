//! Which entry each reference leads to.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::importers::Read;
use super::key::{Form, without_peers};
use super::linked;
use crate::model::{Dependency, Edges, Group, Lockfile, Package, Problem, ProblemKind, SourceKind};
use crate::syntax::yaml::Value;
use crate::text::Spanned;

/// What is known of one document's entries.
pub(super) struct Connections<'a> {
    form: Form,
    /// The index of the package by its key, from version 9 on by the keys of its snapshots too.
    by_key: FxHashMap<Cow<'a, str>, u32>,
    /// For each package of this document: who asks, in the order of the entries.
    lists: Vec<(u32, Value<'a>)>,
}

/// The lists of what an entry or a snapshot asks for.
const LISTS: [(&str, Group); 2] = [("dependencies", Group::Normal), ("optionalDependencies", Group::Optional)];

impl<'a> Connections<'a> {
    pub(super) fn new(form: Form) -> Connections<'a> {
        Connections { form, by_key: FxHashMap::default(), lists: Vec::new() }
    }

    /// Takes an entry of `packages`.
    pub(super) fn add(&mut self, index: usize, key: &str, entry: Value<'a>) {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.by_key.insert(Cow::Owned(key.to_owned()), index);
        if self.form != Form::Bare {
            self.lists.push((index, entry));
        }
    }

    /// Takes the snapshots, each of which is one of the entries with its peers settled.
    pub(super) fn add_snapshots(
        &mut self,
        snapshots: Value<'a>,
        packages: &mut [Package],
        first: usize,
        problems: &mut Vec<Problem>,
    ) {
        let mut seen = vec![false; packages.len()];
        for (key, snapshot) in snapshots.members() {
            let Some(text) = key.string() else { continue };
            let Some(&index) = self.by_key.get(without_peers(&text)) else {
                let message = format!("`{text}` has a snapshot and no entry in `packages`: pnpm refuses the lockfile");
                problems.push(Problem { kind: ProblemKind::Inconsistent, span: key.span(), message, related: None, fix: None });
                continue;
            };
            if let Some(seen) = seen.get_mut((index as usize).saturating_sub(first)) {
                *seen = true;
            }
            if text.contains('(') {
                self.by_key.insert(text, index);
            }
            if let Some(package) = packages.get_mut((index as usize).saturating_sub(first)) {
                package.optional |= snapshot.get("optional").and_then(Value::bool) == Some(true);
            }
            self.lists.push((index, snapshot));
        }
        for package in packages.iter().zip(seen).filter_map(|(package, seen)| (!seen).then_some(package)) {
            let message = format!(
                "`{}` has an entry in `packages` and no snapshot: pnpm refuses the lockfile as soon as anybody asks for it",
                package.key.value
            );
            problems.push(Problem { kind: ProblemKind::Inconsistent, span: package.key.span, message, related: None, fix: None });
        }
    }

    /// Fills the dependencies of the packages from `first` on, the edges, and the importers with their targets.
    pub(super) fn finish(self, importers: Vec<Read>, lockfile: &mut Lockfile, first: usize) {
        let mut targets: Vec<Vec<Option<u32>>> = vec![Vec::new(); lockfile.packages.len() - first];
        for (index, lists) in &self.lists {
            let at = *index as usize - first;
            for (list, entries) in lists.members() {
                let Some((_, group)) = LISTS.iter().find(|(name, _)| list.is(name)) else { continue };
                for (name, reference) in entries.members() {
                    let (Some(name), Some(written)) = (name.spanned(), reference.spanned()) else { continue };
                    let target = self.target(&name, &written);
                    let dependency = self.dependency(name, written, *group);
                    let known = &mut lockfile.packages[*index as usize].dependencies;
                    // Several snapshots of one package mostly ask for the same.
                    let same =
                        |(other, to): (&Dependency, &Option<u32>)| other.name.value == dependency.name.value && *to == target;
                    if !known.iter().zip(&targets[at]).any(same) {
                        known.push(dependency);
                        targets[at].push(target);
                    }
                }
            }
        }
        let folders = folders(lockfile, first);
        for Read { mut importer, references } in importers {
            let asked = importer.dependencies.iter().flatten().zip(&references);
            importer.targets = asked
                .map(|(dependency, reference)| match reference.strip_prefix("link:") {
                    Some(path) => folders.get(linked(&importer, path).as_str()).copied(),
                    None => self.target(&dependency.name, reference),
                })
                .collect();
            lockfile.importers.push(importer);
        }
        let before: Vec<_> = (0..first).map(|index| lockfile.edges.of(index).to_vec()).collect();
        lockfile.edges = Edges::of_lists(before.into_iter().chain(targets));
    }

    fn target(&self, name: &str, reference: &str) -> Option<u32> {
        self.by_key.get(&*self.form.key(name, reference)?).copied()
    }

    /// What is asked for in npm's grammar: the version, an alias, or a place.
    fn dependency(&self, name: Spanned<SmolStr>, reference: Spanned<SmolStr>, group: Group) -> Dependency {
        let spec = match self.form.read(&reference) {
            (Some(real), version) if real != name.as_str() => format_smolstr!("npm:{real}@{version}"),
            (_, version) => version.into(),
        };
        Dependency::new(name, Spanned::new(spec, reference.span), group)
    }
}

/// The entries that stand for folders, by path.
fn folders(lockfile: &Lockfile, first: usize) -> FxHashMap<String, u32> {
    let entries = lockfile.packages.iter().zip(0..).skip(first);
    let folders = entries.filter(|(package, _)| matches!(package.kind, SourceKind::Workspace | SourceKind::Link));
    folders.map(|(package, index)| (package.key.to_string(), index)).collect()
}
