use super::prelude::*;

rule! {
    /// A change loosens the policy or a setting that protects: a rule switched off, an exception added, a registry trusted, scripts switched on.
    ///
    /// It may be right; but a change must not vouch for itself. Hooks judge it by the policy and the settings of its base, and a person should see what
    /// it loosens.
    ///
    /// ## Bad
    /// ```ini .npmrc base
    /// ignore-scripts=true
    /// ```
    /// ```ini .npmrc
    /// ignore-scripts=false
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc base
    /// ignore-scripts=true
    /// ```
    /// ```ini .npmrc
    /// ignore-scripts=true
    /// save-exact=true
    /// ```
    ///
    /// ## What to do
    /// If it is meant, make it a commit of its own, and let somebody else look at it.
    WEAKENED_POLICY = {
        id: "weakened-policy",
        threat: 6,
        severity: Error,
        summary: "the same change loosens what judges it",
        fixable: No,
        needs: Base,
        checks: [Changed(changed), Project(project)],
    }
}

use super::setting::is_registry;
use crate::guard::holds;
use crate::model::NamedRegistry;
use crate::policy::{Level, PolicyFile, loosened};
use crate::registries::Judgement;

const HELP: &str = "if it is meant, make it a change of its own, and let somebody else look at it";

fn changed(before: Option<&Document>, after: &Document, cx: &mut Cx<'_>) {
    if let Some(policy) = after.policy() {
        let none = PolicyFile::default();
        let former = before.and_then(Document::policy).unwrap_or(&none);
        let usual = |id: &str| crate::rules::by_id(id).map(|rule| Level::from(rule.severity));
        for loosening in loosened(former, policy, usual) {
            cx.report(loosening.span, format!("the change loosens the policy: {}", loosening.what)).help(HELP);
        }
    }
    settings(before, after, cx);
}

/// A settings file of the base that is gone takes its protection with it.
fn project(project: &Project<'_>, cx: &mut Cx<'_>) {
    let Some(base) = cx.workspace.base.as_deref() else { return };
    let gone =
        base.documents().filter(|document| document.path.folder() == project.folder && cx.workspace.get(&document.path).is_none());
    let gone: Vec<_> = gone.filter(|document| !protections(document).is_empty() || document.policy().is_some()).collect();
    for document in gone {
        cx.report(Span::at(0), format!("the change removes `{}`, and with it what it protected", document.path)).help(HELP);
    }
}

/// The keys of a file whose guards hold because the file says so.
fn protections(document: &Document) -> Vec<&'static str> {
    let Some(settings) = document.settings() else { return Vec::new() };
    let held = document.format.guards.iter().filter(|guard| settings.get(guard.key).is_some() && holds(guard, settings));
    held.map(|guard| guard.key).collect()
}

fn settings(former: Option<&Document>, after: &Document, cx: &mut Cx<'_>) {
    // A file that is new had no settings before, and so had one that may hold them among other things.
    let none = Settings::default();
    let Some(new) = after.settings() else { return };
    let old = former.and_then(Document::settings).unwrap_or(&none);
    let applying =
        after.format.guards.iter().filter(|guard| guard.aspect != Aspect::Ineffective && (guard.applies)(cx.project, new));
    for guard in applying {
        if holds(guard, old) && !holds(guard, new) {
            let was = former.zip(old.get(guard.key)).map(|(former, setting)| format!("`{}`", former.slice(setting.line).trim()));
            let was = was.as_deref().unwrap_or("unset");
            let span = new.get(guard.key).map_or(Span::at(0), |setting| setting.key.span.to(setting.value.span));
            cx.report(span, format!("the change takes a protection away: {} (it was {was})", guard.message)).help(HELP);
        }
    }
    for registry in &new.registries {
        let same = |other: &&NamedRegistry| other.serves == registry.serves && other.url.value == registry.url.value;
        if old.registries.iter().find(same).is_none() && !is_known(&registry.url, cx) {
            cx.report(registry.url.span, format!("the change names another registry: `{}`", registry.url)).help(HELP);
        }
    }
    for setting in &new.entries {
        let registry = is_registry(setting, new);
        let before = old.get(&setting.key);
        let other = |before: &Setting| before.value.value != setting.value.value;
        if registry && before.map_or_else(|| !is_known(&setting.value, cx), other) {
            let was = before.map_or("unset".to_owned(), |before| format!("`{}`", before.value));
            cx.report(setting.value.span, format!("the change sets `{}` to `{}`; it was {was}", setting.key, setting.value))
                .help(HELP);
        }
    }
    for key in ["before"] {
        if let Some(before) = old.get(key).filter(|_| new.get(key).is_none()) {
            cx.report(Span::at(0), format!("the change removes `{key}={}`", before.value)).help(HELP);
        }
    }
}

/// Whether the place is one that the base, the policy or the person trusts for every name anyway.
fn is_known(url: &str, cx: &Cx<'_>) -> bool {
    let address = url.strip_prefix("sparse+").unwrap_or(url);
    let whole = smol_str::format_smolstr!("{}/", address.trim_end_matches('/'));
    matches!(cx.project.registries.judge("", &whole), Judgement::Trusted { .. } | Judgement::DefaultHost { .. })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn what_a_change_loosens() {
        check(
            "weakened-policy",
            r#"
//- /provender.toml base
[rules]
weak-integrity = "error"
//- /provender.toml
[rules]
weak-integrity = "off"
//- /.npmrc base
ignore-scripts=true
strict-ssl=true
min-release-age=3
registry=https://npm.corp.test/
//- /.npmrc
ignore-scripts=false
package-lock=false
registry=https://evil.test/
"#,
            expect![[r#"
                error .npmrc:1:1 []
                  the change takes a protection away: npm may choose a version that was published a minute ago (it was `min-release-age=3`)
                error .npmrc:1:1 [ignore-scripts=false]
                  the change takes a protection away: install scripts of every package run on `npm install` (it was `ignore-scripts=true`)
                error .npmrc:2:1 [package-lock=false]
                  the change takes a protection away: npm ignores the lockfile (it was unset)
                error .npmrc:3:10 [https://evil.test/]
                  the change sets `registry` to `https://evil.test/`; it was `https://npm.corp.test/`
                error provender.toml:2:19 [off]
                  the change loosens the policy: `weak-integrity` is lowered from error to off
            "#]],
        );
    }

    #[test]
    fn a_first_option_names_another_index() {
        check(
            "weakened-policy",
            r#"
//- /pip.conf base
[global]
index-url = https://pypi.corp.test/simple/
//- /pip.conf
[global]
index-url = https://pypi.corp.test/simple/
//- /requirements.txt base
left-pad==1.3.0
//- /requirements.txt
--index-url https://evil.test/simple/
left-pad==1.3.0
//- /requirements-dev.txt base
left-pad==1.3.0
//- /requirements-dev.txt
--index-url https://pypi.corp.test/simple
left-pad==1.3.0
"#,
            expect![[r#"
                error requirements.txt:1:13 [https://evil.test/simple/]
                  the change names another registry: `https://evil.test/simple/`
            "#]],
        );
    }

    #[test]
    fn a_file_that_is_new_vouches_for_nothing_either() {
        check(
            "weakened-policy",
            r#"
//- /package.json base
{ "name": "@me/app" }
//- /package.json
{ "name": "@me/app" }
//- /.npmrc
registry=https://evil.test/
@me:registry=https://registry.npmjs.org/
strict-ssl=false
ignore-scripts=true
//- /requirements.txt
--extra-index-url https://evil.test/simple/
left-pad==1.3.0
"#,
            expect![[r#"
                error .npmrc:1:10 [https://evil.test/]
                  the change sets `registry` to `https://evil.test/`; it was unset
                error .npmrc:3:1 [strict-ssl=false]
                  the change takes a protection away: certificates are not checked: anybody on the line can be the registry (it was unset)
                error requirements.txt:1:19 [https://evil.test/simple/]
                  the change names another registry: `https://evil.test/simple/`
            "#]],
        );
    }

    #[test]
    fn a_protecting_file_that_goes_away() {
        check(
            "weakened-policy",
            r#"
//- /.npmrc base
ignore-scripts=true
//- /package.json base
{ "name": "@me/app" }
//- /package.json
{ "name": "@me/app" }
"#,
            expect![[r#"
                error package.json:1:1 []
                  the change removes `.npmrc`, and with it what it protected
            "#]],
        );
    }

    #[test]
    fn tightening_is_no_loosening() {
        check(
            "weakened-policy",
            r#"
//- /.npmrc base
fund=false
//- /.npmrc
fund=false
ignore-scripts=true
strict-ssl=true
min-release-age=3
"#,
            expect![[r#""#]],
        );
    }
}
