//! For GitHub's runner: workflow commands, which it shows beside the lines of a pull request.
//!
//! Everything from the repository is escaped, so that a name cannot end one command and begin another.

use std::fmt::Write as _;

use super::secrets::Secrets;
use super::sources::Sources;
use super::visible::visible;
use crate::finding::{Finding, Report, Severity};

/// Renders a report as workflow commands, one a line.
#[must_use]
pub fn github(report: &Report, sources: &Sources<'_>) -> String {
    let report = &*Secrets::of(report, sources).redact(report);
    let mut out = String::new();
    for finding in &report.findings {
        command(&mut out, finding, sources);
    }
    out
}

fn command(out: &mut String, finding: &Finding, sources: &Sources<'_>) {
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let _ = write!(out, "::{name} file={}", property(finding.path.as_str()));
    if sources.get(&finding.path).is_some() {
        let place = sources.place(&finding.path, finding.span);
        let _ = write!(out, ",line={},endLine={}", place.start.line, place.end.line);
        // The runner drops columns, with a warning, where start and end are not on one line.
        if place.start.line == place.end.line {
            let _ = write!(out, ",col={},endColumn={}", place.start.column, place.end.column);
        }
    }
    let _ = write!(out, ",title={}::{}", property(finding.rule.id), data(&visible(&finding.message)));
    if let Some(help) = &finding.help {
        let _ = write!(out, "%0A{}", data(&visible(help)));
    }
    out.push('\n');
}

/// Escapes a command's text, as the runner takes it apart again.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::path::RelPath;
    use crate::render::fixture::{Fixture, finding};
    use expect_test::expect;

    #[test]
    fn names_cannot_break_out_of_a_command() {
        let mut fixture = Fixture::of(&[("a,b:c%\n::error.json", "x\ny")]);
        let mut evil: Finding = finding("a,b:c%\n::error.json", 0, 1, "100% of\r\n::stop-commands::x");
        evil.help("first, a: b\nsecond");
        fixture.report.findings.push(evil);
        let over_lines = Finding { severity: Severity::Info, ..finding("a,b:c%\n::error.json", 0, 3, "lines") };
        fixture.report.findings.push(over_lines);
        let gone = Finding {
            severity: Severity::Warning,
            path: RelPath::new("gone.json"),
            ..finding("gone.json", 0, 0, "cannot be read")
        };
        fixture.report.findings.push(gone);
        expect![[r"
            ::error file=a%2Cb%3Ac%25%0A%3A%3Aerror.json,line=1,endLine=1,col=1,endColumn=2,title=test-rule::100%25 of\r\n::stop-commands::x%0Afirst, a: b\nsecond
            ::notice file=a%2Cb%3Ac%25%0A%3A%3Aerror.json,line=1,endLine=2,title=test-rule::lines
            ::warning file=gone.json,title=test-rule::cannot be read
        "]]
        .assert_eq(&github(&fixture.report, &fixture.sources()));
    }
}
