//! What a registry says of one version, in one shape for every ecosystem.

use std::sync::Arc;

use provender_core::facts::ArtifactManifest;
use smol_str::SmolStr;
use url::Url;

use crate::digest::Known;

/// A version as its registry publishes it.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    /// Its digests.
    pub(crate) digests: Vec<Known>,
    /// The artifact's address as stated.
    pub(crate) stated: SmolStr,
    /// Where to fetch it.
    pub(crate) tarball: Url,
    /// Its manifest; `None` where the registry shows none, or only an abbreviated document was to be had that leaves out the scripts
    /// which it says there are.
    pub(crate) manifest: Option<Arc<ArtifactManifest>>,
    /// Why it was withdrawn, if it was.
    pub(crate) withdrawn: Option<SmolStr>,
}
