use super::prelude::*;

rule! {
    /// A locked package is fetched from a host that no trusted setting names for it.
    ///
    /// This is the classic tampered lockfile: one entry of a thousand points at a server of the author's, with the true digest of what lies there. npm
    /// fetches from wherever the lockfile says. Addresses are compared as they are resolved, so a user name that looks like a host, a port, a look-alike
    /// letter, a trailing dot or an escaped path do not pass.
    ///
    /// Trusted are the public registry, the registries of your own `.npmrc`, those of the project's `.npmrc` as it was in the base, and those of the
    /// policy.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test.evil.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
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
    /// ```ini .npmrc
    /// registry=https://npm.corp.test/
    /// ```
    ///
    /// ## What to do
    /// If you do not know the host: somebody put it there, find out who. If it is yours, name it in the project's `.npmrc` (`registry=` or
    /// `@scope:registry=`) or under `[registries]` in `provender.toml`, in a change of its own.
    UNTRUSTED_REGISTRY = {
        id: "untrusted-registry",
        threat: 5,
        severity: Error,
        summary: "an artifact from a host that is not trusted for it",
        fixable: No,
        needs: Files,
        checks: [Lockfile(lockfile)],
    }
}

use rustc_hash::FxHashSet;

use crate::registries::{Distrust, Judgement};

fn lockfile(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let by_address = if lockfile.packages.iter().any(|package| package.kind == SourceKind::Url) {
        asked_by_address(lockfile, cx)
    } else {
        Indices::default()
    };
    let mut known: FxHashSet<&str> = FxHashSet::default();
    // Some formats name the registry once for all entries that name none: it is told of once.
    let mut told: FxHashSet<Span> = FxHashSet::default();
    // Whose registry is told of, that one's files need no word: they are where it says.
    let mut strange = Indices::default();
    for (package, index) in lockfile.packages.iter().zip(0..).filter(|(package, _)| package.kind == SourceKind::Registry) {
        // Thousands of entries name the same few registries; where names have scopes, each is judged by itself.
        let stated = package.registry.as_deref().filter(|stated| stated.contains("://"));
        let unjudged = |stated: &&Spanned<smol_str::SmolStr>| package.name.starts_with('@') || !known.contains(stated.as_str());
        let Some(stated) = stated.filter(unjudged) else { continue };
        if told.contains(&stated.span) || judge_registry(package, stated, cx) {
            told.insert(stated.span);
            strange.insert(index);
        } else {
            known.insert(stated.as_str());
        }
    }
    for (package, index) in lockfile.packages.iter().zip(0..) {
        // An address that is put in the registry's place is `redirected-source`'s matter.
        let Some(source) = package.source.as_ref().filter(|_| package.redirect.is_none()) else { continue };
        let candidate = match package.kind {
            // A bundled package is fetched from its address if its parent's archive turns out not to hold it.
            SourceKind::Registry | SourceKind::Bundled => true,
            SourceKind::Url => !by_address.contains(index),
            _ => false,
        };
        if candidate {
            judge(package, source, cx);
        }
    }
    for (package, index) in lockfile.packages.iter().zip(0..) {
        if package.kind == SourceKind::Registry && !strange.contains(index) {
            files(package, cx);
        }
    }
    for package in lockfile.legacy.iter().filter(|package| package.kind == SourceKind::Registry) {
        if let Some(source) = &package.source {
            judge(package, source, cx);
        }
    }
}

/// The addresses of a release's files (Python): the first that no trusted registry's host serves is told.
fn files(package: &Package, cx: &mut Cx<'_>) {
    let addresses = package.files.iter().filter_map(|file| file.url.as_ref());
    let stated = package.registry.as_ref().map(|stated| stated.as_str());
    let strange = |url: &&Spanned<smol_str::SmolStr>| !cx.project.registries.serves_files(stated, url);
    if let Some(url) = addresses.clone().find(strange).cloned() {
        judge(package, &url, cx);
    }
}

/// A registry's own address, as the lockfile states it. Gives whether there was something to say.
fn judge_registry(package: &Package, stated: &Spanned<smol_str::SmolStr>, cx: &mut Cx<'_>) -> bool {
    let before = cx.findings.len();
    let whole = if stated.ends_with('/') { stated.value.clone() } else { smol_str::format_smolstr!("{stated}/") };
    judge(package, &Spanned::new(whole, stated.span), cx);
    cx.findings.len() > before
}

fn judge(package: &Package, source: &Spanned<smol_str::SmolStr>, cx: &mut Cx<'_>) {
    let why = match cx.project.registries.judge(&package.name, source) {
        Judgement::Trusted { .. } | Judgement::DefaultHost { .. } => return,
        // A host that is right but for the missing encryption is `insecure-source`'s matter, and a public one `confused-source`'s.
        Judgement::Untrusted { why: Distrust::Unencrypted, .. } => return,
        Judgement::Untrusted { why: Distrust::ScopeElsewhere { .. }, .. } if super::confused_source::is_confused(package, cx) => {
            return;
        }
        Judgement::Untrusted { host, why } => format!("comes from `{host}`: {why}"),
        Judgement::TrickyUrl(trick) => format!("has an address that does not read as it is: {trick}"),
        Judgement::NotAUrl(reason) => format!("has something that is no address where one belongs: {reason}"),
    };
    let (purl, message, file) = (cx.purl(package), format!("{} {why}", titled(package)), cx.manager().settings_file());
    let finding = cx.report(source.span, message);
    finding.package(purl).help(format!(
        "if you do not know the host, find out who put it there; if it is yours, name it in `{file}` or `provender.toml`"
    ));
}

/// The entries that somebody asks for by an address, so that no registry is meant.
fn asked_by_address(lockfile: &Lockfile, cx: &Cx<'_>) -> Indices {
    let by_packages =
        lockfile.packages.iter().enumerate().flat_map(|(asker, package)| package.dependencies.iter().zip(lockfile.edges.of(asker)));
    let by_projects = cx.project.asked(cx.document, lockfile).unwrap_or_default();
    let by_projects = by_projects.iter().map(|asked| (asked.dependency, &asked.target));
    let mut found = Indices::default();
    for (asked, target) in by_packages.chain(by_projects) {
        let Some(target) = target.filter(|target| lockfile.packages[*target as usize].kind == SourceKind::Url) else { continue };
        if matches!(cx.spec(asked).kind, Kind::Url { .. } | Kind::Git(_) | Kind::Path(_)) {
            found.insert(target);
        }
    }
    found
}

use crate::npm::resolve::Indices;
use crate::spec::Kind;

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn hosts_are_compared_as_they_resolve() {
        check(
            "untrusted-registry",
            r#"
//- /.npmrc
registry=https://npm.corp.test/npm/
@corp:registry=https://private.corp.test/
//- /package.json
{ "name": "@me/app", "dependencies": { "asked": "https://files.test/asked.tgz" } }
//- /package-lock.json
{
  "lockfileVersion": 2,
  "packages": {
    "": { "dependencies": { "asked": "https://files.test/asked.tgz" } },
    "node_modules/a": { "version": "1.0.0", "resolved": "https://evil.test/a/-/a-1.0.0.tgz" },
    "node_modules/asked": { "version": "1.0.0", "resolved": "https://files.test/asked.tgz" },
    "node_modules/upper": { "version": "1.0.0", "resolved": "HTTPS://NPM.Corp.Test/npm/upper/-/upper-1.0.0.tgz" },
    "node_modules/path": { "version": "1.0.0", "resolved": "https://npm.corp.test/other/path/-/path-1.0.0.tgz" },
    "node_modules/port": { "version": "1.0.0", "resolved": "https://npm.corp.test:444/npm/port/-/port-1.0.0.tgz" },
    "node_modules/user": { "version": "1.0.0", "resolved": "https://npm.corp.test@evil.test/user/-/user-1.0.0.tgz" },
    "node_modules/alike": { "version": "1.0.0", "resolved": "https://npm.corp.tést/npm/alike/-/alike-1.0.0.tgz" },
    "node_modules/extended": { "version": "1.0.0", "resolved": "https://npm.corp.test.evil.test/npm/extended/-/extended-1.0.0.tgz" },
    "node_modules/escaped": { "version": "1.0.0", "resolved": "https:\u002f/evil.test/escaped/-/escaped-1.0.0.tgz" },
    "node_modules/@corp/mine": { "version": "1.0.0", "resolved": "https://private.corp.test/@corp/mine/-/mine-1.0.0.tgz" },
    "node_modules/@corp/elsewhere": { "version": "1.0.0", "resolved": "https://npm.corp.test/npm/@corp/elsewhere/-/elsewhere-1.0.0.tgz" },
    "node_modules/for-others": { "version": "1.0.0", "resolved": "https://private.corp.test/for-others/-/for-others-1.0.0.tgz" },
    "node_modules/word": { "version": "1.0.0", "resolved": "word" },
    "node_modules/😀": { "version": "1.0.0", "resolved": "https://evil.test/archive.tgz" }
  },
  "dependencies": {
    "upper": { "version": "1.0.0", "resolved": "https://evil.test/upper/-/upper-1.0.0.tgz" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:58 [https://evil.test/a/-/a-1.0.0.tgz]
                  `a` 1.0.0 comes from `evil.test`: no trusted setting names this host
                error package-lock.json:8:61 [https://npm.corp.test/other/path/-/path-1.0.0.tgz]
                  `path` 1.0.0 comes from `npm.corp.test`: the host is trusted below `https://npm.corp.test/npm/` only
                error package-lock.json:9:61 [https://npm.corp.test:444/npm/port/-/port-1.0.0.tgz]
                  `port` 1.0.0 comes from `npm.corp.test:444`: the host is trusted on another port only
                error package-lock.json:10:61 [https://npm.corp.test@evil.test/user/-/user-1.0.0.tgz]
                  `user` 1.0.0 has an address that does not read as it is: what stands before the `@` is a user's name; it goes to `evil.test`
                error package-lock.json:11:62 [https://npm.corp.tést/npm/alike/-/alike-1.0.0.tgz]
                  `alike` 1.0.0 comes from `npm.corp.xn--tst-bma`: it looks like `npm.corp.test` and is another host
                error package-lock.json:12:65 [https://npm.corp.test.evil.test/npm/extended/-/extended-1.0.0.tgz]
                  `extended` 1.0.0 comes from `npm.corp.test.evil.test`: it looks like `npm.corp.test` and is another host
                error package-lock.json:13:64 [https:\u002f/evil.test/escaped/-/escaped-1.0.0.tgz]
                  `escaped` 1.0.0 comes from `evil.test`: no trusted setting names this host
                error package-lock.json:15:72 [https://npm.corp.test/npm/@corp/elsewhere/-/elsewhere-1.0.0.tgz]
                  `@corp/elsewhere` 1.0.0 comes from `npm.corp.test`: packages of this scope come from `https://private.corp.test/`
                error package-lock.json:16:67 [https://private.corp.test/for-others/-/for-others-1.0.0.tgz]
                  `for-others` 1.0.0 comes from `private.corp.test`: the registry is trusted for packages of `@corp` only
                error package-lock.json:17:61 [word]
                  `word` 1.0.0 has something that is no address where one belongs: it does not parse (relative URL without a base)
                error package-lock.json:18:58 [https://evil.test/archive.tgz]
                  `😀` 1.0.0 comes from `evil.test`: no trusted setting names this host
                error package-lock.json:21:49 [https://evil.test/upper/-/upper-1.0.0.tgz]
                  `upper` 1.0.0 comes from `evil.test`: no trusted setting names this host
            "#]],
        );
    }

    #[test]
    fn what_is_asked_for_by_address_needs_no_registry_in_the_nested_form() {
        check(
            "untrusted-registry",
            r#"
//- /package.json
{ "name": "@me/app", "dependencies": { "asked": "https://files.test/asked.tgz", "not": "1.0.0" } }
//- /package-lock.json
{
  "lockfileVersion": 1,
  "dependencies": {
    "asked": { "version": "https://files.test/asked.tgz" },
    "not": { "version": "https://evil.test/not.tgz" },
    "below": { "version": "1.0.0", "resolved": "https://evil.test/below/-/below-1.0.0.tgz", "bundled": true }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:26 [https://evil.test/not.tgz]
                  `not` comes from `evil.test`: no trusted setting names this host
                error package-lock.json:6:49 [https://evil.test/below/-/below-1.0.0.tgz]
                  `below` 1.0.0 comes from `evil.test`: no trusted setting names this host
            "#]],
        );
    }

    #[test]
    fn the_policy_and_the_default_registry_are_trusted_and_a_change_s_own_settings_are_not() {
        check(
            "untrusted-registry",
            r#"
//- /provender.toml base
[registries]
trusted = ["https://mirror.test/"]
//- /provender.toml
[registries]
trusted = ["https://mirror.test/"]
//- /.npmrc
registry=https://new.test/
//- /package-lock.json base
{ "lockfileVersion": 3, "packages": { "": {} } }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.0.0", "resolved": "https://mirror.test/a/-/a-1.0.0.tgz" },
    "node_modules/b": { "version": "1.0.0", "resolved": "https://new.test/b/-/b-1.0.0.tgz" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:6:58 [https://new.test/b/-/b-1.0.0.tgz]
                  `b` 1.0.0 comes from `new.test`: no trusted setting names this host
            "#]],
        );
    }

    #[test]
    fn one_place_is_told_of_once() {
        check(
            "untrusted-registry",
            r#"
//- /uv.lock
version = 1
requires-python = ">=3.11"

[[package]]
name = "both"
version = "1.0"
source = { registry = "https://evil.test/simple" }
sdist = { url = "https://evil.test/both-1.0.tar.gz", hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }

[[package]]
name = "file"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://evil.test/file-1.0.tar.gz", hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
"#,
            expect![[r#"
                error uv.lock:7:24 [https://evil.test/simple]
                  `both` 1.0 comes from `evil.test`: no trusted setting names this host
                error uv.lock:14:18 [https://evil.test/file-1.0.tar.gz]
                  `file` 1.0 comes from `evil.test`: no trusted setting names this host
            "#]],
        );
    }
}
