//! npm's protocol, which npm, Yarn, pnpm and Bun all speak.

mod address;
mod archive;
mod cache;
mod classic_cache;
mod extended_header;
mod manifest;
mod metadata;
mod yarn_cache;
mod yarn_zip;

use std::io::BufRead;
use std::sync::{Arc, Mutex};

use provender_core::facts::{Artifact, Reason, Verdict};
use provender_core::integrity::Algorithm;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use tokio::sync::Semaphore;
use url::Url;

use crate::artifact::{Inside, Look};
use crate::digest::Known;
use crate::options::{Limits, Options};
use crate::published::Published;
use crate::run::{Once, Run, Source, Stored, algorithms, held, locked, once, permit};
use crate::transport::{ABBREVIATED, Document, JSON, Transport};
use metadata::Packument;

/// How many whole package documents are in memory at once; the largest have tens of megabytes.
const PACKUMENTS: usize = 4;

/// What a run knows of npm's registries.
pub(crate) struct Npm<'a> {
    /// The versions that the run is about, by registry and name.
    wanted: FxHashMap<(&'a str, &'a str), Vec<SmolStr>>,
    documents: Once<(SmolStr, SmolStr, SmolStr), Published>,
    packuments: Once<(SmolStr, SmolStr, bool), Packument>,
    /// Registries that were seen not to have documents for versions.
    without_documents: Mutex<FxHashSet<SmolStr>>,
    packument_permits: Semaphore,
}

impl<'a> Npm<'a> {
    pub(crate) fn new(artifacts: &[&'a Artifact]) -> Npm<'a> {
        let mut wanted: FxHashMap<(&str, &str), Vec<SmolStr>> = FxHashMap::default();
        for artifact in artifacts {
            wanted.entry((&artifact.registry, &artifact.name)).or_default().push(artifact.version.clone());
        }
        Npm {
            wanted,
            documents: Mutex::default(),
            packuments: Mutex::default(),
            without_documents: Mutex::default(),
            packument_permits: Semaphore::new(PACKUMENTS),
        }
    }

    pub(crate) async fn judge(&self, run: &Run<'_>, artifact: &Artifact, base: &Url) -> Result<Verdict, Reason> {
        let published = self.published(run, artifact, base).await?;
        let locked = locked(artifact);
        let same = |recorded: &SmolStr| crate::address::same(recorded, &published.stated, base, &run.options().default_hosts);
        // Yarn's own name for what comes from the registry is no address.
        let own_name = format!("{}@npm:{}", artifact.name, artifact.version);
        let same_address = artifact.resolved.as_ref().is_none_or(|recorded| *recorded == own_name || same(recorded));
        let yarn = locked.iter().find(|known| known.algorithm == Algorithm::YarnZip);
        let source = Source {
            url: &published.tarball,
            published: &published.digests,
            algorithms: algorithms(locked.iter().chain(&published.digests)),
            look: yarn.map_or_else(look, |locked| look_for_yarn(artifact, locked, run.options())),
            stored: stored(artifact, &published),
        };
        Ok(run.compared(artifact, &published, &locked, same_address, source).await)
    }

    async fn published(&self, run: &Run<'_>, artifact: &Artifact, base: &Url) -> Result<Arc<Published>, Reason> {
        let document = address::document(base, &artifact.name, Some(&artifact.version));
        let document = document.ok_or_else(|| Reason::NotAnArtifact("no package has such a name or version".to_owned()))?;
        let key = (artifact.registry.clone(), artifact.name.clone(), artifact.version.clone());
        once(&self.documents, key, || self.ask(run, artifact, base, &document)).await
    }

    async fn ask(&self, run: &Run<'_>, artifact: &Artifact, base: &Url, document: &Url) -> Result<Published, Reason> {
        let hosts = &run.options().default_hosts;
        if !held(&self.without_documents).contains(&artifact.registry) {
            match run.document(document, JSON).await {
                Ok(answer) => {
                    if let Some(object) = metadata::document(&answer.body) {
                        return metadata::published(&object, &artifact.name, &artifact.version, base, hosts, false);
                    }
                }
                Err(Reason::ServerFault(_, 404 | 410)) => {}
                Err(Reason::ServerFault(_, 400 | 405 | 406 | 501)) => {
                    held(&self.without_documents).insert(artifact.registry.clone());
                }
                Err(reason) => return Err(reason),
            }
        }
        let short = self.packument(run, artifact, base, false).await?;
        let object = short.version(&artifact.version).ok_or(Reason::UnpublishedVersion)?;
        let found = metadata::published(object, &artifact.name, &artifact.version, base, hosts, short.abbreviated)?;
        if found.manifest.is_some() {
            return Ok(found);
        }
        // It has install scripts, and only the whole document says which.
        let Ok(whole) = self.packument(run, artifact, base, true).await else { return Ok(found) };
        match whole.version(&artifact.version) {
            Some(object) => metadata::published(object, &artifact.name, &artifact.version, base, hosts, whole.abbreviated),
            None => Ok(found),
        }
    }

    async fn packument(&self, run: &Run<'_>, artifact: &Artifact, base: &Url, whole: bool) -> Result<Arc<Packument>, Reason> {
        let ask = || async {
            let _permit = permit(&self.packument_permits).await;
            let wanted = self.wanted.get(&(artifact.registry.as_str(), artifact.name.as_str())).cloned().unwrap_or_default();
            packument(run.transport, base, &artifact.name, whole, wanted).await
        };
        once(&self.packuments, (artifact.registry.clone(), artifact.name.clone(), whole), ask).await
    }
}

/// All versions of a package, in the order of its document, which is that of publication.
pub(crate) async fn versions(transport: &Transport, name: &str, base: &Url) -> Result<Vec<SmolStr>, Reason> {
    packument(transport, base, name, false, Vec::new()).await.map(|found| found.versions)
}

/// Asks for a package's document.
async fn packument(transport: &Transport, base: &Url, name: &str, whole: bool, wanted: Vec<SmolStr>) -> Result<Packument, Reason> {
    let url = address::document(base, name, None).ok_or_else(|| Reason::NotAnArtifact("no package has such a name".to_owned()))?;
    let Document { body, media, .. } = match transport.document(&url, if whole { JSON } else { ABBREVIATED }).await {
        Err(Reason::ServerFault(_, 404 | 410)) => return Err(Reason::UnpublishedPackage),
        answer => answer?,
    };
    // Tens of megabytes take a while.
    let parse = tokio::task::spawn_blocking(move || Packument::parse(&body, &media, &wanted)).await;
    let found = parse.unwrap_or_else(|_| Err(Reason::MalformedAnswer("the package's document cannot be read".to_owned())))?;
    if found.name != name {
        return Err(Reason::MalformedAnswer(format!("the registry answers with another package than {name}")));
    }
    Ok(found)
}

/// Makes Yarn's archive again, and looks for the manifest on the way.
fn look_for_yarn(artifact: &Artifact, locked: &Known, options: &Options) -> Look {
    let (name, version) = (artifact.name.clone(), artifact.version.clone());
    let (locked, caches) = (locked.clone(), options.yarn_caches.clone());
    Arc::new(move |stream: &mut dyn BufRead, limits: Limits| yarn_zip::look(stream, limits, &name, &version, &locked, &caches))
}

/// Looks for the manifest inside.
fn look() -> Look {
    Arc::new(|stream: &mut dyn BufRead, limits: Limits| {
        let manifest = archive::manifest(stream, limits.unpacked, limits.manifest).ok().flatten();
        Inside { manifest: manifest.map(Arc::new), ..Inside::default() }
    })
}

/// The stores on this machine that hold a tarball as it came. (pnpm's and Bun's hold the unpacked files alone.)
fn stored(artifact: &Artifact, published: &Published) -> Stored {
    let (name, version) = (artifact.name.clone(), artifact.version.clone());
    let (tarball, digests) = (published.tarball.clone(), published.digests.clone());
    Arc::new(move |options: &Options| {
        let npm = options.npm_cache.as_deref().and_then(|folder| cache::find(folder, &tarball));
        let yarn = options.yarn_classic_cache.as_deref();
        npm.into_iter().chain(yarn.into_iter().flat_map(|folder| classic_cache::find(folder, &name, &version, &digests))).collect()
    })
}
