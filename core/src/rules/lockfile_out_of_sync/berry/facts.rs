//! What Yarn copies of a manifest beside what it asks for: commands, and what is said of dependencies.

use std::sync::Arc;

use smol_str::SmolStr;

use super::super::super::prelude::*;
use super::super::help;
use super::{END, Side};
use crate::model::{Group, Importer};

impl Side<'_> {
    /// Commands, and what is said of dependencies beside their versions.
    pub(super) fn facts(&self, manifest: &Arc<Document>, asked: &Manifest, importer: &Importer, cx: &mut Cx<'_>) {
        // What is said of a dependency that came or went, came or went with it.
        let moved = |name: &str| {
            let asked_for = |list: &[Dependency]| list.iter().any(|asked| name.split(' ').nth(1) == Some(asked.name.as_str()));
            !name.starts_with("bin ")
                && asked_for(&asked.dependencies) != asked_for(importer.dependencies.as_deref().unwrap_or_default())
        };
        let (own, copied) = (facts_of(asked), copied_facts(importer));
        for (name, (value, span)) in own.iter().filter(|(name, _)| !moved(name)) {
            let copy = copied.get(name);
            let what = match copy {
                None => "which the lockfile does not have".to_owned(),
                Some((copy, _)) if copy != value => format!("and the lockfile copied `{copy}`"),
                Some(_) => continue,
            };
            let finding = cx.report_in(&manifest.path, *span, format!("{} is `{value}`, {what}; {END}", shown(name)));
            finding.help(help(self.document));
            if let Some((_, span)) = copy {
                finding.related(&self.document.path, *span, "the lockfile's copy");
            }
        }
        for (name, (value, span)) in copied.iter().filter(|(name, _)| !own.contains_key(*name) && !moved(name)) {
            let message = format!("{} is `{value}` in the lockfile, and the manifest does not say so; {END}", shown(name));
            cx.report_in(&self.document.path, *span, message).help(help(self.document));
        }
    }
}

/// Values and their places, by name.
type Facts = std::collections::BTreeMap<SmolStr, (SmolStr, Span)>;

/// What Yarn would copy of a manifest: optional dependencies are marked as such, and paths are written with slashes.
fn facts_of(manifest: &Manifest) -> Facts {
    let copied = |name: &str| ["bin ", "dependenciesMeta ", "peerDependenciesMeta "].iter().any(|start| name.starts_with(start));
    // pnpm's word, which Yarn does not know.
    let written = manifest.facts.iter().filter(|(name, _)| copied(name) && !name.ends_with(" injected"));
    // Of a dependency in its optional list Yarn takes no other word.
    let is_optional = |name: &str| {
        let key = name.strip_prefix("dependenciesMeta ").and_then(|rest| rest.strip_suffix(" optional"));
        key.is_some_and(|key| optional(manifest).any(|asked| asked.name.as_str() == key))
    };
    let own = written.filter(|(name, _)| !is_optional(name));
    let own = own.map(|(name, value)| (name.clone(), (value.replace('\\', "/").into(), value.span)));
    let marks = optional(manifest).map(|asked| {
        let name = smol_str::format_smolstr!("dependenciesMeta {} optional", asked.name);
        (name, ("true".into(), asked.name.span.to(asked.spec.span)))
    });
    own.chain(marks).collect()
}

fn optional(manifest: &Manifest) -> impl Iterator<Item = &Dependency> {
    manifest.dependencies.iter().filter(|asked| asked.group == Group::Optional)
}

fn copied_facts(importer: &Importer) -> Facts {
    let plain = |name: &SmolStr| match name.strip_prefix("bin ") {
        Some(command) => smol_str::format_smolstr!("bin {}", command.rsplit('/').next().unwrap_or_default()),
        None => name.clone(),
    };
    importer.facts.iter().map(|(name, value)| (plain(name), (value.value.clone(), value.span))).collect()
}

/// A fact's name as the files have it.
fn shown(name: &str) -> String {
    format!("`{}`", name.replace(' ', "."))
}
