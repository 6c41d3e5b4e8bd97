//! Go's modules, by the protocol of module proxies; what a proxy serves is held against the checksum database.

mod dirhash;
mod note;
mod sumdb;
mod tree;

use std::fs::File;
use std::io::{self, BufRead, Read as _, Seek as _};
use std::sync::Arc;

use provender_core::facts::{Artifact, Outcome, Reason, Verdict};
use provender_core::model::Ecosystem;
use provender_core::versions::compare;
use smol_str::SmolStr;
use url::Url;

use crate::artifact::{Inside, Look};
use crate::digest::Known;
use crate::options::{GoProxy, Limits, Options};
use crate::published::Published;
use crate::run::{Run, Source, Stored, algorithms, locked};
use crate::transport::{ANY, Transport};

pub use sumdb::SumDb;

/// What stands behind the version of a module's `go.mod` in `go.sum`.
const GO_MOD: &str = "/go.mod";

/// What a run knows of Go's modules.
#[derive(Default)]
pub(crate) struct Go {
    database: sumdb::Database,
}

impl Go {
    /// Asks the proxies one after the other, as Go does.
    pub(crate) async fn judge(&self, run: &Run<'_>, artifact: &Artifact, base: &Url) -> Result<Verdict, Reason> {
        let options = run.options();
        if is_private(&artifact.name, &options.direct_modules) {
            return Err(Reason::NoTransparency("your settings keep this module from every proxy".to_owned()));
        }
        let mut answer = self.ask(run, artifact, base).await;
        let is_first = |proxy: &GoProxy| crate::address::registry(&proxy.url, &options.allowed_hosts).as_ref() == Ok(base);
        let Some(first) = options.go_proxies.iter().position(is_first) else { return answer };
        for pair in options.go_proxies[first..].windows(2) {
            if !is_left_open(&answer, &pair[0]) {
                break;
            }
            let next = crate::address::registry(&pair[1].url, &options.allowed_hosts)?;
            answer = self.ask(run, artifact, &next).await;
        }
        answer
    }

    async fn ask(&self, run: &Run<'_>, artifact: &Artifact, base: &Url) -> Result<Verdict, Reason> {
        let (module, version) = (artifact.name.as_str(), artifact.version.as_str());
        let (number, is_go_mod) = version.strip_suffix(GO_MOD).map_or((version, false), |number| (number, true));
        let path = path(module, number, if is_go_mod { "mod" } else { "zip" })?;
        let url = Url::parse(&format!("{base}{path}")).map_err(|_| no_module())?;
        let record = match is_private(module, &run.options().private_modules) {
            true => Err(Reason::NoTransparency("your settings keep this module's name from it".to_owned())),
            false => self.database.record(run, base, module, number).await,
        };
        let (digests, doubt) = match record {
            Ok(record) => (record.digests(version), None),
            Err(Reason::UnpublishedVersion) => return Err(Reason::UnpublishedVersion),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        let published = Published { digests, stated: url.as_str().into(), tarball: url, manifest: None, withdrawn: None };
        let locked: Vec<Known> = locked(artifact);
        let source = Source {
            url: &published.tarball,
            published: &published.digests,
            algorithms: algorithms(&locked),
            look: if is_go_mod { look_at_go_mod() } else { look_at_zip() },
            stored: stored(path),
        };
        let mut verdict = run.compared(artifact, &published, &locked, true, source).await;
        match (&verdict.outcome, doubt) {
            (Outcome::Unverifiable(Reason::NoPublishedDigest), Some(reason)) => verdict.outcome = Outcome::Unverifiable(reason),
            (Outcome::Unverifiable(Reason::ServerFault(_, 404 | 410)), _) => {
                verdict.outcome = Outcome::Unverifiable(Reason::UnpublishedVersion);
            }
            _ => {}
        }
        Ok(verdict)
    }
}

/// All versions of a module that are tagged, by precedence: a proxy's list has no order.
pub(crate) async fn versions(transport: &Transport, name: &str, base: &Url) -> Result<Vec<SmolStr>, Reason> {
    let url =
        is_module(name).then(|| Url::parse(&format!("{base}{}/@v/list", escaped(name))).ok()).flatten().ok_or_else(no_module)?;
    let answer = match transport.document(&url, ANY).await {
        Err(Reason::ServerFault(_, 404 | 410)) => return Err(Reason::UnpublishedPackage),
        answer => answer?.body,
    };
    let text = String::from_utf8(answer).map_err(|_| Reason::MalformedAnswer("the module's versions are no text".to_owned()))?;
    let mut versions: Vec<SmolStr> = text.split_ascii_whitespace().map(SmolStr::from).collect();
    versions.retain(|version| compare(Ecosystem::Go, version, version).is_some());
    versions.sort_by(|one, other| compare(Ecosystem::Go, one, other).unwrap_or_else(|| one.cmp(other)));
    Ok(versions)
}

fn no_module() -> Reason {
    Reason::NotAnArtifact("no module has such a name or version".to_owned())
}

/// Where a proxy, and Go's own cache, have a file of a version.
fn path(module: &str, version: &str, ending: &str) -> Result<String, Reason> {
    let is_version = !version.is_empty()
        && !version.starts_with('.')
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._+~".contains(&byte));
    match is_module(module) && is_version {
        true => Ok(format!("{}/@v/{}.{ending}", escaped(module), escaped(version))),
        false => Err(no_module()),
    }
}

fn is_module(module: &str) -> bool {
    let part = |part: &str| {
        !matches!(part, "" | "." | "..") && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+".contains(&byte))
    };
    module.split('/').all(part)
}

/// Capitals with an exclamation mark before their small letters: not every file system tells them apart.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// Whether Go asks the next proxy after this answer of one: where it does not have the module, and after any fault where its separator says so.
fn is_left_open(answer: &Result<Verdict, Reason>, proxy: &GoProxy) -> bool {
    let reason = match answer {
        Ok(Verdict { outcome: Outcome::Unverifiable(reason), .. }) | Err(reason) => reason,
        Ok(_) => return false,
    };
    match reason {
        Reason::UnpublishedVersion | Reason::UnpublishedPackage => true,
        Reason::Offline(_) | Reason::TimedOut(_) | Reason::ServerFault(..) | Reason::Unauthorized(_) | Reason::RateLimited(_) => {
            proxy.next_for_any_fault
        }
        _ => false,
    }
}

/// Whether one of the patterns (`GOPRIVATE`: globs over the first parts of a path) is the module's.
#[must_use]
pub fn is_private(module: &str, patterns: &[String]) -> bool {
    let matches = |pattern: &String| {
        let parts = pattern.trim_end_matches('/').split('/');
        let mut of = module.split('/');
        !pattern.trim_matches('/').is_empty()
            && parts.into_iter().all(|glob| of.next().is_some_and(|part| fits(part.as_bytes(), glob.as_bytes())))
    };
    patterns.iter().any(matches)
}

/// A glob of `*`, `?` and letters; what else `path.Match` knows is taken to fit, so that no private name gets out.
fn fits(text: &[u8], glob: &[u8]) -> bool {
    match (glob.first(), text.first()) {
        (None, None) => true,
        (Some(b'[' | b'\\'), _) => true,
        (Some(b'*'), _) => fits(text, &glob[1..]) || !text.is_empty() && fits(&text[1..], glob),
        (Some(b'?'), Some(_)) => fits(&text[1..], &glob[1..]),
        (Some(one), Some(other)) if one == other => fits(&text[1..], &glob[1..]),
        _ => false,
    }
}

fn look_at_go_mod() -> Look {
    Arc::new(|stream: &mut dyn BufRead, limits: Limits| inside(dirhash::of_go_mod(stream.take(limits.unpacked))))
}

/// The directory of a zip archive is at its end, so it has to be there whole: in a file that nobody else sees and that is gone afterwards.
fn look_at_zip() -> Look {
    Arc::new(|stream: &mut dyn BufRead, limits: Limits| {
        let mut spooled = || -> io::Result<File> {
            let mut file = tempfile::tempfile()?;
            io::copy(stream, &mut file)?;
            file.rewind()?;
            Ok(file)
        };
        inside(spooled().and_then(|mut file| dirhash::of_zip(&mut file, limits.unpacked)))
    })
}

fn inside(digest: io::Result<Known>) -> Inside {
    match digest {
        Ok(digest) => Inside { digests: vec![digest], ..Inside::default() },
        Err(error) => Inside { fault: Some(Reason::MalformedAnswer(error.to_string())), ..Inside::default() },
    }
}

/// What the `go` command downloaded before.
fn stored(path: String) -> Stored {
    Arc::new(move |options: &Options| {
        let folder = options.go_cache.as_deref();
        folder.and_then(|folder| File::open(folder.join("cache/download").join(&path)).ok()).into_iter().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_only_names_are_asked_for() {
        let at = |module: &str, version: &str| path(module, version, "zip").ok();
        assert_eq!(
            at("github.com/BurntSushi/toml", "v1.0.0-RC1").as_deref(),
            Some("github.com/!burnt!sushi/toml/@v/v1.0.0-!r!c1.zip")
        );
        for (module, version) in
            [("", "v1"), ("a//b", "v1"), ("../a", "v1"), ("a", "../v1"), ("a", ""), ("a?b", "v1"), ("a", "v1/../x")]
        {
            assert_eq!(at(module, version), None, "{module} {version}");
        }
    }

    #[test]
    fn private_modules_are_told_by_the_beginning_of_their_path() {
        let patterns = ["*.corp.test".to_owned(), "github.test/team/private".to_owned(), String::new()];
        let private = |module: &str| is_private(module, &patterns);
        assert!(private("git.corp.test/x") && private("a.b.corp.test") && private("github.test/team/private/v2"));
        assert!(!private("corp.test/x") && !private("github.test/team/privateer") && !private("github.test/team"));
    }
}
