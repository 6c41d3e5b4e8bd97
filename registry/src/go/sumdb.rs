//! Go's checksum database: what it says of a module's version, believed only if a record says so that is in a tree which the database
//! signed.

use std::collections::HashMap;
use std::sync::Arc;

use provender_core::facts::Reason;
use smol_str::SmolStr;
use url::Url;

use super::escaped;
use super::note::Verifier;
use super::tree::{Hash, Head, Tile, WIDTH};
use crate::address;
use crate::digest::Known;
use crate::run::{Once, Run, once};
use crate::transport::ANY;

/// A checksum database: whom to believe, and where to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SumDb {
    key: String,
    verifier: Verifier,
    url: Url,
}

impl SumDb {
    /// Reads a verifier key (`name+hash+key`, as `GOSUMDB` has it); `url` is where the database is asked, if not at its name.
    #[must_use]
    pub fn new(key: &str, url: Option<&str>) -> Option<SumDb> {
        let verifier = Verifier::read(key)?;
        let at = url.map_or_else(|| format!("https://{}/", verifier.name), |url| format!("{}/", url.trim_end_matches('/')));
        Some(SumDb { key: key.to_owned(), url: Url::parse(&at).ok()?, verifier })
    }

    /// Its verifier key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where it is asked.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }
}

/// What the database has on one version.
#[derive(Debug)]
pub(super) struct Record {
    lines: Vec<(SmolStr, Known)>,
}

impl Record {
    /// The digests of a version (`v1.2.3`, or `v1.2.3/go.mod`).
    pub(super) fn digests(&self, version: &str) -> Vec<Known> {
        self.lines.iter().filter(|(of, _)| of == version).map(|(_, digest)| digest.clone()).collect()
    }
}

/// What a run knows of the database.
#[derive(Default)]
pub(super) struct Database {
    records: Once<(SmolStr, SmolStr), Record>,
    tiles: Once<(Url, Tile), Vec<Hash>>,
    places: Once<Url, Url>,
}

impl Database {
    /// Looks a version up.
    pub(super) async fn record(&self, run: &Run<'_>, proxy: &Url, module: &str, version: &str) -> Result<Arc<Record>, Reason> {
        let sumdb = run.options().sumdb.as_ref();
        let sumdb = sumdb.ok_or_else(|| Reason::NoTransparency("your settings turn it off (`GOSUMDB`)".to_owned()))?;
        let ask = || self.ask(run, sumdb, proxy, module, version);
        once(&self.records, (module.into(), version.into()), ask).await
    }

    async fn ask(&self, run: &Run<'_>, sumdb: &SumDb, proxy: &Url, module: &str, version: &str) -> Result<Record, Reason> {
        let base = once(&self.places, proxy.clone(), || place(run, sumdb, proxy)).await?;
        let path = format!("lookup/{}@{}", escaped(module), escaped(version));
        let answer = match run.document(&below(&base, &path)?, ANY).await {
            Err(Reason::ServerFault(_, 404 | 410)) => return Err(Reason::UnpublishedVersion),
            answer => answer?.body,
        };
        let unreadable = || Reason::MalformedAnswer("the checksum database's record does not read as one".to_owned());
        let text = String::from_utf8(answer).map_err(|_| unreadable())?;
        let (index, record, note) = parted(&text).ok_or_else(unreadable)?;
        let forged = |what: &str| Reason::MalformedAnswer(format!("the checksum database's record {what}"));
        let signed = sumdb.verifier.open(note).ok_or_else(|| forged("is not signed by the database"))?;
        let head = Head::read(signed).filter(|head| index < head.size).ok_or_else(unreadable)?;
        let mut tiles = HashMap::new();
        for tile in head.tiles(index) {
            tiles.insert(tile, self.tile(run, &base, tile).await?.to_vec());
        }
        if !head.holds(index, record.as_bytes(), &tiles) {
            return Err(forged("is not in the tree that the database signed"));
        }
        Ok(Record { lines: lines(record, module) })
    }

    async fn tile(&self, run: &Run<'_>, base: &Url, tile: Tile) -> Result<Arc<Vec<Hash>>, Reason> {
        let ask = || async {
            let whole = Tile { width: WIDTH, ..tile };
            let answer = match run.document(&below(base, &tile.path())?, ANY).await {
                // It has grown full since.
                Err(Reason::ServerFault(_, 404 | 410)) if tile != whole => run.document(&below(base, &whole.path())?, ANY).await,
                answer => answer,
            };
            let unreadable = || Reason::MalformedAnswer("a part of the checksum database does not read as one".to_owned());
            tile.hashes(&answer?.body).ok_or_else(unreadable)
        };
        once(&self.tiles, (base.clone(), tile), ask).await
    }
}

/// Where the database is asked: by way of the proxy if that offers it, as the `go` command does.
async fn place(run: &Run<'_>, sumdb: &SumDb, proxy: &Url) -> Result<Url, Reason> {
    let path = format!("sumdb/{}/", sumdb.verifier.name);
    if run.document(&below(proxy, &format!("{path}supported"))?, ANY).await.is_ok() {
        return below(proxy, &path);
    }
    address::registry(sumdb.url.as_str(), &run.options().allowed_hosts)
}

fn below(base: &Url, path: &str) -> Result<Url, Reason> {
    Url::parse(&format!("{base}{path}")).map_err(|_| Reason::NotAnArtifact("no module has such a name or version".to_owned()))
}

/// A record's number, its text, and the signed note that follows it.
fn parted(answer: &str) -> Option<(u64, &str, &str)> {
    let (index, rest) = answer.split_once('\n')?;
    let at = rest.find("\n\n")?;
    Some((index.parse().ok()?, &rest[..=at], &rest[at + 2..]))
}

/// The lines of a record that are about the module: version and digest.
fn lines(record: &str, module: &str) -> Vec<(SmolStr, Known)> {
    let read = |line: &str| {
        let mut words = line.split(' ');
        let (name, version, digest) = (words.next()?, words.next()?, words.next()?);
        (name == module).then_some((version.into(), Known::of(digest)?))
    };
    record.lines().filter_map(read).collect()
}
