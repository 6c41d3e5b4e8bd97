//! The locked version behind what a manifest asks for, where the text does not say it already.

use lsp_types::{InlayHint, InlayHintLabel, InlayHintTooltip};
use provender_core::document::Document;
use provender_core::model::{Dependency, Ecosystem};
use provender_core::path::RelPath;
use provender_core::text::Span;
use provender_core::{spec, versions};

use super::locked::{self, place, with_project};
use super::snapshot::Snapshot;

/// The hints of the dependencies that stand in a span.
pub(super) fn hints(snapshot: &Snapshot, path: &RelPath, within: Span) -> Vec<InlayHint> {
    let Some((document, places)) = snapshot.file(path) else { return Vec::new() };
    let Some(manifest) = document.manifest() else { return Vec::new() };
    let hints = with_project(&snapshot.workspace, path, |project| {
        let ecosystem = document.format.ecosystem.unwrap_or(Ecosystem::Npm);
        let seen = manifest.dependencies.iter().filter(|dependency| place(dependency).touches(within));
        let hints = seen.filter_map(|dependency| {
            let version = locked::entry(project, document, dependency)?.version.as_ref()?;
            let pinned = versions::exact(ecosystem, spec::read(ecosystem, dependency).requested().unwrap_or_default());
            let said = pinned.is_some_and(|pinned| versions::is_same(ecosystem, &pinned, version));
            (!said).then(|| InlayHint {
                position: places.position(behind(document, dependency)),
                label: InlayHintLabel::String(version.value.to_string()),
                kind: None,
                text_edits: None,
                tooltip: Some(InlayHintTooltip::String("the version that the lockfile records".to_owned())),
                padding_left: Some(true),
                padding_right: None,
                data: None,
            })
        });
        hints.collect()
    });
    hints.unwrap_or_default()
}

/// Behind what is asked for, and behind the quote that closes it.
fn behind(document: &Document, dependency: &Dependency) -> usize {
    let end = place(dependency).end as usize;
    let quoted = document.text[end..].starts_with(['"', '\'']);
    end + usize::from(quoted)
}
