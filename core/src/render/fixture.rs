//! Texts and findings for the renderers' tests.

use std::collections::BTreeMap;

use super::sources::{Source, Sources};
use crate::finding::{Finding, PackageRef, Report};
use crate::model::Ecosystem;
use crate::path::RelPath;
use crate::rule::Rule;
use crate::text::{LineIndex, Span};

use declared::TEST_RULE as RULE;
pub(super) static TEST_RULE: &Rule = &RULE;

/// The macro declares what rules export, which is more than these tests need.
#[allow(unreachable_pub)]
mod declared {
    use crate::document::Document;
    use crate::rule::Cx;

    crate::rule! {
        /// Says that a test wants something.
        ///
        /// It matters to `tests` only.
        ///
        /// ## Bad
        ///
        /// ```json package.json
        /// { "dependencies": { "a": "*" } }
        /// ```
        ///
        /// ## Good
        ///
        /// - write **one** version, see [the guide](https://guide.example/pin)
        /// #1 is no heading
        TEST_RULE = {
            id: "test-rule",
            threat: 9,
            severity: Error,
            summary: "a test wants something | or not",
            fixable: Offline,
            needs: Files,
            checks: [Document(nothing)],
        }
    }

    fn nothing(_: &Document, _: &mut Cx<'_>) {}
}

/// A finding with nothing but a place and a message.
pub(super) fn finding(path: &str, start: usize, end: usize, message: &str) -> Finding {
    Finding {
        rule: TEST_RULE,
        severity: TEST_RULE.severity,
        path: RelPath::new(path),
        span: Span::new(start, end),
        message: message.to_owned(),
        help: None,
        package: None,
        related: Vec::new(),
        fixes: Vec::new(),
        pending: None,
        deprecated: false,
        secret: false,
    }
}

/// A package for a finding to be about.
pub(super) fn package(name: &str, version: &str) -> PackageRef {
    PackageRef { ecosystem: Ecosystem::Npm, name: name.into(), version: Some(version.into()) }
}

/// Some texts and a report about them.
pub(super) struct Fixture {
    texts: BTreeMap<RelPath, (String, LineIndex)>,
    pub(super) report: Report,
}

impl Fixture {
    pub(super) fn of(files: &[(&str, &str)]) -> Fixture {
        let texts = files.iter().map(|(path, text)| (RelPath::new(path), ((*text).to_owned(), LineIndex::new(text))));
        Fixture { texts: texts.collect(), report: Report { files: files.len(), ..Report::default() } }
    }

    /// Adds a finding on the first place of `needle`.
    pub(super) fn find(&mut self, path: &str, needle: &str, message: &str) -> &mut Finding {
        let span = self.span(path, needle);
        self.report.findings.push(finding(path, span.start as usize, span.end as usize, message));
        self.report.findings.last_mut().expect("just pushed")
    }

    pub(super) fn span(&self, path: &str, needle: &str) -> Span {
        let at = self.texts[&RelPath::new(path)].0.find(needle).expect("the needle is in the text");
        Span::new(at, at + needle.len())
    }

    pub(super) fn sources(&self) -> Sources<'_> {
        Sources::new(|path| self.texts.get(path).map(|(text, lines)| Source { text, lines }))
    }
}
