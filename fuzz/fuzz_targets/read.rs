//! Any bytes as any known file: reading never fails, and every place that is named lies in the text.
//!
//! `PROVENDER_FUZZ_FORMAT` names one format (its id); without it the first byte chooses.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use provender_core::document::Document;
use provender_core::facts::ArtifactFile;
use provender_core::formats::{FORMATS, Format, Proven};
use provender_core::model::{Dependency, LockedFile, Lockfile, Package};
use provender_core::path::RelPath;
use provender_core::text::{Span, apply};

static CHOSEN: LazyLock<Option<&'static Format>> = LazyLock::new(|| {
    let id = std::env::var("PROVENDER_FUZZ_FORMAT").ok()?;
    Some(FORMATS.iter().find(|format| format.id == id).expect("a format of that id"))
});

fuzz_target!(|data: &[u8]| {
    let (format, bytes) = match (*CHOSEN, data.split_first()) {
        (Some(format), _) => (format, data),
        (None, Some((choice, bytes))) => (FORMATS[*choice as usize % FORMATS.len()], bytes),
        (None, None) => return,
    };
    let name = format.names.first().or(format.patterns.first()).expect("a format has a name").replace('*', "x");
    let document = Document::parse(RelPath::new(name), format, bytes.to_vec());
    let inside = |span: Span| assert!(document.text.get(span.range()).is_some(), "{span:?} is not in the text");
    for problem in &document.problems {
        inside(problem.span);
        if let Some((_, edits)) = &problem.fix {
            assert!(apply(&document.text, edits).is_some(), "a fix of a problem cannot be applied");
        }
    }
    let dependency = |asked: &Dependency| {
        inside(asked.name.span);
        inside(asked.spec.span);
    };
    if let Some(lockfile) = document.lockfile() {
        for held in lockfile.packages.iter().chain(&lockfile.legacy) {
            package(held, &inside);
            held.dependencies.iter().for_each(dependency);
        }
        lockfile.importers.iter().flat_map(|importer| importer.dependencies.iter().flatten()).for_each(dependency);
        edges(lockfile);
        hold(&document, lockfile);
    }
    if let Some(manifest) = document.manifest() {
        manifest.dependencies.iter().for_each(dependency);
        manifest.workspaces.iter().chain(&manifest.includes).for_each(|text| inside(text.span));
    }
    if let Some(settings) = document.settings() {
        settings.entries.iter().for_each(|setting| {
            inside(setting.key.span);
            inside(setting.value.span);
        });
        settings.registries.iter().for_each(|registry| inside(registry.url.span));
    }
});

fn package(package: &Package, inside: &impl Fn(Span)) {
    inside(package.key.span);
    inside(package.name.span);
    inside(package.span);
    package.version.iter().for_each(|version| inside(version.span));
    package.source.iter().for_each(|source| inside(source.span));
    package.integrity.digests.iter().for_each(|digest| inside(digest.text.span));
    for file in &package.files {
        file.url.iter().chain(&file.name).for_each(|text| inside(text.span));
        file.integrity.digests.iter().for_each(|digest| inside(digest.text.span));
    }
}

/// Every edge leads to an entry that is there.
fn edges(lockfile: &Lockfile) {
    let count = lockfile.packages.len();
    for (index, package) in lockfile.packages.iter().enumerate() {
        let targets = lockfile.edges.of(index);
        assert!(targets.is_empty() || targets.len() == package.dependencies.len(), "edges and dependencies differ in number");
        assert!(targets.iter().flatten().all(|target| (*target as usize) < count), "an edge leads nowhere");
    }
    for importer in &lockfile.importers {
        assert!(importer.targets.iter().flatten().all(|target| (*target as usize) < count), "an importer's edge leads nowhere");
    }
}

/// A digest is written so that it is read again: that of the package, and those of its files.
fn hold(document: &Document, lockfile: &Lockfile) {
    let digests = ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".into()];
    for package in lockfile.packages.iter().take(3) {
        let file = |file: &LockedFile| ArtifactFile {
            name: file.name.as_ref().map(|name| name.value.clone()),
            url: file.url.as_ref().map(|url| url.value.clone()),
            integrity: digests.to_vec(),
        };
        let files: Vec<ArtifactFile> = package.files.iter().map(file).collect();
        if let Some(edits) = (document.format.hold)(document, package, Proven { digests: &digests, files: &files }) {
            assert!(apply(&document.text, &edits).is_some(), "a digest's edit cannot be applied");
        }
    }
}
