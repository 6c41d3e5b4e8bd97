//! A Python package index: `/pypi/simple/NAME/` in JSON or as a page, and the files below `/pypi/files/`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::Digest as _;

use crate::{Registry, Shared, hold, route};

/// The files of an index, by project.
#[derive(Default)]
pub(crate) struct Index {
    projects: BTreeMap<String, Vec<ReleaseFile>>,
}

/// Files of a project to publish.
#[derive(Clone, Debug)]
pub struct Release {
    name: String,
    files: Vec<ReleaseFile>,
    /// Without JSON, as older servers are.
    page_only: bool,
}

/// One file.
#[derive(Clone, Debug)]
pub struct ReleaseFile {
    name: String,
    bytes: Vec<u8>,
    sha256: Option<String>,
    yanked: Option<String>,
    url: Option<String>,
    uploaded: Option<String>,
}

impl ReleaseFile {
    /// A file with its true digest.
    #[must_use]
    pub fn new(name: &str, bytes: &[u8]) -> ReleaseFile {
        let sha256 = sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        ReleaseFile { name: name.to_owned(), bytes: bytes.to_vec(), sha256: Some(sha256), yanked: None, url: None, uploaded: None }
    }

    /// The index states this digest, or none.
    #[must_use]
    pub fn states(mut self, sha256: Option<&str>) -> ReleaseFile {
        self.sha256 = sha256.map(str::to_owned);
        self
    }

    /// It was yanked.
    #[must_use]
    pub fn yanked(mut self, why: &str) -> ReleaseFile {
        self.yanked = Some(why.to_owned());
        self
    }

    /// The index states this address for it.
    #[must_use]
    pub fn at(mut self, url: &str) -> ReleaseFile {
        self.url = Some(url.to_owned());
        self
    }

    /// When it was published.
    #[must_use]
    pub fn uploaded(mut self, time: &str) -> ReleaseFile {
        self.uploaded = Some(time.to_owned());
        self
    }

    /// `sha256:` and its true digest.
    #[must_use]
    pub fn hash(&self) -> String {
        ReleaseFile::new(&self.name, &self.bytes).sha256.map(|hex| format!("sha256:{hex}")).unwrap_or_default()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn path(&self, project: &str) -> String {
        format!("/pypi/files/{project}/{}", self.name)
    }

    fn json(&self, project: &str, base: &str) -> Value {
        let url = self.url.clone().unwrap_or_else(|| format!("{}{}", base.trim_end_matches('/'), self.path(project)));
        let hashes = self.sha256.as_ref().map_or(json!({}), |hex| json!({ "sha256": hex }));
        let yanked = match self.yanked.as_deref() {
            None => json!(false),
            Some("") => json!(true),
            Some(why) => json!(why),
        };
        let mut file = json!({ "filename": self.name, "url": url, "hashes": hashes, "yanked": yanked, "size": self.bytes.len() });
        if let Some(time) = &self.uploaded {
            file["upload-time"] = json!(time);
        }
        file
    }

    fn link(&self, project: &str) -> String {
        let fragment = self.sha256.as_ref().map_or_else(String::new, |hex| format!("#sha256={hex}"));
        let yanked = self.yanked.as_ref().map_or_else(String::new, |why| format!(" data-yanked=\"{why}\""));
        // Relative, as many servers write it.
        let url = self.url.clone().unwrap_or_else(|| format!("../../files/{project}/{}", self.name));
        format!("<a href=\"{url}{fragment}\"{yanked}>{}</a><br/>\n", self.name)
    }
}

impl Release {
    /// Files of a project.
    #[must_use]
    pub fn new(name: &str, files: &[ReleaseFile]) -> Release {
        Release { name: name.to_owned(), files: files.to_vec(), page_only: false }
    }

    /// The index has pages alone.
    #[must_use]
    pub fn page_only(mut self) -> Release {
        self.page_only = true;
        self
    }
}

impl Registry {
    /// The address of the Python index.
    #[must_use]
    pub fn pypi(&self) -> String {
        format!("{}pypi/simple/", self.url())
    }

    /// Adds files to a project of the Python index, replacing those of the same names.
    pub fn release(&self, release: &Release) {
        let mut index = hold(&self.shared.pypi);
        let files = index.projects.entry(release.name.clone()).or_default();
        files.retain(|old| !release.files.iter().any(|new| new.name == old.name));
        files.extend(release.files.iter().cloned());
        publish(&self.shared, release, files, &self.url());
    }
}

fn publish(shared: &Shared, release: &Release, files: &[ReleaseFile], base: &str) {
    let name = release.name.as_str();
    let all: Vec<Value> = files.iter().map(|file| file.json(name, base)).collect();
    let document = json!({ "meta": { "api-version": "1.1" }, "name": name, "files": all }).to_string();
    let links: String = files.iter().map(|file| file.link(name)).collect();
    let page = format!("<!DOCTYPE html>\n<html><body><h1>Links for {name}</h1>\n{links}</body></html>\n");
    let path = format!("/pypi/simple/{name}/");
    let put = |path: String, media, body: &str| route::put(shared, path, name, media, body.as_bytes(), false);
    match release.page_only {
        true => put(path.clone(), "text/html; charset=utf-8", &page),
        false => put(path.clone(), "application/vnd.pypi.simple.v1+json", &document),
    }
    put(format!("{path}#page"), "text/html; charset=utf-8", &page);
    for file in files {
        route::put(shared, file.path(name), name, "application/octet-stream", &file.bytes, true);
    }
}
