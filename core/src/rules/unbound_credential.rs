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
    shared(settings, cx);
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

/// Yarn 2 and later send a token that stands outside of every registry to each one that has none of its own.
fn shared(settings: &Settings, cx: &mut Cx<'_>) {
    let has = |key: String| settings.get(&key).is_some();
    let own = |scope: &str| {
        let names = ["npmAuthToken", "npmAuthIdent"];
        names.iter().any(|name| has(format!("{scope}.{name}")))
    };
    let usual = settings.get("npmRegistryServer").map(|registry| registry.value.trim_end_matches('/'));
    let other = settings.entries.iter().find(|setting| {
        let scope = setting.key.strip_suffix(".npmRegistryServer").filter(|scope| scope.starts_with("npmScopes."));
        scope.is_some_and(|scope| !own(scope)) && usual != Some(setting.value.trim_end_matches('/'))
    });
    let Some(other) = other else { return };
    for setting in ["npmAuthToken", "npmAuthIdent"].iter().filter_map(|key| settings.get(key)) {
        let path = cx.document.path.clone();
        let message = format!("`{}` is not bound to a registry: it is sent to `{}` as well", setting.key, other.value);
        let finding = cx.report(setting.key.span, message);
        finding.help("put it below `npmRegistries`, under the address of the registry that it is for");
        finding.related(&path, other.value.span, "this registry has no credential of its own");
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
    fn a_token_for_every_registry_of_yarn() {
        check(
            "unbound-credential",
            r#"
//- /a/.yarnrc.yml
npmRegistryServer: "https://npm.corp.test/"
npmAuthToken: "${NPM_TOKEN}"
npmScopes:
  é:
    npmRegistryServer: "https://other.test/"
//- /own/.yarnrc.yml
npmAuthToken: "${NPM_TOKEN}"
npmScopes:
  s:
    npmRegistryServer: "https://other.test/"
    npmAuthToken: "${OTHER_TOKEN}"
//- /same/.yarnrc.yml
npmRegistryServer: "https://npm.corp.test"
npmAuthToken: "${NPM_TOKEN}"
npmScopes:
  s:
    npmRegistryServer: "https://npm.corp.test/"
//- /bound/.yarnrc.yml
npmRegistries:
  "//npm.corp.test/":
    npmAuthToken: "${NPM_TOKEN}"
"#,
            expect![[r#"
                error a/.yarnrc.yml:2:1 [npmAuthToken]
                  `npmAuthToken` is not bound to a registry: it is sent to `https://other.test/` as well
                  see a/.yarnrc.yml:5: this registry has no credential of its own
            "#]],
        );
    }

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
