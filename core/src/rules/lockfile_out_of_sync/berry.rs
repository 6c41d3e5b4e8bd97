//! Yarn 2 and later: `yarn install --immutable` resolves everything anew from the lockfile and refuses if the lockfile would be written otherwise by a
//! single character. So every difference between the manifests and what the lockfile copied of them is refused.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::super::prelude::*;
use super::help;
use crate::formats::Role;
use crate::model::{Group, Importer};
use crate::spec::Kind;

pub(super) fn check(project: &Project<'_>, document: &Arc<Document>, lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let overridden = project.overrides().map(|asked| asked.name.as_str()).collect();
    let side = Side { project, document, lockfile, overridden };
    // Catalogs stand in the settings, and are no member.
    for (manifest, asked) in project.manifests().filter(|(manifest, _)| manifest.format.role == Role::Manifest) {
        side.compare(manifest, asked, cx);
    }
    side.unanswered(cx);
    side.resolutions(cx);
}

const END: &str = "`yarn install --immutable` refuses it";

/// The lockfile's side of the comparison.
struct Side<'a> {
    project: &'a Project<'a>,
    document: &'a Arc<Document>,
    lockfile: &'a Lockfile,
    overridden: FxHashSet<&'a str>,
}

impl Side<'_> {
    /// One manifest with what the lockfile copied of it.
    fn compare(&self, manifest: &Arc<Document>, asked: &Manifest, cx: &mut Cx<'_>) {
        let folder = self.project.importer_path(manifest);
        let Some(importer) = self.lockfile.importers.iter().find(|importer| importer.path == folder) else {
            let span = asked.name.as_ref().map_or(Span::at(0), |name| name.span);
            let place = if folder.is_empty() { "the project".to_owned() } else { format!("the member `{folder}`") };
            cx.report_in(&manifest.path, span, format!("the lockfile does not know {place}; {END}")).help(help(self.document));
            return;
        };
        if let (Some(name), Some(copied)) = (&asked.name, &importer.name)
            && name.value != copied.value
        {
            let message = format!("the lockfile knows this folder as `{copied}`; {END}");
            let finding = cx.report_in(&manifest.path, name.span, message);
            finding.help(help(self.document)).related(&self.document.path, copied.span, "the lockfile's copy");
        }
        for peers in [false, true] {
            self.lists(manifest, asked, importer, peers, cx);
        }
        self.facts(manifest, asked, importer, cx);
    }

    /// Commands, and what is said of dependencies beside their versions.
    fn facts(&self, manifest: &Arc<Document>, asked: &Manifest, importer: &Importer, cx: &mut Cx<'_>) {
        // What is said of a dependency that came or went, came or went with it.
        let moved = |name: &str| {
            let asked_for = |list: &[Dependency]| list.iter().any(|asked| name.split(' ').nth(1) == Some(asked.name.as_str()));
            !name.starts_with("bin ")
                && asked_for(&asked.dependencies) != asked_for(importer.dependencies.as_deref().unwrap_or_default())
        };
        let (own, copied) = (facts_of(asked), copied_facts(importer));
        for (name, (value, span)) in own.iter().filter(|(name, _)| !moved(name)) {
            let copy = copied.get(name);
            let what = match copy {
                None => "which the lockfile does not have".to_owned(),
                Some((copy, _)) if copy != value => format!("and the lockfile copied `{copy}`"),
                Some(_) => continue,
            };
            let finding = cx.report_in(&manifest.path, *span, format!("{} is `{value}`, {what}; {END}", shown(name)));
            finding.help(help(self.document));
            if let Some((_, span)) = copy {
                finding.related(&self.document.path, *span, "the lockfile's copy");
            }
        }
        for (name, (value, span)) in copied.iter().filter(|(name, _)| !own.contains_key(*name) && !moved(name)) {
            let message = format!("{} is `{value}` in the lockfile, and the manifest does not say so; {END}", shown(name));
            cx.report_in(&self.document.path, *span, message).help(help(self.document));
        }
    }

    /// What is installed, or what a member asks its users to bring: the two lists are compared each by itself.
    fn lists(&self, manifest: &Arc<Document>, asked: &Manifest, importer: &Importer, peers: bool, cx: &mut Cx<'_>) {
        let own = by_name(&asked.dependencies, peers);
        let empty = Vec::new();
        let copy = importer.dependencies.as_ref().unwrap_or(&empty);
        let copied = by_name(copy, peers);
        for (name, dependency) in &own {
            let what = match copied.get(name) {
                None => Some("the lockfile does not know that it is asked for".to_owned()),
                Some(copy) if plain(&copy.spec) != plain(&dependency.spec) => Some(format!("the lockfile copied `{}`", copy.spec)),
                Some(_) if !peers && self.is_unanswered(dependency, cx) => Some("the lockfile has no entry for it".to_owned()),
                Some(_) => None,
            };
            let Some(what) = what else { continue };
            let reference = cx.named(name);
            let span = dependency.name.span.to(dependency.spec.span);
            let finding = cx.report_in(&manifest.path, span, format!("`{name}`: {what}; {END}"));
            finding.package(reference).help(help(self.document));
            if let Some(copy) = copied.get(name) {
                finding.related(&self.document.path, copy.name.span.to(copy.spec.span), "the lockfile's copy");
            }
        }
        for (name, copy) in copied.iter().filter(|(name, _)| !own.contains_key(*name)) {
            let reference = cx.named(name);
            let message = format!("`{name}`: the lockfile says that it is asked for, and it is not; {END}");
            cx.report_in(&self.document.path, copy.name.span.to(copy.spec.span), message)
                .package(reference)
                .help(help(self.document));
        }
    }

    /// Whether no entry answers what a manifest asks for; what a catalog says of it is looked up there.
    fn is_unanswered(&self, asked: &Dependency, cx: &Cx<'_>) -> bool {
        if self.overridden.contains(asked.name.as_str()) {
            return false;
        }
        let Some(catalog) = asked.spec.strip_prefix("catalog:") else { return self.lockfile.answer(asked).is_none() };
        let key = if catalog.is_empty() { format!("catalog.{}", asked.name) } else { format!("catalogs.{catalog}.{}", asked.name) };
        let Some(range) = cx.project.setting(&key) else { return false };
        let spec = Dependency { spec: range.value.clone(), ..asked.clone() };
        self.lockfile.answer(&spec).is_none()
    }

    /// What packages ask for and no entry answers.
    fn unanswered(&self, cx: &mut Cx<'_>) {
        for (index, package) in self.lockfile.packages.iter().enumerate() {
            for (asked, target) in package.dependencies.iter().zip(self.lockfile.edges.of(index)) {
                let is_peer = matches!(asked.group, Group::Peer | Group::OptionalPeer);
                if target.is_some() || is_peer || self.overridden.contains(asked.name.as_str()) {
                    continue;
                }
                let reference = cx.named(&asked.name);
                let message = format!(
                    "`{}` asks for `{}` {}, and the lockfile has no entry for it; {END}",
                    package.name, asked.name, asked.spec
                );
                let finding = cx.report_in(&self.document.path, asked.name.span.to(asked.spec.span), message);
                finding.package(reference).help(help(self.document));
            }
        }
    }

    /// `resolutions` that did not reach the lockfile.
    fn resolutions(&self, cx: &mut Cx<'_>) {
        let Some(manifest) = self.project.manifest else { return };
        let of_packages = self.lockfile.packages.iter().flat_map(|package| &package.dependencies);
        let of_members = self.lockfile.importers.iter().flat_map(|importer| importer.dependencies.iter().flatten());
        let names: FxHashSet<&SmolStr> =
            of_packages.chain(of_members).filter(|asked| !is_peer(asked)).map(|asked| &asked.name.value).collect();
        for rule in self.project.overrides() {
            // A rule for some dependents or some ranges leaves other entries of the name as they are.
            let is_flat = manifest.slice(rule.name.span) == rule.name.as_str();
            if !is_flat || !names.contains(&rule.name.value) || cx.spec(rule).kind == Kind::Elsewhere {
                continue;
            }
            let left = cx.spec(rule).is_registry().then(|| self.other(rule)).flatten();
            if self.lockfile.answer(rule).is_some() && left.is_none() {
                continue;
            }
            let what = left.map_or_else(
                || "does not follow this resolution".to_owned(),
                |text| format!("has `{text}` as it was without this resolution"),
            );
            let finding = cx.report_in(&manifest.path, rule.name.span.to(rule.spec.span), format!("the lockfile {what}; {END}"));
            finding.help(help(self.document));
        }
    }

    /// Something that an entry of the rule's name answers beside what the rule asks for.
    fn other(&self, rule: &Dependency) -> Option<&SmolStr> {
        let start = format!("{}@", rule.name);
        let fits = |text: &str| {
            text.strip_prefix(start.as_str()).is_some_and(|spec| spec != plain(&rule.spec) && !is_of_another_kind(spec))
        };
        self.lockfile.answers.keys().filter(|text| fits(text)).min()
    }
}

/// Values and their places, by name.
type Facts = std::collections::BTreeMap<SmolStr, (SmolStr, Span)>;

/// What Yarn would copy of a manifest: optional dependencies are marked as such, and paths are written with slashes.
fn facts_of(manifest: &Manifest) -> Facts {
    let copied = |name: &str| ["bin ", "dependenciesMeta ", "peerDependenciesMeta "].iter().any(|start| name.starts_with(start));
    let written = manifest.facts.iter().filter(|(name, _)| copied(name));
    // Of a dependency in its optional list Yarn takes no other word.
    let is_optional = |name: &str| {
        let key = name.strip_prefix("dependenciesMeta ").and_then(|rest| rest.strip_suffix(" optional"));
        key.is_some_and(|key| optional(manifest).any(|asked| asked.name.as_str() == key))
    };
    let own = written.filter(|(name, _)| !is_optional(name));
    let own = own.map(|(name, value)| (name.clone(), (value.replace('\\', "/").into(), value.span)));
    let marks = optional(manifest).map(|asked| {
        let name = smol_str::format_smolstr!("dependenciesMeta {} optional", asked.name);
        (name, ("true".into(), asked.name.span.to(asked.spec.span)))
    });
    own.chain(marks).collect()
}

fn optional(manifest: &Manifest) -> impl Iterator<Item = &Dependency> {
    manifest.dependencies.iter().filter(|asked| asked.group == Group::Optional)
}

fn copied_facts(importer: &Importer) -> Facts {
    let plain = |name: &SmolStr| match name.strip_prefix("bin ") {
        Some(command) => smol_str::format_smolstr!("bin {}", command.rsplit('/').next().unwrap_or_default()),
        None => name.clone(),
    };
    importer.facts.iter().map(|(name, value)| (plain(name), (value.value.clone(), value.span))).collect()
}

/// A fact's name as the files have it.
fn shown(name: &str) -> String {
    format!("`{}`", name.replace(' ', "."))
}

/// Patches, members and folders stand beside what a resolution puts in place.
fn is_of_another_kind(spec: &str) -> bool {
    ["patch:", "workspace:", "link:", "portal:", "file:"].iter().any(|start| spec.starts_with(start))
}

fn is_peer(asked: &Dependency) -> bool {
    matches!(asked.group, Group::Peer | Group::OptionalPeer)
}

/// The dependency that counts of each name: of several lists, the development one.
fn by_name(dependencies: &[Dependency], peers: bool) -> FxHashMap<&str, &Dependency> {
    let rank = |group: Group| match group {
        Group::Normal | Group::Peer => 1,
        Group::Optional | Group::OptionalPeer => 2,
        Group::Dev => 3,
        _ => 0,
    };
    let mut found: FxHashMap<&str, &Dependency> = FxHashMap::default();
    for asked in dependencies.iter().filter(|asked| rank(asked.group) > 0 && is_peer(asked) == peers) {
        let entry = found.entry(asked.name.as_str()).or_insert(asked);
        if rank(asked.group) > rank(entry.group) {
            *entry = asked;
        }
    }
    found
}

/// A spec as the lockfile's copy has it in the model: without the protocol of ranges, and without from where a path is asked.
fn plain(spec: &str) -> &str {
    let bare = spec.split("::").next().unwrap_or(spec);
    match bare.strip_prefix("npm:") {
        Some(range) if !range.starts_with('@') && !range.contains('@') => range,
        _ => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::*;

    /// The lockfile that Yarn 4.18.1 writes for the project of these tests, shortened.
    const LOCK: &str = r#"
//- /yarn.lock
__metadata:
  version: 10
  cacheKey: 10c0

"@w/a@workspace:packages/a":
  version: 0.0.0-use.local
  resolution: "@w/a@workspace:packages/a"
  dependencies:
    "@w/b": "workspace:^"
    is-odd: "npm:^3.0.1"
  languageName: unknown
  linkType: soft

"@w/b@workspace:^, @w/b@workspace:packages/b":
  version: 0.0.0-use.local
  resolution: "@w/b@workspace:packages/b"
  peerDependencies:
    is-odd: "*"
  languageName: unknown
  linkType: soft

"is-number@npm:^6.0.0":
  version: 6.0.0
  resolution: "is-number@npm:6.0.0"
  languageName: node
  linkType: hard

"is-number@npm:^7.0.0":
  version: 7.0.0
  resolution: "is-number@npm:7.0.0"
  languageName: node
  linkType: hard

"is-odd@npm:^3.0.1":
  version: 3.0.1
  resolution: "is-odd@npm:3.0.1"
  dependencies:
    is-number: "npm:^6.0.0"
  languageName: node
  linkType: hard

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
  dependencies:
    is-number: "npm:^7.0.0"
  languageName: unknown
  linkType: soft
"#;

    const ROOT: &str =
        r#"{ "name": "root", "private": true, "workspaces": ["packages/*"], "devDependencies": { "is-number": "^7.0.0" } }"#;
    const A: &str = r#"{ "name": "@w/a", "version": "1.0.0", "dependencies": { "is-odd": "^3.0.1", "@w/b": "workspace:^" } }"#;
    const B: &str = r#"{ "name": "@w/b", "version": "1.0.0", "peerDependencies": { "is-odd": "*" } }"#;

    fn found(root: &str, a: &str, b: &str, lock: &str) -> Vec<String> {
        let files =
            format!("//- /package.json\n{root}\n//- /packages/a/package.json\n{a}\n//- /packages/b/package.json\n{b}{lock}");
        messages("lockfile-out-of-sync", &files)
    }

    /// What Yarn 4.18.1 does with each of these, tried by hand: whether it refuses.
    #[test]
    fn every_difference_is_refused() {
        assert_eq!(found(ROOT, A, B, LOCK), [""; 0]);
        let root = |from: &str, to: &str| found(&ROOT.replace(from, to), A, B, LOCK);
        let a = |from: &str, to: &str| found(ROOT, &A.replace(from, to), B, LOCK);
        let b = |from: &str, to: &str| found(ROOT, A, &B.replace(from, to), LOCK);
        for (what, found, refused) in [
            ("range with its protocol", root("\"^7.0.0\"", "\"npm:^7.0.0\""), false),
            ("list changed", root("devDependencies", "dependencies"), false),
            ("resolution of a stranger", root("\"private\"", "\"resolutions\": {\"left-pad\": \"1.3.0\"}, \"private\""), false),
            ("a member's version", a("1.0.0", "3.0.0"), false),
            ("range spelt otherwise", root("\"^7.0.0\"", "\"^7.0.0 \""), true),
            ("range changed", root("\"^7.0.0\"", "\">=7\""), true),
            ("range of another entry", root("\"^7.0.0\"", "\"^6.0.0\""), true),
            ("added, and locked for others", root("\"private\"", "\"dependencies\": {\"is-odd\": \"^3.0.1\"}, \"private\""), true),
            ("added", root("\"private\"", "\"dependencies\": {\"left-pad\": \"1.3.0\"}, \"private\""), true),
            ("removed", root("\"is-number\": \"^7.0.0\"", ""), true),
            ("optional added", root("\"private\"", "\"optionalDependencies\": {\"is-odd\": \"^3.0.1\"}, \"private\""), true),
            ("peer added", root("\"private\"", "\"peerDependencies\": {\"is-odd\": \"*\"}, \"private\""), true),
            ("a member's peer changed", b("\"*\"", "\"^3\""), true),
            ("a member's peer removed", b("\"is-odd\": \"*\"", ""), true),
            ("resolution added", root("\"private\"", "\"resolutions\": {\"is-number\": \"6.0.0\"}, \"private\""), true),
            ("member renamed", a("@w/a", "@w/x"), true),
            ("root renamed", root("\"root\"", "\"other\""), true),
            ("member added", found(ROOT, A, &format!("{B}\n//- /packages/c/package.json\n{{ \"name\": \"@w/c\" }}"), LOCK), true),
            (
                "edge without an entry",
                found(ROOT, A, B, &LOCK.replace("is-number: \"npm:^6.0.0\"", "is-number: \"npm:^5.0.0\"")),
                true,
            ),
        ] {
            assert_eq!(!found.is_empty(), refused, "{what}: {found:?}");
        }
    }

    /// What Yarn 4.18.1 does with each of these, tried by hand: whether it refuses.
    #[test]
    fn commands_and_what_is_said_of_dependencies_are_copied_too() {
        const A: &str = r#"{ "name": "@w/a", "bin": {"a": "./a.js"}, "dependencies": { "is-odd": "^3.0.1", "@w/b": "workspace:^" },
            "dependenciesMeta": {"is-odd": {"built": true}}, "peerDependenciesMeta": {"é": {"optional": true}} }"#;
        let facts = "  dependenciesMeta:\n    is-odd:\n      built: true\n  peerDependenciesMeta:\n    é:\n      optional: true\n  bin:\n    a: ./a.js\n";
        let asked = "    is-odd: \"npm:^3.0.1\"\n  languageName: unknown";
        assert!(LOCK.contains(asked));
        let lock = LOCK.replace(asked, &format!("    is-odd: \"npm:^3.0.1\"\n{facts}  languageName: unknown"));
        let a = |from: &str, to: &str| {
            assert!(A.contains(from), "{from}");
            found(ROOT, &A.replace(from, to), B, &lock)
        };
        for (what, found, refused) in [
            ("as it is", a("@w/a", "@w/a"), 0),
            ("a command's file", a("./a.js", "./b.js"), 1),
            ("a command of the package's name", a("{\"a\": \"./a.js\"}", "\"./a.js\""), 0),
            ("another command", a("{\"a\":", "{\"z\":"), 2),
            ("one command more", a("{\"a\":", "{\"z\": \"z.js\", \"a\":"), 1),
            ("no command", a("\"bin\"", "\"nib\""), 1),
            ("built no more", a("{\"built\": true}", "{\"built\": false}"), 1),
            ("nothing said", a("{\"built\": true}", "{}"), 1),
            ("unplugged", a("{\"built\": true}", "{\"built\": true, \"unplugged\": true}"), 1),
            ("optional", a("{\"built\": true}", "{\"built\": true, \"optional\": false}"), 1),
            ("what Yarn does not know", a("{\"built\": true}", "{\"built\": true, \"injected\": true}"), 0),
            ("another dependency's", a("{\"is-odd\": {\"built\"", "{\"x\": {\"built\": false}, \"is-odd\": {\"built\""), 1),
            ("a peer that is optional no more", a("{\"optional\": true}", "{\"optional\": false}"), 1),
            ("nothing said of peers", a("\"peerDependenciesMeta\"", "\"peers\""), 1),
            ("optional and not locked", a("\"bin\"", "\"optionalDependencies\": {\"is-number\": \"^7.0.0\"}, \"bin\""), 1),
            ("optional by its list", a("\"dependencies\": { \"is-odd\"", "\"optionalDependencies\": { \"is-odd\""), 2),
        ] {
            assert_eq!(found.len(), refused, "{what}: {found:?}");
        }
    }

    #[test]
    fn messages_name_both_sides() {
        check(
            "lockfile-out-of-sync",
            &format!(
                "//- /package.json\n{}\n//- /packages/a/package.json\n{}\n//- /packages/b/package.json\n{B}{LOCK}",
                ROOT.replace("^7.0.0", "^8.0.0"),
                A.replace("is-odd", "é"),
            ),
            expect![[r#"
                error package.json:1:88 [is-number": "^8.0.0]
                  `is-number`: the lockfile copied `^7.0.0`; `yarn install --immutable` refuses it
                  see yarn.lock:46: the lockfile's copy
                error packages/a/package.json:1:58 [é": "^3.0.1]
                  `é`: the lockfile does not know that it is asked for; `yarn install --immutable` refuses it
                error yarn.lock:10:5 [is-odd: "npm:^3.0.1]
                  `is-odd`: the lockfile says that it is asked for, and it is not; `yarn install --immutable` refuses it
            "#]],
        );
    }

    #[test]
    fn a_catalog_says_what_is_asked_for() {
        let root = ROOT.replace("^7.0.0", "catalog:");
        let lock = LOCK.replace("    is-number: \"npm:^7.0.0\"", "    is-number: \"catalog:\"");
        let with = |range: &str| format!("\n//- /.yarnrc.yml\ncatalog:\n  is-number: {range}{lock}");
        assert_eq!(found(&root, A, B, &with("^7.0.0")), [""; 0]);
        assert_eq!(found(&root, A, B, &with("^8.0.0")).len(), 1);
    }
}
