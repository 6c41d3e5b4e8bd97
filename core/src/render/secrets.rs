//! Secrets that findings point at, kept out of every output.
//!
//! A token in a file is shown by nobody: not in the source line under its own finding, not in the line of another finding beside it,
//! not in a message, and not in the text of an edit.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::sources::Sources;
use crate::finding::{Finding, Report};
use crate::path::RelPath;
use crate::text::Span;

/// What stands in a secret's place, however long it is.
pub(super) const MASK: &str = "***";
/// Shorter values are hidden where they stand and not looked for elsewhere: they would be found in innocent words.
const SHORTEST: usize = 4;

/// The secrets of one report.
#[derive(Debug, Default)]
pub struct Secrets {
    /// The values, longest first, so that one within another does not uncover the rest of it.
    values: Vec<String>,
    spans: FxHashMap<RelPath, Vec<Span>>,
}

impl Secrets {
    /// Collects the secrets that a report knows of: those in the documents, and those that its findings point at.
    #[must_use]
    pub fn of(report: &Report, sources: &Sources<'_>) -> Secrets {
        let mut secrets = Secrets::default();
        let found = report.findings.iter().chain(&report.excepted).filter(|finding| finding.secret);
        let places =
            found.map(|finding| (&finding.path, finding.span)).chain(report.secrets.iter().map(|(path, span)| (path, *span)));
        for (path, span) in places {
            secrets.spans.entry(path.clone()).or_default().push(span);
            let value = sources.get(path).and_then(|source| source.text.get(source.clamp(span)));
            // The password of an address may stand elsewhere without the rest of it.
            let within = value.and_then(|value| value.get(password(value)?));
            let parts = value.into_iter().chain(within);
            secrets.values.extend(parts.filter(|value| value.len() >= SHORTEST).map(str::to_owned));
        }
        secrets.values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        secrets.values.dedup();
        secrets.spans.values_mut().for_each(|spans| {
            spans.sort_unstable();
            spans.dedup();
        });
        secrets
    }

    /// Replaces every secret in `text` by `***`. For whatever is printed beside a report: `fix --diff` hands both texts through here.
    #[must_use]
    pub fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut shown = Cow::Borrowed(text);
        for value in self.values.iter().filter(|value| text.contains(value.as_str())) {
            shown = Cow::Owned(shown.replace(value.as_str(), MASK));
        }
        shown
    }

    /// The places of secrets in one text, in order.
    pub(super) fn spans(&self, path: &RelPath) -> &[Span] {
        self.spans.get(path).map_or(&[], Vec::as_slice)
    }

    /// The report with no secret in its words. A fix whose edits would write one out is left out: half of it would be wrong.
    pub(super) fn redact<'r>(&self, report: &'r Report) -> Cow<'r, Report> {
        if self.values.is_empty() {
            return Cow::Borrowed(report);
        }
        let mut report = report.clone();
        report.findings.iter_mut().for_each(|finding| self.redact_finding(finding));
        Cow::Owned(report)
    }

    fn redact_finding(&self, finding: &mut Finding) {
        let hide = |text: &mut String| {
            if let Cow::Owned(hidden) = self.hide(text) {
                *text = hidden;
            }
        };
        hide(&mut finding.message);
        finding.help.iter_mut().for_each(hide);
        finding.related.iter_mut().for_each(|label| hide(&mut label.message));
        finding.pending.iter_mut().for_each(|pending| hide(&mut pending.title));
        finding.fixes.iter_mut().for_each(|fix| hide(&mut fix.title));
        let repeats = |text: &str| self.values.iter().any(|value| text.contains(value.as_str()));
        finding.fixes.retain(|fix| !fix.edits.values().flatten().any(|edit| repeats(&edit.text)));
    }
}

/// Where the password of an address stands.
fn password(address: &str) -> Option<std::ops::Range<usize>> {
    let start = address.find("://")? + 3;
    let authority = address[start..].split(['/', '?', '#']).next()?;
    let (user_info, _) = authority.rsplit_once('@')?;
    let colon = user_info.find(':')?;
    Some(start + colon + 1..start + user_info.len())
}

/// An address as it may be shown: its password, if it has one, is not.
pub(super) fn without_password(address: &str) -> Cow<'_, str> {
    match password(address).filter(|range| !range.is_empty()) {
        Some(range) => Cow::Owned(format!("{}{MASK}{}", &address[..range.start], &address[range.end..])),
        None => Cow::Borrowed(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Applicability;
    use crate::render::fixture::Fixture;
    use crate::render::{TextOptions, github, json, sarif, text};
    use crate::text::Edit;

    const TOKEN: &str = "npm_0123456789abcdef";

    fn fixture() -> Fixture {
        let line = format!("//registry.example/:_authToken={TOKEN}\n");
        let mut fixture = Fixture::of(&[(".npmrc", &line), ("other.json", &format!("{{\"é\": \"{TOKEN}\"}}"))]);
        fixture.find(".npmrc", TOKEN, "a literal token").secret().help("replace it");
        let (beside, path) = (fixture.span(".npmrc", "_authToken"), RelPath::new(".npmrc"));
        let loud = fixture.find(".npmrc", "_authToken", &format!("says {TOKEN}"));
        loud.help(format!("drop {TOKEN}")).related(&path, beside, format!("{TOKEN} here"));
        loud.fix(format!("Move {TOKEN}"), Applicability::Safe, Some(vec![Edit::insert(0, format!("_auth={TOKEN}"))]));
        loud.fix("Remove it", Applicability::Safe, Some(vec![Edit::remove(beside)]));
        fixture.find("other.json", TOKEN, "the same elsewhere").secret();
        fixture
    }

    #[test]
    fn no_output_repeats_a_secret() {
        let fixture = fixture();
        let (report, sources) = (&fixture.report, fixture.sources());
        let concise = TextOptions { concise: true, ..TextOptions::default() };
        let outputs = [
            text(report, &sources, &TextOptions::default()),
            text(report, &sources, &concise),
            json(report, &sources),
            sarif(report, &sources, &[], "1"),
            github(report, &sources),
        ];
        for output in &outputs {
            assert!(!output.contains(&TOKEN[..8]), "{output}");
            assert!(output.contains("says ***"), "{output}");
        }
        assert!(outputs[2].contains("Remove it") && !outputs[2].contains("Move"), "{}", outputs[2]);
        expect_test::expect![[r#"
            error[test-rule]: a literal token
             --> .npmrc:1:32
              |
            1 | //registry.example/:_authToken=***
              |                                ^^^
              |
              = help: replace it

            error[test-rule]: says ***
             --> .npmrc:1:21
              |
            1 | //registry.example/:_authToken=***
              |                     ^^^^^^^^^^
              |                     |
              |                     *** here
              |
              = help: drop ***
              = fix: Remove it (run `provender fix`)

            error[test-rule]: the same elsewhere
             --> other.json:1:8
              |
            1 | {"é": "***"}
              |        ^^^

            3 errors, 0 warnings, 0 infos in 2 files
        "#]]
        .assert_eq(&outputs[0]);
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (address, shown) in [
            ("https://me:hub@hub.example/hub#hub", "https://me:***@hub.example/hub#hub"),
            ("git+ssh://git@hub.example/a:b@c", "git+ssh://git@hub.example/a:b@c"),
            ("https://me:@hub.example/", "https://me:@hub.example/"),
            ("file:../a:b@c", "file:../a:b@c"),
            ("https://a:b@c@d/", "https://a:***@d/"),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }

    #[test]
    fn a_password_is_hidden_without_its_address_too() {
        let mut fixture = Fixture::of(&[(".npmrc", "registry=https://me:s3cret-word@registry.example/\n")]);
        fixture.find(".npmrc", "https://me:s3cret-word@registry.example/", "a literal password").secret();
        fixture.find(".npmrc", "registry", "a key").fix("Bind //me:s3cret-word@registry.example/", Applicability::Safe, None);
        let secrets = Secrets::of(&fixture.report, &fixture.sources());
        assert_eq!(secrets.hide("//me:s3cret-word@registry.example/:_auth"), "//me:***@registry.example/:_auth");
    }

    #[test]
    fn texts_beside_a_report_are_hidden_too() {
        let fixture = fixture();
        let secrets = Secrets::of(&fixture.report, &fixture.sources());
        assert_eq!(secrets.hide(&format!("-a={TOKEN};{TOKEN}x")), "-a=***;***x");
        assert!(matches!(secrets.hide("nothing here"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_secret_that_is_cut_by_the_window_stays_hidden() {
        let long = format!("{{\"a\":\"{}\",\"k\":1,{}}}", "s3cr3t".repeat(100), "x".repeat(300));
        let mut fixture = Fixture::of(&[("a.json", &long)]);
        fixture.find("a.json", &"s3cr3t".repeat(100), "a token").secret();
        fixture.find("a.json", "\"k\"", "beside it");
        let shown = text(&fixture.report, &fixture.sources(), &TextOptions::default());
        assert!(!shown.contains("s3") && shown.contains("***"), "{shown}");
    }
}
