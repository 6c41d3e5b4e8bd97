//! Reading real files, where this machine has a collection of them; otherwise there is nothing to do here.

// Files are read only here: the code itself does no I/O.
#![allow(clippy::disallowed_methods)]

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::tests::{assert_same_table, assert_spans, to_toml};
use super::*;

/// The TOML files of the collection.
pub(super) fn corpus() -> Vec<PathBuf> {
    crate::collection::files(&["python", "cargo"]).into_iter().filter(|path| is_toml(path)).collect()
}

fn is_toml(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.ends_with(".toml") || matches!(name, "Cargo.lock" | "poetry.lock" | "uv.lock" | "pdm.lock" | "Pipfile" | "config")
}

#[test]
fn real_files_read_as_the_toml_crate_reads_them() {
    for path in corpus() {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for text in [text.replace("\r\n", "\n").replace('\n', "\r\n"), text] {
            let tree = parse(&text);
            let theirs = text.parse::<toml::Table>();
            assert_eq!(tree.errors().is_empty(), theirs.is_ok(), "{}: {:?}", path.display(), tree.errors());
            assert_spans(&tree, &text);
            let Ok(theirs) = theirs else { continue };
            assert_eq!(to_toml(tree.root(&text)), Some(toml::Value::Table(theirs)), "{}", path.display());
            assert_same_table(tree.root(&text), DeTable::parse(&text).unwrap().get_ref(), &text);
        }
    }
}

#[test]
fn mutilated_real_files_are_read_without_a_fault() {
    let mut state = 7_usize;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below.max(1)
    };
    for path in corpus().into_iter().step_by(3) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let start = text.floor_char_boundary(random(text.len()));
        let mut text = text[start..text.ceil_char_boundary((start + 3000).min(text.len()))].to_owned();
        for _ in 0..6 {
            let at = text.floor_char_boundary(random(text.len()));
            let marks = ["[", "]", "{", "}", "\"", "'''", "=", "\n", ".", "\u{e9}", "<<<<<<< x\n"];
            if random(2) == 0 && at < text.len() {
                text.remove(at);
            } else {
                text.insert_str(at, marks[random(marks.len())]);
            }
            let tree = parse(&text);
            assert_spans(&tree, &text);
            assert_eq!(tree.errors().is_empty(), DeTable::parse(&text).is_ok(), "{:?}", tree.errors());
        }
    }
}
