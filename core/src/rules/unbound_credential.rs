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
        let registry = settings
            .get("registry")
            .and_then(|registry| registry.value.split_once(':').map(|(_, rest)| rest.trim_end_matches('/').to_owned()));
        let message = format!("`{}` is not bound to a registry: it may be sent to any host", setting.key);
        let bound = registry.filter(|registry| registry.starts_with("//")).map(|registry| format!("{registry}/:{}", setting.key));
        let edits = bound.as_ref().and_then(|key| rename(cx.document, setting, key));
        let finding = cx.report(setting.key.span, message);
        finding.help("put the registry before it: `//HOST/PATH/:_authToken=...`");
        if let Some(key) = bound {
            finding.fix(format!("Bind it as `{key}`"), Applicability::Unsafe, edits);
        }
    }
}
