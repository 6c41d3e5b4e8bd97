//! One run over many artifacts: each document is asked for once, few artifacts are under way at a time.

use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use provender_core::facts::{Artifact, BytesFrom, Depth, Outcome, Reason, Verdict};
use provender_core::integrity::Algorithm;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use tokio::time::timeout;
use url::Url;

use crate::address;
use crate::artifact::{self, Seen};
use crate::cancel::Cancel;
use crate::digest::{Agreement, Known, agreement, known};
use crate::event::Event;
use crate::judge::Evidence;
use crate::metadata::{self, Packument, Published};
use crate::npm_cache;
use crate::transport::{ABBREVIATED, Document, Fault, JSON, Transport};

/// How many whole package documents are in memory at once; the largest have tens of megabytes.
const PACKUMENTS: usize = 4;

/// How many times as many documents are asked for at once where they share a connection: the wait for a distant registry, not the line, is
/// what a run spends its time on, and more connections would only upset name servers and proxies.
const SHARED: usize = 4;

/// Answers that are asked for once, by what they are about.
type Once<K, T> = Mutex<FxHashMap<K, Arc<OnceCell<Result<Arc<T>, Reason>>>>>;

pub(crate) struct Run<'a, F> {
    transport: &'a Transport,
    depth: Depth,
    cancel: &'a Cancel,
    on_event: &'a F,
    /// The versions that the run is about, by registry and name.
    wanted: FxHashMap<(&'a str, &'a str), Vec<SmolStr>>,
    documents: Once<(SmolStr, SmolStr, SmolStr), Published>,
    packuments: Once<(SmolStr, SmolStr, bool), Packument>,
    /// Registries that were seen not to have documents for versions.
    without_documents: Mutex<FxHashSet<SmolStr>>,
    document_permits: Semaphore,
    shares_connection: AtomicBool,
    packument_permits: Semaphore,
    artifact_permits: Semaphore,
}

impl<'a, F: Fn(Event<'_>) + Sync> Run<'a, F> {
    pub(crate) fn new(
        transport: &'a Transport,
        depth: Depth,
        cancel: &'a Cancel,
        on_event: &'a F,
        artifacts: &[&'a Artifact],
    ) -> Self {
        let mut wanted: FxHashMap<(&str, &str), Vec<SmolStr>> = FxHashMap::default();
        for artifact in artifacts {
            wanted.entry((&artifact.registry, &artifact.name)).or_default().push(artifact.version.clone());
        }
        let at_once = transport.options.concurrency.max(1);
        Run {
            transport,
            depth,
            cancel,
            on_event,
            wanted,
            documents: Mutex::default(),
            packuments: Mutex::default(),
            without_documents: Mutex::default(),
            document_permits: Semaphore::new(at_once),
            shares_connection: AtomicBool::new(false),
            packument_permits: Semaphore::new(PACKUMENTS),
            artifact_permits: Semaphore::new(at_once),
        }
    }

    /// Settles one artifact.
    pub(crate) async fn settle(&self, artifact: &'a Artifact) -> (&'a Artifact, Verdict) {
        (self.on_event)(Event::Started(artifact));
        let verdict = tokio::select! {
            biased;
            () = self.cancel.cancelled() => unverifiable(Reason::Cancelled),
            verdict = self.judge(artifact) => verdict.unwrap_or_else(unverifiable),
        };
        (artifact, verdict)
    }

    async fn judge(&self, artifact: &Artifact) -> Result<Verdict, Reason> {
        let options = &self.transport.options;
        let base = address::trusted(&artifact.registry, &options.allowed_hosts)?;
        let published = self.published(artifact, &base).await?;
        let locked = known(artifact.integrity.iter().map(SmolStr::as_str));
        let same = |recorded: &SmolStr| address::same(recorded, &published.stated, &base, &options.default_hosts);
        let same_address = artifact.resolved.as_ref().is_none_or(same);
        let mut evidence = Evidence { locked: &locked, published: &published.digests, computed: None, same_address };
        let mut verdict = Verdict {
            outcome: evidence.outcome(),
            published: published.digests.iter().map(|(_, word)| word.clone()).collect(),
            computed: Vec::new(),
            tarball: Some(published.tarball.as_str().into()),
            bytes: None,
            published_manifest: published.manifest.clone(),
            packed_manifest: None,
            withdrawn: None,
        };
        if self.depth == Depth::Recorded {
            return Ok(verdict);
        }
        match self.bytes(artifact, &published, &locked).await {
            Ok((seen, from)) => {
                evidence.computed = Some(&seen.digests);
                verdict.outcome = evidence.outcome();
                verdict.computed = seen.digests.iter().map(|(_, word)| word.clone()).collect();
                verdict.bytes = Some(from);
                verdict.packed_manifest = seen.manifest;
            }
            // What the documents alone prove stays proven.
            Err(reason) => {
                verdict.outcome = evidence.mismatch().map_or(Outcome::Unverifiable(reason), Outcome::Mismatched);
            }
        }
        Ok(verdict)
    }

    /// The artifact's bytes: from npm's cache where they are what the registry publishes, else from the registry.
    async fn bytes(&self, artifact: &Artifact, published: &Published, locked: &[Known]) -> Result<(Seen, BytesFrom), Reason> {
        let _permit = permit(&self.artifact_permits).await;
        let mut algorithms: Vec<Algorithm> = locked.iter().chain(&published.digests).map(|(algorithm, _)| *algorithm).collect();
        if algorithms.is_empty() {
            algorithms.push(Algorithm::Sha512);
        }
        if let Some((seen, size)) = self.cached(published, &algorithms).await {
            (self.on_event)(Event::Bytes(artifact, size));
            return Ok((seen, BytesFrom::Cache));
        }
        let seen = self.transport.retried(|| self.fetch(artifact, &published.tarball, &algorithms)).await?;
        Ok((seen, BytesFrom::Registry))
    }

    async fn cached(&self, published: &Published, algorithms: &[Algorithm]) -> Option<(Seen, u64)> {
        let options = Arc::clone(&self.transport.options);
        options.npm_cache.as_ref()?;
        let (algorithms, tarball, cancel) = (algorithms.to_vec(), published.tarball.clone(), self.cancel.clone());
        let look = move || {
            let (file, size) = npm_cache::find(options.npm_cache.as_deref()?, &tarball, options.limits.artifact)?;
            Some((artifact::of_file(file, &algorithms, options.limits, || cancel.is_cancelled())?, size))
        };
        let (seen, size) = tokio::task::spawn_blocking(look).await.ok().flatten()?;
        // A damaged or foreign file says nothing about what the registry serves.
        (agreement(&published.digests, &seen.digests) == Agreement::Agree).then_some((seen, size))
    }

    async fn fetch(&self, artifact: &Artifact, tarball: &Url, algorithms: &[Algorithm]) -> Result<Seen, Fault> {
        let limits = self.transport.options.limits;
        let work = async {
            let (mut response, at, length) = self.transport.artifact(tarball).await?;
            let (sender, task) = artifact::pass(algorithms, limits);
            let broken = || Fault::lasting(Reason::MalformedAnswer("the artifact could not be read to its end".to_owned()));
            let mut received = 0;
            while let Some(piece) = self.transport.chunk(&mut response, &at).await? {
                received += piece.len() as u64;
                if received > limits.artifact {
                    return Err(Fault::lasting(Reason::TooLarge(limits.artifact)));
                }
                (self.on_event)(Event::Bytes(artifact, piece.len() as u64));
                sender.send(piece).await.map_err(|_| broken())?;
            }
            if length.is_some_and(|length| length != received) {
                return Err(Fault::passing(Reason::Truncated(address::shown(&at))));
            }
            drop(sender);
            task.await.map_err(|_| broken())
        };
        let late = || Err(Fault::passing(Reason::TimedOut(address::shown(tarball))));
        timeout(limits.artifact_time, work).await.unwrap_or_else(|_| late())
    }

    async fn published(&self, artifact: &Artifact, base: &Url) -> Result<Arc<Published>, Reason> {
        let document = address::document(base, &artifact.name, Some(&artifact.version));
        let document = document.ok_or_else(|| Reason::NotAnArtifact("no package has such a name or version".to_owned()))?;
        if self.transport.options.offline {
            return Err(offline());
        }
        let key = (artifact.registry.clone(), artifact.name.clone(), artifact.version.clone());
        once(&self.documents, key, || self.ask(artifact, base, &document)).await
    }

    async fn ask(&self, artifact: &Artifact, base: &Url, document: &Url) -> Result<Published, Reason> {
        let hosts = &self.transport.options.default_hosts;
        if !held(&self.without_documents).contains(&artifact.registry) {
            let permit = permit(&self.document_permits).await;
            let answer = self.transport.document(document, JSON).await;
            drop(permit);
            match answer {
                Ok(answer) => {
                    if answer.shares_connection && !self.shares_connection.swap(true, Ordering::Relaxed) {
                        self.document_permits.add_permits(self.transport.options.concurrency.max(1) * (SHARED - 1));
                    }
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
        let short = self.packument(artifact, base, false).await?;
        let object = short.version(&artifact.version).ok_or(Reason::UnpublishedVersion)?;
        let found = metadata::published(object, &artifact.name, &artifact.version, base, hosts, short.abbreviated)?;
        if found.manifest.is_some() {
            return Ok(found);
        }
        // It has install scripts, and only the whole document says which.
        let Ok(whole) = self.packument(artifact, base, true).await else { return Ok(found) };
        match whole.version(&artifact.version) {
            Some(object) => metadata::published(object, &artifact.name, &artifact.version, base, hosts, whole.abbreviated),
            None => Ok(found),
        }
    }

    async fn packument(&self, artifact: &Artifact, base: &Url, whole: bool) -> Result<Arc<Packument>, Reason> {
        let ask = || async {
            let _permit = permit(&self.packument_permits).await;
            let wanted = self.wanted.get(&(artifact.registry.as_str(), artifact.name.as_str())).cloned().unwrap_or_default();
            packument(self.transport, base, &artifact.name, whole, wanted).await
        };
        once(&self.packuments, (artifact.registry.clone(), artifact.name.clone(), whole), ask).await
    }
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

/// All versions of a package.
pub(crate) async fn versions(transport: &Transport, name: &str, registry: &str) -> Result<Vec<SmolStr>, Reason> {
    let base = address::trusted(registry, &transport.options.allowed_hosts)?;
    if transport.options.offline {
        return Err(offline());
    }
    packument(transport, &base, name, false, Vec::new()).await.map(|found| found.versions)
}

fn offline() -> Reason {
    Reason::Offline("the network is not to be used".to_owned())
}

fn unverifiable(reason: Reason) -> Verdict {
    Verdict {
        outcome: Outcome::Unverifiable(reason),
        published: Vec::new(),
        computed: Vec::new(),
        tarball: None,
        bytes: None,
        published_manifest: None,
        packed_manifest: None,
        withdrawn: None,
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn permit(semaphore: &Semaphore) -> Option<SemaphorePermit<'_>> {
    // Never closed, so never refused.
    semaphore.acquire().await.ok()
}

/// The answer to `key`, asked for by whoever comes first.
async fn once<K, T, F>(answers: &Once<K, T>, key: K, ask: impl FnOnce() -> F) -> Result<Arc<T>, Reason>
where
    K: Eq + std::hash::Hash,
    F: Future<Output = Result<T, Reason>>,
{
    let cell = match held(answers).entry(key) {
        Entry::Occupied(known) => Arc::clone(known.get()),
        Entry::Vacant(new) => Arc::clone(new.insert(Arc::default())),
    };
    cell.get_or_init(|| async { ask().await.map(Arc::new) }).await.clone()
}
