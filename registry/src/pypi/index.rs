//! A project's document in a package index: the simple interface, in JSON (PEP 691, PEP 700) or as a page of links (PEP 503, PEP 592).

use provender_core::facts::Reason;
use provender_core::integrity::Algorithm;
use provender_core::versions::pypi::normalized;
use serde::Deserialize;
use serde_json::{Map, Value};
use smol_str::SmolStr;
use url::Url;

use super::file_name::FileName;
use super::html;
use crate::address;
use crate::digest::Known;
use crate::transport::Document;

/// What is asked for: the document, and the page where there is none.
pub(crate) const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.2, text/html; q=0.1, */*; q=0.01";

/// A project's files, in the index's order.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) files: Vec<File>,
}

/// One file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Its name.
    pub(crate) name: SmolStr,
    /// Its address as stated.
    pub(crate) url: SmolStr,
    /// Where to fetch it, or why it cannot be.
    pub(crate) place: Result<Url, Reason>,
    /// Its digests.
    pub(crate) digests: Vec<Known>,
    /// Why it was yanked, if it was.
    pub(crate) yanked: Option<SmolStr>,
    /// When it was published, as the index writes it.
    pub(crate) uploaded: Option<SmolStr>,
}

#[derive(Deserialize)]
struct JsonProject {
    name: String,
    #[serde(default)]
    meta: Map<String, Value>,
    files: Vec<JsonFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct JsonFile {
    filename: SmolStr,
    url: String,
    hashes: Map<String, Value>,
    #[serde(default)]
    yanked: Value,
    upload_time: Option<SmolStr>,
}

impl Project {
    /// Reads an index's answer about a project.
    pub(crate) fn read(answer: &Document, base: &Url, name: &str) -> Result<Project, Reason> {
        let is_json = answer.media.contains("json") || answer.body.first() == Some(&b'{');
        if is_json { json(answer, base, name) } else { page(answer, base) }
    }

    /// The files of one version.
    pub(crate) fn release<'p>(&'p self, name: &str, version: &str) -> Vec<&'p File> {
        let of = |file: &&File| FileName::read(&file.name, name).is_some_and(|read| read.is_of(version));
        self.files.iter().filter(of).collect()
    }
}

fn malformed(what: impl Into<String>) -> Reason {
    Reason::MalformedAnswer(what.into())
}

fn json(answer: &Document, base: &Url, name: &str) -> Result<Project, Reason> {
    let read: JsonProject = serde_json::from_slice(&answer.body)
        .map_err(|_| malformed("the project's document does not read as the protocol has it"))?;
    if normalized(&read.name) != normalized(name) {
        return Err(malformed(format!("the registry answers with another project than {name}")));
    }
    if let Some(version) = read.meta.get("api-version").and_then(Value::as_str)
        && version.split('.').next() != Some("1")
    {
        return Err(malformed(format!("the index speaks version {version} of its protocol")));
    }
    let file = |file: JsonFile| {
        let hashes = file.hashes.iter().filter_map(|(algorithm, hex)| Known::of_hex(Algorithm::of(algorithm)?, hex.as_str()?));
        let yanked = match &file.yanked {
            Value::Bool(true) => Some(SmolStr::default()),
            Value::String(why) => Some(why.into()),
            _ => None,
        };
        File {
            name: file.filename,
            place: place(&file.url, &answer.at, base),
            url: stated(&file.url, &answer.at),
            digests: hashes.collect(),
            yanked,
            uploaded: file.upload_time,
        }
    };
    Ok(Project { files: read.files.into_iter().map(file).collect() })
}

fn page(answer: &Document, base: &Url) -> Result<Project, Reason> {
    let text = String::from_utf8_lossy(&answer.body);
    let is_page = answer.media.contains("html") || text.trim_start().starts_with('<');
    if !is_page {
        return Err(malformed("the project's document is neither JSON nor a page"));
    }
    let file = |link: html::Link| {
        let href = link.get("href")?;
        let url = answer.at.join(href).ok()?;
        let name = percent_encoding_free(url.path_segments()?.next_back()?);
        let fragment = url.fragment().and_then(|fragment| fragment.split('&').next()?.split_once('='));
        let digest = fragment.and_then(|(algorithm, hex)| Known::of_hex(Algorithm::of(algorithm)?, hex));
        Some(File {
            name: if link.text.is_empty() { name.into() } else { link.text.as_str().into() },
            place: place(href, &answer.at, base),
            url: stated(href, &answer.at),
            digests: digest.into_iter().collect(),
            yanked: link.get("data-yanked").map(SmolStr::from),
            uploaded: None,
        })
    };
    Ok(Project { files: html::links(&text).into_iter().filter_map(file).collect() })
}

/// A file name in an address: `%2B` is the only character that names of files need escaped.
fn percent_encoding_free(segment: &str) -> String {
    segment.replace("%2B", "+").replace("%2b", "+")
}

/// The whole address without its fragment.
fn stated(url: &str, at: &Url) -> SmolStr {
    at.join(url).map_or_else(
        |_| url.into(),
        |mut url| {
            url.set_fragment(None);
            url.as_str().into()
        },
    )
}

/// Where a file is: index and files are often on two hosts, so the index's word is what allows the other one.
fn place(url: &str, at: &Url, base: &Url) -> Result<Url, Reason> {
    let whole = at.join(url).map_err(|_| malformed("a file's address cannot be read"))?;
    address::artifact(whole.as_str(), base, &[])
}
