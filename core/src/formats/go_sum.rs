//! `go.sum` and `go.work.sum`: the digests of every module version that a build has looked at.
//!
//! A line is a module, a version, and a digest. The digest is of the module's files, or, where `/go.mod` stands behind the version, of its `go.mod`
//! alone: modules that are not built, only looked at to choose versions, have that line only. So the two are two entries. It is no list of what
//! is built; lines that nobody needs any more stay. Source: Go Modules Reference, "go.sum files"; `readGoSum` of the go command.

use smol_str::SmolStr;

use super::go_mod::byte_order_mark;
use super::{Format, Parsed, Role, no_hold};
use crate::model::{Algorithm, Ecosystem, Edges, Integrity, Lockfile, Manager, Package, Problem, ProblemKind};
use crate::syntax::Syntax;
use crate::text::{Span, Spanned};

/// The digests of a module.
pub static FORMAT: Format = Format {
    id: "go-sum",
    names: &["go.sum"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Go),
    parse,
    guards: &[],
    hold: no_hold,
};

/// The digests that only a workspace needs, beside those of its modules.
pub static WORK: Format = Format {
    id: "go-work-sum",
    names: &["go.work.sum"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Go),
    parse,
    guards: &[],
    hold: no_hold,
};

/// The digest that an old fault of the go command wrote for every missing `go.mod`; it passes over such lines.
const EMPTY_GO_MOD: &str = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=";

fn parse(text: &str) -> Parsed {
    let mut lockfile = Lockfile::new(Manager::Go);
    let mut problems = Vec::new();
    // A line is about a hundred bytes.
    lockfile.packages.reserve(text.len() / 100);
    let mut start = byte_order_mark(text, &mut problems);
    for line in text[start..].split_inclusive('\n') {
        match words(line, start) {
            Words::None => {}
            Words::Three([module, version, digest]) if text[digest.range()] != *EMPTY_GO_MOD => {
                lockfile.packages.push(package(text, module, version, digest));
            }
            Words::Three(_) => {}
            Words::Other(count) => problems.push(Problem {
                kind: ProblemKind::Syntax,
                span: trimmed(line, start),
                message: format!(
                    "a line of `go.sum` is a module, a version and a digest; this one has {count} words, and Go reads nothing behind it"
                ),
                related: None,
                fix: None,
            }),
        }
        start += line.len();
    }
    lockfile.edges = Edges { starts: vec![0; lockfile.packages.len() + 1], targets: Vec::new() };
    Parsed { syntax: Syntax::Text, model: lockfile.into(), problems }
}

enum Words {
    None,
    Three([Span; 3]),
    Other(usize),
}

/// The words of a line that begins at `start`, separated as Go separates them.
fn words(line: &str, start: usize) -> Words {
    let base = line.as_ptr() as usize;
    let span = |word: &str| {
        let at = start + word.as_ptr() as usize - base;
        Span::new(at, at + word.len())
    };
    let mut words = line.split_whitespace();
    match (words.next(), words.next(), words.next(), words.count()) {
        (None, ..) => Words::None,
        (Some(module), Some(version), Some(digest), 0) => Words::Three([span(module), span(version), span(digest)]),
        (_, second, third, more) => Words::Other(1 + usize::from(second.is_some()) + usize::from(third.is_some()) + more),
    }
}

fn trimmed(line: &str, start: usize) -> Span {
    let before = line.len() - line.trim_start().len();
    Span::new(start + before, start + before + line.trim().len())
}

fn package(text: &str, module: Span, version: Span, digest: Span) -> Package {
    let spanned = |span: Span| Spanned::new(SmolStr::from(&text[span.range()]), span);
    let key = module.to(version);
    let mut package = Package::new(spanned(key), spanned(module), module.to(digest));
    package.version = Some(spanned(version));
    let word = &text[digest.range()];
    package.integrity =
        Integrity::parse(word, digest, |from, to| Span { start: digest.start + from as u32, end: digest.start + to as u32 });
    package
}

/// Whether a digest is one that the go command compares; any other it passes over.
#[must_use]
pub fn counts(package: &Package) -> bool {
    package.integrity.strongest() == Some(Algorithm::H1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const H1: &str = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn every_line_is_an_entry_of_its_own() {
        let text = format!(
            "\u{feff}corp.test/a v1.2.3 {H1}\r\ncorp.test/a v1.2.3/go.mod {H1}\n\n  corp.test/b\tv2.0.0+incompatible h2:x  \n\
             corp.test/old v1.0.0/go.mod {EMPTY_GO_MOD}\ncorp.test/short v1.0.0\na b c d e\ncorp.test/last v0.0.0-20200101000000-0123456789ab {H1}"
        );
        let parsed = parse(&text);
        let lockfile = parsed.model.lockfile.unwrap();
        let shown: Vec<_> = lockfile
            .packages
            .iter()
            .map(|package| {
                assert_eq!(&text[package.key.span.range()], package.key.as_str());
                let version = package.version.as_ref().unwrap();
                assert_eq!(&text[version.span.range()], version.as_str());
                (package.name.as_str(), version.as_str(), counts(package))
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("corp.test/a", "v1.2.3", true),
                ("corp.test/a", "v1.2.3/go.mod", true),
                ("corp.test/b", "v2.0.0+incompatible", false),
                ("corp.test/last", "v0.0.0-20200101000000-0123456789ab", true),
            ]
        );
        let wrong: Vec<_> = parsed.problems.iter().map(|problem| &text[problem.span.range()]).collect();
        assert_eq!(wrong, ["\u{feff}", "corp.test/short v1.0.0", "a b c d e"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_all_the_same(text in "[ab/.\u{feff}\u{a0}é \t\r\nh:1=]{0,60}") {
            let parsed = parse(&text);
            for package in &parsed.model.lockfile.unwrap().packages {
                prop_assert!(text.get(package.span.range()).is_some() && text.get(package.key.span.range()).is_some());
            }
            for problem in parsed.problems {
                prop_assert!(text.get(problem.span.range()).is_some());
            }
        }
    }
}
