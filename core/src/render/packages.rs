//! For programs: `packages --format json`, schema 1: what a lockfile records, the same over all formats.

use serde::{Serialize, Serializer};

use super::sources::Source;
use crate::model::{Ecosystem, Lockfile, Package, SourceKind};

/// Renders a lockfile's packages, in file order, as one JSON object and a line break. `format` is the format's name, `source` the
/// lockfile's text.
#[must_use]
pub fn packages(path: &str, format: &str, lockfile: &Lockfile, source: Source<'_>) -> String {
    let document = Document { schema: 1, path, format, packages: Packages { lockfile, source } };
    // Writing plain data to a string cannot fail.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u8,
    path: &'a str,
    format: &'a str,
    packages: Packages<'a>,
}

/// The packages, converted one at a time.
struct Packages<'a> {
    lockfile: &'a Lockfile,
    source: Source<'a>,
}

impl Serialize for Packages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.lockfile.packages.iter();
        serializer.collect_seq(entries.map(|package| Entry::of(package, self.lockfile.ecosystem, self.source)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    ecosystem: Ecosystem,
    name: &'a str,
    version: Option<&'a str>,
    /// As the file has them, options included, and those that the manager drops.
    integrity: Vec<&'a str>,
    source: Option<&'a str>,
    kind: SourceKind,
    dev: bool,
    optional: bool,
    install_script: Option<bool>,
    line: usize,
}

impl<'a> Entry<'a> {
    fn of(package: &'a Package, ecosystem: Ecosystem, source: Source<'a>) -> Entry<'a> {
        Entry {
            ecosystem,
            name: &package.name,
            version: package.version.as_ref().map(|version| version.value.as_str()),
            integrity: package.integrity.digests.iter().map(|digest| digest.text.value.as_str()).collect(),
            source: package.source.as_ref().map(|source| source.value.as_str()),
            kind: package.kind,
            dev: package.dev,
            optional: package.optional,
            install_script: package.install_script,
            line: source.lines.line(source.clamp(package.key.span).start) + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::formats::Format;
    use crate::path::RelPath;
    use expect_test::expect;

    #[test]
    fn the_contract_field_by_field() {
        let text = r#"{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "é": "1.0.0" } },
    "node_modules/é": {
      "version": "1.0.0",
      "resolved": "https://registry.example/e-1.0.0.tgz",
      "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha512-odd?x",
      "hasInstallScript": true,
      "optional": true
    },
    "node_modules/here": { "resolved": "packages/here", "link": true },
    "packages/here": { "version": "0.1.0", "dev": true }
  }
}
"#;
        let path = RelPath::new("apps/package-lock.json");
        let document = Document::parse(path.clone(), Format::of(&path).unwrap(), text.into());
        let shown = packages(path.as_str(), document.format.id, document.lockfile().unwrap(), Source::of(&document));
        expect![[r#""#]].assert_eq(&shown);
    }
}
