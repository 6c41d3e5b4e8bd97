//! Verdicts of earlier runs, so that a second push costs nothing.
//!
//! Only good verdicts are written down: verified, or recorded where no more was asked, and only where nothing else about the artifact
//! would need telling again: both manifests were read and agree (where the ecosystem's registries show one), and the version was not
//! withdrawn. Anything else is looked at anew each time. A verdict is found
//! by all of its [`Artifact`], the depth, and what made it (format, program version, whether certificates were checked, which
//! hosts mean the configured registry).
//!
//! The file is one line a verdict, appended to, so that runs side by side do not lose each other's. Each line carries a
//! keyed digest of itself, under a secret that is this user's own and readable by nobody else; a line that was damaged, made by
//! another user or moved to another artifact does not bear it out and is ignored. What a line says is judged again besides.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use provender_core::disagreement::disagreements;
use provender_core::facts::{Artifact, Depth, Outcome, Verdict};
use provender_core::model::Ecosystem;
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};
use smol_str::SmolStr;

use crate::digest::known;
use crate::judge::{Evidence, release_holds};
use crate::options::Options;
use crate::run;

/// Changes whenever a verdict comes to mean something else.
const FORMAT: &str = "2";
const FILE: &str = "verdicts";
const SECRET: &str = "secret";
/// The length of a key or a keyed digest in a line.
const WORD: usize = 43;
/// The file is halved when it grows beyond this, in bytes: some fifty thousand verdicts.
const LARGEST: u64 = 64 << 20;

pub(crate) struct Remembered {
    file: PathBuf,
    secret: [u8; 32],
    made_by: String,
}

impl Remembered {
    /// Opens the memory in that folder, making it where needed. `None` where that cannot be done safely: then nothing is
    /// remembered.
    pub(crate) fn open(folder: &Path, options: &Options) -> Option<Remembered> {
        make_folder(folder).ok()?;
        let hosts = [&options.default_hosts[..], &[String::new()], &options.python_hosts].concat();
        let made_by = format!(
            "{FORMAT} {} {} {} {} {:?} {}",
            env!("CARGO_PKG_VERSION"),
            options.strict_tls,
            options.all_files,
            options.sumdb.as_ref().map_or("", |sumdb| sumdb.key()),
            options.platform,
            hosts.join(" ")
        );
        Some(Remembered { file: folder.join(FILE), secret: secret(folder).ok()?, made_by })
    }

    /// The verdicts that are known, in the order asked for.
    pub(crate) fn recall(&self, artifacts: &[Artifact], depth: Depth) -> Vec<Option<Verdict>> {
        let mut found = vec![None; artifacts.len()];
        let Ok(text) = fs::read(&self.file) else { return found };
        let keys: FxHashMap<String, usize> =
            artifacts.iter().enumerate().map(|(index, one)| (self.key(one, depth), index)).collect();
        for line in text.split(|&byte| byte == b'\n') {
            let Some((key, digest, json)) = parts(line) else { continue };
            let Some(&index) = std::str::from_utf8(key).ok().and_then(|key| keys.get(key)) else { continue };
            if self.digest(&[key, json]).as_bytes() != digest {
                continue;
            }
            let verdict = serde_json::from_slice(json).ok();
            found[index] = verdict.filter(|verdict| is_good(&artifacts[index], verdict, depth)).or(found[index].take());
        }
        found
    }

    /// Writes down what is worth it.
    pub(crate) fn remember(&self, settled: &[(Artifact, Arc<Verdict>)], depth: Depth) -> io::Result<()> {
        let mut text = Vec::new();
        for (artifact, verdict) in settled.iter().filter(|(artifact, verdict)| is_good(artifact, verdict, depth)) {
            let (key, json) = (self.key(artifact, depth), serde_json::to_vec(&**verdict)?);
            let digest = self.digest(&[key.as_bytes(), &json]);
            // A line feed first: what a killed run left unfinished must not swallow this.
            text.extend_from_slice(format!("\n{key} {digest} ").as_bytes());
            text.extend_from_slice(&json);
        }
        if text.is_empty() {
            return Ok(());
        }
        text.push(b'\n');
        let mut file = private(OpenOptions::new().append(true).create(true)).open(&self.file)?;
        file.lock()?;
        file.write_all(&text)?;
        if file.metadata()?.len() > LARGEST {
            self.halve()?;
        }
        Ok(())
    }

    /// Keeps the newer half, whole or not at all.
    fn halve(&self) -> io::Result<()> {
        let text = fs::read(&self.file)?;
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(&text[text.len() / 2..])?;
        new.persist(&self.file)?;
        Ok(())
    }

    fn key(&self, artifact: &Artifact, depth: Depth) -> String {
        // Every field has its length before it, so that no two artifacts run together.
        let mut about = Vec::new();
        let mut put = |text: &str| {
            about.extend_from_slice(&(text.len() as u64).to_le_bytes());
            about.extend_from_slice(text.as_bytes());
        };
        let Artifact { ecosystem, name, version, integrity, resolved, registry, files } = artifact;
        put(&self.made_by);
        put(match depth {
            Depth::Recorded => "recorded",
            Depth::Verified => "verified",
        });
        [ecosystem.id(), name, version, registry].into_iter().for_each(&mut put);
        put(if resolved.is_some() { "at" } else { "anywhere" });
        put(resolved.as_deref().unwrap_or_default());
        integrity.iter().map(SmolStr::as_str).for_each(&mut put);
        for file in files {
            put("file");
            put(file.name.as_deref().unwrap_or_default());
            put(file.url.as_deref().unwrap_or_default());
            file.integrity.iter().map(SmolStr::as_str).for_each(&mut put);
        }
        self.digest(&[&about])
    }

    fn digest(&self, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(keyed(&self.secret, parts))
    }
}

/// Whether a verdict is worth remembering, and whether a remembered one is to be believed: it must still follow from its digests.
fn is_good(artifact: &Artifact, verdict: &Verdict, depth: Depth) -> bool {
    let wanted = match depth {
        Depth::Verified => Outcome::Verified,
        Depth::Recorded => Outcome::Recorded,
    };
    verdict.outcome == wanted
        && verdict.withdrawn.is_none()
        && manifests_agree(artifact, verdict, depth)
        && follows(artifact, verdict, depth)
}

/// What is shown of a version is what is in it, as far as its ecosystem tells.
fn manifests_agree(artifact: &Artifact, verdict: &Verdict, depth: Depth) -> bool {
    match (depth, &verdict.published_manifest, &verdict.packed_manifest) {
        (Depth::Verified, Some(published), Some(packed)) => disagreements(published, packed).is_empty(),
        (Depth::Recorded, Some(_), None) => true,
        (_, None, None) => artifact.ecosystem != Ecosystem::Npm,
        _ => false,
    }
}

/// Whether the outcome is what the digests come to.
fn follows(artifact: &Artifact, verdict: &Verdict, depth: Depth) -> bool {
    let read = |words: &[SmolStr]| known(words.iter().map(SmolStr::as_str));
    let (published, computed) = (read(&verdict.published), read(&verdict.computed));
    let computed = (depth == Depth::Verified).then_some(computed.as_slice());
    let locked = run::locked(artifact);
    if artifact.ecosystem == Ecosystem::Pypi {
        return release_holds(&locked, &published, computed);
    }
    Evidence { locked: &locked, published: &published, computed, same_address: true }.outcome() == verdict.outcome
}

fn parts(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (key, rest) = line.split_at_checked(WORD)?;
    let (digest, json) = rest.strip_prefix(b" ")?.split_at_checked(WORD)?;
    Some((key, digest, json.strip_prefix(b" ")?))
}

/// HMAC-SHA-256 (RFC 2104).
fn keyed(secret: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(secret).for_each(|(byte, secret)| *byte ^= secret);
        block
    };
    let inner = parts.iter().fold(Sha256::new_with_prefix(pad(0x36)), |hash, part| hash.chain_update(part));
    Sha256::new_with_prefix(pad(0x5c)).chain_update(inner.finalize()).finalize().into()
}

/// This user's secret. One that others can read, or that is not a plain file, is not used: a new one takes its place, and what was
/// remembered under the old one is forgotten.
fn secret(folder: &Path) -> io::Result<[u8; 32]> {
    let path = folder.join(SECRET);
    if let Ok(known) = read_secret(&path) {
        return Ok(known);
    }
    let mut new = [0; 32];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut new).map_err(|_| io::Error::other("no randomness"))?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&new)?;
    if path.symlink_metadata().is_err() {
        // Another run may have been first; then its secret counts.
        return match file.persist_noclobber(&path) {
            Ok(_) => Ok(new),
            Err(_) => read_secret(&path),
        };
    }
    file.persist(&path)?;
    Ok(new)
}

fn read_secret(path: &Path) -> io::Result<[u8; 32]> {
    let known = path.symlink_metadata()?;
    if !known.is_file() || known.len() != 32 || !is_private(&known) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let mut secret = [0; 32];
    File::open(path)?.read_exact(&mut secret)?;
    Ok(secret)
}

#[cfg(unix)]
fn is_private(known: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    known.permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
#[path = "remembered_tests.rs"]
mod tests;
