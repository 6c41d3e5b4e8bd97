//! What is known about the dependency under the cursor, in a few lines.

use std::fmt::Write as _;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};
use provender_core::facts::{Outcome, Verdict};
use provender_core::model::{Package, SourceKind};
use provender_core::path::RelPath;
use provender_core::render::{threat, visible};
use provender_core::text::Span;

use super::locked::{self, dependency_at, entry_at, place, with_project};
use super::snapshot::Snapshot;

/// As much of a digest as a person compares by eye.
const DIGEST_SHOWN: usize = 20;

/// What is known about what stands at a byte of a file.
pub(super) fn hover(snapshot: &Snapshot, path: &RelPath, offset: usize) -> Option<Hover> {
    let (document, places) = snapshot.file(path)?;
    let (span, lines) = if let Some(dependency) = dependency_at(document, offset) {
        let entry = with_project(&snapshot.workspace, path, |project| {
            Some(describe(snapshot, locked::entry(project, document, dependency)?))
        });
        let asked = match dependency.spec.as_str() {
            "" => String::new(),
            spec => format!(" `{}`", code(spec)),
        };
        let head = format!("**{}**{asked}", plain(&dependency.name.value));
        let mut lines = vec![head];
        lines.extend(entry.flatten().unwrap_or_else(|| vec!["No lockfile records it.".to_owned()]));
        (place(dependency), lines)
    } else {
        let entry = entry_at(document, offset)?;
        let mut lines = vec![format!("**{}**", plain(&entry.name.value))];
        lines.extend(describe(snapshot, entry));
        (entry.key.span, lines)
    };
    let mut lines = lines;
    lines.extend(warnings(snapshot, path, span));
    let text = lines.join("\n\n");
    let (kind, value) =
        if snapshot.client.markdown { (MarkupKind::Markdown, text) } else { (MarkupKind::PlainText, without_marks(&text)) };
    Some(Hover { contents: HoverContents::Markup(MarkupContent { kind, value }), range: Some(places.range(span)) })
}

/// What a lockfile records of a package.
fn describe(snapshot: &Snapshot, entry: &Package) -> Vec<String> {
    let mut lines = Vec::new();
    let version = entry.version.as_ref().map_or("without a version", |version| version.value.as_str());
    let mut locked = format!("Locked: `{}`", code(version));
    for (mark, is_set) in [("development only", entry.dev), ("optional", entry.optional), ("peer", entry.peer)] {
        if is_set {
            let _ = write!(locked, " · {mark}");
        }
    }
    lines.push(locked);
    lines.push(source(entry));
    lines.push(match entry.integrity.words().first() {
        Some(digest) => format!("Digest: `{}`", code(&shortened(digest))),
        None => "Digest: none".to_owned(),
    });
    if entry.install_script == Some(true) {
        lines.push("Runs a script when it is installed.".to_owned());
    }
    if let Some(message) = &entry.deprecated {
        lines.push(format!("Deprecated: {}", plain(&message.value)));
    }
    lines.extend(verdict(snapshot, entry));
    lines
}

fn source(entry: &Package) -> String {
    let kind = entry.kind.id();
    let Some(address) = &entry.source else {
        return match entry.kind {
            SourceKind::Registry => "From: the registry that the settings name".to_owned(),
            _ => format!("From: {kind}"),
        };
    };
    // Credentials in an address are nobody's business, not even in the person's own editor when the screen is shared.
    let shown = match lsp_types::Url::parse(&address.value) {
        Ok(mut url) if url.has_host() => {
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.set_query(None);
            if entry.kind == SourceKind::Registry { url.host_str().unwrap_or_default().to_owned() } else { url.to_string() }
        }
        _ => address.value.to_string(),
    };
    format!("From: {kind}, `{}`", code(&shown))
}

fn verdict(snapshot: &Snapshot, entry: &Package) -> Option<String> {
    let version = entry.version.as_ref()?;
    let known = &snapshot.workspace.facts.verdicts;
    let about = |artifact: &provender_core::facts::Artifact| {
        *artifact.name == *artifact.ecosystem.normalized(&entry.name)
            && artifact.version == version.value
            && artifact.integrity == entry.integrity.words()
    };
    let (_, verdict): (_, &std::sync::Arc<Verdict>) = known.iter().find(|(artifact, _)| about(artifact))?;
    Some(match &verdict.outcome {
        Outcome::Verified => "Verified: the registry's bytes, its own digest and the lockfile agree.".to_owned(),
        Outcome::Recorded => "Recorded: the registry publishes the lockfile's digest; the bytes were not hashed.".to_owned(),
        Outcome::Mismatched(_) => "**Mismatched**: lockfile, registry and bytes do not agree.".to_owned(),
        Outcome::Unverifiable(reason) => format!("Not verified: {}.", plain(&reason.to_string())),
    })
}

/// What the findings at a place mean, in a sentence each.
fn warnings(snapshot: &Snapshot, path: &RelPath, span: Span) -> Vec<String> {
    let here = snapshot.findings(path).filter(|finding| finding.span.touches(span));
    let sentence = |finding: &provender_core::finding::Finding| {
        let threat = match finding.rule.threat {
            0 => String::new(),
            number => format!(" The threat: {}.", threat(number)),
        };
        format!("{} `{}`: {}.{threat}", finding.severity.id(), finding.rule.id, plain(&finding.message))
    };
    here.map(sentence).collect()
}

fn shortened(digest: &str) -> String {
    let short: String = digest.chars().take(DIGEST_SHOWN).collect();
    if short.len() < digest.len() { format!("{short}…") } else { short }
}

/// Text of strangers within a code span.
fn code(text: &str) -> String {
    visible(text).replace('`', "'")
}

/// Text of strangers in a paragraph: no link, image or markup of theirs comes to life.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in visible(text).chars() {
        if matches!(character, '\\' | '*' | '_' | '[' | ']' | '(' | ')' | '<' | '>' | '#' | '!' | '|' | '~' | '&') {
            shown.push('\\');
        }
        shown.push(character);
    }
    shown
}

/// The same text for an editor that shows it as it is.
fn without_marks(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => shown.extend(characters.next()),
            '*' | '`' => {}
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_words_bring_no_markup() {
        assert_eq!(plain("see ![x](https://evil.test/?q) <b>"), "see \\!\\[x\\]\\(https://evil.test/?q\\) \\<b\\>");
        assert_eq!(code("a`b"), "a'b");
        assert_eq!(without_marks("**a\\*b** `1`"), "a*b 1");
    }
}
