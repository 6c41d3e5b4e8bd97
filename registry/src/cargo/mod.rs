//! Cargo's registries, by their sparse index (RFC 2789): a small file for each crate, one line a version.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use provender_core::facts::{Artifact, Reason, Verdict};
use provender_core::integrity::Algorithm;
use provender_core::registries::{CRATES, CRATES_GIT};
use serde::Deserialize;
use smol_str::SmolStr;
use url::Url;

use crate::address;
use crate::artifact::blind;
use crate::digest::Known;
use crate::options::Options;
use crate::published::Published;
use crate::run::{Once, Run, Source, Stored, algorithms, locked, once};
use crate::transport::{ANY, JSON, Transport};

/// What a run knows of Cargo's registries.
#[derive(Default)]
pub(crate) struct Cargo {
    configs: Once<SmolStr, Config>,
    crates: Once<(SmolStr, SmolStr), Vec<Version>>,
}

/// `config.json` at the root of an index.
#[derive(Debug, Deserialize)]
struct Config {
    /// The address of crate files, with markers.
    dl: String,
}

/// A line of a crate's file.
#[derive(Debug, Deserialize)]
struct Version {
    name: SmolStr,
    vers: SmolStr,
    cksum: String,
    #[serde(default)]
    yanked: bool,
}

/// The address of a registry's sparse index. The default registry is named after its git index, and read by its sparse one; nobody speaks git here, so
/// any other such index is not asked at all.
pub(crate) fn sparse(registry: &str) -> Result<&str, Reason> {
    let git = registry.strip_prefix("registry+");
    let plain = git.unwrap_or(registry);
    match plain.trim_end_matches('/').trim_end_matches(".git") {
        CRATES_GIT => Ok(CRATES),
        _ if git.is_some() => Err(Reason::UnknownProtocol("an index that is read with git".to_owned())),
        _ => Ok(plain),
    }
}

impl Cargo {
    pub(crate) async fn judge(&self, run: &Run<'_>, artifact: &Artifact, base: &Url) -> Result<Verdict, Reason> {
        let published = self.published(run, artifact, base).await?;
        let locked = locked(artifact);
        let source = Source {
            url: &published.tarball,
            published: &published.digests,
            algorithms: algorithms(locked.iter().chain(&published.digests)),
            look: blind(),
            stored: stored(artifact),
        };
        // The lockfile has the index's address, and none of the artifact's.
        Ok(run.compared(artifact, &published, &locked, true, source).await)
    }

    async fn published(&self, run: &Run<'_>, artifact: &Artifact, base: &Url) -> Result<Published, Reason> {
        let place = place(base, &artifact.name)?;
        let config = || async {
            let url = base.join("config.json").map_err(|_| malformed("the index's address cannot be read"))?;
            config(run.document(&url, JSON).await.map(|answer| answer.body))
        };
        let config = once(&self.configs, artifact.registry.clone(), config).await?;
        let versions = || async { lines(run.document(&place, ANY).await.map(|answer| answer.body), &artifact.name) };
        let versions = once(&self.crates, (artifact.registry.clone(), artifact.name.clone()), versions).await?;
        let found = versions.iter().find(|version| version.vers == artifact.version).ok_or(Reason::UnpublishedVersion)?;
        let stated = download(&config.dl, found);
        Ok(Published {
            digests: Known::of_hex(Algorithm::Sha256, &found.cksum).into_iter().collect(),
            tarball: address::artifact(&stated, base, &[])?,
            stated: stated.into(),
            manifest: None,
            withdrawn: found.yanked.then(SmolStr::default),
        })
    }
}

/// All versions of a crate that are not yanked, in the order of the index, which is that of publication.
pub(crate) async fn versions(transport: &Transport, name: &str, base: &Url) -> Result<Vec<SmolStr>, Reason> {
    let answer = transport.document(&place(base, name)?, ANY).await.map(|answer| answer.body);
    let versions = lines(answer, name)?;
    Ok(versions.into_iter().filter(|version| !version.yanked).map(|version| version.vers).collect())
}

fn malformed(what: &str) -> Reason {
    Reason::MalformedAnswer(what.to_owned())
}

/// A lockfile's checksum: bare, or with its algorithm.
pub(crate) fn checksum(word: &str) -> Option<Known> {
    if word.contains([':', '-']) { Known::of(word) } else { Known::of_hex(Algorithm::Sha256, word) }
}

/// Where the index has a crate's file.
fn place(base: &Url, name: &str) -> Result<Url, Reason> {
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let url =
        is_name.then(|| base.join(&format!("{}/{}", prefix(&name.to_ascii_lowercase()), name.to_ascii_lowercase())).ok()).flatten();
    url.ok_or_else(|| Reason::NotAnArtifact("no crate has such a name".to_owned()))
}

/// The folders that a crate's file lies in.
fn prefix(name: &str) -> String {
    match name.len() {
        1 => "1".to_owned(),
        2 => "2".to_owned(),
        3 => format!("3/{}", &name[..1]),
        _ => format!("{}/{}", &name[..2], &name[2..4]),
    }
}

fn config(answer: Result<Vec<u8>, Reason>) -> Result<Config, Reason> {
    let body = match answer {
        // A git repository is served from here, or nothing is: either way, not an index that can be read over HTTP.
        Err(Reason::ServerFault(_, 404 | 410)) => return Err(Reason::UnknownProtocol("an index that is read with git".to_owned())),
        answer => answer?,
    };
    serde_json::from_slice(&body).map_err(|_| malformed("the index's configuration does not read as the protocol has it"))
}

fn lines(answer: Result<Vec<u8>, Reason>, name: &str) -> Result<Vec<Version>, Reason> {
    let body = match answer {
        Err(Reason::ServerFault(_, 404 | 410 | 451)) => return Err(Reason::UnpublishedPackage),
        answer => answer?,
    };
    let lines = body.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let read = |line| {
        serde_json::from_slice::<Version>(line).map_err(|_| malformed("the crate's file does not read as the protocol has it"))
    };
    let versions: Vec<Version> = lines.map(read).collect::<Result<_, _>>()?;
    match versions.iter().any(|version| version.name != name) {
        true => Err(Reason::MalformedAnswer(format!("the registry answers with another crate than {name}"))),
        false => Ok(versions),
    }
}

/// The address of a version's file.
fn download(template: &str, version: &Version) -> String {
    let name = version.name.as_str();
    let markers: [(&str, &str); 5] = [
        ("{crate}", name),
        ("{version}", &version.vers),
        ("{prefix}", &prefix(name)),
        ("{lowerprefix}", &prefix(&name.to_ascii_lowercase())),
        ("{sha256-checksum}", &version.cksum),
    ];
    if !markers.iter().any(|(marker, _)| template.contains(marker)) {
        return format!("{}/{name}/{}/download", template.trim_end_matches('/'), version.vers);
    }
    markers.iter().fold(template.to_owned(), |address, (marker, value)| address.replace(marker, value))
}

/// Cargo's own copies of a crate's file: one for each registry that it ever came from.
fn stored(artifact: &Artifact) -> Stored {
    let name = format!("{}-{}.crate", artifact.name, artifact.version);
    let is_name = !name.contains(['/', '\\']);
    Arc::new(move |options: &Options| {
        let folders = options.cargo_cache.as_deref().filter(|_| is_name).map(folders).unwrap_or_default();
        folders.into_iter().filter_map(|folder| File::open(folder.join(&name)).ok()).collect()
    })
}

fn folders(cache: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(cache) else { return Vec::new() };
    let mut folders: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.sort_unstable();
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_found_where_cargo_finds_them() {
        let base = Url::parse("https://index.test/git/").unwrap();
        let at = |name: &str| place(&base, name).map(String::from).ok();
        assert_eq!(at("a").as_deref(), Some("https://index.test/git/1/a"));
        assert_eq!(at("ab").as_deref(), Some("https://index.test/git/2/ab"));
        assert_eq!(at("abc").as_deref(), Some("https://index.test/git/3/a/abc"));
        assert_eq!(at("Serde_JSON").as_deref(), Some("https://index.test/git/se/rd/serde_json"));
        for odd in ["", "..", "a/b", "a%2fb", "é"] {
            assert_eq!(at(odd), None, "{odd}");
        }
    }

    #[test]
    fn downloads_are_addressed_as_the_template_has_it() {
        let version = |name: &str| Version { name: name.into(), vers: "1.0.0".into(), cksum: "ab".repeat(32), yanked: false };
        for (template, name, expected) in [
            ("https://dl.test/api", "Left", "https://dl.test/api/Left/1.0.0/download"),
            ("https://dl.test/{crate}/{crate}-{version}.crate", "left", "https://dl.test/left/left-1.0.0.crate"),
            ("https://dl.test/{prefix}/{lowerprefix}/x", "LEFT", "https://dl.test/LE/FT/le/ft/x"),
        ] {
            assert_eq!(download(template, &version(name)), expected);
        }
        assert!(download("https://dl.test/{sha256-checksum}", &version("left")).ends_with(&"ab".repeat(32)));
    }

    #[test]
    fn the_default_registry_s_two_names_are_one() {
        assert_eq!(sparse(&format!("{CRATES_GIT}/")), Ok(CRATES));
        assert_eq!(sparse(&format!("registry+{CRATES_GIT}")), Ok(CRATES));
        assert_eq!(sparse("https://index.test/"), Ok("https://index.test/"));
        assert!(matches!(sparse("registry+https://index.test/git"), Err(Reason::UnknownProtocol(_))));
    }
}
