use super::prelude::*;

rule! {
    /// The manifest asks for something that the lockfile does not answer, or answers otherwise.
    ///
    /// Most of it `npm ci` refuses. Some it lets pass: an alias that was added or taken away, a list that the lockfile copied differently, a git commit
    /// that changed. Then what is installed is not what the manifest says.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "2.0.0"}
    /// }
    /// ```
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "1.3.0"}
    /// }
    /// ```
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Run `npm install --package-lock-only`, look at what changes, and commit both files together.
    LOCKFILE_OUT_OF_SYNC = {
        id: "lockfile-out-of-sync",
        threat: 5,
        severity: Error,
        summary: "manifest and lockfile disagree",
        fixable: No,
        needs: Files,
        checks: [Project(project)],
    }
}

use std::sync::Arc;

use crate::npm_sync::{Conflict, Disagreement, Locked, disagreements, unlinked_member};

fn project(project: &Project<'_>, cx: &mut Cx<'_>) {
    let Some((document, lockfile)) = project.lockfile() else { return };
    for manifest in project.manifest.into_iter().chain(project.members.iter().copied()) {
        compare(project, document, lockfile, manifest, cx);
    }
}

fn compare(project: &Project<'_>, document: &Arc<Document>, lockfile: &Lockfile, manifest: &Arc<Document>, cx: &mut Cx<'_>) {
    let Some(asked) = manifest.manifest() else { return };
    let folder = project.importer_path(manifest);
    let importer = lockfile.importers.iter().find(|importer| importer.path == folder);
    let copy = importer.and_then(|importer| importer.dependencies.as_deref());
    let finder = Finder::new(lockfile);
    if let (false, Some(name)) = (folder.is_empty(), asked.name.as_ref()) {
        let linked = finder.find("", name);
        if unlinked_member(folder, linked).is_some() {
            let message = format!("`{}` does not link the workspace's own `{name}` to `{folder}`", document.path);
            cx.report_in(&manifest.path, name.span, message).help(help(document));
        }
    }
    for found in disagreements(folder, copy, &asked.dependencies, &[], |name| finder.find(folder, name)) {
        report(document, manifest, asked, copy, &found, cx);
    }
}

fn report(document: &Arc<Document>, manifest: &Arc<Document>, asked: &Manifest, copy: Option<&[Dependency]>, found: &Disagreement, cx: &mut Cx<'_>) {
    let wanted = found.asked.and_then(|index| asked.dependencies.get(index));
    let copied = found.copied.and_then(|index| copy?.get(index));
    let Some(name) = wanted.or(copied).map(|dependency| dependency.name.value.clone()) else { return };
    let what = words(found.conflict);
    let message = if found.refused { format!("`{name}`: {what}; `npm ci` refuses it") } else { format!("`{name}`: {what}; `npm ci` installs it all the same") };
    let (path, span) = match (wanted, copied) {
        (Some(wanted), _) => (&manifest.path, wanted.name.span.to(wanted.spec.span)),
        (None, Some(copied)) => (&document.path, copied.name.span.to(copied.spec.span)),
        (None, None) => return,
    };
    let reference = cx.named(&name);
    let finding = cx.report_in(path, span, message);
    finding.package(reference).help(help(document));
    if let (Some(_), Some(copied)) = (wanted, copied) {
        finding.related(&document.path, copied.name.span.to(copied.spec.span), "the lockfile's copy");
    }
}

fn help(document: &Document) -> String {
    format!("run `{}`, look at what changes, and commit both files together", document.format.written_by)
}

/// A disagreement in words.
fn words(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::NoEntry => "the lockfile has no entry for it",
        Conflict::OutsideRange => "the locked version is not one that is asked for",
        Conflict::OtherPackage => "the lockfile has another package under this name",
        Conflict::OtherSource => "the lockfile has it from another place",
        Conflict::Unsupported => "npm does not install such a spec",
        Conflict::OverrideConflict => "an override contradicts what is asked for",
        Conflict::NotCopied => "the lockfile does not know that it is asked for",
        Conflict::NotAskedFor => "the lockfile says that it is asked for, and it is not",
        Conflict::OtherSpec => "the lockfile copied another range",
        Conflict::OtherGroup => "the lockfile has it in another list",
    }
}

/// Finds entries from a project's folder upwards, as Node does, without following links.
struct Finder<'a> {
    lockfile: &'a Lockfile,
    resolver: std::cell::RefCell<crate::npm_resolve::Resolver<'a>>,
}

impl<'a> Finder<'a> {
    fn new(lockfile: &'a Lockfile) -> Finder<'a> {
        let link = |package: &'a Package| (package.kind == SourceKind::Link).then_some(package.source.as_ref()).flatten();
        let entries = lockfile.packages.iter().map(|package| (package.key.as_str(), link(package).map(|target| target.as_str())));
        Finder { lockfile, resolver: std::cell::RefCell::new(crate::npm_resolve::Resolver::new(entries)) }
    }

    fn find(&self, folder: &str, name: &str) -> Option<Locked<'a>> {
        let index = self.resolver.borrow_mut().find(folder, name)?;
        let package = self.lockfile.packages.get(index as usize)?;
        let source = package.source.as_ref().map(|source| source.as_str());
        Some(Locked {
            name: &package.name,
            version: package.version.as_ref().map(|version| version.as_str()),
            source,
            link: source.filter(|_| package.kind == SourceKind::Link),
            bundled: package.kind == SourceKind::Bundled,
        })
    }
}
