use super::*;
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
    assert_eq!(replacement(MIRROR), Some(Ok("https://mirror.test/index/".into())));
    let circle = "[source.crates-io]\nreplace-with = \"a\"\n[source.a]\nreplace-with = \"crates-io\"\n";
    assert_eq!(replacement(circle), None);
    // Without its mark an index is read with git.
    let git = MIRROR.replace("sparse+https://mirror", "https://mirror");
    assert!(matches!(replacement(&git), Some(Err(_))));
    let folder = "[source.crates-io]\nreplace-with = \"a\"\n[source.a]\ndirectory = \"vendor\"\n";
    assert_eq!(replacement(folder), None);
    let named = "[source.crates-io]\nreplace-with = \"a\"\n[registries.a]\nindex = \"sparse+https://a.test/\"\n";
    assert_eq!(replacement(named), Some(Ok("https://a.test/".into())));
}
