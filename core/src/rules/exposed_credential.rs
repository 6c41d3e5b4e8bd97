use super::prelude::*;

rule! {
    /// A literal token or password stands in a file of the repository.
    ///
    /// Everybody who can read the repository, its forks and its history can use it. A registry token that may publish is all it takes to replace a
    /// package.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// //npm.corp.test/:_authToken=npm_0123456789abcdefghij
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// //npm.corp.test/:_authToken=${NPM_TOKEN}
    /// ```
    ///
    /// ## What to do
    /// Revoke it at the registry first: it is in the history now. Then put an environment reference (`${NPM_TOKEN}`) in its place, or move the line
    /// to your own `~/.npmrc`.
    EXPOSED_CREDENTIAL = {
        id: "exposed-credential",
        threat: 3,
        severity: Error,
        summary: "a token or password in a file of the repository",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings), Package(package), Dependency(dependency)],
    }
}

use std::ops::Range;

use memchr::memmem;
use smol_str::SmolStr;

use crate::spec::Place;

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    for setting in &settings.entries {
        if is_credential(setting) {
            let (reference, help) = (reference(cx), help(cx));
            let edits = reference.and_then(|reference| set_value(cx.document, setting, reference));
            let finding = cx.report(setting.value.span, format!("`{}` holds a literal credential", setting.key));
            let title = format!("Replace by `{}`", reference.unwrap_or_default());
            finding.secret().help(help).fix(title, Applicability::Unsafe, edits);
        } else {
            address(&setting.value, cx);
        }
    }
    // Most formats have the registries' addresses among the settings; some list them in tables of their own.
    let is_setting = |url: &Spanned<SmolStr>| settings.entries.iter().any(|setting| setting.value.span.contains(url.span));
    settings.registries.iter().map(|named| &named.url).filter(|url| !is_setting(url)).for_each(|url| address(url, cx));
}

const HELP: &str = "revoke it first, since the history keeps it; then put an environment reference in its place";

/// What to do about a credential in a settings file. Cargo fills in no references: it reads the variable of the registry's name instead.
fn help(cx: &Cx<'_>) -> &'static str {
    match cx.ecosystem() {
        Ecosystem::Cargo => {
            "revoke it first, since the history keeps it; then `cargo login` keeps the new one in your own folder, and a pipeline sets \
             `CARGO_REGISTRIES_<NAME>_TOKEN`"
        }
        Ecosystem::Pypi => INDEX_HELP,
        _ => HELP,
    }
}
/// pip fills in no references in its settings.
const PIP_HELP: &str = "revoke it first, since the history keeps it; then keep it in your own pip.conf, in a `.netrc` or a keyring";
/// Nor do Poetry and uv: they read variables that are named after the index.
const INDEX_HELP: &str = "revoke it first, since the history keeps it; then keep it in a `.netrc`, a keyring, or the variables that the package manager reads for this index";

/// How a file of this syntax refers to the environment, where its manager fills such references in.
fn reference(cx: &Cx<'_>) -> Option<&'static str> {
    match (&cx.document.syntax, cx.ecosystem()) {
        (Syntax::Ini(_), _) | (Syntax::Yaml(_), Ecosystem::Npm) => Some("${NPM_TOKEN}"),
        (Syntax::Toml(_), Ecosystem::Npm) => Some("$NPM_TOKEN"),
        _ => None,
    }
}

/// Where secrets stand in a document, whether or not a policy has them reported: credentials, and the passwords in addresses of whatever kind,
/// those in comments and in what nobody reads included.
pub(crate) fn secrets(document: &Document) -> Vec<Span> {
    let entries = document.settings().into_iter().flat_map(|settings| &settings.entries);
    let credentials = entries.filter(|setting| is_credential(setting)).map(|setting| setting.value.span);
    credentials.chain(passwords(&document.text)).collect()
}

/// The literal passwords in a text's addresses, as it is written: JSON may escape the slashes.
fn passwords(text: &str) -> Vec<Span> {
    let starts =
        ["://", ":\\/\\/"].into_iter().flat_map(|sign| memmem::find_iter(text.as_bytes(), sign).map(move |at| at + sign.len()));
    starts.filter_map(|start| password(&text[start..]).map(|found| Span::new(start + found.start, start + found.end))).collect()
}

/// The literal password in what follows the `://` of an address: `user:password@host/`.
fn password(rest: &str) -> Option<Range<usize>> {
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, '/' | '?' | '#' | '\\' | '"' | '\'' | '`' | '<' | '>');
    let (user_info, _) = rest.split(ends).next()?.rsplit_once('@')?;
    let (user, password) = user_info.split_once(':')?;
    is_literal(password).then(|| user.len() + 1..user_info.len())
}

fn is_credential(setting: &Setting) -> bool {
    let name = setting.key.rsplit([':', '.']).next().unwrap_or_default();
    let names =
        ["npmAuthToken", "npmAuthIdent", "_authToken", "_authtoken", "_auth", "_password", "password", "token", "secret-key"];
    // Poetry keeps a token for each repository under the repository's name.
    (names.contains(&name) || setting.key.starts_with("pypi-token.")) && is_literal(&setting.value)
}

fn is_literal(value: &str) -> bool {
    !value.is_empty() && !value.contains("${") && !value.starts_with('$')
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    addresses(package).for_each(|found| address(found, cx));
}

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    asked_addresses(dependency).for_each(|found| address(found, cx));
}

/// The addresses that an entry has.
fn addresses(package: &Package) -> impl Iterator<Item = &Spanned<SmolStr>> {
    package.source.iter().chain(package.registry.as_deref()).chain(package.redirect.as_deref().map(|redirect| &redirect.to))
}

/// The addresses that a dependency may hold: in its spec, or in a field of its own where that does not stand in the spec.
fn asked_addresses(dependency: &Dependency) -> impl Iterator<Item = &Spanned<SmolStr>> {
    let place = match dependency.place.as_deref() {
        Some(Place::Git { address, .. } | Place::Url(address)) => Some(address),
        _ => None,
    };
    let apart = place.filter(|place| dependency.spec.is_empty() || !dependency.spec.span.contains(place.span));
    [&dependency.spec].into_iter().chain(apart).chain(dependency.registry.as_deref())
}

fn address(value: &Spanned<SmolStr>, cx: &mut Cx<'_>) {
    if has_password(value) {
        let help = match (&cx.document.syntax, cx.ecosystem()) {
            (Syntax::PythonIni(_), _) => PIP_HELP,
            (Syntax::Toml(_), Ecosystem::Pypi) => INDEX_HELP,
            _ => HELP,
        };
        cx.report(value.span, "the address holds a literal password").secret().help(help);
    }
}

fn has_password(address: &str) -> bool {
    address.split_once("://").is_some_and(|(_, rest)| password(rest).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn literal_secrets_and_references() {
        check(
            "exposed-credential",
            r#"
//- /.npmrc
//npm.corp.test/:_authToken=npm_0123456789abcdef
//npm.corp.test/:_password="c2VjcmV0"
//other.test/:_authToken=${NPM_TOKEN}
//third.test/:_auth=
registry=https://user:secret@npm.corp.test/
proxy=http://${USER}:${PASS}@proxy.test/
//- /package.json
{ "name": "@me/app", "dependencies": { "é": "git+https://user:token@host.test/x.git#0123456789012345678901234567890123456789", "user": "git+ssh://git@host.test/x.git#0123456789012345678901234567890123456789" } }
//- /package-lock.json
{ "lockfileVersion": 3, "packages": { "": {}, "node_modules/a": { "version": "1.0.0", "resolved": "https://u:p@npm.corp.test/a/-/a-1.0.0.tgz" } } }
"#,
            expect![[r#"
                error .npmrc:1:29 [npm_0123456789abcdef]
                  `//npm.corp.test/:_authToken` holds a literal credential
                  fix (unsafe): Replace by `${NPM_TOKEN}`
                    .npmrc: [npm_0123456789abcdef] -> [${NPM_TOKEN}]
                error .npmrc:2:29 [c2VjcmV0]
                  `//npm.corp.test/:_password` holds a literal credential
                  fix (unsafe): Replace by `${NPM_TOKEN}`
                    .npmrc: [c2VjcmV0] -> [${NPM_TOKEN}]
                error .npmrc:5:10 [https://user:secret@npm.corp.test/]
                  the address holds a literal password
                error package-lock.json:1:100 [https://u:p@npm.corp.test/a/-/a-1.0.0.tgz]
                  the address holds a literal password
                error package.json:1:46 [git+https://user:token@host.test/x.git#0123456789012345678901234567890123456789]
                  the address holds a literal password
            "#]],
        );
    }

    #[test]
    fn passwords_in_the_addresses_of_indexes() {
        check(
            "exposed-credential",
            r#"
//- /pip.conf
[global]
index-url = https://user:secret@pypi.corp.test/simple/
extra-index-url = https://one.test/ https://me:hunter2@two.test/
//- /requirements.txt
-i https://user:${TOKEN}@pypi.corp.test/simple/
--extra-index-url https://user:secret@one.test/
direct @ https://user:secret@files.test/direct-1.0.zip
"#,
            expect![[r#"
                error pip.conf:2:13 [https://user:secret@pypi.corp.test/simple/]
                  the address holds a literal password
                error pip.conf:3:37 [https://me:hunter2@two.test/]
                  the address holds a literal password
                error requirements.txt:2:19 [https://user:secret@one.test/]
                  the address holds a literal password
                error requirements.txt:3:10 [https://user:secret@files.test/direct-1.0.zip]
                  the address holds a literal password
            "#]],
        );
    }

    #[test]
    fn passwords_in_tables_of_registries() {
        check(
            "exposed-credential",
            r#"
//- /Pipfile
[[source]]
name = "corp"
url = "https://user:secret@pypi.corp.test/simple"
verify_ssl = true
//- /poetry/pyproject.toml
[[tool.poetry.source]]
name = "corp"
url = "https://user:secret@pypi.corp.test/simple"
//- /uv/uv.toml
[[index]]
url = "https://user:secret@pypi.corp.test/simple"
[[index]]
url = "https://user@pypi.corp.test/other"
//- /.cargo/config.toml
[registries]
corp = { index = "sparse+https://user:secret@cargo.corp.test/index/" }
//- /pdm/pyproject.toml
[[tool.pdm.source]]
name = "corp"
url = "https://pypi.corp.test/simple"
username = "user"
password = "secret"
//- /poetry/poetry.toml
[pypi-token]
corp = "pypi-secret"
"#,
            expect![[r#"
                error .cargo/config.toml:2:19 [sparse+https://user:secret@cargo.corp.test/index/]
                  the address holds a literal password
                error Pipfile:3:8 [https://user:secret@pypi.corp.test/simple]
                  the address holds a literal password
                error pdm/pyproject.toml:5:13 [secret]
                  `tool.pdm.source.password` holds a literal credential
                error poetry/poetry.toml:2:9 [pypi-secret]
                  `pypi-token.corp` holds a literal credential
                error poetry/pyproject.toml:3:8 [https://user:secret@pypi.corp.test/simple]
                  the address holds a literal password
                error uv/uv.toml:2:8 [https://user:secret@pypi.corp.test/simple]
                  the address holds a literal password
            "#]],
        );
    }

    #[test]
    fn passwords_are_found_wherever_they_stand() {
        for (text, expected) in [
            ("# https://me:p%40ss@h.test/x", vec!["p%40ss"]),
            ("https:\\/\\/me:word@h.test\\/", vec!["word"]),
            ("git+https://a:b:c@h.test:80/ https://d:e@f", vec!["b:c", "e"]),
            ("https://h.test/@scope/x?a:b@c https://h.test#a:b@c", vec![]),
            ("https://me@h.test https://me:@h.test https://me:${PASS}@h.test https://me:$PASS@h.test", vec![]),
            ("['https://h.test','a:b@c'] \"https://h.test\", \"a:b@c\"", vec![]),
            ("://", vec![]),
        ] {
            let found: Vec<_> = super::passwords(text).into_iter().map(|span| &text[span.range()]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
