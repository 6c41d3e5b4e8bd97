//! What a reviewer should know of a change beside the versions, and what many changes of one lockfile have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Row;
use crate::change::ChangeKind;
use crate::integrity::{Algorithm, Digest};
use crate::text::Span;

/// How many packages a note has to be about to be told once for all of them.
const MANY: usize = 5;

/// Rules whose finding a note of its own tells.
const TOLD: [&str; 4] = ["changed-integrity", "changed-source", "added-install-script", "downgraded-version"];

/// One remark about one change.
#[derive(Debug)]
pub(super) enum Note<'a> {
    /// The same version has digests, and had none.
    DigestAdded(&'a [String]),
    /// The same version has no digest any more.
    DigestRemoved(&'a [String]),
    /// The same version has other digests.
    DigestChanged(&'a [String], &'a [String]),
    /// It comes from somewhere else.
    SourceChanged(String, String),
    /// It runs a script when it is installed; whether the version before did not.
    InstallScript(bool),
    /// A rule found something.
    Finding(&'static str),
}

impl Note<'_> {
    /// The same without what is this one package's own, for a line about many.
    fn kind(&self) -> String {
        match self {
            Note::DigestAdded(to) => format!("digest added ({})", algorithms(to)),
            Note::DigestRemoved(from) => format!("digest removed ({})", algorithms(from)),
            Note::DigestChanged(from, to) if algorithms(from) == algorithms(to) => "digest changed".to_owned(),
            Note::DigestChanged(from, to) => format!("digest changed: {} -> {}", algorithms(from), algorithms(to)),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::DigestAdded(to) => write!(f, "digest added: {}", list(to)),
            Note::DigestRemoved(from) => write!(f, "digest removed: {}", list(from)),
            Note::DigestChanged(from, to) => write!(f, "digest changed: {} -> {}", list(from), list(to)),
            Note::SourceChanged(from, to) => write!(f, "source changed: {from} -> {to}"),
            Note::InstallScript(true) => f.write_str("runs an install script now"),
            Note::InstallScript(false) => f.write_str("runs an install script"),
            Note::Finding(id) => write!(f, "finding: {id}"),
        }
    }
}

/// What there is to say of a change.
pub(super) fn notes(row: &Row) -> Vec<Note<'_>> {
    let mut notes = Vec::new();
    if let (Some(from), Some(to)) = (&row.from, &row.to) {
        if row.kind == ChangeKind::Changed.id() && from.integrity != to.integrity {
            notes.push(match (from.integrity.is_empty(), to.integrity.is_empty()) {
                (true, _) => Note::DigestAdded(&to.integrity),
                (_, true) => Note::DigestRemoved(&from.integrity),
                _ => Note::DigestChanged(&from.integrity, &to.integrity),
            });
        }
        if let (Some(from), Some(to)) = (from.source.as_deref().map(host), to.source.as_deref().map(host))
            && from != to
        {
            notes.push(Note::SourceChanged(from, to));
        }
        if from.install_script == Some(false) && to.install_script == Some(true) {
            notes.push(Note::InstallScript(true));
        }
    }
    if row.from.is_none() && row.to.as_ref().is_some_and(|to| to.install_script == Some(true)) {
        notes.push(Note::InstallScript(false));
    }
    notes.extend(row.serious.iter().filter(|id| !TOLD.contains(id)).map(|id| Note::Finding(id)));
    notes
}

/// What many rows have in common, with how many they are: the most common first.
pub(super) fn in_common(rows: &[&Row]) -> Vec<(usize, String)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for kind in rows.iter().flat_map(|row| notes(row)).map(|note| note.kind()) {
        *counts.entry(kind).or_default() += 1;
    }
    let mut many: Vec<_> = counts.into_iter().filter(|(_, count)| *count >= MANY).map(|(kind, count)| (count, kind)).collect();
    many.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    many
}

/// The algorithms of some digests, by their names.
fn algorithms(words: &[String]) -> String {
    let of = |word: &String| Digest::parse(word, Span::default()).algorithm().map_or("unknown", Algorithm::id);
    words.iter().map(of).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" and ")
}

fn list(digests: &[String]) -> String {
    digests.iter().map(|digest| short(digest)).collect::<Vec<_>>().join(" ")
}

/// A digest as far as a person compares it.
fn short(digest: &str) -> String {
    match digest.char_indices().nth(20) {
        Some((at, _)) => format!("{}…", &digest[..at]),
        None => digest.to_owned(),
    }
}

/// Scheme and host of an address.
fn host(source: &str) -> String {
    match url::Url::parse(source) {
        Ok(url) => format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
        Err(_) => source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Side;
    use super::*;

    fn row(from: &[&str], to: &[&str]) -> Row {
        let side = |words: &[&str]| Side {
            version: Some("1.0.0".to_owned()),
            integrity: words.iter().map(|word| (*word).to_owned()).collect(),
            source: None,
            install_script: None,
        };
        Row {
            path: "yarn.lock".to_owned(),
            ecosystem: "npm",
            name: "a".to_owned(),
            kind: "changed",
            from: Some(side(from)),
            to: Some(side(to)),
            direct: false,
            findings: Vec::new(),
            serious: Vec::new(),
            patched: false,
        }
    }

    #[test]
    fn a_digest_that_comes_or_goes_is_told_apart_from_another_one() {
        let (old, new) = ("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha1-3jmj7l5rSw0yVb/vlWAYkK/YBwk=");
        let cut = |word: &str| format!("{}…", &word[..20]);
        for (from, to, told, kind) in [
            (&[][..], &[new][..], format!("digest added: {}", cut(new)), "digest added (sha1)"),
            (&[old], &[], format!("digest removed: {}", cut(old)), "digest removed (sha1)"),
            (&[old], &[new], format!("digest changed: {} -> {}", cut(old), cut(new)), "digest changed"),
            (&["sha256:00"], &[new], format!("digest changed: sha256:00 -> {}", cut(new)), "digest changed: unknown -> sha1"),
        ] {
            let row = row(from, to);
            let notes: Vec<_> = notes(&row).iter().map(|note| (note.to_string(), note.kind())).collect();
            assert_eq!(notes, [(told, kind.to_owned())]);
        }
    }
}
