//! Requirements files: pip asks a digest of every requirement as soon as one has one, and of none otherwise.
//!
//! So a line without one is reported by itself where others have theirs. Where nobody has any, one finding speaks for the file: a digest on a
//! single line would only make pip refuse all the others.

use super::super::prelude::*;
use crate::python::includes;
use crate::text::Edit;

/// Every requirement of a file that is no mere list of constraints.
pub(super) fn check(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    if includes::only_constrains(cx.workspace, cx.document) {
        return;
    }
    let open: Vec<&Package> = lockfile.packages.iter().filter(|package| package.integrity.digests.is_empty()).collect();
    match includes::demanded(cx.workspace, cx.document) {
        Some((document, span)) => {
            let place = (document.path.clone(), span);
            open.into_iter().for_each(|package| refused(package, &place, cx));
        }
        None => unheld(lockfile, open, cx),
    }
}

/// A line that pip refuses, because a digest is asked of it.
fn refused(package: &Package, (path, span): &(crate::path::RelPath, Span), cx: &mut Cx<'_>) {
    let pinned = package.version.is_some() || package.kind != SourceKind::Registry;
    let (why, help) = match package.kind {
        SourceKind::Git => {
            ("comes from a repository, which no digest can hold", "take it from an index, or as an archive with its digest")
        }
        SourceKind::Link => {
            ("is a folder, which no digest can hold", "install it by a command of its own, without `--require-hashes`")
        }
        _ if !pinned => ("has no digest, and is not pinned", "pin it with `==`, then add the digests of that release"),
        _ => ("has no digest", "add the digests of the release (`pip-compile --generate-hashes` does for all)"),
    };
    let (edits, question) = if pinned { mend(package, cx) } else { (None, None) };
    let (purl, message) = (cx.purl(package), format!("`{}` {why}, and others have theirs: pip refuses the file", package.name));
    let finding = cx.report(package.key.span, message);
    finding.package(purl).help(help).related(path, *span, "this makes pip ask a digest of every requirement");
    match (edits, question) {
        (Some(edits), _) => {
            finding.fix("Add the digests of all files of the release", Applicability::Safe, Some(edits));
        }
        (None, question) => {
            finding.pending("Look the release up, and add the digests of all its files", Applicability::Safe, question);
        }
    }
}

/// A file of which no requirement has a digest.
fn unheld(lockfile: &Lockfile, open: Vec<&Package>, cx: &mut Cx<'_>) {
    // What comes from an address is `mutable-source`'s matter as long as nothing asks for digests.
    let open: Vec<&Package> = open.into_iter().filter(|package| package.kind == SourceKind::Registry).collect();
    let Some(first) = open.first() else { return };
    let what = match open.len() {
        1 => format!("`{}` has no digest", first.name),
        count if count == lockfile.packages.len() => format!("none of the {count} requirements has a digest"),
        count => format!("{count} of the {} requirements have no digest", lockfile.packages.len()),
    };
    let mended: Vec<_> = open.iter().map(|package| mend(package, cx)).collect();
    // All or none: with the first digest, pip asks one of every line.
    let can_be_mended = mended.iter().all(|(edits, question)| edits.is_some() || question.is_some());
    let (edits, questions): (Vec<_>, Vec<_>) = mended.into_iter().filter(|_| can_be_mended).unzip();
    let (edits, questions): (Option<Vec<_>>, Vec<_>) = (edits.into_iter().collect(), questions.into_iter().flatten().collect());
    let finding = cx.report(first.key.span, format!("{what}: pip installs whatever the index serves"));
    finding.help("write the file with digests (`pip-compile --generate-hashes`, `uv pip compile --generate-hashes`); pip then asks one of everything");
    // Everything that these ask for in their turn wants a digest then, too.
    match edits {
        Some(edits) => {
            finding.fix("Add the digests of all files of each release", Applicability::Unsafe, Some(edits.concat()));
        }
        None => {
            let title = if open.len() == 1 {
                "the release up, and add the digests of all its files"
            } else {
                "the releases up, and add the digests of all their files"
            };
            finding.pending(format!("Look {title}"), Applicability::Unsafe, questions);
        }
    }
}

/// The edit that adds a release's digests, or the question that it takes.
fn mend(package: &Package, cx: &Cx<'_>) -> (Option<Vec<Edit>>, Option<Question>) {
    let Some(artifact) = cx.artifact(package).filter(|_| package.kind == SourceKind::Registry) else { return (None, None) };
    match cx.workspace.facts.verdicts.get(&artifact) {
        None => (None, Some(Question::Artifact(artifact))),
        Some(verdict) => {
            let mut digests = proven_digests(verdict, cx.ecosystem());
            digests.sort();
            let proven = Proven { digests: &digests, files: &[] };
            let edits = (!digests.is_empty()).then(|| (cx.document.format.hold)(cx.document, package, proven));
            (edits.flatten(), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::*;

    #[test]
    fn one_digest_asks_one_of_everything_that_is_installed_with_it() {
        check(
            "missing-integrity",
            r#"
//- /requirements.txt
-r base.requirements.txt
-c constraints.txt
held==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
open==1.0
loose>=1.0
-e git+https://git.test/x.git@0123456789012345678901234567890123456789#egg=repository
./folder
./archive-1.0.tar.gz
address @ https://files.test/address-1.0.zip
fragment @ https://files.test/fragment-1.0.zip#sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//- /base.requirements.txt
below==1.0
//- /constraints.txt
open==1.0
//- /other/requirements.txt
--require-hashes
asked==1.0
"#,
            expect![[r#"
                error base.requirements.txt:1:1 [below]
                  `below` has no digest, and others have theirs: pip refuses the file
                  see requirements.txt:3: this makes pip ask a digest of every requirement
                  asks: Look the release up, and add the digests of all its files
                error other/requirements.txt:2:1 [asked]
                  `asked` has no digest, and others have theirs: pip refuses the file
                  see other/requirements.txt:1: this makes pip ask a digest of every requirement
                  asks: Look the release up, and add the digests of all its files
                error requirements.txt:4:1 [open]
                  `open` has no digest, and others have theirs: pip refuses the file
                  see requirements.txt:3: this makes pip ask a digest of every requirement
                  asks: Look the release up, and add the digests of all its files
                error requirements.txt:5:1 [loose]
                  `loose` has no digest, and is not pinned, and others have theirs: pip refuses the file
                  see requirements.txt:3: this makes pip ask a digest of every requirement
                error requirements.txt:6:76 [repository]
                  `repository` comes from a repository, which no digest can hold, and others have theirs: pip refuses the file
                  see requirements.txt:3: this makes pip ask a digest of every requirement
                error requirements.txt:7:1 [./folder]
                  `./folder` is a folder, which no digest can hold, and others have theirs: pip refuses the file
                  see requirements.txt:3: this makes pip ask a digest of every requirement
                error requirements.txt:8:1 [./archive-1.0.tar.gz]
                  `./archive-1.0.tar.gz` has no digest, and others have theirs: pip refuses the file
                  see requirements.txt:3: this makes pip ask a digest of every requirement
                error requirements.txt:9:1 [address]
                  `address` has no digest, and others have theirs: pip refuses the file
                  see requirements.txt:3: this makes pip ask a digest of every requirement
            "#]],
        );
    }

    #[test]
    fn a_file_without_any_is_one_finding() {
        check(
            "missing-integrity",
            r#"
//- /a/requirements.txt
one==1.0
two>=2.0
-e .
//- /b/requirements.txt
one==1.0
//- /c/constraints.txt
one==1.0
//- /d/requirements.in
one
//- /e/requirements.txt
-c bounds-requirements.txt
address @ https://files.test/address-1.0.zip#sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//- /e/bounds-requirements.txt
one==1.0
"#,
            expect![[r#"
                error a/requirements.txt:1:1 [one]
                  2 of the 3 requirements have no digest: pip installs whatever the index serves
                error b/requirements.txt:1:1 [one]
                  `one` has no digest: pip installs whatever the index serves
                  asks: Look the release up, and add the digests of all its files
            "#]],
        );
    }

    #[test]
    fn the_digests_of_the_whole_release_are_filled_in() {
        check(
            "missing-integrity",
            r#"
//- /a/requirements.txt
held==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
open==1.0  # why
//- /b/requirements.txt
open==1.0 ; python_version < "4"
other==1.0
//- facts
{ "verdicts": [
  { "ecosystem": "pypi", "name": "open", "version": "1.0", "outcome": { "unverifiable": "no-locked-digest" }, "published": ["sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9", "sha256:0000000000000000000000000000000000000000000000000000000000000000", "md5:d41d8cd98f00b204e9800998ecf8427e"], "computed": ["sha256-X+zrZv/IbzjZUnhsbWlsecLbwjndTpG0ZynXOif7V+k="] },
  { "ecosystem": "pypi", "name": "other", "version": "1.0", "outcome": { "unverifiable": "no-locked-digest" }, "published": ["sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"], "computed": ["sha256-X+zrZv/IbzjZUnhsbWlsecLbwjndTpG0ZynXOif7V+k="] }
] }
"#,
            expect![[r#"
                error a/requirements.txt:2:1 [open]
                  `open` has no digest, and others have theirs: pip refuses the file
                  see a/requirements.txt:1: this makes pip ask a digest of every requirement
                  fix (safe): Add the digests of all files of the release
                    a/requirements.txt: [] -> [ \⏎    --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000 \...]
                error b/requirements.txt:1:1 [open]
                  none of the 2 requirements has a digest: pip installs whatever the index serves
                  fix (unsafe): Add the digests of all files of each release
                    b/requirements.txt: [] -> [ \⏎    --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000 \...]
                    b/requirements.txt: [] -> [ \⏎    --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9]
            "#]],
        );
    }
}
