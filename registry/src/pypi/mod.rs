//! Python's package indexes. A version is a release of many files, each with digests of its own; a lockfile lists some of them or all.
//!
//! Every digest that the lockfile lists must be one that the index publishes for that version, and for the file of that name where the
//! lockfile names files. Of the bytes, the one file is hashed that this platform would install, or all of them where that is asked.

mod file_name;
mod html;
mod index;
mod pip_cache;
mod platform;

use std::cmp::Reverse;
use std::sync::Arc;

use provender_core::facts::{Artifact, ArtifactFile, BytesFrom, Depth, Mismatch, Outcome, Reason, Verdict};
use provender_core::model::Ecosystem;
use provender_core::registries::{FORMER_PYPI, PYPI};
use provender_core::versions::pypi::normalized;
use provender_core::versions::{compare, is_same};
use smol_str::SmolStr;
use url::Url;

use crate::address;
use crate::artifact::{Seen, blind};
use crate::digest::{Agreement, Known, agreement, known, words};
use crate::judge::Evidence;
use crate::options::Options;
use crate::run::{Once, Run, Source, algorithms, once};
use crate::transport::Transport;
use file_name::{FileName, is_same_name};
use index::{ACCEPT, File, Project};

pub use platform::{Platform, System};

/// What a run knows of Python's indexes.
#[derive(Default)]
pub(crate) struct Pypi {
    projects: Once<(SmolStr, SmolStr), Project>,
}

/// What the lockfile says of one file.
struct Claim {
    /// The file's name, where the lockfile tells.
    name: Option<SmolStr>,
    /// Its address, where the lockfile tells.
    url: Option<SmolStr>,
    digests: Vec<Known>,
}

/// A file of the release, what the lockfile says of it, and what that comes to so far.
struct Listed<'p> {
    file: &'p File,
    locked: Vec<Known>,
    same_address: bool,
    outcome: Outcome,
}

impl<'p> Listed<'p> {
    fn new(file: &'p File, claim: &Claim, options: &Options) -> Listed<'p> {
        let same_address = claim.url.as_deref().is_none_or(|url| is_same_address(url, file, options));
        let mut listed = Listed { locked: claim.digests.clone(), same_address, ..Listed::unclaimed(file) };
        listed.outcome = listed.evidence(None).outcome();
        listed
    }

    /// A file that the lockfile says nothing of.
    fn unclaimed(file: &'p File) -> Listed<'p> {
        let outcome = Outcome::Unverifiable(Reason::NoLockedDigest);
        Listed { file, locked: Vec::new(), same_address: true, outcome }
    }

    fn evidence<'e>(&'e self, computed: Option<&'e [Known]>) -> Evidence<'e> {
        Evidence { locked: &self.locked, published: &self.file.digests, computed, same_address: self.same_address }
    }
}

impl Pypi {
    pub(crate) async fn judge(&self, run: &Run<'_>, artifact: &Artifact, base: &Url) -> Result<Verdict, Reason> {
        let project = self.project(run, artifact, base).await?;
        let release = project.release(&artifact.name, &artifact.version);
        if release.is_empty() {
            return Err(Reason::UnpublishedVersion);
        }
        let claims = claims(artifact, base);
        if artifact.resolved.is_some() && is_elsewhere(&claims, &release) {
            return Err(Reason::NotAnArtifact("an address that the index does not list".to_owned()));
        }
        let (mut listed, open) = matched(&claims, &release, run.options());
        if claims.is_empty() {
            // Nothing holds it: what an installer would take is looked at all the same, so that it can be held.
            listed = release.iter().map(|file| Listed::unclaimed(file)).collect();
        }
        let mut verdict = Verdict::unverifiable(Reason::NoLockedDigest);
        verdict.withdrawn = withdrawn(&listed);
        for digest in release.iter().flat_map(|file| &file.digests) {
            if !verdict.published.contains(&digest.word) {
                verdict.published.push(digest.word.clone());
            }
        }
        verdict.files = release.iter().map(|file| published(file)).collect();
        if run.depth == Depth::Verified {
            let chosen = chosen(&listed, &artifact.name, run.options());
            self.hash(run, artifact, &mut listed, &chosen, &mut verdict).await;
        }
        let outcomes = listed.into_iter().map(|listed| listed.outcome).chain(open);
        verdict.outcome = outcomes.reduce(joined).unwrap_or(verdict.outcome);
        if run.depth == Depth::Verified && verdict.outcome == Outcome::Recorded {
            verdict.outcome = Outcome::Unverifiable(Reason::NotAnArtifact("no file that could be hashed".to_owned()));
        }
        Ok(verdict)
    }

    async fn project(&self, run: &Run<'_>, artifact: &Artifact, base: &Url) -> Result<Arc<Project>, Reason> {
        let url = document(base, &artifact.name)?;
        let ask = || async {
            let answer = found(run.document(&url, ACCEPT).await)?;
            read(answer, base.clone(), artifact.name.clone()).await
        };
        once(&self.projects, (artifact.registry.clone(), artifact.name.clone()), ask).await
    }

    /// Hashes the chosen files, and puts what that shows in the place of what the documents showed.
    async fn hash(&self, run: &Run<'_>, artifact: &Artifact, listed: &mut [Listed<'_>], chosen: &[usize], verdict: &mut Verdict) {
        for &at in chosen {
            let one = &mut listed[at];
            match self.bytes(run, artifact, one).await {
                Ok(hashed) => {
                    one.outcome = one.evidence(Some(&hashed.seen.digests)).outcome();
                    verdict.tarball.get_or_insert_with(|| hashed.place.as_str().into());
                    verdict.computed.extend(words(&hashed.seen.digests));
                    verdict.bytes = Some(hashed.from);
                }
                // What the documents alone prove stays proven.
                Err(_) if matches!(one.outcome, Outcome::Mismatched(_)) => {}
                Err(reason) => one.outcome = Outcome::Unverifiable(reason),
            }
        }
    }

    async fn bytes(&self, run: &Run<'_>, artifact: &Artifact, listed: &Listed<'_>) -> Result<Hashed, Reason> {
        let place = listed.file.place.clone()?;
        let url = place.clone();
        let source = Source {
            url: &place,
            published: &listed.file.digests,
            algorithms: algorithms(listed.locked.iter().chain(&listed.file.digests)),
            look: blind(),
            stored: Arc::new(move |options: &Options| {
                options.pip_cache.as_deref().and_then(|folder| pip_cache::find(folder, &url)).into_iter().collect()
            }),
        };
        let (seen, from) = run.bytes(artifact, source).await?;
        Ok(Hashed { place, seen, from })
    }
}

/// A file whose bytes were hashed.
struct Hashed {
    place: Url,
    seen: Seen,
    from: BytesFrom,
}

/// A file as the index publishes it.
fn published(file: &File) -> ArtifactFile {
    ArtifactFile { name: Some(file.name.clone()), url: None, integrity: words(&file.digests) }
}

/// All versions of a project: by the time of their first file where the index tells, else by precedence.
pub(crate) async fn versions(transport: &Transport, name: &str, base: &Url) -> Result<Vec<SmolStr>, Reason> {
    let answer = found(transport.document(&document(base, name)?, ACCEPT).await)?;
    let project = read(answer, base.clone(), name.into()).await?;
    let mut found: Vec<(Option<&SmolStr>, &str)> = Vec::new();
    // A version that was yanked whole is not offered to anybody.
    for file in project.files.iter().filter(|file| file.yanked.is_none()) {
        let Some(read) = FileName::read(&file.name, name) else { continue };
        match found.iter_mut().find(|(_, known)| is_same(Ecosystem::Pypi, known, read.version)) {
            Some((since, _)) => *since = (*since).min(file.uploaded.as_ref()),
            None => found.push((file.uploaded.as_ref(), read.version)),
        }
    }
    if found.iter().all(|(since, _)| since.is_some()) {
        found.sort_by_key(|(since, _)| *since);
    } else {
        found.sort_by(|(_, one), (_, other)| compare(Ecosystem::Pypi, one, other).unwrap_or_else(|| one.cmp(other)));
    }
    Ok(found.into_iter().map(|(_, version)| SmolStr::from(version)).collect())
}

/// The public index's former address means the one that it has today.
pub(crate) fn current(registry: &str) -> &str {
    if registry.trim_end_matches('/') == FORMER_PYPI.trim_end_matches('/') { PYPI } else { registry }
}

/// Where an index has a project's document.
fn document(base: &Url, name: &str) -> Result<Url, Reason> {
    let name = normalized(name);
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let url = is_name.then(|| base.join(&format!("{name}/")).ok()).flatten();
    url.ok_or_else(|| Reason::NotAnArtifact("no project has such a name".to_owned()))
}

fn found<T>(answer: Result<T, Reason>) -> Result<T, Reason> {
    match answer {
        Err(Reason::ServerFault(_, 404 | 410)) => Err(Reason::UnpublishedPackage),
        answer => answer,
    }
}

/// Some documents have tens of megabytes: they are read where that may take a while.
async fn read(answer: crate::transport::Document, base: Url, name: SmolStr) -> Result<Project, Reason> {
    let read = tokio::task::spawn_blocking(move || Project::read(&answer, &base, &name)).await;
    read.unwrap_or_else(|_| Err(Reason::MalformedAnswer("the project's document cannot be read".to_owned())))
}

/// What the lockfile says, file by file: those that it lists, and each digest that it gives without a file.
fn claims(artifact: &Artifact, base: &Url) -> Vec<Claim> {
    let read = |words: &[SmolStr]| known(words.iter().map(SmolStr::as_str));
    let mut claims: Vec<Claim> = Vec::new();
    for file in &artifact.files {
        let name = file.name.clone().or_else(|| file.url.as_deref().and_then(name_of));
        claims.push(Claim { name, url: file.url.clone(), digests: read(&file.integrity) });
    }
    // A single file's address, of a requirement that names one.
    let address = artifact.resolved.as_ref().filter(|resolved| artifact.files.is_empty() && !is_index(resolved, base));
    if let Some(name) = address.and_then(|address| name_of(address)) {
        claims.push(Claim { name: Some(name), url: address.cloned(), digests: read(&artifact.integrity) });
        return claims;
    }
    // A list of files without names is a list of alternatives, each a file of its own.
    let unnamed = claims.extract_if(.., |claim| claim.name.is_none()).flat_map(|claim| claim.digests).collect::<Vec<_>>();
    let named: Vec<Known> = claims.iter().flat_map(|claim| claim.digests.iter().cloned()).collect();
    let mut loose: Vec<Known> = Vec::new();
    for digest in read(&artifact.integrity).into_iter().chain(unnamed) {
        if !named.contains(&digest) && !loose.contains(&digest) {
            loose.push(digest);
        }
    }
    claims.extend(loose.into_iter().map(|digest| Claim { name: None, url: None, digests: vec![digest] }));
    claims
}

/// Whether an address is the index itself, and not a file.
fn is_index(address: &str, base: &Url) -> bool {
    Url::parse(address)
        .is_ok_and(|url| url.host_str() == base.host_str() && url.path().trim_end_matches('/') == base.path().trim_end_matches('/'))
}

/// The file name at the end of an address.
fn name_of(address: &str) -> Option<SmolStr> {
    let path = address.split(['#', '?']).next()?;
    let name = path.rsplit('/').next().filter(|name| name.contains('.'))?;
    Some(name.replace("%2B", "+").replace("%2b", "+").into())
}

/// Whether the one file that is asked for by its address is none of the release's.
fn is_elsewhere(claims: &[Claim], release: &[&File]) -> bool {
    matches!(claims, [Claim { name: Some(name), .. }] if !release.iter().any(|file| is_same_name(&file.name, name)))
}

/// The files that the lockfile means; and what it comes to for each claim that means none of them.
fn matched<'p>(claims: &[Claim], release: &[&'p File], options: &Options) -> (Vec<Listed<'p>>, Vec<Outcome>) {
    let (mut listed, mut open) = (Vec::new(), Vec::new());
    for claim in claims {
        let same = |file: &&&'p File| match &claim.name {
            Some(name) => is_same_name(&file.name, name),
            None => agreement(&claim.digests, &file.digests) == Agreement::Agree,
        };
        match release.iter().find(same) {
            Some(file) => listed.push(Listed::new(file, claim, options)),
            // A mirror that leaves some platforms out, a file that was deleted, or one that never was; unless it is another file's digest.
            None if claim.name.is_some()
                && !release.iter().any(|file| agreement(&claim.digests, &file.digests) == Agreement::Agree) =>
            {
                open.push(Outcome::Unverifiable(Reason::UnpublishedFile(claim.name.as_deref().unwrap_or_default().to_owned())));
            }
            None if claim.digests.is_empty() => open.push(Outcome::Unverifiable(Reason::NoLockedDigest)),
            // Where the index has digests of that algorithm, none of its files is the one that the lockfile means.
            None if release.iter().any(|file| agreement(&claim.digests, &file.digests) == Agreement::Disagree) => {
                open.push(Outcome::Mismatched(Mismatch { lockfile_registry: true, ..Mismatch::default() }));
            }
            None => open.push(Outcome::Unverifiable(Reason::NoPublishedDigest)),
        }
    }
    (listed, open)
}

/// Whether a recorded address is the file's. Indexes are mirrored with the addresses of their files rewritten, and moved between hosts of
/// their own: on a host that is trusted anyway, the file's name has to be the same.
fn is_same_address(recorded: &str, file: &File, options: &Options) -> bool {
    let Ok(recorded) = Url::parse(recorded) else { return true };
    let Ok(stated) = Url::parse(&file.url) else { return false };
    let host = recorded.host_str().unwrap_or_default();
    let trusted = options.python_hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) || Some(host) == stated.host_str();
    let same_name = name_of(recorded.path()).as_deref() == Some(&*file.name);
    address::same(recorded.as_str(), &file.url, &stated, &[]) || trusted && same_name
}

/// Why the release was withdrawn, if any file that is meant was.
fn withdrawn(listed: &[Listed<'_>]) -> Option<SmolStr> {
    let mut yanked = listed.iter().filter_map(|listed| listed.file.yanked.as_ref());
    let first = yanked.next()?;
    Some(std::iter::once(first).chain(yanked).find(|why| !why.is_empty()).unwrap_or(first).clone())
}

/// Which files to hash: the one that an installer would take, or all.
fn chosen(listed: &[Listed<'_>], project: &str, options: &Options) -> Vec<usize> {
    if options.all_files {
        return (0..listed.len()).collect();
    }
    let rank = |one: &Listed<'_>| options.platform.rank(&FileName::read(&one.file.name, project)?.kind);
    // Where nothing suits this platform, some file still has to be looked at.
    let best = listed.iter().enumerate().max_by_key(|(at, one)| (rank(one), Reverse(*at)));
    best.map(|(at, _)| at).into_iter().collect()
}

/// Two outcomes as one: what disagrees counts before what is not known, and that before what agrees. That a file is not held says least of
/// what is not known.
fn joined(one: Outcome, other: Outcome) -> Outcome {
    match (one, other) {
        (Outcome::Unverifiable(Reason::NoLockedDigest), Outcome::Unverifiable(reason)) => Outcome::Unverifiable(reason),
        (Outcome::Mismatched(one), Outcome::Mismatched(other)) => Outcome::Mismatched(Mismatch {
            lockfile_registry: one.lockfile_registry || other.lockfile_registry,
            lockfile_bytes: one.lockfile_bytes || other.lockfile_bytes,
            registry_bytes: one.registry_bytes || other.registry_bytes,
            address: one.address || other.address,
        }),
        (Outcome::Mismatched(mismatch), _) | (_, Outcome::Mismatched(mismatch)) => Outcome::Mismatched(mismatch),
        (Outcome::Unverifiable(reason), _) | (_, Outcome::Unverifiable(reason)) => Outcome::Unverifiable(reason),
        (Outcome::Verified, _) | (_, Outcome::Verified) => Outcome::Verified,
        (Outcome::Recorded, Outcome::Recorded) => Outcome::Recorded,
    }
}
