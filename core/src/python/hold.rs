//! Writing the digests of a release's files into the lockfiles that list them one by one.

use crate::formats::Proven;
use crate::model::LockedFile;
use crate::syntax::lines::newline;
use crate::syntax::toml::{self, Quotes, Value};
use crate::text::Edit;

/// The edits that give each listed file that has no strong digest the one that was proven for its name: a member `key` of the file's table,
/// or in place of what that is. `None` where there is nothing to write.
pub(crate) fn fill<'a>(
    items: impl Iterator<Item = Value<'a>>,
    read: fn(Value<'a>) -> LockedFile,
    proven: Proven<'_>,
    write: impl Fn(Value<'a>, &str) -> Option<Vec<Edit>>,
) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for item in items {
        let file = read(item);
        let held = file.integrity.strongest().is_some_and(|algorithm| !algorithm.is_weak());
        let digest = file.name.as_ref().and_then(|name| sha256(proven, name));
        if let (false, Some(digest)) = (held, digest) {
            edits.extend(write(item, digest)?);
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// Writes a member of a file's table, behind the first of its neighbours that is there, in the place of an old one.
pub(crate) fn member(item: Value<'_>, neighbours: &[&str], key: &str, toml: &str) -> Option<Vec<Edit>> {
    match item.get(key) {
        Some(old) => toml::replace_raw(old, toml),
        None => {
            let there = neighbours.iter().find(|neighbour| item.get(neighbour).is_some());
            toml::insert_after(item, there.map_or(&[][..], std::slice::from_ref), key, toml)
        }
    }
}

/// A digest as a TOML text, `sha256:` before it.
pub(crate) fn word(hex: &str) -> String {
    toml::quote(&format!("sha256:{hex}"), Quotes::Basic)
}

/// All files of the release as a list of tables, one a line, in the order of their names: as Poetry and PDM write it.
pub(crate) fn list(proven: Proven<'_>, text: &str) -> Option<String> {
    let newline = newline(text);
    let mut files: Vec<(&str, &str)> = proven
        .files
        .iter()
        .filter_map(|file| file.name.as_deref())
        .filter_map(|name| Some((name, sha256(proven, name)?)))
        .collect();
    files.sort_unstable();
    if files.is_empty() || files.len() < proven.files.len() {
        return None;
    }
    let line =
        |(name, hex): &(&str, &str)| format!("    {{file = {}, hash = {}}},{newline}", toml::quote(name, Quotes::Basic), word(hex));
    Some(format!("[{newline}{}]", files.iter().map(line).collect::<String>()))
}

/// The hexadecimal SHA-256 that a file was proven to have.
fn sha256<'p>(proven: Proven<'p>, name: &str) -> Option<&'p str> {
    let file = proven.files.iter().find(|file| file.name.as_deref() == Some(name))?;
    file.integrity.iter().find_map(|word| word.strip_prefix("sha256:"))
}

#[cfg(test)]
#[path = "hold_tests.rs"]
mod tests;
