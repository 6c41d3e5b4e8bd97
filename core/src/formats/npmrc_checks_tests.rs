use crate::formats::npmrc::parse;
use crate::text::apply;

/// Place, a piece of the message, and the text after the fix.
fn found(text: &str) -> Vec<(String, String, Option<String>)> {
    let (_, problems) = parse(text);
    let place = |span: crate::text::Span| text[span.range()].to_owned();
    problems.into_iter().map(|it| (place(it.span), it.message, it.fix.map(|(_, edits)| apply(text, &edits).unwrap()))).collect()
}

#[test]
fn what_does_nothing_is_said_and_mended() {
    // (file, place, words of the message, file after the fix)
    let table: &[(&str, &str, &str, Option<&str>)] = &[
        ("ignoreScripts = true\r\n", "ignoreScripts", "reads `ignore-scripts`", Some("ignore-scripts = true\r\n")),
        ("ignore_scripts=true", "ignore_scripts", "reads `ignore-scripts`", Some("ignore-scripts=true")),
        ("saveExact", "saveExact", "reads `save-exact`", Some("save-exact")),
        ("save-exact=true\nsaveExact=true\n", "saveExact", "reads `save-exact`", Some("save-exact=true\n")),
        ("always-auth=true\na=b", "always-auth", "since version 7", Some("a=b")),
        ("//npm.acme.test/:always-auth=true\n", "//npm.acme.test/:always-auth", "since version 7", Some("")),
        (
            "//npm.acme.test/:_authtoken=x\n",
            "//npm.acme.test/:_authtoken",
            "`//npm.acme.test/:_authToken`",
            Some("//npm.acme.test/:_authToken=x\n"),
        ),
        (
            "https://npm.acme.test/:_authToken=x",
            "https://npm.acme.test/:_authToken",
            "reads `//npm",
            Some("//npm.acme.test/:_authToken=x"),
        ),
        ("acme:registry=https://n.test/", "acme:registry", "reads `@acme:registry`", Some("@acme:registry=https://n.test/")),
        ("@acme/:registry=https://n.test/", "@acme/:registry", "reads `@acme:registry`", Some("@acme:registry=https://n.test/")),
        ("@acme:Registry=https://n.test/", "@acme:Registry", "reads `@acme:registry`", Some("@acme:registry=https://n.test/")),
        ("ignore-scripts: true\n", "ignore-scripts: true", "write `ignore-scripts=`", Some("ignore-scripts=true\n")),
        ("registry: https://n.test/ ; x", "registry: https://n.test/", "write `registry=`", Some("registry=https://n.test/")),
        (
            "@acme:registry: https://n.test/",
            "@acme:registry: https://n.test/",
            "write `@acme:registry=`",
            Some("@acme:registry=https://n.test/"),
        ),
        ("//n.test/:_authToken: abc", "//n.test/:_authToken: abc", "write `//n.test/:_authToken=`", None),
        ("[npm]\nignore-scripts=true", "ignore-scripts", "below the header `[npm]`", None),
        ("allow-remote=None", "None", "takes only `all`, `none` or `root`", Some("allow-remote=none")),
        ("allow-git=false", "false", "takes only", None),
        ("audit-level", "audit-level", "takes only", None),
        ("omit[]=Dev", "Dev", "takes only", Some("omit[]=dev")),
        ("min-release-age=7d", "7d", "number of days", Some("min-release-age=7")),
        ("min-release-age=1 week", "1 week", "number of days", None),
        ("min-release-age=10080", "10080", "counts days", Some("min-release-age=7")),
        ("min-release-age=7\nbefore=2026-01-01", "min-release-age", "`before` in the same file", None),
        ("fetch-retries=many", "many", "only a number", None),
        ("registry=npm.acme.test", "npm.acme.test", "without a scheme", None),
        ("ignore-scripts=no", "no", "`ignore-scripts` is on: npm takes `no`", None),
        ("strict-ssl=False", "False", "`strict-ssl` is on", None),
        ("strict-ssl=", "strict-ssl", "an empty value", None),
        ("save-exact=true\nsave-exact=false\n", "save-exact=true", "set again below", Some("save-exact=false\n")),
        ("allow-scripts=esbuild\n", "allow-scripts", "only warns", Some("allow-scripts=esbuild\nstrict-allow-scripts=true\n")),
    ];
    for (text, place, words, mended) in table {
        let found = found(text);
        let [(at, message, after)] = &found[..] else { panic!("{text:?}: {found:?}") };
        assert_eq!((at.as_str(), after.as_deref()), (*place, *mended), "{text:?}: {message}");
        assert!(message.contains(words), "{text:?}: {message}");
        assert!(!message.ends_with('.') && !message.contains("abc"), "{message}");
    }
}

#[test]
fn what_works_or_is_not_npms_is_left_alone() {
    let table = [
        "ignore-scripts=true",
        "ignore-scripts=yes",
        "audit-level=null",
        "audit-level=false",
        "allow-git=${GIT}",
        "min-release-age=3",
        "min-release-age=${DAYS}",
        "//n.test/:_authToken=${T}",
        "//n.test:8080/a/:username=u",
        "//${HOST}/:_authToken=${T}",
        "@acme:registry=https://n.test/",
        "proxy=null",
        "shamefully-hoist=true\nauto-install-peers=true",
        "allow-scripts=esbuild\nstrict-allow-scripts=true",
        "allow-scripts=esbuild\nignore-scripts=true",
        "omit[]=dev\nomit[]=optional",
        "save-exact=true\nsave-exact=true",
        "lockfile-version=3",
        "//n.test/:email=a@b.test",
        "email=a@b.test",
    ];
    for text in table {
        assert_eq!(found(text), [], "{text}");
    }
}
