use super::prelude::*;

rule! {
    /// A credential stands in `.npmrc` without the registry it is for.
    ///
    /// Old versions of npm send it to every host they fetch from, a dependency's own one included; new ones refuse it. npm binds credentials by a key
    /// that begins with the registry's address: `//npm.corp.test/:_authToken`.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// _authToken=${NPM_TOKEN}
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// //npm.corp.test/:_authToken=${NPM_TOKEN}
    /// ```
    ///
    /// ## What to do
    /// Put the registry before it: `//HOST/PATH/:_authToken=…`.
    UNBOUND_CREDENTIAL = {
        id: "unbound-credential",
        threat: 3,
        severity: Error,
        summary: "a credential that is not bound to one registry",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

const CREDENTIALS: [&str; 6] = ["_auth", "_authToken", "_authtoken", "_password", "certfile", "keyfile"];

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    for setting in settings.entries.iter().filter(|setting| CREDENTIALS.contains(&setting.key.as_str())) {
        let registry = settings.get("registry").and_then(|registry| address(&registry.value));
        let message = format!("`{}` is not bound to a registry: it may be sent to any host", setting.key);
        let bound = registry.map(|registry| format!("{registry}/:{}", setting.key));
        let edits = bound.as_ref().and_then(|key| rename(cx.document, setting, key));
        let finding = cx.report(setting.key.span, message);
        finding.help("put the registry before it: `//HOST/PATH/:_authToken=...`");
        if let Some(key) = bound {
            finding.fix(format!("Bind it as `{key}`"), Applicability::Unsafe, edits);
        }
    }
}

/// A registry's address as credentials are bound to it: without scheme, user and closing slash.
fn address(registry: &str) -> Option<String> {
    let (_, rest) = registry.split_once("://")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    Some(format!("//{host}/{path}").trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn a_credential_without_a_host() {
        check(
            "unbound-credential",
            r#"
//- /.npmrc
registry=https://npm.corp.test/path/
_authToken=${NPM_TOKEN}
_auth=${AUTH}
//npm.corp.test/:_authToken=${NPM_TOKEN}
certfile=cert.pem
//- /b/.npmrc
_authToken=${NPM_TOKEN}
"#,
            expect![[r#"
                error .npmrc:2:1 [_authToken]
                  `_authToken` is not bound to a registry: it may be sent to any host
                  fix (unsafe): Bind it as `//npm.corp.test/path/:_authToken`
                    .npmrc: [_authToken] -> [//npm.corp.test/path/:_authToken]
                error .npmrc:3:1 [_auth]
                  `_auth` is not bound to a registry: it may be sent to any host
                  fix (unsafe): Bind it as `//npm.corp.test/path/:_auth`
                    .npmrc: [_auth] -> [//npm.corp.test/path/:_auth]
                error .npmrc:5:1 [certfile]
                  `certfile` is not bound to a registry: it may be sent to any host
                  fix (unsafe): Bind it as `//npm.corp.test/path/:certfile`
                    .npmrc: [certfile] -> [//npm.corp.test/path/:certfile]
                error b/.npmrc:1:1 [_authToken]
                  `_authToken` is not bound to a registry: it may be sent to any host
            "#]],
        );
    }
}
