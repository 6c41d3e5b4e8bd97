//! The locked version behind what a manifest asks for, where the text does not say it already.

use lsp_types::{InlayHint, InlayHintLabel, InlayHintTooltip};
use provender_core::path::RelPath;
use provender_core::text::Span;

use super::locked::{Locked, with_project};
use super::snapshot::Snapshot;

/// The hints of the dependencies that stand in a span.
pub(super) fn hints(snapshot: &Snapshot, path: &RelPath, within: Span) -> Vec<InlayHint> {
    let Some((document, places)) = snapshot.file(path) else { return Vec::new() };
    let Some(manifest) = document.manifest() else { return Vec::new() };
    let hints = with_project(&snapshot.workspace, path, |project| {
        let Some(locked) = Locked::of(project, document) else { return Vec::new() };
        let seen = manifest.dependencies.iter().filter(|dependency| dependency.spec.span.touches(within));
        let hints = seen.filter_map(|dependency| {
            let version = locked.entry(dependency)?.version.as_ref()?;
            // An alias names its version at the end.
            let asked = dependency.spec.value.rsplit_once('@').map_or(dependency.spec.value.as_str(), |(_, asked)| asked);
            (asked != version.value).then(|| InlayHint {
                // After the closing quote.
                position: places.position(dependency.spec.span.end as usize + 1),
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
