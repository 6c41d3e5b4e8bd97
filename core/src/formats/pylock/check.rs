//! What PEP 751 asks of an entry, and readers refuse a file without.

use std::str::FromStr as _;

use pep440_rs::Version;
use smol_str::SmolStr;

use super::entry::head;
use super::inconsistent;
use crate::model::Problem;
use crate::python::marker;
use crate::syntax::toml::Value;
use crate::text::Spanned;
use crate::versions::pypi::normalized;

/// The sources of which an entry has exactly one, if it has no files of an index.
const DIRECT: [&str; 3] = ["vcs", "directory", "archive"];

pub(super) fn entry(entry: Value<'_>, name: &Spanned<SmolStr>, problems: &mut Vec<Problem>) {
    let mut report = |span, message: String| problems.push(inconsistent(span, message));
    let right = normalized(name);
    if *right != **name || !name.starts_with(|first: char| first.is_ascii_alphanumeric()) || name.ends_with('-') {
        report(name.span, format!("`{name}` is not normalised, and readers refuse it: write `{}`", right.trim_matches('-')));
    }
    if let Some(version) = entry.get("version") {
        let known = version.string().is_some_and(|text| Version::from_str(&text).is_ok());
        if !known {
            report(version.span(), format!("`{}` is no version", version.raw()));
        }
    }
    if let Some(condition) = entry.get("marker")
        && let Some(fault) =
            condition.string().map_or(Some("it is no text"), |text| marker::fault(&text).map(|fault| fault.message))
    {
        report(condition.span(), format!("this is no environment marker: {fault}"));
    }
    let direct: Vec<_> = DIRECT.iter().filter_map(|source| entry.member(source)).collect();
    let files: Vec<_> = entry.member("sdist").into_iter().chain(entry.member("wheels")).collect();
    let wheels = entry.get("wheels").map_or(0, |wheels| wheels.items().count());
    match (direct.as_slice(), files.as_slice()) {
        ([], _) if entry.get("sdist").is_none() && wheels == 0 => {
            report(
                head(entry),
                format!("`{name}` has no source: one of `vcs`, `directory`, `archive`, `sdist` and `wheels` belongs here"),
            );
        }
        ([], _) | ([_], []) => {}
        ([(first, _), ..], [(other, _), ..]) | ([(first, _), (other, _), ..], []) => {
            let message = format!("`{name}` has two sources, `{}` and `{}`: readers refuse it", first.raw(), other.raw());
            report(other.span(), message);
        }
    }
    for (key, value) in direct.iter().chain(&files) {
        match key.raw() {
            "vcs" => required(*value, &["type", "commit-id"], &mut report),
            "directory" => required(*value, &["path"], &mut report),
            "wheels" => value.items().for_each(|wheel| file(wheel, &mut report)),
            _ => file(*value, &mut report),
        }
    }
    for identity in entry.get("attestation-identities").into_iter().flat_map(Value::items) {
        required(identity, &["kind"], &mut report);
    }
}

fn required(table: Value<'_>, keys: &[&str], report: &mut impl FnMut(crate::text::Span, String)) {
    for key in keys.iter().filter(|key| table.get(key).and_then(Value::string).is_none()) {
        report(head(table), format!("`{key}` is missing here, and readers refuse the file without"));
    }
}

fn file(file: Value<'_>, report: &mut impl FnMut(crate::text::Span, String)) {
    if !file.is_table() {
        return report(file.span(), "a table with the file's address and hashes belongs here".to_owned());
    }
    if file.get("url").or(file.get("path")).and_then(Value::string).is_none() {
        report(head(file), "this file has neither `url` nor `path`".to_owned());
    }
    let hashes = file.get("hashes").filter(|hashes| hashes.members().next().is_some());
    match hashes {
        None => report(head(file), "`hashes` is missing here: every file has at least one".to_owned()),
        Some(hashes) => {
            for (key, value) in hashes.members().filter(|(_, value)| value.string().is_none()) {
                report(value.span(), format!("`{}` holds no text", key.raw()));
            }
        }
    }
    if let Some(size) = file.get("size").filter(|size| size.integer().is_none_or(|size| size < 0)) {
        report(size.span(), "a size is a whole number of bytes".to_owned());
    }
}
