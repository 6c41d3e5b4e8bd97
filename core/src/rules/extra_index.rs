use super::prelude::*;

rule! {
    /// A second index is asked for every name, so whoever has the higher version there wins.
    ///
    /// That is dependency confusion: someone registers the name of your internal package on the public index, with a high version number, and every install
    /// takes theirs. Package managers know no order between an index and an extra one. A place to find archives (`--find-links`) on another host
    /// is such an index. Taking prereleases of everything is a warning: it lets in what nobody has released yet.
    ///
    /// ## Bad
    /// ```text requirements.txt
    /// --extra-index-url https://pypi.corp.test/simple/
    /// left-pad==1.3.0
    /// ```
    ///
    /// ## Bad
    /// ```ini pip.conf
    /// [global]
    /// extra-index-url = https://pypi.corp.test/simple/
    /// ```
    ///
    /// ## Good
    /// ```text requirements.txt
    /// --index-url https://pypi.corp.test/simple/
    /// left-pad==1.3.0
    /// ```
    ///
    /// ## What to do
    /// Name one index alone, that serves your packages and passes the others on (a proxy). Or use a manager that can bind an index to the packages that
    /// come from it (uv's `explicit` index, Poetry's `explicit` source).
    EXTRA_INDEX = {
        id: "extra-index",
        threat: 2,
        severity: Error,
        summary: "a second index is asked for every name",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

use crate::registries::Judgement;

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::ExtraIndex, settings, cx);
    // Without an index there is nothing to be asked beside.
    if settings.get("no-index").is_some_and(|setting| matches!(setting.value.as_str(), "true" | "1" | "yes" | "on")) {
        return;
    }
    for registry in settings.registries.iter().filter(|registry| registry.mixes && !cx.project.passes_over(registry)) {
        let message = format!("{} is asked for every name beside the first index: {}", host(&registry.url), winner(cx.manager()));
        report(&registry.url, message, settings, cx);
    }
    for setting in settings.entries.iter().filter(|setting| setting.key.rsplit('.').next() == Some("find-links")) {
        let remote = ["http://", "https://", "ftp://"].iter().any(|scheme| setting.value.starts_with(scheme));
        let known = || matches!(cx.project.registries.judge("", &setting.value), Judgement::Trusted { .. });
        if remote && !known() {
            let message =
                format!("archives of every name are looked for on {} as well: the higher version wins", host(&setting.value));
            report(&setting.value, message, settings, cx);
        }
    }
}

fn report(value: &Spanned<smol_str::SmolStr>, message: String, settings: &Settings, cx: &mut Cx<'_>) {
    let (document, manager) = (cx.document.clone(), cx.manager());
    let setting = settings.entries.iter().find(|setting| setting.value.span == value.span);
    let edits = setting.and_then(|setting| remove(&document, setting));
    let finding = cx.report(value.span, message);
    finding.help(remedy(manager));
    finding.fix("Remove it", Applicability::Unsafe, edits);
}

/// Whose package is taken where several indexes have one of that name.
fn winner(manager: Manager) -> &'static str {
    match manager {
        Manager::Uv => "what it has of a name is taken from it, whoever put it there",
        Manager::Poetry => "what it has of a name may be taken from it, whoever put it there",
        _ => "the higher version wins",
    }
}

/// How this manager keeps indexes apart.
fn remedy(manager: Manager) -> &'static str {
    match manager {
        Manager::Uv => "set `explicit = true` for the index, and name the packages that come from it in `tool.uv.sources`",
        Manager::Poetry => {
            "set `priority = \"explicit\"` for the source, and name it as `source` of the packages that come from it"
        }
        Manager::Pdm => "name the packages that come from it in `include_packages`, and set `respect-source-order`",
        Manager::Pipenv => "name it as `index` of the packages that come from it",
        _ => "name one index alone, that serves your packages and passes the others on",
    }
}

/// The host of an address, or the address where it has none.
fn host(address: &str) -> String {
    let url = url::Url::parse(address).ok();
    let host = url.as_ref().and_then(|url| url.host_str());
    format!("`{}`", host.unwrap_or_else(|| address.rsplit('@').next().unwrap_or_default()))
}

use super::setting::remove;

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn every_way_to_ask_a_second_index() {
        check(
            "extra-index",
            r#"
//- /pip.conf
[global]
index-url = https://pypi.corp.test/simple/
extra-index-url =
    https://one.test/simple/
    https://two.test/simple/ https://three.test/simple/
find-links = https://files.test/wheels/ ./wheels
pre = yes
[list]
extra-index-url = https://four.test/simple/
//- /one/pip.conf
[install]
extra-index-url = https://user:secret@one.test/simple/
//- /none/pip.conf
[install]
no-index = true
extra-index-url = https://one.test/simple/
pre = no
//- /requirements.txt
--extra-index-url https://one.test/simple/ --pre
  --extra-index-url=https://two.test/simple/  # why
-f https://files.test/wheels/
-f ./wheels
--find-links https://pypi.corp.test/simple/x/
left==1.0
"#,
            expect![[r#"
                error one/pip.conf:2:19 [https://user:secret@one.test/simple/]
                  `one.test` is asked for every name beside the first index: the higher version wins
                  fix (unsafe): Remove it
                    one/pip.conf: [extra-index-url = https://user:secret@one.test/simple/⏎] -> []
                error pip.conf:4:5 [https://one.test/simple/]
                  `one.test` is asked for every name beside the first index: the higher version wins
                  fix (unsafe): Remove it
                    pip.conf: [    https://one.test/simple/⏎] -> []
                error pip.conf:5:5 [https://two.test/simple/]
                  `two.test` is asked for every name beside the first index: the higher version wins
                  fix (unsafe): Remove it
                    pip.conf: [https://two.test/simple/ ] -> []
                error pip.conf:5:30 [https://three.test/simple/]
                  `three.test` is asked for every name beside the first index: the higher version wins
                  fix (unsafe): Remove it
                    pip.conf: [ https://three.test/simple/] -> []
                error pip.conf:6:14 [https://files.test/wheels/]
                  archives of every name are looked for on `files.test` as well: the higher version wins
                  fix (unsafe): Remove it
                    pip.conf: [https://files.test/wheels/ ] -> []
                warning pip.conf:7:1 [pre = yes]
                  prereleases of every project are taken, not only of the one that needs it
                  fix (safe): Remove `pre = yes`
                    pip.conf: [pre = yes⏎] -> []
                error requirements.txt:1:19 [https://one.test/simple/]
                  `one.test` is asked for every name beside the first index: the higher version wins
                  fix (unsafe): Remove it
                    requirements.txt: [--extra-index-url https://one.test/simple/ ] -> []
                warning requirements.txt:1:44 [--pre]
                  prereleases of every project are taken, not only of the one that needs it
                  fix (safe): Remove `pre`
                    requirements.txt: [ --pre] -> []
                error requirements.txt:2:21 [https://two.test/simple/]
                  `two.test` is asked for every name beside the first index: the higher version wins
                  fix (unsafe): Remove it
                    requirements.txt: [  --extra-index-url=https://two.test/simple/  # why⏎] -> []
                error requirements.txt:3:4 [https://files.test/wheels/]
                  archives of every name are looked for on `files.test` as well: the higher version wins
                  fix (unsafe): Remove it
                    requirements.txt: [-f https://files.test/wheels/⏎] -> []
            "#]],
        );
    }
}
