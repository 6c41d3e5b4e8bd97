//! The dependency change, package by package, as a person reads it (`provender diff`).

mod notes;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use smol_str::SmolStr;

use self::notes::{in_common, notes};
use super::secrets::without_password;
use super::visible;
use crate::change::{Change, ChangeKind, changes};
use crate::document::Document;
use crate::finding::{Report, Severity};
use crate::model::{Dependency, Group, Package};
use crate::path::RelPath;
use crate::project::projects;
use crate::workspace::Workspace;

/// A whole change, ready to be printed.
#[derive(Debug, Serialize)]
pub struct Difference {
    schema: u32,
    base: String,
    head: String,
    changes: Vec<Row>,
}

/// One package version that came, went or changed.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Row {
    path: String,
    ecosystem: &'static str,
    name: String,
    kind: &'static str,
    from: Option<Side>,
    to: Option<Side>,
    direct: bool,
    findings: Vec<&'static str>,
    /// Those of them that are more than a remark.
    #[serde(skip)]
    serious: Vec<&'static str>,
    /// Whether it is a copy that the manager patches, beside the package itself.
    #[serde(skip)]
    patched: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
struct Side {
    version: Option<String>,
    integrity: Vec<String>,
    source: Option<String>,
    install_script: Option<bool>,
}

impl Difference {
    /// What became of the packages between a workspace's base and itself, with the findings of `report` about each.
    #[must_use]
    pub fn new(workspace: &Workspace, report: &Report, base: &str, head: &str) -> Difference {
        let before = workspace.base.as_deref();
        let mut documents: BTreeMap<&RelPath, (Option<&Document>, Option<&Document>)> = BTreeMap::new();
        for document in before.into_iter().flat_map(Workspace::documents).filter(|document| document.lockfile().is_some()) {
            documents.entry(&document.path).or_default().0 = Some(document);
        }
        for document in workspace.documents().filter(|document| document.lockfile().is_some()) {
            documents.entry(&document.path).or_default().1 = Some(document);
        }
        let direct = before.into_iter().chain([workspace]).flat_map(asked_for).collect();
        let mut rows = Vec::new();
        for (path, (before, after)) in documents {
            rows.extend(changes(before, after).iter().map(|change| row(path, change, report, &direct)));
        }
        rows.sort();
        rows.dedup();
        Difference { schema: 1, base: base.to_owned(), head: head.to_owned(), changes: rows }
    }

    /// The contract's JSON.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// A table for a pull request: what needs a look first.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for (path, rows) in self.by_path() {
            let _ = writeln!(text, "### `{path}`: {}\n", totals(&rows));
            let common = in_common(&rows);
            for (count, note) in &common {
                let _ = writeln!(text, "- {count} packages: {}", cell(note));
            }
            if !common.is_empty() {
                text.push('\n');
            }
            table(&mut text, "Needs a look", rows.iter().copied().filter(|row| needs_look(row)));
            let rest = rows.iter().copied().filter(|row| !needs_look(row));
            let (direct, indirect): (Vec<_>, Vec<_>) = rest.partition(|row| row.direct);
            table(&mut text, "Direct dependencies", direct.into_iter());
            if !indirect.is_empty() {
                let _ = writeln!(text, "<details><summary>{} indirect</summary>\n", indirect.len());
                table(&mut text, "", indirect.into_iter());
                text.push_str("</details>\n\n");
            }
        }
        if text.is_empty() { "No package came, went or changed.\n".to_owned() } else { text }
    }

    /// Lines for a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (path, rows) in self.by_path() {
            let _ = writeln!(text, "{path}: {}", totals(&rows));
            for (count, note) in in_common(&rows) {
                let _ = writeln!(text, "  {count} packages: {}", visible(&note));
            }
            for row in rows {
                let mark = match row.kind {
                    "added" => '+',
                    "removed" => '-',
                    "changed" => '!',
                    _ => '~',
                };
                let direct = if row.direct { " (direct)" } else { "" };
                let _ = writeln!(text, "  {mark} {} {}{direct}", visible(&row.name), visible(&versions(row)));
                for note in notes(row) {
                    let _ = writeln!(text, "      {}", visible(&note.to_string()));
                }
            }
        }
        if text.is_empty() { "no package came, went or changed\n".to_owned() } else { text }
    }

    fn by_path(&self) -> BTreeMap<&str, Vec<&Row>> {
        let mut paths: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &self.changes {
            paths.entry(&row.path).or_default().push(row);
        }
        paths
    }
}

/// The entries that the manifests ask for, by the lockfile's path and the name that they are asked for under.
fn asked_for(workspace: &Workspace) -> BTreeSet<(String, SmolStr)> {
    let projects = projects(workspace);
    let lockfiles = projects.iter().flat_map(|project| project.lockfiles.iter().map(move |document| (project, document)));
    let names = lockfiles.flat_map(|(project, document)| {
        let asked = document.lockfile().and_then(|lockfile| project.asked(document, lockfile));
        let asked: Vec<&Dependency> = match asked {
            Some(asked) => asked.into_iter().map(|asked| asked.dependency).collect(),
            // What says nothing of that itself goes by the manifests beside it.
            None => project.manifests().flat_map(|(_, manifest)| &manifest.dependencies).collect(),
        };
        let direct = asked.into_iter().filter(|asked| !asked.indirect && asked.group != Group::Override);
        direct.map(|asked| (document.path.to_string(), asked.name.value.clone())).collect::<Vec<_>>()
    });
    names.collect()
}

fn row(path: &RelPath, change: &Change<'_>, report: &Report, direct: &BTreeSet<(String, SmolStr)>) -> Row {
    let package = change.package();
    let (found, serious) = (findings(path, change, report, Severity::Info), findings(path, change, report, Severity::Warning));
    let name = package.alias.as_ref().unwrap_or(&package.name.value);
    Row {
        path: path.to_string(),
        ecosystem: change
            .after
            .or(change.before)
            .and_then(|(document, _)| document.format.ecosystem)
            .map_or("", |ecosystem| ecosystem.id()),
        name: package.name.to_string(),
        kind: change.kind.id(),
        from: change.before.map(|(_, package)| side(package)),
        to: change.after.map(|(_, package)| side(package)),
        direct: direct.contains(&(path.to_string(), name.clone())),
        findings: found,
        serious,
        patched: package.is_patched(),
    }
}

fn side(package: &Package) -> Side {
    Side {
        version: package.version.as_ref().map(|version| version.to_string()),
        integrity: package.held_words().iter().map(ToString::to_string).collect(),
        source: package.source.as_ref().or(package.registry.as_deref()).map(|source| without_password(source).into_owned()),
        install_script: package.install_script,
    }
}

/// The rules that found something about this very version, of a severity or above.
fn findings(path: &RelPath, change: &Change<'_>, report: &Report, least: Severity) -> Vec<&'static str> {
    let Some((_, package)) = change.after else { return Vec::new() };
    let mut ids: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| {
            finding.severity >= least
                && finding.path == *path
                && (package.span.contains(finding.span) || finding.span == package.key.span)
        })
        .map(|finding| finding.rule.id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn needs_look(row: &Row) -> bool {
    row.kind == ChangeKind::Changed.id() || row.kind == ChangeKind::Downgraded.id() || !notes(row).is_empty()
}

fn versions(row: &Row) -> String {
    let version =
        |side: &Option<Side>| side.as_ref().and_then(|side| side.version.clone()).unwrap_or_else(|| "unversioned".to_owned());
    let told = match (&row.from, &row.to) {
        (Some(_), Some(_)) if row.kind != ChangeKind::Changed.id() => format!("{} -> {}", version(&row.from), version(&row.to)),
        (None, _) | (Some(_), Some(_)) => version(&row.to),
        (Some(_), None) => version(&row.from),
    };
    if row.patched { format!("{told} (patched copy)") } else { told }
}

fn totals(rows: &[&Row]) -> String {
    let count = |kind: &str| rows.iter().filter(|row| row.kind == kind).count();
    let words = ["added", "removed", "upgraded", "downgraded", "changed"].map(|kind| (count(kind), kind));
    words.iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
}

fn table<'a>(text: &mut String, title: &str, rows: impl Iterator<Item = &'a Row>) {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return;
    }
    if !title.is_empty() {
        let _ = writeln!(text, "**{title}**\n");
    }
    text.push_str("| package | change | version | notes |\n|---|---|---|---|\n");
    for row in rows {
        let notes = notes(row).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let _ = writeln!(text, "| `{}` | {} | {} | {} |", cell(&row.name), row.kind, cell(&versions(row)), cell(&notes));
    }
    text.push('\n');
}

/// Text that stays within its cell.
fn cell(text: &str) -> String {
    let plain = visible(text).replace('|', "\\|").replace('`', "'");
    plain.replace('<', "&lt;").replace(['[', '!'], "")
}
