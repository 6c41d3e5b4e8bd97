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

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    for setting in &settings.entries {
        if is_credential(setting) {
            let reference = reference(cx);
            let edits = reference.and_then(|reference| set_value(cx.document, setting, reference));
            let finding = cx.report(setting.value.span, format!("`{}` holds a literal credential", setting.key));
            let title = format!("Replace by `{}`", reference.unwrap_or_default());
            finding.secret().help(HELP).fix(title, Applicability::Unsafe, edits);
        } else {
            address(&setting.value, cx);
        }
    }
}

const HELP: &str = "revoke it first, since the history keeps it; then put an environment reference in its place";

/// pip fills in no references in its settings.
const PIP_HELP: &str = "revoke it first, since the history keeps it; then keep it in your own pip.conf, in a `.netrc` or a keyring";

/// How a file of this syntax refers to the environment, where its manager fills such references in.
fn reference(cx: &Cx<'_>) -> Option<&'static str> {
    match (&cx.document.syntax, cx.ecosystem()) {
        (Syntax::Ini(_), _) | (Syntax::Yaml(_), Ecosystem::Npm) => Some("${NPM_TOKEN}"),
        (Syntax::Toml(_), Ecosystem::Npm) => Some("$NPM_TOKEN"),
        _ => None,
    }
}

/// Where secrets stand in a document, whether or not a policy has them reported.
pub(crate) fn secrets(document: &Document) -> Vec<Span> {
    let mut spans = Vec::new();
    for setting in document.settings().into_iter().flat_map(|settings| &settings.entries) {
        spans.extend((is_credential(setting) || has_password(&setting.value)).then_some(setting.value.span));
    }
    if let Some(lockfile) = document.lockfile() {
        let sources = lockfile.packages.iter().chain(&lockfile.legacy).filter_map(|package| package.source.as_ref());
        spans.extend(sources.filter(|source| has_password(source)).map(|source| source.span));
        let importers = lockfile.importers.iter().flat_map(|importer| importer.dependencies.iter().flatten());
        let asked = lockfile.packages.iter().flat_map(|package| &package.dependencies).chain(importers);
        spans.extend(asked.filter(|asked| has_password(&asked.spec)).map(|asked| asked.spec.span));
    }
    let dependencies = document.manifest().into_iter().flat_map(|manifest| &manifest.dependencies);
    spans.extend(dependencies.filter(|dependency| has_password(&dependency.spec)).map(|dependency| dependency.spec.span));
    spans
}

fn is_credential(setting: &Setting) -> bool {
    let name = setting.key.rsplit([':', '.']).next().unwrap_or_default();
    let names = ["npmAuthToken", "npmAuthIdent", "_authToken", "_authtoken", "_auth", "_password", "password", "token"];
    names.contains(&name) && is_literal(&setting.value)
}

fn is_literal(value: &str) -> bool {
    !value.is_empty() && !value.contains("${") && !value.starts_with('$')
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    package.source.iter().for_each(|source| address(source, cx));
}

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    address(&dependency.spec, cx);
}

fn address(value: &Spanned<smol_str::SmolStr>, cx: &mut Cx<'_>) {
    if has_password(value) {
        let help = if matches!(cx.document.syntax, Syntax::PythonIni(_)) { PIP_HELP } else { HELP };
        cx.report(value.span, "the address holds a literal password").secret().help(help);
    }
}

/// A password in an address: `https://user:password@host/`.
fn has_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let password = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
    password.is_some_and(is_literal)
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
}
