use proptest::prelude::*;

use super::*;

fn show(text: &str, work: bool) -> String {
    let parsed = if work { parse_work(text) } else { parse(text) };
    let manifest = parsed.model.manifest.unwrap();
    let mut shown = vec![format!("module {:?}", manifest.name.as_deref())];
    for dependency in &manifest.dependencies {
        assert_eq!(text[dependency.name.span.range()].trim_matches(['"', '`']), dependency.name.as_str());
        let indirect = if dependency.indirect { " indirect" } else { "" };
        let (alias, of) = (dependency.alias.as_deref(), dependency.condition.as_deref());
        let place = dependency.place.is_some();
        shown.push(format!("{:?} {} {}{indirect} {alias:?} {of:?} {place}", dependency.group, dependency.name, dependency.spec));
    }
    shown.extend(
        manifest.redirects.iter().map(|redirect| format!("redirect {:?} [{}]", redirect.kind, &text[redirect.span.range()])),
    );
    shown.extend(manifest.facts.iter().map(|(key, value)| format!("{key}: {value}")));
    shown.extend(parsed.problems.iter().map(|problem| format!("{} [{}]", problem.message, &text[problem.span.range()])));
    shown.join("\n")
}

#[test]
fn every_directive() {
    let text = r#"// A comment.
module "corp.test/app" // Deprecated: no

go 1.22.0
toolchain go1.22.5
godebug default=go1.21

require corp.test/a v1.2.3
require (
	corp.test/b/v2 v2.0.0+incompatible // indirect
	`corp.test/c` v0.0.0-20200101000000-0123456789ab // indirect; but kept

	corp.test/d v1.0.0 // not indirect
)

exclude corp.test/a v1.2.2
replace corp.test/a v1.2.3 => ../a
replace (
	corp.test/b/v2 => corp.test/fork/v2 v2.0.1
	corp.test/d => corp.test/d v1.0.1
)
retract [v0.1.0, v0.2.0] // oops
tool corp.test/d/cmd
ignore ./node_modules
require ()
"#;
    expect_test::expect![[r#"
        module Some("corp.test/app")
        Normal corp.test/a v1.2.3 None None false
        Normal corp.test/b/v2 v2.0.0+incompatible indirect None None false
        Normal corp.test/c v0.0.0-20200101000000-0123456789ab indirect None None false
        Normal corp.test/d v1.0.0 None None false
        Override corp.test/a ../a None Some(Spanned { value: "v1.2.3", span: Span { start: 353, end: 359 } }) true
        Override corp.test/b/v2 v2.0.1 Some(Spanned { value: "corp.test/fork/v2", span: Span { start: 397, end: 414 } }) None false
        Override corp.test/d v1.0.1 None None false
        redirect Name [corp.test/b/v2 => corp.test/fork/v2 v2.0.1]
        go: 1.22.0
        toolchain: go1.22.5
        exclude: corp.test/a v1.2.2"#]]
    .assert_eq(&show(text, false));
}

#[test]
fn modules_of_one_repository_replace_nothing() {
    for (own, replace, redirected) in [
        ("corp.test/repo/v3", "corp.test/repo/api/v3 => ./api", false),
        ("corp.test/repo/server/v3", "corp.test/repo/api/v3 => ../api", false),
        ("corp.test/repo/tools", "corp.test/repo => ..", false),
        ("corp.test/repo/v3", "corp.test/other/api => ./api", true),
        ("corp.test/repo/v3", "corp.test/repo/api => ./evil", true),
        ("corp.test/repo", "corp.test/repo/api => /api", true),
    ] {
        let parsed = parse(&format!("module {own}\nreplace {replace}\n"));
        assert_eq!(!parsed.model.manifest.unwrap().redirects.is_empty(), redirected, "{own} {replace}");
    }
}

#[test]
fn a_workspace() {
    let text = "go 1.22\nuse (\n\t.\n\t./client\n)\nuse ../server\nreplace corp.test/a => ./a\n";
    expect_test::expect![[r#"
        module None
        Override corp.test/a ./a None None true
        redirect Path [corp.test/a => ./a]
        go: 1.22
        use: .
        use: ./client
        use: ../server"#]]
    .assert_eq(&show(text, true));
}

#[test]
fn what_is_wrong_has_a_place() {
    let text = "module a b\nfoo bar\nrequire x\nreplace a => b\nreplace a => ./b v1\nreplace a\nrequire \"open v1\nexclude x\nrequire (\n\ta v1.0.0\n";
    expect_test::expect![[r#"
        module None
        Normal a v1.0.0 None None false
        the string is not closed ["open v1]
        the block of `require` is not closed: a line with `)` is missing [require (]
        `module` wants exactly one word [module a b]
        `foo` is no directive that the go command is known to read; it refuses the file [foo bar]
        `require` wants a module and a version [require x]
        `replace`: a module needs a version, and a folder begins with `./` or `../` [replace a => b]
        `replace`: a folder has no version [replace a => ./b v1]
        `replace` wants `module [version] => folder`, or `=> module version` [replace a]
        `require` wants a module and a version [require "open v1]
        `exclude` wants a module and a version [exclude x]"#]]
    .assert_eq(&show(text, false));
}

proptest! {
    #[test]
    fn any_text_is_read_all_the_same(text in "[ab/. \t\r\n(),=>\"`\\\\é\u{feff}v1]{0,60}", verb in "(require|replace|module|use)?") {
        let text = format!("{verb} {text}");
        for parsed in [parse(&text), parse_work(&text)] {
            let manifest = parsed.model.manifest.unwrap();
            for dependency in &manifest.dependencies {
                prop_assert!(text.get(dependency.name.span.range()).is_some() && text.get(dependency.spec.span.range()).is_some());
            }
            for problem in parsed.problems {
                prop_assert!(text.get(problem.span.range()).is_some());
            }
        }
    }
}
