//! For people at a terminal: every finding with its source line, the span underlined, and what to do.

use std::fmt::Write as _;

use annotate_snippets::renderer::{AnsiColor, Effects, Style as Colour};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Padding, Renderer, Snippet};
use rustc_hash::FxHashMap;

use super::Style;
use super::excerpt::{Mark, excerpt};
use super::secrets::Secrets;
use super::sources::{Place, Sources};
use super::visible::visible;
use crate::finding::{Applicability, Finding, Report, Severity};
use crate::path::RelPath;
use crate::text::Span;

/// Labels of one document that are at most this many lines apart are shown in one piece.
const NEAR: usize = 3;
/// Of the related places of one finding, this many are shown and the rest only counted.
const MOST_RELATED: usize = 8;

/// How the text is to look.
#[derive(Clone, Copy, Debug)]
pub struct TextOptions {
    /// Colours or none.
    pub style: Style,
    /// Columns of the terminal.
    pub width: usize,
    /// One line for each finding, without the source.
    pub concise: bool,
    /// How many findings of one rule in one file are shown before the rest is only counted; `None` for all.
    pub limit: Option<usize>,
}

impl Default for TextOptions {
    fn default() -> TextOptions {
        TextOptions { style: Style::Plain, width: 140, concise: false, limit: Some(20) }
    }
}

/// Renders a report for people. Ends with a line that sums up.
#[must_use]
pub fn text(report: &Report, sources: &Sources<'_>, options: &TextOptions) -> String {
    let secrets = Secrets::of(report, sources);
    let report = &*secrets.redact(report);
    let renderer = renderer(options);
    let mut out = String::new();
    for findings in report.findings.chunk_by(|a, b| a.path == b.path) {
        let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
        for finding in findings {
            let count = seen.entry(finding.rule.id).or_default();
            *count += 1;
            if options.limit.is_some_and(|limit| *count > limit) {
                continue;
            }
            if options.concise {
                concise(&mut out, finding, sources, options.style);
            } else {
                out.push_str(&full(&renderer, finding, sources, &secrets));
                out.push_str("\n\n");
            }
        }
        left_out(&mut out, findings, &seen, options);
    }
    let _ = writeln!(out, "{}", summary(report, options.style));
    out
}

fn renderer(options: &TextOptions) -> Renderer {
    let renderer = match options.style {
        Style::Plain => Renderer::plain(),
        Style::Ansi => Renderer::styled(),
    };
    renderer.term_width(options.width)
}

/// The level that a severity is shown as.
fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

fn colour(severity: Severity) -> Colour {
    let colour = match severity {
        Severity::Error => AnsiColor::BrightRed,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Info => AnsiColor::BrightBlue,
    };
    colour.on_default().effects(Effects::BOLD)
}

/// One finding in full.
fn full(renderer: &Renderer, finding: &Finding, sources: &Sources<'_>, secrets: &Secrets) -> String {
    let mut group: Group<'_> =
        Group::with_title(level(finding.severity).primary_title(visible(&finding.message)).id(finding.rule.id));
    for (nth, piece) in pieces(finding, sources).into_iter().enumerate() {
        if nth > 0 {
            group = group.element(Padding);
        }
        group = piece.show(group, sources, secrets);
    }
    if let Some(more) = finding.related.len().checked_sub(MOST_RELATED).filter(|&more| more > 0) {
        group = group.element(Level::NOTE.message(format!("and {more} more places like these")));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    if let Some(fix) = fix_line(finding) {
        group = group.element(Level::HELP.with_name("fix").message(fix));
    }
    without_bare_marks(&renderer.render(&[group]))
}

/// Takes out the lines that hold nothing but `:::`.
///
/// The library puts one above an excerpt that has no path of its own; here the origin above it says where it is, since only that can
/// give the true column of a line that is cut or escaped. No other line can look like that: what comes from outside has no line breaks.
fn without_bare_marks(rendered: &str) -> String {
    rendered.split_inclusive('\n').filter(|line| without_colours(line).trim() != ":::").collect()
}

/// Text without the colours that the renderer put in.
fn without_colours(text: &str) -> String {
    text.split('\x1b')
        .enumerate()
        .map(|(n, part)| if n == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) })
        .collect()
}

/// What `provender fix` would do about it.
fn fix_line(finding: &Finding) -> Option<String> {
    let option = |applicability| if applicability == Applicability::Unsafe { " --unsafe" } else { "" };
    let best = finding.fixes.iter().find(|fix| fix.applicability == Applicability::Safe);
    let best = best.or_else(|| finding.fixes.iter().find(|fix| fix.applicability == Applicability::Unsafe));
    if let Some(fix) = best {
        return Some(format!("{} (run `provender fix{}`)", visible(&fix.title), option(fix.applicability)));
    }
    let pending = finding.pending.as_ref()?;
    let option = option(pending.applicability);
    Some(format!("{} (asks the registry: run `provender fix --online{option}`)", visible(&pending.title)))
}

/// Labels that are shown together: of one document, and close to one another.
struct Piece<'a> {
    path: &'a RelPath,
    labels: Vec<PieceLabel<'a>>,
}

struct PieceLabel<'a> {
    span: Span,
    place: Place,
    message: &'a str,
    primary: bool,
}

/// The finding's own place, then the related ones in their order, joined where they are near.
fn pieces<'a>(finding: &'a Finding, sources: &Sources<'_>) -> Vec<Piece<'a>> {
    let label =
        |path: &'a RelPath, span, message, primary| (path, PieceLabel { span, place: sources.place(path, span), message, primary });
    let own = label(&finding.path, finding.span, "", true);
    let mut pieces = vec![Piece { path: own.0, labels: vec![own.1] }];
    for related in finding.related.iter().take(MOST_RELATED) {
        let (path, label) = label(&related.path, related.span, &related.message, false);
        let near = |piece: &&mut Piece<'_>| piece.path == path && piece.labels.iter().any(|other| near(other.place, label.place));
        match pieces.iter_mut().find(near) {
            Some(piece) => piece.labels.push(label),
            None => pieces.push(Piece { path, labels: vec![label] }),
        }
    }
    pieces
}

fn near(a: Place, b: Place) -> bool {
    a.start.line.abs_diff(b.start.line) <= NEAR
}

impl<'a> Piece<'a> {
    fn show(self, group: Group<'a>, sources: &Sources<'_>, secrets: &Secrets) -> Group<'a> {
        let Some(source) = sources.get(self.path) else {
            let group = group.element(Origin::path(visible(self.path.as_str())));
            let notes = self.labels.iter().filter(|label| !label.message.is_empty());
            return group.elements(notes.map(|label| Level::NOTE.message(visible(label.message))));
        };
        let spans: Vec<Span> = self.labels.iter().map(|label| label.span).collect();
        let excerpt = excerpt(source, &spans, secrets.spans(self.path));
        let annotations = self.labels.iter().zip(&excerpt.marks).map(|(label, mark)| annotation(label, mark));
        let snippet = Snippet::source(excerpt.source.clone()).line_start(excerpt.first_line).annotations(annotations);
        // The place is given apart from the excerpt, which may be cut and in which characters may be written out.
        let start = self.labels[0].place.start;
        let origin = Origin::path(visible(self.path.as_str())).line(start.line).char_column(start.column);
        group.element(origin).element(snippet)
    }
}

fn annotation<'a>(label: &PieceLabel<'a>, mark: &Mark) -> Annotation<'a> {
    let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let text = match mark.goes_on_to {
        Some(line) if label.message.is_empty() => format!("up to line {line}").into(),
        _ => visible(label.message),
    };
    kind.span(mark.range.clone()).label(Some(text).filter(|text| !text.is_empty()))
}

/// One finding in one line.
fn concise(out: &mut String, finding: &Finding, sources: &Sources<'_>, style: Style) {
    let _ = write!(out, "{}", visible(finding.path.as_str()));
    if sources.get(&finding.path).is_some() {
        let start = sources.place(&finding.path, finding.span).start;
        let _ = write!(out, ":{}:{}", start.line, start.column);
    }
    let tag = style.paint(colour(finding.severity), &format!("{}[{}]", finding.severity.id(), finding.rule.id));
    let _ = writeln!(out, " {tag} {}", visible(&finding.message));
}

/// Counts what was not shown of a file, in the order of first appearance.
fn left_out(out: &mut String, findings: &[Finding], seen: &FxHashMap<&str, usize>, options: &TextOptions) {
    let Some(limit) = options.limit else { return };
    let mut told: Vec<&str> = Vec::new();
    for finding in findings {
        let rule = finding.rule.id;
        let more = seen.get(rule).map_or(0, |count| count.saturating_sub(limit));
        if more == 0 || told.contains(&rule) {
            continue;
        }
        told.push(rule);
        let _ = writeln!(out, "… and {more} more of `{rule}` in {}; --all shows them", visible(finding.path.as_str()));
        if !options.concise {
            out.push('\n');
        }
    }
}

/// "2 errors, 1 warning, 0 infos in 3 files".
fn summary(report: &Report, style: Style) -> String {
    let files = counted(report.files, "file");
    let mut line = if report.findings.is_empty() {
        format!("no findings in {files}")
    } else {
        let counts = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
            let count = report.count(severity);
            let text = counted(count, severity.id());
            if count == 0 { text } else { style.paint(colour(severity), &text) }
        });
        format!("{} in {files}", counts.join(", "))
    };
    if !report.excepted.is_empty() {
        let _ = write!(line, " ({} held back by the policy)", counted(report.excepted.len(), "finding"));
    }
    line
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
