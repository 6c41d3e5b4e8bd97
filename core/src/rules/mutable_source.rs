use super::prelude::*;

rule! {
    /// A dependency comes from a git repository or an address, and neither a full commit hash nor a digest holds it.
    ///
    /// A branch or a tag can be moved, and what lies at an address can be exchanged. Whoever can write to the other side decides what is installed next
    /// time, and no version number tells.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "git+https://git.corp.test/left-pad.git#main"}
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "git+https://git.corp.test/left-pad.git#0123456789abcdef0123456789abcdef01234567"}
    /// }
    /// ```
    ///
    /// ## What to do
    /// Put the full commit hash behind `#`; the quick-fix takes it from the lockfile.
    MUTABLE_SOURCE = {
        id: "mutable-source",
        threat: 5,
        severity: Error,
        summary: "a git or archive dependency that nothing holds",
        fixable: Offline,
        needs: Files,
        checks: [Dependency(dependency), Package(package)],
    }
}

use smol_str::SmolStr;

use crate::spec::{Git, Kind, Place, is_commit};
use crate::syntax::toml;

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    let spec = cx.spec(dependency);
    if !matches!(spec.kind, Kind::Git(_) | Kind::Url { .. }) {
        return;
    }
    let locked = cx.project.locked(cx.document, &dependency.name).map(|(_, package)| package);
    let (ecosystem, lock) = (cx.ecosystem(), cx.project.manager().lock_command());
    match &spec.kind {
        Kind::Git(Git { commit: None, .. }) => {
            let commit = locked.and_then(commit);
            let edits = commit.and_then(|commit| hold(dependency, commit, cx.document));
            let reference = cx.named(&dependency.name);
            let finding = cx.report(
                place(dependency),
                format!("`{}` follows whatever its repository holds: no full commit hash", dependency.name),
            );
            finding.package(reference).help(match ecosystem {
                Ecosystem::Npm => "put the full commit hash behind `#`",
                Ecosystem::Pypi => "put the full commit hash behind the address, after `@`, or as `rev`",
                _ => "name the full commit hash as `rev`",
            });
            if let Some(commit) = commit {
                finding.fix(
                    format!("Pin `{}` to the commit that the lockfile has ({})", dependency.name, &commit[..7]),
                    // Cargo's lockfile names what chose the commit, and lags behind until it is written again.
                    if ecosystem == Ecosystem::Cargo { Applicability::Unsafe } else { Applicability::Safe },
                    edits,
                );
            }
        }
        Kind::Url { held: false, .. } if locked.is_none_or(|package| package.held_by().is_none()) => {
            let reference = cx.named(&dependency.name);
            let finding = cx
                .report(dependency.spec.span, format!("`{}` is whatever its address serves: no digest holds it", dependency.name));
            finding.package(reference).help(format!("lock it (`{lock}` records the digest), or take it from a registry"));
        }
        _ => {}
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    // What a file itself asks for is judged as a dependency.
    let own = cx.document.manifest().is_some();
    let Some(source) = package.source.as_ref().filter(|_| package.kind == SourceKind::Git && !own) else { return };
    // Bun writes a forge's commits in seven letters, and the digest of what it got.
    if commit(package).is_none() && package.integrity.strongest().is_none() {
        let (purl, message) = (cx.purl(package), format!("`{}` is locked to no full commit hash", package.name));
        cx.report(source.span, message).package(purl).help("lock it anew: the manager writes the commit");
    }
}

/// The full commit hash that an entry is locked to.
fn commit(package: &Package) -> Option<&str> {
    let source = package.source.as_ref()?;
    // A forge's archive has the commit in its path; Yarn 2 and later write what the fragment is.
    let fragment = source.rsplit_once('#').map(|(_, fragment)| fragment.rsplit("commit=").next().unwrap_or(fragment));
    fragment.filter(|hash| is_commit(hash)).or_else(|| source.split(['/', '.', '?', '#', '=']).find(|part| is_commit(part)))
}

/// Where a dependency says that it comes from git.
fn place(dependency: &Dependency) -> Span {
    match dependency.place.as_deref() {
        // Where a spec holds the address, the whole spec says it.
        Some(Place::Git { address, .. }) if !dependency.spec.span.contains(address.span) => address.span,
        _ => dependency.spec.span,
    }
}

fn hold(dependency: &Dependency, commit: &str, document: &Document) -> Option<Vec<Edit>> {
    let Some(place) = dependency.place.as_deref() else { return hold_spec(dependency, commit, document) };
    let Place::Git { address, rev, reference } = place else { return None };
    match table(address, document) {
        Some(table) => {
            let is_pipenv = document.manifest().is_some_and(|manifest| manifest.manager == Some(Manager::Pipenv));
            hold_table(table, if is_pipenv { "ref" } else { "rev" }, commit)
        }
        None => hold_address(address, rev.as_ref().or(reference.as_ref()), commit, document),
    }
}

/// The table that has the repository's address as a member of its own.
fn table<'d>(address: &Spanned<SmolStr>, document: &'d Document) -> Option<toml::Value<'d>> {
    let Syntax::Toml(tree) = &document.syntax else { return None };
    let (table, key, value) = tree.root(&document.text).member_at(address.span)?;
    (key.is("git") && value.inner() == address.span).then_some(table)
}

/// npm's form: the commit behind `#`.
fn hold_spec(dependency: &Dependency, commit: &str, document: &Document) -> Option<Vec<Edit>> {
    let spec = dependency.spec.as_str();
    let plain = document.slice(dependency.spec.span) == spec && !spec.contains("::");
    let address = spec.split('#').next()?;
    plain.then(|| vec![Edit::replace(dependency.spec.span, format!("{address}#{commit}"))])
}

/// That of a direct reference (PEP 508): the commit behind the `@` that ends the address.
fn hold_address(
    address: &Spanned<SmolStr>,
    chosen: Option<&Spanned<SmolStr>>,
    commit: &str,
    document: &Document,
) -> Option<Vec<Edit>> {
    let is_plain = |text: &Spanned<SmolStr>| document.slice(text.span) == text.as_str();
    let edit = match chosen {
        Some(chosen) => is_plain(chosen).then(|| Edit::replace(chosen.span, commit)),
        None => is_plain(address).then(|| Edit::insert(address.span.end as usize, format!("@{commit}"))),
    };
    edit.map(|edit| vec![edit])
}

/// Puts the commit, by the manager's own `key`, in the place of `branch` or `tag`, or after the repository's address.
fn hold_table(table: toml::Value<'_>, key: &str, commit: &str) -> Option<Vec<Edit>> {
    let quoted = toml::quote(commit, toml::Quotes::Basic);
    let chosen = [key, "branch", "tag"].iter().find_map(|key| table.member(key));
    let Some((old, value)) = chosen else { return toml::insert_after(table, &["git"], key, &quoted) };
    let mut edits = toml::replace_raw(value, &quoted)?;
    if !old.is(key) {
        edits.push(Edit::replace(old.span(), key));
    }
    Some(edits)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn what_a_full_commit_hash_or_a_digest_holds() {
        check(
            "mutable-source",
            r#"
//- /package.json
{
  "name": "@me/app",
  "dependencies": {
    "branch": "git+https://host.test/a.git#main",
    "none": "git+ssh://git@host.test/a.git",
    "short": "owner/name#0123456",
    "semver": "github:owner/name#semver:^1.0.0",
    "path": "github:owner/name#main::path:lib",
    "locked": "owner/locked#é",
    "full": "git+https://host.test/a.git#0123456789012345678901234567890123456789",
    "tarball": "https://files.test/x.tgz",
    "forge": "https://files.test/archive/0123456789012345678901234567890123456789.tar.gz",
    "held": "https://files.test/held.tgz",
    "version": "^1.0.0",
    "file": "file:../x"
  }
}
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "locked": "owner/locked#é", "held": "https://files.test/held.tgz" } },
    "node_modules/locked": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/locked.git#abcdefabcdefabcdefabcdefabcdefabcdefabcd" },
    "node_modules/held": { "version": "1.0.0", "resolved": "https://files.test/held.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/loose": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/loose.git#main" },
    "node_modules/looser": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/looser.git" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:7:62 [git+ssh://git@host.test/loose.git#main]
                  `loose` is locked to no full commit hash
                error package-lock.json:8:63 [git+ssh://git@host.test/looser.git]
                  `looser` is locked to no full commit hash
                error package.json:4:16 [git+https://host.test/a.git#main]
                  `branch` follows whatever its repository holds: no full commit hash
                error package.json:5:14 [git+ssh://git@host.test/a.git]
                  `none` follows whatever its repository holds: no full commit hash
                error package.json:6:15 [owner/name#0123456]
                  `short` follows whatever its repository holds: no full commit hash
                error package.json:7:16 [github:owner/name#semver:^1.0.0]
                  `semver` follows whatever its repository holds: no full commit hash
                error package.json:8:14 [github:owner/name#main::path:lib]
                  `path` follows whatever its repository holds: no full commit hash
                error package.json:9:16 [owner/locked#é]
                  `locked` follows whatever its repository holds: no full commit hash
                  fix (safe): Pin `locked` to the commit that the lockfile has (abcdefa)
                    package.json: [owner/locked#é] -> [owner/locked#abcdefabcdefabcdefabcdefabcdefabcdefabcd]
                error package.json:11:17 [https://files.test/x.tgz]
                  `tarball` is whatever its address serves: no digest holds it
            "#]],
        );
    }

    #[test]
    fn each_of_python_s_manifests_names_a_commit_in_its_own_way() {
        check(
            "mutable-source",
            r#"
//- /poetry/pyproject.toml
[project]
name = "app"
version = "1.0.0"
dependencies = [
    "bare @ git+https://git.test/bare.git",
    'branch[extra] @ git+ssh://git@git.test/branch.git@main#egg=branch ; python_version > "3"',
]
//- /poetry/poetry.lock
[[package]]
name = "bare"
version = "1.0"
[package.source]
type = "git"
url = "https://git.test/bare.git"
reference = "HEAD"
resolved_reference = "0123456789012345678901234567890123456789"
[[package]]
name = "branch"
version = "1.0"
[package.source]
type = "git"
url = "ssh://git@git.test/branch.git"
reference = "main"
resolved_reference = "abcdef0123456789012345678901234567890123"
[metadata]
lock-version = "2.1"
content-hash = "0"
//- /pipenv/Pipfile
[packages]
bare = {git = "https://git.test/bare.git"}
branch = {ref = "main", git = "https://git.test/branch.git"}
//- /pipenv/Pipfile.lock
{
    "_meta": { "hash": { "sha256": "0" }, "pipfile-spec": 6, "requires": {}, "sources": [] },
    "default": {
        "bare": { "git": "https://git.test/bare.git", "ref": "0123456789012345678901234567890123456789" },
        "branch": { "git": "https://git.test/branch.git", "ref": "abcdef0123456789012345678901234567890123" }
    }
}
"#,
            expect![[r#"
                error pipenv/Pipfile:2:16 [https://git.test/bare.git]
                  `bare` follows whatever its repository holds: no full commit hash
                  fix (safe): Pin `bare` to the commit that the lockfile has (0123456)
                    pipenv/Pipfile: [] -> [, ref = "0123456789012345678901234567890123456789"]
                error pipenv/Pipfile:3:32 [https://git.test/branch.git]
                  `branch` follows whatever its repository holds: no full commit hash
                  fix (safe): Pin `branch` to the commit that the lockfile has (abcdef0)
                    pipenv/Pipfile: ["main"] -> ["abcdef0123456789012345678901234567890123"]
                error poetry/pyproject.toml:5:13 [git+https://git.test/bare.git]
                  `bare` follows whatever its repository holds: no full commit hash
                  fix (safe): Pin `bare` to the commit that the lockfile has (0123456)
                    poetry/pyproject.toml: [] -> [@0123456789012345678901234567890123456789]
                error poetry/pyproject.toml:6:22 [git+ssh://git@git.test/branch.git@main#egg=branch]
                  `branch` follows whatever its repository holds: no full commit hash
                  fix (safe): Pin `branch` to the commit that the lockfile has (abcdef0)
                    poetry/pyproject.toml: [main] -> [abcdef0123456789012345678901234567890123]
            "#]],
        );
    }

    #[test]
    fn requirements_from_repositories_and_addresses() {
        check(
            "mutable-source",
            r#"
//- /requirements.txt
-e git+https://git.test/x.git@main#egg=branch
commit @ git+https://git.test/x.git@0123456789012345678901234567890123456789
https://files.test/open-1.0.zip
https://files.test/fragment-1.0.zip#sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
option @ https://files.test/option-1.0.zip --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
./folder
//- /pylock.toml
lock-version = "1.0"
created-by = "x"
[[packages]]
name = "held"
vcs = { type = "git", url = "https://git.test/x.git", commit-id = "0123456789012345678901234567890123456789" }
[[packages]]
name = "loose"
vcs = { type = "git", url = "https://git.test/x.git", commit-id = "main" }
"#,
            expect![[r#"
                error pylock.toml:8:30 [https://git.test/x.git]
                  `loose` is locked to no full commit hash
                error requirements.txt:1:4 [git+https://git.test/x.git@main#egg=branch]
                  `branch` follows whatever its repository holds: no full commit hash
                error requirements.txt:3:1 [https://files.test/open-1.0.zip]
                  `open-1.0.zip` is whatever its address serves: no digest holds it
            "#]],
        );
    }
}
