//! The one lens: at the top of a lockfile, what verifying it would do, or what it came to.

use std::collections::HashSet;

use lsp_types::{CodeLens, Command, Range};
use provender_core::model::{Lockfile, SourceKind};
use provender_core::path::RelPath;

use super::capabilities::VERIFY;
use super::config::Network;
use super::snapshot::Snapshot;
use super::verdicts::packages;

/// The lens of a file, if it is a lockfile and the registry may be asked.
pub(super) fn lens(snapshot: &Snapshot, path: &RelPath) -> Option<CodeLens> {
    if snapshot.config.network() == Network::Off {
        return None;
    }
    let (document, _) = snapshot.file(path)?;
    let count = artifacts(document.lockfile()?);
    if count == 0 {
        return None;
    }
    let uri = snapshot.url(path)?;
    let verified = snapshot.verified.get(path).filter(|verified| verified.is_about(document));
    let title = match verified {
        Some(verified) => format!("Of {}: {} · verify again", packages(count), verified.counts),
        None => format!("Verify {} against the registry", packages(count)),
    };
    let command = Command { title, command: VERIFY.to_owned(), arguments: Some(vec![uri.as_str().into()]) };
    Some(CodeLens { range: Range::default(), command: Some(command), data: None })
}

/// How many different artifacts a lockfile records.
fn artifacts(lockfile: &Lockfile) -> usize {
    let served = lockfile.packages.iter().filter(|package| matches!(package.kind, SourceKind::Registry | SourceKind::Url));
    let named = served.filter_map(|package| Some((package.name.value.as_str(), package.version.as_ref()?.value.as_str())));
    named.collect::<HashSet<_>>().len()
}
