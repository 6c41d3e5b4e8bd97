//! The manifest's `overrides`, which npm follows wherever a package is asked for: by packages, and by members of the workspace.

use std::sync::Arc;

use super::super::super::prelude::*;
use super::super::help;
use super::Side;
use crate::model::Group;
use crate::npm::spec::name_and_range;
use crate::npm::sync::Rule;
use crate::npm::version::satisfies_str;

/// A rule as it is written, at the top or one level below.
pub(super) struct Written {
    /// The key of the rule that it stands below: then it holds for what that package asks for.
    below: Option<String>,
    key: String,
    value: String,
    /// The place of both.
    span: Span,
}

impl Written {
    /// The rule, if it is one for all who ask. `None` also where it refers to nothing that the root asks for.
    pub(super) fn everywhere<'a>(&'a self, own: &'a [Dependency]) -> Option<Rule<'a>> {
        if self.below.is_none() { self.rule(own) } else { None }
    }

    fn rule<'a>(&'a self, own: &'a [Dependency]) -> Option<Rule<'a>> {
        Rule::new(&self.key, &self.value, own)
    }

    /// Whether it holds for what a package asks for. Of the rules below another, those for the package itself are followed, not what holds for all that
    /// is installed below it.
    fn holds_for(&self, package: &Package) -> bool {
        let Some(parent) = &self.below else { return true };
        let (name, range) = name_and_range(parent);
        let fits = |range: &str| satisfies_str(range, version(package)) == Some(true);
        package.name.as_str() == name && range.is_none_or(fits)
    }
}

/// The rules of a manifest. Deeper ones are left to npm.
pub(super) fn written(manifest: &Arc<Document>) -> Vec<Written> {
    let Syntax::Json(tree) = &manifest.syntax else { return Vec::new() };
    let Some(rules) = tree.root(&manifest.text).get("overrides") else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in rules.members() {
        found.extend(one(None, key, value));
        let Some(parent) = key.string().filter(|_| value.is_object()) else { continue };
        let inner = value.members().filter(|(key, _)| !key.is("."));
        found.extend(inner.filter_map(|(key, value)| one(Some(&parent), key, value)));
    }
    found
}

/// An object replaces by its `.`; without one, npm takes the range in its key.
fn one(below: Option<&str>, key: json::Value<'_>, value: json::Value<'_>) -> Option<Written> {
    let text = key.string()?.into_owned();
    let replaced = if value.is_object() { value.get(".") } else { Some(value) };
    let span = key.span().to(replaced.map_or(key.span(), json::Value::span));
    let value = match replaced {
        Some(replaced) => replaced.string()?.into_owned(),
        None => name_and_range(&text).1?.to_owned(),
    };
    Some(Written { below: below.map(str::to_owned), key: text, value, span })
}

/// Tells of the rules that did not reach the lockfile.
pub(super) fn check(side: &Side<'_>, project: &Project<'_>, manifest: &Document, written: &[Written], cx: &mut Cx<'_>) {
    let own = manifest.manifest().map_or(&[][..], |manifest| &manifest.dependencies);
    for one in written {
        let message = match one.rule(own) {
            Some(rule) if is_only(rule, own) => ignored(side, project, one, rule)
                .map(|name| format!("the lockfile has `{name}` as it was without this override; `npm ci` refuses it")),
            None if one.value.starts_with('$') && is_asked_for(side, name_and_range(&one.key).0) => {
                Some(format!("`{}` refers to nothing that the manifest asks for; `npm ci` refuses it", one.value))
            }
            _ => None,
        };
        if let Some(message) = message {
            cx.report_in(&manifest.path, one.span, message).help(help(side.document));
        }
    }
}

/// Whether no other rule, however deep, is about the same package: then this one's word is not the last everywhere.
fn is_only(rule: Rule<'_>, manifest: &[Dependency]) -> bool {
    manifest.iter().filter(|asked| asked.group == Group::Override && asked.name.as_str() == rule.name).count() == 1
}

fn is_asked_for(side: &Side<'_>, name: &str) -> bool {
    side.lockfile.packages.iter().flat_map(|package| &package.dependencies).any(|asked| asked.name.as_str() == name)
}

/// What answers somebody's dependency though a rule should have replaced it.
fn ignored<'a>(side: &Side<'a>, project: &Project<'_>, written: &Written, rule: Rule<'_>) -> Option<&'a str> {
    let edges = &side.lockfile.edges;
    let asking = side.lockfile.packages.iter().enumerate();
    let asking = asking.filter(|(_, package)| package.kind != SourceKind::Workspace && written.holds_for(package));
    let mut asked = asking.flat_map(|(index, package)| package.dependencies.iter().zip(edges.of(index)));
    let of_package = asked.find_map(|(asked, target)| {
        let entry = side.lockfile.packages.get((*target)? as usize).filter(|_| asked.name.as_str() == rule.name)?;
        rule.is_ignored(&asked.name, &asked.spec, side.finder.locked(entry)).then_some(entry.name.as_str())
    });
    let of_member = || {
        let members = project.members.iter().filter_map(|&member| Some((project.importer_path(member), member.manifest()?)));
        let mut asked = members.flat_map(|(folder, manifest)| manifest.dependencies.iter().map(move |asked| (folder, asked)));
        asked.find_map(|(folder, asked)| {
            let locked = side.finder.find(folder, rule.name).filter(|_| asked.name.as_str() == rule.name)?;
            rule.is_ignored(&asked.name, &asked.spec, locked).then_some(locked.name)
        })
    };
    of_package.or_else(|| if written.below.is_none() { of_member() } else { None })
}
