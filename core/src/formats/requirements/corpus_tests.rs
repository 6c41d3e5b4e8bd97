//! Real files, where this machine has a collection of them, against the lists that pip's own parsers read out of them; otherwise there is nothing
//! to do here.

// Files are read only here: the code itself does no I/O.
#![allow(clippy::disallowed_methods)]

use std::path::PathBuf;

use super::*;
use crate::document::Document;
use crate::path::RelPath;

fn lists() -> Vec<PathBuf> {
    let files = crate::collection::files(&["python/requirements-hashed", "python/requirements-plain"]);
    files.into_iter().filter(|path| path.to_string_lossy().ends_with(".expected.json")).collect()
}

#[test]
fn real_files_read_as_pip_reads_them() {
    for list in lists() {
        let expected: serde_json::Value = serde_json::from_slice(&std::fs::read(&list).unwrap()).unwrap();
        let path = list.with_file_name(expected["lockfile"].as_str().unwrap());
        let document = Document::parse(RelPath::new("requirements.txt"), &REQUIREMENTS, std::fs::read(&path).unwrap());
        let dependencies = &document.manifest().unwrap().dependencies;
        let packages = &document.lockfile().unwrap().packages;
        let wanted = expected["packages"].as_array().unwrap();
        assert_eq!(packages.len(), wanted.len(), "{}", path.display());
        for ((package, asked), wanted) in packages.iter().zip(dependencies).zip(wanted) {
            let text = |key: &str| wanted[key].as_str().unwrap_or_default();
            if !text("name").is_empty() {
                assert_eq!(package.name.as_str(), text("name"), "{}", path.display());
            }
            if package.kind == crate::model::SourceKind::Registry {
                let clauses = |text: &str| {
                    let mut clauses: Vec<_> = text.split(',').map(|clause| clause.replace(' ', "")).collect();
                    clauses.sort();
                    clauses
                };
                assert_eq!(clauses(&asked.spec), clauses(text("spec")), "{}", path.display());
            }
            let mut digests = package.integrity.words();
            digests.sort();
            let hashes = wanted["hashes"].as_array().into_iter().flatten().filter_map(|hash| hash.as_str());
            assert!(hashes.eq(digests.iter().map(|digest| digest.as_str())), "{}", path.display());
            let line = u64::try_from(document.position(package.span.start).line).unwrap();
            assert_eq!(wanted["line"].as_u64(), Some(line), "{}", path.display());
        }
    }
}
