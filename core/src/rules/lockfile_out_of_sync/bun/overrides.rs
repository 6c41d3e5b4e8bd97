//! Overrides, as Bun writes them into the lockfile: nested by the packages that they stand below, references filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use super::super::super::prelude::*;
use super::super::help;
use super::{Side, facts};
use crate::npm::spec::{self, Kind, name_and_range};

/// What each path of names comes to, and where that stands.
type Flat = BTreeMap<Vec<String>, (String, Span)>;

impl Side<'_, '_> {
    pub(super) fn overrides(&self, manifest: &Arc<Document>, asked: &Manifest, cx: &mut Cx<'_>) {
        let own = facts(&asked.facts, "override ");
        let wanted = flat(&if own.is_empty() { facts(&asked.facts, "resolution ") } else { own }, asked);
        let locked = flat(&facts(&self.lockfile.facts, "override "), asked);
        // Before version 2 of the format, Bun left out what stands below a package.
        let nested =
            self.lockfile.version.as_ref().and_then(|version| version.parse::<u32>().ok()).is_some_and(|version| version >= 2);
        let counts = |path: &[String]| nested || path.len() == 1 && name_and_range(&path[0]).1.is_none();
        for (path, (value, span)) in wanted.iter().filter(|(path, _)| counts(path)) {
            if locked.get(path).is_none_or(|(other, _)| other != value) {
                let message = format!(
                    "the lockfile was written without this override of `{}`; `bun install --frozen-lockfile` refuses it",
                    path.join("/")
                );
                cx.report_in(&manifest.path, *span, message).help(help(self.document));
            }
        }
        for (path, (_, span)) in locked.iter().filter(|(path, _)| counts(path) && !wanted.contains_key(*path)) {
            let message = format!(
                "the lockfile was written with an override of `{}` that is gone; `bun install --frozen-lockfile` refuses it",
                path.join("/")
            );
            cx.report_in(&self.document.path, *span, message).help(help(self.document));
        }
    }
}

/// The rules one by one.
fn flat(rules: &[(&str, &Spanned<SmolStr>)], manifest: &Manifest) -> Flat {
    let mut found = Flat::new();
    for (key, value) in rules {
        let path = path(key);
        if value.starts_with('{') {
            let tree = json::parse(value);
            below(&path, tree.root(value), value.span, manifest, &mut found);
        } else if !path.is_empty() {
            found.insert(path.clone(), (settled(value, &path, manifest), value.span));
        }
    }
    found
}

/// The rules of an object; its `.` is about the package itself.
fn below(above: &[String], object: json::Value<'_>, span: Span, manifest: &Manifest, found: &mut Flat) {
    let mut open = vec![(above.to_vec(), object)];
    while let Some((above, object)) = open.pop() {
        for (key, value) in object.members() {
            let Some(key) = key.string() else { continue };
            let path = if key == "." { above.clone() } else { [above.clone(), path(&key)].concat() };
            match value.string() {
                Some(text) if !path.is_empty() => drop(found.insert(path.clone(), (settled(&text, &path, manifest), span))),
                Some(_) => {}
                None => open.push((path, value)),
            }
        }
    }
}

/// The names in a key. Yarn's form has them in one text, `parent/name`, and `**` for any.
fn path(key: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in key.split('/').filter(|part| !part.is_empty() && *part != "**") {
        match names.last_mut().filter(|last| last.starts_with('@') && !last.contains('/')) {
            Some(scope) => *scope = format!("{scope}/{part}"),
            None => names.push(part.to_owned()),
        }
    }
    names
}

/// A reference filled in, and the name left away that a package has anyhow.
fn settled(value: &str, path: &[String], manifest: &Manifest) -> String {
    let own = |name: &str| {
        manifest
            .dependencies
            .iter()
            .find(|asked| !asked.group.is_indirect() && asked.name.as_str() == name)
            .map(|asked| asked.spec.as_str())
    };
    let value = value.strip_prefix('$').and_then(own).unwrap_or(value);
    let name = path.last().map_or("", String::as_str);
    match spec::parse(name, value).kind {
        Kind::Alias { name: other, .. } if other == name => value.rsplit_once('@').map_or(value, |(_, range)| range).to_owned(),
        _ => value.to_owned(),
    }
}
