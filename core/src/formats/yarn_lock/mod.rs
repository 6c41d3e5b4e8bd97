//! `yarn.lock`: what Yarn chose. Two formats share the name: Yarn 1's own (classic) and the YAML of Yarn 2 and later (berry), which says of
//! itself what it is by a key `__metadata`.

mod berry;
mod classic;
mod descriptor;

use super::{Format, Parsed, Proven, Role};
use crate::document::Document;
use crate::model::{Ecosystem, Edges, Lockfile, Manager, Package};
use crate::text::Edit;

/// The lockfile of every Yarn project.
pub static FORMAT: Format = Format {
    id: "yarn-lock",
    names: &["yarn.lock"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: &[],
    hold,
};

fn parse(text: &str) -> Parsed {
    if is_berry(text) { berry::parse(text) } else { classic::parse(text) }
}

/// Whether a line begins with the key that only Yarn 2 and later write.
fn is_berry(text: &str) -> bool {
    let key =
        |line: &str| line.starts_with("__metadata:") || line.starts_with("\"__metadata\":") || line.starts_with("'__metadata':");
    memchr::memmem::find_iter(text.as_bytes(), "__metadata").any(|at| {
        let start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        key(text[start..].trim_start_matches('\u{feff}'))
    })
}

/// Yarn 2 and later make their digests of an archive of their own, so only Yarn 1's can be filled in from a registry's.
fn hold(document: &Document, package: &Package, Proven { digests, .. }: Proven<'_>) -> Option<Vec<Edit>> {
    let manager = document.lockfile()?.manager;
    if manager == Manager::Yarn { classic::hold(&document.text, package, digests) } else { None }
}

/// Finds the entry that each entry's dependencies lead to: the one that answers `name@spec`.
fn connect(lockfile: &mut Lockfile) {
    let mut edges = Edges { starts: Vec::with_capacity(lockfile.packages.len() + 1), targets: Vec::new() };
    let mut buffer = String::new();
    for package in &lockfile.packages {
        edges.starts.push(edges.targets.len() as u32);
        edges.targets.extend(package.dependencies.iter().map(|asked| {
            buffer.clear();
            buffer.extend([asked.name.as_str(), "@", asked.spec.as_str()]);
            lockfile.answers.get(buffer.as_str()).copied()
        }));
    }
    edges.starts.push(edges.targets.len() as u32);
    lockfile.edges = edges;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_tells_which_yarn_wrote_it() {
        for (text, expected) in [
            ("__metadata:\n  version: 8\n", true),
            ("\u{feff}__metadata:\n", true),
            ("# c\r\n\r\n__metadata:\r\n", true),
            ("# yarn lockfile v1\n\na@1:\n  version \"1\"\n", false),
            ("\"a__metadata@1\":\n  version \"1\"\n", false),
            ("", false),
        ] {
            assert_eq!(is_berry(text), expected, "{text:?}");
        }
    }
}
