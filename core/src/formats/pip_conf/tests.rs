use std::fmt::Write as _;

use super::*;

fn told(text: &str) -> String {
    let Parsed { model, problems, .. } = (FORMAT.parse)(text);
    let mut said = String::new();
    for setting in &model.settings.unwrap().entries {
        let _ = writeln!(said, "{} = {} [{}]", setting.key, setting.value, text[setting.value.span.range()].escape_debug());
    }
    for problem in problems {
        let fix = problem.fix.map_or(String::new(), |(title, _)| format!(" ({title})"));
        let _ = writeln!(said, "{:?} [{}] {}{fix}", problem.kind, text[problem.span.range()].escape_debug(), problem.message);
    }
    said
}

#[test]
fn sections_are_joined_as_pip_install_joins_them() {
    let text = "\
[install]
No_Deps = yes
[global]
index-url = https://pypi.corp.test/simple/
extra-index-url =
    https://one.test/é
    # comment
    https://two.test/  https://three.test/
--timeout: 60
no-dependencies = no
[DEFAULT]
retries = 3
[download]
pre = true
";
    expect_test::expect![[r#"
        retries = 3 [3]
        index-url = https://pypi.corp.test/simple/ [https://pypi.corp.test/simple/]
        extra-index-url = https://one.test/é [https://one.test/é]
        extra-index-url = https://two.test/ [https://two.test/]
        extra-index-url = https://three.test/ [https://three.test/]
        timeout = 60 [60]
        no-deps = no [no]
        no-deps = yes [yes]
        download.pre = true [true]
    "#]]
    .assert_eq(&told(text));
}

#[test]
fn lines_that_do_nothing() {
    let text = "\
[Global]
timeout = 1
[instal]
user = yes
[global]
require_hash = true
requirehashes = true
no-dep = true
extra-index-urls = https://one.test/
format = columns
pre = maybe
proxy =
index-url = https://${USER}@pypi.corp.test/
use-wheel = yes
[freeze]
require-hashes = true
[hash]
trusted-host = one.test
";
    expect_test::expect![[r#"
        require-hash = true [true]
        requirehashes = true [true]
        no-dep = true [true]
        extra-index-urls = https://one.test/ [https://one.test/]
        format = columns [columns]
        pre = maybe [maybe]
        proxy =  []
        index-url = https://${USER}@pypi.corp.test/ [https://${USER}@pypi.corp.test/]
        use-wheel = yes [yes]
        Global.timeout = 1 [1]
        instal.user = yes [yes]
        freeze.require-hashes = true [true]
        hash.trusted-host = one.test [one.test]
        Ineffective [Global] pip reads nothing below `[Global]`: it is neither `[global]` nor one of its commands; `[global]` is one
        Ineffective [instal] pip reads nothing below `[instal]`: it is neither `[global]` nor one of its commands; `[install]` is one (Rename to `[install]`)
        Ineffective [require_hash] `require-hash` has no effect: no command of pip has an option of that name; it is called `require-hashes` (Rename to `require-hashes`)
        Ineffective [requirehashes] `requirehashes` has no effect: no command of pip has an option of that name; it is called `require-hashes` (Rename to `require-hashes`)
        Ineffective [no-dep] `no-dep` has no effect: no command of pip has an option of that name; it is called `no-deps` (Rename to `no-deps`)
        Ineffective [extra-index-urls] `extra-index-urls` has no effect: no command of pip has an option of that name; it is called `extra-index-url` (Rename to `extra-index-url`)
        Ineffective [maybe] pip stops with an error here: `pre` takes `true` or `false`, not `maybe`
        Ineffective [proxy] `proxy` has no effect: pip drops a setting without a value
        Ineffective [https://${USER}@pypi.corp.test/] pip fills in no variables in its settings: this is taken letter by letter
        Ineffective [use-wheel] `use-wheel` has no effect: no command of pip has an option of that name
        Ineffective [require-hashes] `require-hashes` has no effect below `[freeze]`: only `pip download`, `pip install`, `pip lock` and `pip wheel` read it
    "#]].assert_eq(&told(text));
}

#[test]
fn the_environment_says_what_a_file_could() {
    let variables = [
        ("PIP_INDEX_URL", "https://me:a%40b@pypi.corp.test/x"),
        ("PIP_TRUSTED_HOST", "a b"),
        ("PIP_NO_DEPS", ""),
        ("HOME", "x"),
        ("PIP_X", "1"),
    ];
    let settings = environment_settings(variables.into_iter());
    let said: Vec<_> = settings.entries.iter().map(|setting| format!("{}={}", setting.key, setting.value)).collect();
    assert_eq!(said, ["index-url=https://me:a%40b@pypi.corp.test/x", "trusted-host=a", "trusted-host=b"]);
    assert_eq!(settings.registries[0].url.as_str(), "https://pypi.corp.test/x");
    let bound: Vec<_> = settings.credentials.iter().map(|bound| (bound.registry.as_str(), bound.authorization.as_str())).collect();
    assert_eq!(bound, [("https://pypi.corp.test/x", "Basic bWU6YUBi")]);
}
