use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::document::Document;
use crate::formats::Proven;
use crate::path::RelPath;
use crate::text::apply;

const SHA: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What a text says, a line for each requirement, option and problem.
fn told(text: &str) -> String {
    let Parsed { model, problems, .. } = parse(text, Use::Install);
    let mut said = String::new();
    let (manifest, lockfile) = (model.manifest.unwrap(), model.lockfile.unwrap());
    for (asked, package) in manifest.dependencies.iter().zip(&lockfile.packages) {
        let version = package.version.as_ref().map_or("-", |version| version.as_str());
        let marker = asked.condition.as_ref().map_or(String::new(), |marker| format!(" if {}", marker.value));
        let digests = package.integrity.digests.len();
        let _ = writeln!(said, "{} [{}] {} {version} #{digests}{marker}", asked.name, asked.spec, package.kind.id());
        assert_eq!(&text[asked.name.span.range()], asked.name.as_str());
    }
    for setting in model.settings.iter().flat_map(|settings| &settings.entries) {
        let _ = writeln!(said, "{} = {}", setting.key, setting.value);
    }
    for include in &manifest.includes {
        let _ = writeln!(said, "includes {include}");
    }
    for problem in problems {
        let _ = writeln!(said, "{:?} [{}] {}", problem.kind, text[problem.span.range()].escape_debug(), problem.message);
    }
    said
}

#[test]
fn every_kind_of_line() {
    let text = "\
# comment \\
requests==2.31.0 \\
    --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 \\
    --hash sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e
    # via -r x.in
Flask[async, Dotenv] >= 2.0, <3 ; python_version < \"3.12\"
odd===1.0-odd
wild==1.*
two (>=1,==1.5)
bare
-r base.txt
--constraint=constraints.txt
-c https://files.test/constraints.txt
-i https://pypi.corp.test/simple/ --extra-index-url https://one.test/ --pre
--trusted-host one.test
--require-hashes
-e .
-e ./lib[extra]
-e git+https://git.test/x.git@main#egg=egg
-e name @ git+ssh://git@git.test/x.git@0123456789012345678901234567890123456789
direct @ https://files.test/direct-1.0.tar.gz#sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 ; os_name == 'nt'
https://files.test/some_wheel-1.2-py3-none-any.whl
git+https://git.test/y.git@v1#egg=named&subdirectory=sub
./local
file:///tmp/x
wheels/other-3.0-py3-none-any.whl
";
    expect_test::expect![[r#"
        requests [==2.31.0] registry 2.31.0 #2
        Flask [>= 2.0, <3] registry - #0 if python_version < "3.12"
        odd [===1.0-odd] registry 1.0-odd #0
        wild [==1.*] registry - #0
        two [>=1,==1.5] registry 1.5 #0
        bare [] registry - #0
        . [.] link - #0
        ./lib[extra] [./lib[extra]] link - #0
        egg [git+https://git.test/x.git@main#egg=egg] git - #0
        name [name] link - #0
        direct [https://files.test/direct-1.0.tar.gz#sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855] url - #1 if os_name == 'nt'
        some_wheel [https://files.test/some_wheel-1.2-py3-none-any.whl] url 1.2 #0
        named [git+https://git.test/y.git@v1#egg=named&subdirectory=sub] git - #0
        ./local [./local] link - #0
        x [file:///tmp/x] link - #0
        other [wheels/other-3.0-py3-none-any.whl] file 3.0 #0
        constraint = https://files.test/constraints.txt
        index-url = https://pypi.corp.test/simple/
        extra-index-url = https://one.test/
        pre = true
        trusted-host = one.test
        require-hashes = true
        includes base.txt
        includes constraints.txt
        Ineffective [@ git+ssh://git@git.test/x.git@0123456789012345678901234567890123456789] pip passes over this: nothing but options may follow an option
    "#]].assert_eq(&told(text));
}

#[test]
fn what_pip_refuses_or_ignores_is_said_and_the_rest_is_read() {
    let text = "\
good==1.0
bad==
worse=1.0
no name
--user
-e https://files.test/x.zip
-e git+https://git.test/x.git
late==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 ; python_version < '3'
--hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
beside==1.0 --index-url https://pypi.corp.test/
-r a.txt -r b.txt
weak==1.0 --hash=md5:d41d8cd98f00b204e9800998ecf8427e
quoted==1.0 --hash='sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
marked==1.0; python < '3'
${NAME}==1.0
https://${TOKEN}@files.test/x.zip
swallowed==1.0 # via x \\
    --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
# a\u{2028}hidden==1.0
good==1.1
UPPER==1.0 --hash=sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855
last==1.0
";
    expect_test::expect![[r#"
        good [==1.0] registry 1.0 #0
        late [==1.0] registry 1.0 #1
        beside [==1.0] registry 1.0 #0
        weak [==1.0] registry 1.0 #1
        quoted [==1.0] registry 1.0 #0
        x.zip [https://${TOKEN}@files.test/x.zip] url - #0
        swallowed [==1.0] registry 1.0 #0
        hidden [==1.0] registry 1.0 #0
        good [==1.1] registry 1.1 #0
        UPPER [==1.0] registry 1.0 #1
        last [==1.0] registry 1.0 #0
        includes a.txt
        Syntax [==] pip cannot read this requirement: one version belongs after the operator
        Syntax [=1.0] pip cannot read this requirement: one of `==`, `~=`, `!=`, `<=`, `>=`, `<`, `>`, `===` belongs before a version
        Syntax [name] pip cannot read this requirement: one of `==`, `~=`, `!=`, `<=`, `>=`, `<`, `>`, `===` belongs before a version
        Syntax [--user] pip knows no option `--user` in a requirements file, and refuses the file
        Syntax [-e https://files.test/x.zip] only a folder or a repository can be editable, and pip refuses this address
        Syntax [-e git+https://git.test/x.git] an editable repository wants a name (`#egg=name`, or `name @ address`), and pip refuses it without
        Ineffective [; python_version < \'3\'] pip passes over this: nothing but options may follow an option
        Ineffective [--hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855] pip ignores this `--hash`: no requirement stands on its line (a `\` may be missing above)
        Ineffective [--index-url https://pypi.corp.test/] pip ignores `--index-url` on a line with a requirement; it belongs on a line of its own
        Ineffective [-r b.txt] pip ignores this `--requirement`: it reads one other file for a line, and nothing else of it
        Syntax [md5:d41d8cd98f00b204e9800998ecf8427e] pip refuses the file: only a sha256, sha384 or sha512 may follow `--hash`, as `sha256:...`
        Syntax [--hash=\'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855] pip refuses the file: the quotes are not closed
        Syntax [python < \'3\'] this is no environment marker: a marker's variable or a quoted text belongs here
        Ambiguous [${NAME}==1.0] what this line asks for depends on the environment, so it cannot be checked
        Ineffective [--hash] this digest does not count: the comment above goes on over every line that is joined to it
        Ambiguous [\u{2028}] pip begins a new line at this U+2028, where editors show none
        Inconsistent [good==1.1] `good` is pinned to 1.1 here and to 1.0 above; pip refuses to install both
    "#]].assert_eq(&told(text));
}

fn document(text: &str) -> Document {
    Document::parse(RelPath::new("requirements.txt"), &REQUIREMENTS, text.as_bytes().to_vec())
}

fn held(text: &str, name: &str, digests: &[&str]) -> Option<String> {
    let document = document(text);
    let package = document.lockfile()?.packages.iter().find(|package| *package.key.value == *name)?;
    let digests: Vec<_> = digests.iter().map(|digest| (*digest).into()).collect();
    apply(text, &hold::hold(&document, package, Proven { digests: &digests, files: &[] })?)
}

#[test]
fn digests_are_written_as_pip_compile_does() {
    let two = [SHA, "sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"];
    for (text, expected) in [
        ("a==1\nb==1\n", Some("a==1 \\\n    --hash=X \\\n    --hash=Y\nb==1\n")),
        ("a==1  # why\r\n", Some("a==1 \\\r\n    --hash=X \\\r\n    --hash=Y  # why\r\n")),
        ("  a==1 ; os_name == 'nt'", Some("  a==1 ; os_name == 'nt' \\\n      --hash=X \\\n      --hash=Y")),
        ("a==1 --hash=X", Some("a==1 --hash=X \\\n    --hash=Y")),
        ("a==1 \\\n  --hash=Z \\\n  --hash=X\n    # via b\n", Some("a==1 \\\n  --hash=X \\\n    --hash=Y\n    # via b\n")),
        ("a==1 --hash=X --config-settings=x --hash=Z", None),
    ] {
        let full = |text: &str| text.replace('X', two[0]).replace('Y', two[1]).replace('Z', "sha256:00");
        assert_eq!(held(&full(text), "a", &two), expected.map(full), "{text}");
    }
}

/// Texts made of what requirements files are made of.
fn texts() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        prop::sample::select(vec![
            "a",
            "b==1",
            "[x]",
            ">=1,<2",
            "==",
            "~=",
            " ",
            "  ",
            "\t",
            "\n",
            "\r\n",
            "\r",
            "\\\n",
            "\\",
            "#",
            " # ",
            "--hash=",
            "--hash ",
            "-r ",
            "-c",
            "-e ",
            "-i ",
            "--pre",
            "--",
            "-",
            "sha256:ab",
            SHA,
            ";",
            "; ",
            "os_name == 'nt'",
            "'",
            "\"",
            "@ ",
            "https://x.test/a.zip",
            "git+https://x.test/a@b#egg=c",
            "file:",
            "./a",
            "${A}",
            "é",
            "\u{2028}",
            "\u{85}",
            "\u{c}",
            "\u{feff}",
            "(",
            ")",
            ",",
            "# coding: x\n",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ];
    prop::collection::vec(token, 0..24).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_and_every_place_is_in_it(text in texts()) {
        let Parsed { model, problems, .. } = parse(&text, Use::Install);
        let (manifest, lockfile) = (model.manifest.unwrap(), model.lockfile.unwrap());
        let mut spans: Vec<Span> = problems.iter().map(|problem| problem.span).collect();
        for asked in &manifest.dependencies {
            spans.extend([asked.name.span, asked.spec.span]);
            spans.extend(asked.condition.iter().map(|marker| marker.span));
        }
        for package in &lockfile.packages {
            spans.extend([package.span, package.key.span]);
            spans.extend(package.integrity.digests.iter().map(|digest| digest.text.span));
            spans.extend(package.version.iter().map(|version| version.span));
        }
        for setting in model.settings.iter().flat_map(|settings| &settings.entries) {
            spans.extend([setting.key.span, setting.value.span, setting.line]);
        }
        for span in spans {
            prop_assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
        }
    }

    #[test]
    fn digests_change_nothing_else(text in texts(), index: prop::sample::Index) {
        let document = document(&text);
        let packages = &document.lockfile().unwrap().packages;
        prop_assume!(!packages.is_empty());
        let package = index.get(packages);
        if let Some(edits) = hold::hold(&document, package, Proven { digests: &[SHA.into()], files: &[] }) {
            let after = apply(&text, &edits).unwrap();
            let [edit] = edits.as_slice() else { panic!("one edit") };
            prop_assert!(after.starts_with(&text[..edit.span.start as usize]) && after.ends_with(&text[edit.span.end as usize..]));
        }
    }
}
