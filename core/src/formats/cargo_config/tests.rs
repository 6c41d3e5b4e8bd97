use super::*;
use crate::npm::config::Origin;
use crate::registries::Serves;

fn read(text: &str) -> Settings {
    *parse(text).model.settings.expect("settings")
}

const MIRROR: &str = r#"
paths = ["../local"]

[source.crates-io]
replace-with = "mirror"

[source.mirror]
registry = "sparse+https://mirror.test/index/"

[source."https://git.test/a"]
replace-with = "vendored"

[source.vendored]
directory = "vendor"

[source.other]
replace-with = "corp"

[source.lost]
replace-with = "gone"

[registries.corp]
index = "sparse+https://index.corp.test/"

[patch.crates-io]
a = { path = "../a" }
"#;

#[test]
fn sources_and_registries() {
    let settings = read(MIRROR);
    let shown = settings
        .redirects
        .iter()
        .map(|redirect| format!("{:?} -> {:?} {} [{}]", redirect.what, redirect.kind, redirect.to, &MIRROR[redirect.span.range()]));
    expect_test::expect![[r#"
        Source("crates-io") -> Address https://mirror.test/index/ [replace-with = "mirror"]
        Source("https://git.test/a") -> Path vendor [replace-with = "vendored"]
        Source("other") -> Address https://index.corp.test/ [replace-with = "corp"]
        Source("lost") -> Name gone [replace-with = "gone"]
        Package("a") -> Path ../a [a = { path = "../a]
        Anything -> Path ../local [../local]"#]]
    .assert_eq(&shown.collect::<Vec<_>>().join("\n"));
    let [corp] = settings.registries.as_slice() else { panic!("one registry") };
    assert_eq!((corp.url.as_str(), &corp.serves), ("https://index.corp.test/", &Serves::Named("corp".into())));
    assert_eq!(&MIRROR[corp.url.span.range()], "https://index.corp.test/");
}

#[test]
fn a_person_s_mirror_is_the_one_that_is_asked() {
    let settings = with_replacement(MIRROR, read(MIRROR));
    let last = settings.registries.last().unwrap();
    assert_eq!((last.url.as_str(), &last.serves), ("https://mirror.test/index/", &Serves::Default));
    let circle = "[source.crates-io]\nreplace-with = \"a\"\n[source.a]\nreplace-with = \"crates-io\"\n";
    assert!(with_replacement(circle, read(circle)).registries.is_empty());
}

#[test]
fn tokens_are_bound_to_their_registry() {
    let config = read(
        "[registries.my-corp]\nindex = \"sparse+https://index.corp.test/\"\n[registries.none]\nindex = \"https://none.test/\"\n",
    );
    let secrets =
        read("[registry]\ntoken = \"public\"\n[registries.my-corp]\ntoken = \"secret\"\n[registries.unknown]\ntoken = \"x\"\n");
    let found = credentials(&[&config, &secrets], |_| None);
    let shown: Vec<_> = found.iter().map(|found| (found.registry.as_str(), found.authorization.as_str(), found.origin)).collect();
    assert_eq!(shown, [("https://index.corp.test/", "secret", Origin::User)]);
    let found = credentials(&[&config, &secrets], |name| (name == "CARGO_REGISTRIES_MY_CORP_TOKEN").then(|| "other".to_owned()));
    assert_eq!((found.len(), found[0].authorization.as_str(), found[0].origin), (1, "other", Origin::Environment));
}
