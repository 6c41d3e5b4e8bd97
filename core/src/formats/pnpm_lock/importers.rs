//! The project and its members: what each asks for, and the references to what it got.

use smol_str::{SmolStr, format_smolstr};

use super::key::Form;
use crate::model::{Dependency, Group, Importer};
use crate::syntax::yaml::Value;
use crate::text::Spanned;

/// The lists of an importer with the group that each one means. The last two are those of pnpm's own document.
const LISTS: [(&str, Group); 5] = [
    ("dependencies", Group::Normal),
    ("optionalDependencies", Group::Optional),
    ("devDependencies", Group::Dev),
    ("configDependencies", Group::Normal),
    ("packageManagerDependencies", Group::Normal),
];

/// An importer, and the reference of each of its dependencies.
pub(super) struct Read {
    pub(super) importer: Importer,
    pub(super) references: Vec<SmolStr>,
}

impl std::ops::Deref for Read {
    type Target = Importer;

    fn deref(&self) -> &Importer {
        &self.importer
    }
}

impl std::ops::DerefMut for Read {
    fn deref_mut(&mut self) -> &mut Importer {
        &mut self.importer
    }
}

/// Every importer. Before version 9, a project without members has its lists at the top of the file.
pub(super) fn read(document: Value<'_>, form: Form) -> Vec<Read> {
    match document.get("importers") {
        Some(importers) => importers
            .members()
            .filter_map(|(path, lists)| {
                let path = path.spanned()?;
                let folder = if path.as_str() == "." { SmolStr::default() } else { path.value.clone() };
                Some(one(Spanned::new(folder, path.span), lists))
            })
            .collect(),
        None if form != Form::Bare && document.is_mapping() => {
            let start = crate::text::Span { end: document.span().start, ..document.span() };
            vec![one(Spanned::new(SmolStr::default(), start), document)]
        }
        None => Vec::new(),
    }
}

fn one(path: Spanned<SmolStr>, lists: Value<'_>) -> Read {
    let specifiers = lists.get("specifiers");
    let (mut dependencies, mut references) = (Vec::new(), Vec::new());
    for (list, entries) in lists.members() {
        let Some((_, group)) = LISTS.iter().find(|(name, _)| list.is(name)) else { continue };
        for (name, entry) in entries.members() {
            let Some(name) = name.spanned() else { continue };
            // Version 5 has the reference alone, and what is asked for in a list of its own.
            let (spec, reference) = match entry.is_mapping() {
                true => (entry.get("specifier"), entry.get("version")),
                false => (specifiers.and_then(|specifiers| specifiers.get(&name)), Some(entry)),
            };
            let reference = reference.and_then(Value::spanned).unwrap_or_else(|| Spanned::new(SmolStr::default(), entry.span()));
            let spec = spec.and_then(Value::spanned).unwrap_or_else(|| reference.clone());
            dependencies.push(Dependency::new(name, spec, *group));
            references.push(reference.value);
        }
    }
    let facts = facts(lists);
    let importer = Importer { path: path.value, span: path.span, dependencies: Some(dependencies), facts, ..Importer::default() };
    Read { importer, references }
}

/// What is copied of a manifest beside its lists, under the names that the manifest's facts have.
fn facts(lists: Value<'_>) -> Vec<(SmolStr, Spanned<SmolStr>)> {
    let folder = lists.get("publishDirectory").and_then(Value::spanned);
    let mut found: Vec<_> = folder.map(|folder| ("publishDirectory".into(), folder)).into_iter().collect();
    for (name, meta) in lists.get("dependenciesMeta").into_iter().flat_map(Value::members) {
        let Some(name) = name.string() else { continue };
        let said = meta.members().filter_map(|(key, value)| Some((key.string()?, value.spanned()?)));
        found.extend(said.map(|(key, value)| (format_smolstr!("dependenciesMeta {name} {key}"), value)));
    }
    found
}
