//! One run over many artifacts: each document is asked for once, few artifacts are under way at a time.
//!
//! What a registry publishes and how the bytes are looked at is each ecosystem's own (`npm`, `pypi`, `cargo`, `go`); who is asked how
//! often, and what may be said in the end, is the same for all.

use std::collections::hash_map::Entry;
use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use provender_core::facts::{Artifact, BytesFrom, Depth, Outcome, Reason, Verdict};
use provender_core::integrity::Algorithm;
use provender_core::model::Ecosystem;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use tokio::time::timeout;
use url::Url;

use crate::address;
use crate::artifact::{self, Look, Seen};
use crate::cancel::Cancel;
use crate::digest::{Agreement, Known, agreement, words};
use crate::event::Event;
use crate::judge::Evidence;
use crate::options::Options;
use crate::published::Published;
use crate::transport::{Document, Fault, Transport};
use crate::{cargo, go, npm, pypi};

/// How many times as many documents are asked for at once where they share a connection: the wait for a distant registry, not the line, is
/// what a run spends its time on, and more connections would only upset name servers and proxies.
const SHARED: usize = 4;

/// Answers that are asked for once, by what they are about.
pub(crate) type Once<K, T> = Mutex<FxHashMap<K, Arc<OnceCell<Result<Arc<T>, Reason>>>>>;

/// Files of a package manager's on this machine that may hold an artifact's bytes, the likeliest first.
pub(crate) type Stored = Arc<dyn Fn(&Options) -> Vec<File> + Send + Sync>;

/// Where an artifact's bytes are, and what they are looked at for.
pub(crate) struct Source<'a> {
    /// Where the registry has them.
    pub(crate) url: &'a Url,
    /// What the registry publishes of them: only bytes from this machine that agree with it count.
    pub(crate) published: &'a [Known],
    /// The digests to compute.
    pub(crate) algorithms: Vec<Algorithm>,
    /// What to see inside.
    pub(crate) look: Look,
    /// Where else they may be.
    pub(crate) stored: Stored,
}

pub(crate) struct Run<'a> {
    pub(crate) transport: &'a Transport,
    pub(crate) depth: Depth,
    cancel: &'a Cancel,
    on_event: &'a (dyn Fn(Event<'_>) + Sync),
    npm: npm::Npm<'a>,
    pypi: pypi::Pypi,
    cargo: cargo::Cargo,
    go: go::Go,
    document_permits: Semaphore,
    shares_connection: AtomicBool,
    artifact_permits: Semaphore,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        transport: &'a Transport,
        depth: Depth,
        cancel: &'a Cancel,
        on_event: &'a (dyn Fn(Event<'_>) + Sync),
        artifacts: &[&'a Artifact],
    ) -> Self {
        let at_once = transport.options.concurrency.max(1);
        Run {
            transport,
            depth,
            cancel,
            on_event,
            npm: npm::Npm::new(artifacts),
            pypi: pypi::Pypi::default(),
            cargo: cargo::Cargo::default(),
            go: go::Go::default(),
            document_permits: Semaphore::new(at_once),
            shares_connection: AtomicBool::new(false),
            artifact_permits: Semaphore::new(at_once),
        }
    }

    /// Settles one artifact.
    pub(crate) async fn settle(&self, artifact: &'a Artifact) -> (&'a Artifact, Verdict) {
        (self.on_event)(Event::Started(artifact));
        let verdict = tokio::select! {
            biased;
            () = self.cancel.cancelled() => Verdict::unverifiable(Reason::Cancelled),
            verdict = self.judge(artifact) => verdict.unwrap_or_else(Verdict::unverifiable),
        };
        (artifact, verdict)
    }

    async fn judge(&self, artifact: &Artifact) -> Result<Verdict, Reason> {
        let base = base(artifact.ecosystem, &artifact.registry, self.options())?;
        match artifact.ecosystem {
            Ecosystem::Npm => self.npm.judge(self, artifact, &base).await,
            Ecosystem::Pypi => self.pypi.judge(self, artifact, &base).await,
            Ecosystem::Cargo => self.cargo.judge(self, artifact, &base).await,
            Ecosystem::Go => self.go.judge(self, artifact, &base).await,
        }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.transport.options
    }

    /// Compares the lockfile's digests with what the registry publishes, and with the bytes where that is asked.
    pub(crate) async fn compared(
        &self,
        artifact: &Artifact,
        published: &Published,
        locked: &[Known],
        same_address: bool,
        source: Source<'_>,
    ) -> Verdict {
        let mut evidence = Evidence { locked, published: &published.digests, computed: None, same_address };
        let mut verdict = Verdict {
            outcome: evidence.outcome(),
            published: words(&published.digests),
            tarball: Some(published.tarball.as_str().into()),
            published_manifest: published.manifest.clone(),
            withdrawn: published.withdrawn.clone(),
            ..Verdict::unverifiable(Reason::Cancelled)
        };
        if self.depth == Depth::Recorded {
            return verdict;
        }
        match self.bytes(artifact, source).await {
            Ok((seen, from)) => {
                evidence.computed = Some(&seen.digests);
                verdict.outcome = match (evidence.outcome(), seen.fault) {
                    (Outcome::Mismatched(mismatch), _) => Outcome::Mismatched(mismatch),
                    (_, Some(fault)) => Outcome::Unverifiable(fault),
                    (outcome, None) => outcome,
                };
                verdict.computed = words(&seen.digests);
                verdict.bytes = Some(from);
                verdict.packed_manifest = seen.manifest;
            }
            // What the documents alone prove stays proven.
            Err(reason) => {
                verdict.outcome = evidence.mismatch().map_or(Outcome::Unverifiable(reason), Outcome::Mismatched);
            }
        }
        verdict
    }

    /// An artifact's bytes: from the package manager's store on this machine where they are what the registry publishes, else from the
    /// registry.
    pub(crate) async fn bytes(&self, artifact: &Artifact, mut source: Source<'_>) -> Result<(Seen, BytesFrom), Reason> {
        let _permit = permit(&self.artifact_permits).await;
        if source.algorithms.is_empty() {
            source.algorithms.push(Algorithm::Sha512);
        }
        if let Some((seen, size)) = self.stored(&source).await {
            (self.on_event)(Event::Bytes(artifact, size));
            return Ok((seen, BytesFrom::Cache));
        }
        let seen = self.transport.retried(|| self.fetch(artifact, &source)).await?;
        Ok((seen, BytesFrom::Registry))
    }

    async fn stored(&self, source: &Source<'_>) -> Option<(Seen, u64)> {
        let options = Arc::clone(&self.transport.options);
        let (algorithms, published) = (source.algorithms.clone(), source.published.to_vec());
        let (stored, inside, cancel) = (Arc::clone(&source.stored), Arc::clone(&source.look), self.cancel.clone());
        let look = move || {
            stored(&options).into_iter().find_map(|file| {
                let known = file.metadata().ok()?;
                if !known.is_file() || known.len() > options.limits.artifact {
                    return None;
                }
                let seen = artifact::of_file(file, &algorithms, options.limits, &inside, || cancel.is_cancelled())?;
                // A damaged or foreign file says nothing about what the registry serves.
                (agreement(&published, &seen.digests) == Agreement::Agree).then_some((seen, known.len()))
            })
        };
        tokio::task::spawn_blocking(look).await.ok().flatten()
    }

    async fn fetch(&self, artifact: &Artifact, source: &Source<'_>) -> Result<Seen, Fault> {
        let limits = self.transport.options.limits;
        let work = async {
            let (mut response, at, length) = self.transport.artifact(source.url).await?;
            let (sender, task) = artifact::pass(&source.algorithms, limits, Arc::clone(&source.look));
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
        let late = || Err(Fault::passing(Reason::TimedOut(address::shown(source.url))));
        timeout(limits.artifact_time, work).await.unwrap_or_else(|_| late())
    }

    /// A document, when it is its turn.
    pub(crate) async fn document(&self, url: &Url, accept: &str) -> Result<Document, Reason> {
        if self.options().offline {
            return Err(offline());
        }
        let _permit = permit(&self.document_permits).await;
        let answer = self.transport.document(url, accept).await?;
        if answer.shares_connection && !self.shares_connection.swap(true, Ordering::Relaxed) {
            self.document_permits.add_permits(self.options().concurrency.max(1) * (SHARED - 1));
        }
        Ok(answer)
    }
}

/// All versions of a package.
pub(crate) async fn versions(
    transport: &Transport,
    ecosystem: Ecosystem,
    name: &str,
    registry: &str,
) -> Result<Vec<SmolStr>, Reason> {
    let base = base(ecosystem, registry, &transport.options)?;
    if transport.options.offline {
        return Err(offline());
    }
    match ecosystem {
        Ecosystem::Npm => npm::versions(transport, name, &base).await,
        Ecosystem::Pypi => pypi::versions(transport, name, &base).await,
        Ecosystem::Cargo => cargo::versions(transport, name, &base).await,
        Ecosystem::Go => go::versions(transport, name, &base).await,
    }
}

/// The address that a registry is asked at, if it may be contacted.
fn base(ecosystem: Ecosystem, registry: &str, options: &Options) -> Result<Url, Reason> {
    let registry = match ecosystem {
        Ecosystem::Cargo => cargo::sparse(registry)?,
        Ecosystem::Pypi => pypi::current(registry),
        Ecosystem::Npm | Ecosystem::Go => registry,
    };
    address::registry(registry, &options.allowed_hosts)
}

fn offline() -> Reason {
    Reason::Offline("the network is not to be used".to_owned())
}

pub(crate) fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) async fn permit(semaphore: &Semaphore) -> Option<SemaphorePermit<'_>> {
    // Never closed, so never refused.
    semaphore.acquire().await.ok()
}

/// The answer to `key`, asked for by whoever comes first.
pub(crate) async fn once<K, T, F>(answers: &Once<K, T>, key: K, ask: impl FnOnce() -> F) -> Result<Arc<T>, Reason>
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

/// The lockfile's digests, the files' own among them.
pub(crate) fn locked(artifact: &Artifact) -> Vec<Known> {
    let files = artifact.files.iter().flat_map(|file| &file.integrity);
    let read = |word: &SmolStr| match artifact.ecosystem {
        Ecosystem::Cargo => cargo::checksum(word),
        _ => Known::of(word),
    };
    artifact.integrity.iter().chain(files).filter_map(read).collect()
}

/// The algorithms of these digests.
pub(crate) fn algorithms<'k>(digests: impl IntoIterator<Item = &'k Known>) -> Vec<Algorithm> {
    digests.into_iter().map(|known| known.algorithm).collect()
}
