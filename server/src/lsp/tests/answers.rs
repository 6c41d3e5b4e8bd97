//! What the editor asks: fixes, hovers, hints, links, lenses.

use std::collections::BTreeMap;
use std::sync::Arc;

use lsp_types::{CodeActionKind, DocumentChanges, Position, Range};
use provender_core::path::RelPath;
use provender_core::registries::DEFAULT;
use provender_core::text::{Span, apply};
use provender_core::workspace::User;
use serde_json::json;

use super::super::actions::{actions, everything};
use super::super::capabilities::{Client, FIX_ALL};
use super::super::config::Config;
use super::super::convert::Encoding;
use super::super::hints::hints;
use super::super::hover::hover;
use super::super::lens::lens;
use super::super::links::links;
use super::super::root::Verified;
use super::super::verdicts::Counts;
use super::{Bench, SOUND, lockfile};

/// Two entries with one key: a fault with a safe fix of the reader's own, or none; what matters here is the editor's side of a fix.
const CARET: &str = "{\n  \"name\": \"d\u{e9}mo\u{1f600}\",\n  \"version\": \"1.0.0\",\n  \"dependencies\": { \"a\": \"^1.0.0\", \"b\": \"~1.0.0\" }\n}\n";

fn caret(client: Client) -> Bench {
    let mut bench =
        Bench::new(client, &[("package.json", CARET), ("package-lock.json", &lockfile(&[("a", SOUND), ("b", SOUND)]))], &[""]);
    bench.open("package.json", CARET);
    bench.settle();
    bench
}

#[test]
fn a_quick_fix_is_found_all_over_its_range_and_only_there() {
    let bench = caret(Client::default());
    let (snapshot, path) = bench.snapshot("package.json");
    let finding = snapshot.findings(&path).find(|finding| finding.rule.id == "unpinned-dependency").unwrap().clone();
    let (start, end) = (finding.span.start as usize, finding.span.end as usize);
    for span in
        [Span::at(start), Span::at(usize::midpoint(start, end)), Span::at(end), Span::new(start, end), Span::new(0, CARET.len())]
    {
        let found = actions(&snapshot, &path, span, None);
        let fix = found.iter().find(|action| action.kind == Some(CodeActionKind::QUICKFIX) && action.is_preferred == Some(true));
        assert!(fix.is_some_and(|fix| fix.edit.is_some()), "{span:?}");
    }
    assert!(actions(&snapshot, &path, Span::at(0), None).is_empty());
}

#[test]
fn fixes_of_a_kind_come_together_and_only_when_wanted() {
    let bench = caret(Client { versioned_edits: true, encoding: Encoding::Utf16, ..Client::default() });
    let (snapshot, path) = bench.snapshot("package.json");
    let all = Span::new(0, CARET.len());
    let titles = |only: Option<&[CodeActionKind]>| {
        actions(&snapshot, &path, all, only).into_iter().map(|action| action.title).collect::<Vec<_>>()
    };
    assert!(titles(None).contains(&"Fix all 2 `unpinned-dependency` in this file".to_owned()), "{:?}", titles(None));
    assert_eq!(titles(Some(&[CodeActionKind::from("source.fixAll".to_owned())])), ["Fix everything safe in this file"]);
    assert!(titles(Some(&[CodeActionKind::REFACTOR])).is_empty());
    let fix = actions(&snapshot, &path, Span::at(0), Some(&[FIX_ALL])).remove(0);
    let Some(DocumentChanges::Edits(edits)) = fix.edit.unwrap().document_changes else { panic!("the editor knows versions") };
    assert_eq!(edits[0].text_document.version, Some(1));
    assert!(edits[0].edits.len() >= 2);
}

/// Each of these fixes adds a line at the same place.
#[test]
fn everything_is_fixed_at_once_though_one_fix_is_in_another_s_way() {
    let text = "strict-ssl=false\n";
    let mut bench =
        Bench::open_folder(&[("package.json", "{}"), (".npmrc", text), ("sub/package.json", "{}"), ("sub/.npmrc", text)]);
    bench.open(".npmrc", text);
    bench.settle();
    let (snapshot, path) = bench.snapshot(".npmrc");
    for (wanted, count) in [(Some(&path), 1), (None, 2)] {
        let edits = everything(&snapshot, wanted);
        assert_eq!(edits.keys().filter(|path| path.name() == ".npmrc").count(), count);
        let mended = apply(text, &edits[&path]).unwrap();
        for line in ["ignore-scripts=true\n", "save-exact=true\n", "engine-strict=true\n", "audit-level=moderate\n"] {
            assert!(mended.contains(line) && !mended.contains("strict-ssl=false"), "{mended}");
        }
    }
}

#[test]
fn editors_without_versions_get_plain_changes() {
    let bench = caret(Client::default());
    let (snapshot, path) = bench.snapshot("package.json");
    let fix = actions(&snapshot, &path, Span::at(0), Some(&[FIX_ALL])).remove(0);
    let edit = fix.edit.unwrap();
    assert!(edit.document_changes.is_none());
    assert_eq!(edit.changes.unwrap().keys().collect::<Vec<_>>(), [&bench.url("package.json")]);
}

#[test]
fn a_dependency_tells_what_is_locked() {
    let bench = caret(Client { markdown: true, ..Client::default() });
    let (snapshot, path) = bench.snapshot("package.json");
    let at = CARET.find("^1.0.0").unwrap();
    let lsp_types::HoverContents::Markup(text) = hover(&snapshot, &path, at).unwrap().contents else { panic!("markup") };
    for part in ["**a** `^1.0.0`", "Locked: `1.0.0`", "npm.corp.test", "sha512-XI5MPzVNApjAy", "unpinned-dependency"] {
        assert!(text.value.contains(part), "{part}: {}", text.value);
    }
    assert!(hover(&snapshot, &path, 0).is_none());
    let found = hints(&snapshot, &path, Span::new(0, CARET.len()));
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].position,
        Position::new(3, u32::try_from(CARET.lines().nth(3).unwrap().find("^1.0.0").unwrap() + 7).unwrap())
    );
}

#[test]
fn a_public_package_s_name_leads_to_its_page_and_an_internal_one_s_nowhere() {
    let asked = "{ \"private\": true, \"dependencies\": { \"a\": \"^1.0.0\", \"moved\": \"^1.0.0\", \"@corp/own\": \"1.0.0\", \"ours\": \"1.0.0\", \"git\": \"github:x/y\", \"al\": \"npm:b@2\" } }\n";
    let mut bench = Bench::open_folder(&[
        ("package.json", asked),
        (
            "package-lock.json",
            &lockfile(&[("a", SOUND), ("moved", SOUND)]).replacen("https://npm.corp.test", DEFAULT.trim_end_matches('/'), 1),
        ),
        (".npmrc", "@corp:registry=https://npm.corp.test/\n"),
        ("provender.toml", "[internal]\nnames = [\"ours\"]\n"),
    ]);
    let shown = |bench: &Bench| {
        let (snapshot, path) = bench.snapshot("package.json");
        let line = |link: lsp_types::DocumentLink| {
            let name = &asked[link.range.start.character as usize..link.range.end.character as usize];
            format!("{name} {}", link.target.unwrap().path())
        };
        links(&snapshot, &path).into_iter().map(line).collect::<Vec<_>>()
    };
    bench.open("package.json", asked);
    bench.settle();
    assert_eq!(shown(&bench), ["a /package/a/v/1.0.0", "al /package/b"]);
    // Once another registry is the default one, nothing is known of its pages.
    bench.open(".npmrc", "registry=https://npm.corp.test/\n");
    bench.settle();
    assert_eq!(shown(&bench), Vec::<String>::new());
}

#[test]
fn a_private_module_s_name_leads_nowhere() {
    let asked = "module corp.test/app\n\ngo 1.22\n\nrequire (\n\tcorp.test/own v1.0.0\n\tgithub.com/x/y v1.0.0\n)\n";
    let mut bench = Bench::open_folder(&[("go.mod", asked)]);
    bench.open("go.mod", asked);
    bench.settle();
    let (mut snapshot, path) = bench.snapshot("go.mod");
    assert_eq!(links(&snapshot, &path).len(), 2);
    let go = BTreeMap::from([("GOPRIVATE".to_owned(), "corp.test/*".to_owned())]);
    snapshot.workspace.user = Arc::new(User { go, ..User::default() });
    let left: Vec<String> = links(&snapshot, &path).into_iter().map(|link| link.target.unwrap().path().to_owned()).collect();
    assert_eq!(left.len(), 1);
    assert!(left[0].starts_with("/github.com/x/y"), "{left:?}");
}

#[test]
fn a_lockfile_has_one_lens_unless_the_network_is_off() {
    let text = lockfile(&[("a", SOUND), ("b", SOUND)]);
    let mut bench = Bench::open_folder(&[("package-lock.json", &text)]);
    bench.open("package-lock.json", &text);
    bench.settle();
    let (mut snapshot, path) = bench.snapshot("package-lock.json");
    let command = lens(&snapshot, &path).unwrap().command.unwrap();
    assert_eq!(command.title, "Verify 2 packages against the registry");
    assert_eq!(command.arguments, Some(vec![bench.url("package-lock.json").as_str().into()]));
    snapshot.config = Config::of(Some(&json!({"trusted": false})));
    assert!(lens(&snapshot, &path).is_none());
}

#[test]
fn ranges_count_as_the_editor_counts() {
    let range = |encoding| {
        let bench = caret(Client { encoding, ..Client::default() });
        let (snapshot, path) = bench.snapshot("package.json");
        let text = "\"d\u{e9}mo\u{1f600}\"";
        let at = CARET.find(text).unwrap();
        let (_, places) = snapshot.file(&path).unwrap();
        places.range(Span::new(at, at + text.len()))
    };
    let line = |end| Range::new(Position::new(1, 10), Position::new(1, end));
    assert_eq!([range(Encoding::Utf8), range(Encoding::Utf16), range(Encoding::Utf32)], [line(21), line(18), line(17)]);
}

/// Two verifications may be under way, of the text before an edit and of the one after it, and end in any order.
#[test]
fn what_was_verified_of_an_older_text_does_not_hide_what_was_of_this_one() {
    let mut bench = Bench::open_folder(&[]);
    let states = [1, 2].map(|version| {
        bench.open("package-lock.json", &lockfile(&[("a", SOUND)]).repeat(version));
        bench.settle();
        let (snapshot, path) = bench.snapshot("package-lock.json");
        (bench.session.ticket(&bench.url("package-lock.json")).unwrap().root, snapshot.workspace.get(&path).unwrap().clone())
    });
    let path = RelPath::new("package-lock.json");
    for (at, is_current) in [(0, false), (1, true), (0, true)] {
        let (root, document) = states[at].clone();
        bench.session.verified(root, path.clone(), Verified { document, counts: Counts::default() });
        let (snapshot, _) = bench.snapshot("package-lock.json");
        assert_eq!(snapshot.verified[&path].is_about(&states[1].1), is_current);
    }
}
