use super::*;
use crate::formats::Proven;
use crate::model::{Group, SourceKind};
use crate::path::RelPath;
use crate::text::apply;

const DIGEST: &str = "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==";

fn read(text: &str) -> (Lockfile, Vec<Problem>) {
    let parsed = parse(&text.replace("DIGEST", DIGEST));
    (*parsed.model.lockfile.unwrap(), parsed.problems)
}

const NINE: &str = r#"lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

catalogs:
  old:
    é:
      specifier: ~1.0.0
      version: 1.0.0

overrides:
  color-name: 1.1.4

packageExtensionsChecksum: sha256-KUOFnIFYMpoCQpjQkDcO6VhIGqdwIlTrsX+YL8yivvY=

patchedDependencies:
  a@1.0.0:
    hash: abc
    path: patches/a.patch

importers:

  .:
    dependencies:
      al:
        specifier: npm:real@^1.0.0
        version: real@1.3.0
      dir:
        specifier: file:lib
        version: libdir@file:lib
      dom:
        specifier: ^18.0.0
        version: 18.3.1(react@18.3.1)
      lnk:
        specifier: link:lib
        version: link:lib
      m:
        specifier: workspace:*
        version: link:packages/m
      tar:
        specifier: file:t.tgz
        version: file:t.tgz
    devDependencies:
      node:
        specifier: runtime:26.7.0
        version: runtime:26.7.0

  packages/m:
    optionalDependencies:
      git:
        specifier: github:owner/name
        version: https://codeload.github.com/owner/name/tar.gz/0123456789012345678901234567890123456789

packages:

  dom@18.3.1:
    resolution: {integrity: DIGEST}
    engines: {node: '>=4'}
    deprecated: é is old
    peerDependencies:
      react: ^18.3.1

  git@https://codeload.github.com/owner/name/tar.gz/0123456789012345678901234567890123456789:
    resolution: {tarball: https://codeload.github.com/owner/name/tar.gz/0123456789012345678901234567890123456789}
    version: 2.1.0

  gitty@https://host.test/x.git#0123456789012345678901234567890123456789:
    resolution: {commit: '0123456789012345678901234567890123456789', repo: https://host.test/x.git, type: git}
    version: 1.0.0

  libdir@file:lib:
    resolution: {directory: lib, type: directory}

  node@runtime:26.7.0:
    resolution:
      type: variations
      variants:
        - resolution:
            archive: tarball
            integrity: sha256-aiblNEH7fhCX+gsZYWAAoDCpuWFW6xWg/iJoLP3xmtI=
            type: binary
            url: https://files.test/node.tar.gz
          targets:
            - cpu: x64
              os: linux
    version: 26.7.0
    hasBin: true

  react@18.3.1:
    resolution: {integrity: DIGEST, tarball: https://npm.corp.test/download/react/18.3.1/0a1b}

  real@1.3.0:
    resolution: {integrity: DIGEST}

  tar@file:t.tgz:
    resolution: {integrity: DIGEST, tarball: file:t.tgz}
    version: 7.0.0

  url@https://files.test/url.tgz:
    resolution: {integrity: DIGEST, tarball: https://files.test/url.tgz}
    version: 7.0.0

snapshots:

  dom@18.3.1(react@18.3.1):
    dependencies:
      react: 18.3.1
      al: real@1.3.0

  git@https://codeload.github.com/owner/name/tar.gz/0123456789012345678901234567890123456789:
    optional: true

  gitty@https://host.test/x.git#0123456789012345678901234567890123456789: {}

  libdir@file:lib:
    optionalDependencies:
      url: https://files.test/url.tgz

  node@runtime:26.7.0: {}

  react@18.3.1: {}

  real@1.3.0: {}

  tar@file:t.tgz: {}

  url@https://files.test/url.tgz: {}
"#;

#[test]
fn version_9_tells_every_kind() {
    let (lockfile, problems) = read(NINE);
    assert_eq!(problems, []);
    let found: Vec<_> = lockfile
        .packages
        .iter()
        .map(|package| {
            let version = package.version.as_ref().map(|version| version.as_str());
            (package.name.as_str(), version, package.kind, package.source.as_ref().map(|source| source.as_str()))
        })
        .collect();
    let archive = "https://codeload.github.com/owner/name/tar.gz/0123456789012345678901234567890123456789";
    let repository = "https://host.test/x.git#0123456789012345678901234567890123456789";
    assert_eq!(
        found,
        [
            ("dom", Some("18.3.1"), SourceKind::Registry, None),
            ("git", Some("2.1.0"), SourceKind::Git, Some(archive)),
            ("gitty", Some("1.0.0"), SourceKind::Git, Some(repository)),
            ("libdir", Some("file:lib"), SourceKind::File, Some("lib")),
            ("node", Some("26.7.0"), SourceKind::Url, None),
            ("react", Some("18.3.1"), SourceKind::Registry, Some("https://npm.corp.test/download/react/18.3.1/0a1b")),
            ("real", Some("1.3.0"), SourceKind::Registry, None),
            ("tar", Some("7.0.0"), SourceKind::File, Some("file:t.tgz")),
            ("url", Some("7.0.0"), SourceKind::Url, Some("https://files.test/url.tgz")),
            ("m", None, SourceKind::Workspace, None),
            ("lnk", None, SourceKind::Link, Some("lib")),
        ]
    );
    let slice = |span: Span| NINE.replace("DIGEST", DIGEST)[span.range()].to_owned();
    assert_eq!(slice(lockfile.packages[0].name.span), "dom");
    assert_eq!(slice(lockfile.packages[0].version.as_ref().unwrap().span), "18.3.1");
    assert_eq!(slice(lockfile.packages[4].version.as_ref().unwrap().span), "26.7.0");
    assert_eq!(lockfile.packages[4].files[0].integrity.digests.len(), 1);
    assert_eq!(lockfile.packages[0].deprecated.as_ref().unwrap().as_str(), "é is old");
    assert!(lockfile.packages[5].redirect.is_some() && lockfile.packages[0].redirect.is_none());
    assert_eq!(lockfile.packages[0].metadata.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["engines", "peerDependencies"]);
    assert!(lockfile.packages.iter().all(|package| package.install_script.is_none()));
    let dev: Vec<_> = lockfile.packages.iter().filter(|package| package.dev).map(|package| package.name.as_str()).collect();
    let optional: Vec<_> = lockfile.packages.iter().filter(|package| package.optional).map(|p| p.name.as_str()).collect();
    assert_eq!((dev, optional), (vec!["node"], vec!["git", "url"]));
}

#[test]
fn version_9_connects_snapshots() {
    let (lockfile, _) = read(NINE);
    let name = |target: &Option<u32>| target.map(|index| lockfile.packages[index as usize].name.as_str());
    assert_eq!(lockfile.edges.of(0).iter().map(name).collect::<Vec<_>>(), [Some("react"), Some("real")]);
    assert_eq!(lockfile.packages[0].dependencies[1].spec.as_str(), "npm:real@1.3.0");
    assert_eq!(lockfile.edges.of(3).iter().map(name).collect::<Vec<_>>(), [Some("url")]);
    let root: Vec<_> = lockfile.importers[0].targets.iter().map(name).collect();
    assert_eq!(root, [Some("real"), Some("libdir"), Some("dom"), Some("lnk"), Some("m"), Some("tar"), Some("node")]);
    assert_eq!(lockfile.importers[1].path, "packages/m");
    assert_eq!(lockfile.importers[1].dependencies.as_ref().unwrap()[0].group, Group::Optional);
    let facts: Vec<_> =
        lockfile.facts.iter().map(|(key, value)| (key.as_str(), value.as_str().split('\n').next().unwrap())).collect();
    assert_eq!(
        facts,
        [
            ("setting autoInstallPeers", "true"),
            ("catalog:old é", "~1.0.0"),
            ("override color-name", "1.1.4"),
            ("packageExtensionsChecksum", "sha256-KUOFnIFYMpoCQpjQkDcO6VhIGqdwIlTrsX+YL8yivvY="),
            ("patch a@1.0.0", "hash: abc"),
        ]
    );
}

#[test]
fn versions_5_and_6_are_the_same_in_other_words() {
    let five = "lockfileVersion: 5.4
specifiers:
  al: npm:real@^1.0.0
  dom: ^18.0.0
  git: owner/name
dependencies:
  al: /real/1.3.0
  dom: 18.3.1_react@18.3.1
devDependencies:
  git: github.com/owner/name/0123456789012345678901234567890123456789
packages:
  /dom/18.3.1_react@18.3.1:
    resolution: {integrity: DIGEST}
    requiresBuild: true
    dependencies:
      al: /real/1.3.0
    dev: false
  /real/1.3.0:
    resolution: {integrity: DIGEST}
    dev: false
  github.com/owner/name/0123456789012345678901234567890123456789:
    resolution: {tarball: https://codeload.github.com/owner/name/tar.gz/0123456789012345678901234567890123456789}
    name: git
    version: 1.0.0
    dev: true
";
    let six = "lockfileVersion: '6.0'
dependencies:
  al:
    specifier: npm:real@^1.0.0
    version: /real@1.3.0
  dom:
    specifier: ^18.0.0
    version: 18.3.1(react@18.3.1)
devDependencies:
  git:
    specifier: owner/name
    version: github.com/owner/name/0123456789012345678901234567890123456789
packages:
  /dom@18.3.1(react@18.3.1):
    resolution: {integrity: DIGEST}
    requiresBuild: true
    dependencies:
      al: /real@1.3.0
    dev: false
  /real@1.3.0:
    resolution: {integrity: DIGEST}
    dev: false
  github.com/owner/name/0123456789012345678901234567890123456789:
    resolution: {tarball: https://codeload.github.com/owner/name/tar.gz/0123456789012345678901234567890123456789}
    name: git
    version: 1.0.0
    dev: true
";
    let told = |text: &str| {
        let (lockfile, problems) = read(text);
        assert_eq!(problems, []);
        let packages: Vec<_> = lockfile
            .packages
            .iter()
            .map(|package| {
                let version = package.version.as_ref().unwrap().value.clone();
                (package.name.value.clone(), version, package.kind, package.dev, package.install_script)
            })
            .collect();
        let asked = lockfile.importers[0].dependencies.as_ref().unwrap().iter();
        let asked: Vec<_> = asked.map(|asked| (asked.name.value.clone(), asked.spec.value.clone(), asked.group)).collect();
        (packages, asked, lockfile.importers[0].targets.clone(), lockfile.edges.targets)
    };
    let (old, new) = (told(five), told(six));
    assert_eq!(old, new);
    assert_eq!(old.2, [Some(1), Some(0), Some(2)]);
    assert_eq!(old.3, [Some(1)]);
    assert_eq!(old.0[0].4, Some(true));
    assert!(old.0[2].3 && old.0[2].2 == SourceKind::Git);
}

#[test]
fn the_first_of_two_documents_is_about_pnpm_itself() {
    let text = "---
lockfileVersion: '9.0'
importers:
  .:
    configDependencies: {}
    packageManagerDependencies:
      pnpm:
        specifier: 12.0.0
        version: 12.0.0
packages:
  pnpm@12.0.0:
    resolution: {integrity: DIGEST}
snapshots:
  pnpm@12.0.0: {}
---
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a:
        specifier: 1.0.0
        version: 1.0.0
packages:
  a@1.0.0:
    resolution: {integrity: DIGEST}
snapshots:
  a@1.0.0: {}
";
    let (lockfile, problems) = read(text);
    assert_eq!(problems, []);
    let found: Vec<_> = lockfile.packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(found, ["pnpm", "a"]);
    let importers: Vec<_> = lockfile.importers.iter().map(|importer| (importer.path.as_str(), importer.targets.clone())).collect();
    assert_eq!(importers, [(ENVIRONMENT, vec![Some(0)]), ("", vec![Some(1)])]);
    let kinds = |text: &str| read(text).1.iter().map(|problem| problem.kind).collect::<Vec<_>>();
    assert_eq!(kinds("---\nlockfileVersion: '9.0'\n"), [ProblemKind::Ambiguous]);
    assert_eq!(kinds("lockfileVersion: '9.0'\n---\nlockfileVersion: '9.0'\n"), [ProblemKind::Ambiguous]);
    assert_eq!(kinds("lockfileVersion: '9.0'\nsettings: &a {x: 1}\n"), [ProblemKind::Ambiguous]);
}

#[test]
fn what_is_not_known_does_not_pass_unseen() {
    let kinds = |text: &str| read(text).1.iter().map(|problem| problem.kind).collect::<Vec<_>>();
    assert_eq!(kinds("lockfileVersion: '10.0'\n"), [ProblemKind::UnknownVersion]);
    assert_eq!(kinds("packages: {}\n"), [ProblemKind::UnknownVersion]);
    let text = "lockfileVersion: '9.0'\npackages:\n  nothing: {}\nsnapshots:\n  b@1.0.0: {}\n";
    assert_eq!(kinds(text), [ProblemKind::Syntax, ProblemKind::Inconsistent]);
    // Tried with pnpm 12.21: ERR_PNPM_LOCKFILE_MISSING_DEPENDENCY.
    let text = "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: sha512-x}\nsnapshots: {}\n";
    assert_eq!(kinds(text), [ProblemKind::Inconsistent]);
}

#[test]
fn a_digest_is_put_into_the_resolution() {
    let text = NINE.replace("DIGEST", DIGEST);
    let document = Document::parse_text(RelPath::new("pnpm-lock.yaml"), &FORMAT, std::sync::Arc::new(text.clone()));
    let digest = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
    for package in document.lockfile().unwrap().packages.iter().filter(|package| package.key.contains('@')) {
        let edits = (FORMAT.hold)(&document, package, Proven { digests: &[digest.into()], files: &[] }).unwrap();
        let (held, problems) = read(&apply(&text, &edits).unwrap());
        let again = held.packages.iter().find(|other| other.key.value == package.key.value).unwrap();
        assert_eq!((problems.len(), again.integrity.digests[0].text.as_str()), (0, digest), "{}", package.key);
    }
}

#[test]
fn a_text_cut_off_anywhere_is_read_as_far_as_it_goes() {
    let text = NINE.replace("DIGEST", DIGEST);
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let (lockfile, _) = read(&text[..end]);
        assert!(lockfile.packages.iter().all(|package| package.span.end as usize <= end && package.key.span.end as usize <= end));
    }
}
