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
        let name = setting.key.rsplit(':').next().unwrap_or_default();
        let secret = ["_authToken", "_authtoken", "_auth", "_password", "password"].contains(&name) && is_literal(&setting.value);
        if secret {
            let edits = set_value(cx.document, setting, "${NPM_TOKEN}");
            let finding = cx.report(setting.value.span, format!("`{}` holds a literal credential", setting.key));
            finding.secret().help(HELP).fix("Replace by `${NPM_TOKEN}`", Applicability::Unsafe, edits);
        } else {
            address(&setting.value, cx);
        }
    }
}

const HELP: &str = "revoke it first, since the history keeps it; then put an environment reference in its place";

fn is_literal(value: &str) -> bool {
    !value.is_empty() && !value.contains("${")
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    package.source.iter().for_each(|source| address(source, cx));
}

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    address(&dependency.spec, cx);
}

/// A password in an address: `https://user:password@host/`.
fn address(value: &Spanned<smol_str::SmolStr>, cx: &mut Cx<'_>) {
    let Some((_, rest)) = value.split_once("://") else { return };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let password = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
    if password.is_some_and(is_literal) {
        cx.report(value.span, "the address holds a literal password").secret().help(HELP);
    }
}
