//! What is answered to a request: npm's protocol, and the package's fault on top of it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{Entry, Fault, Request, Shared, Stored, hold};

/// An answer, ready for the wire.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Whole(Arc<[u8]>),
    /// Fewer bytes than the stated length.
    Cut {
        bytes: Arc<[u8]>,
        length: u64,
    },
    /// Nothing of the stated length.
    Stalled(u64),
    /// Zeros, without a stated length.
    Endless(u64),
}

impl Answer {
    pub(crate) fn status(status: u16) -> Answer {
        Answer::json(status, &json!({ "error": "so it is" }))
    }

    pub(crate) fn json(status: u16, value: &Value) -> Answer {
        let body = Body::Whole(Arc::from(value.to_string().into_bytes()));
        Answer { status, headers: vec![("Content-Type", "application/json".to_owned())], body }
    }

    pub(crate) fn redirect(location: String) -> Answer {
        Answer { status: 302, headers: vec![("Location", location)], body: Body::Whole(Arc::from([])) }
    }
}

/// What was asked for.
enum Asked<'a> {
    Packument,
    Version(&'a str),
    Tarball(&'a str),
}

/// The answer, or `None` where the connection is to be closed without one.
pub(crate) fn answer(shared: &Shared, request: &Request, base: &str) -> Option<Answer> {
    let wanted = hold(&shared.authorization).clone();
    if wanted.is_some() && wanted != request.authorization {
        return Some(Answer::status(401));
    }
    let path = decode(request.path.split('?').next().unwrap_or_default());
    if crate::route::is_routed(&path) {
        return crate::route::answer(shared, request, &path, base);
    }
    let (name, rest) = split(path.trim_start_matches('/'));
    let asked = match rest {
        "" => Asked::Packument,
        rest => rest.strip_prefix("-/").map_or(Asked::Version(rest), Asked::Tarball),
    };
    let mut entries = hold(&shared.entries);
    let Some(entry) = entries.get_mut(name) else { return Some(Answer::status(404)) };
    if let Some(instead) = instead(entry, &asked, request, base) {
        return instead;
    }
    let found = find(entry, name, &asked);
    let (fault, versions) = (entry.fault.clone(), entry.versions.clone());
    drop(entries);
    Some(match (asked, found) {
        (Asked::Packument, _) if versions.is_empty() => Answer::status(404),
        (Asked::Packument, _) => packument(name, &versions, fault.as_ref(), request),
        (_, None) => Answer::status(404),
        (Asked::Version(_), Some(stored)) => document(&stored, fault.as_ref()),
        (Asked::Tarball(_), Some(stored)) => tarball(&stored, fault.as_ref()),
    })
}

/// The faults that answer in the place of the registry.
fn instead(entry: &mut Entry, asked: &Asked, request: &Request, base: &str) -> Option<Option<Answer>> {
    if let Some(answer) = always(entry, matches!(asked, Asked::Tarball(_)), request, base) {
        return Some(answer);
    }
    Some(match (&entry.fault, asked) {
        (Some(Fault::NoVersionDocuments(status)), Asked::Version(_)) => Some(Answer::status(*status)),
        (Some(Fault::Abbreviates), Asked::Version(_)) => Some(Answer::status(405)),
        _ => return None,
    })
}

/// Those of them that know no protocol.
pub(crate) fn always(entry: &mut Entry, is_artifact: bool, request: &Request, base: &str) -> Option<Option<Answer>> {
    let path = request.path.trim_start_matches('/');
    Some(match &entry.fault {
        Some(Fault::HangsUp) => None,
        Some(Fault::Status(status)) => Some(Answer::status(*status)),
        Some(Fault::RedirectsTarball(_)) if !is_artifact => return None,
        Some(Fault::Redirects(to) | Fault::RedirectsTarball(to)) => Some(Answer::redirect(to.replace("{path}", path))),
        Some(Fault::RedirectsForever) => Some(Answer::redirect(format!("{base}{path}"))),
        Some(Fault::Passing { times, status, retry_after }) if entry.shown < *times => {
            let mut answer = Answer::status(*status);
            answer.headers.extend(retry_after.clone().map(|value| ("Retry-After", value)));
            entry.shown += 1;
            Some(answer)
        }
        _ => return None,
    })
}

fn find(entry: &Entry, name: &str, asked: &Asked) -> Option<Arc<Stored>> {
    let base = name.rsplit('/').next().unwrap_or_default();
    let found = |version: &str| entry.versions.iter().find(|stored| stored.version == version).cloned();
    match asked {
        Asked::Packument => None,
        Asked::Version(version) => found(version),
        Asked::Tarball(file) => found(file.strip_prefix(base)?.strip_prefix('-')?.strip_suffix(".tgz")?),
    }
}

fn document(stored: &Stored, fault: Option<&Fault>) -> Answer {
    metadata(&lie(&stored.document, fault), fault)
}

fn packument(name: &str, versions: &[Arc<Stored>], fault: Option<&Fault>, request: &Request) -> Answer {
    let abbreviate = matches!(fault, Some(Fault::Abbreviates))
        && request.accept.as_deref().is_some_and(|accept| accept.contains("application/vnd.npm.install-v1+json"));
    let shown = |stored: &Stored| {
        let document = lie(&stored.document, fault);
        if abbreviate { abbreviated(document) } else { document }
    };
    let all: Map<String, Value> = versions.iter().map(|stored| (stored.version.clone(), shown(stored))).collect();
    let name = if matches!(fault, Some(Fault::OtherName)) { "someone-else" } else { name };
    let mut answer = metadata(&json!({ "name": name, "versions": all }), fault);
    if abbreviate {
        answer.headers = vec![("Content-Type", "application/vnd.npm.install-v1+json".to_owned())];
    }
    answer
}

fn metadata(value: &Value, fault: Option<&Fault>) -> Answer {
    match fault {
        Some(Fault::NotJson) => Answer {
            status: 200,
            headers: vec![("Content-Type", "text/html".to_owned())],
            body: Body::Whole(Arc::from(*b"<!doctype html><title>Please log in</title>")),
        },
        Some(Fault::HugeMetadata(bytes)) => Answer::json(200, &json!({ "readme": "x".repeat(*bytes) })),
        _ => Answer::json(200, value),
    }
}

fn lie(document: &Value, fault: Option<&Fault>) -> Value {
    let mut document = document.clone();
    match fault {
        Some(Fault::OtherDigest) => {
            document["dist"]["integrity"] = json!(format!("sha512-{}==", "A".repeat(86)));
            document["dist"]["shasum"] = json!("0".repeat(40));
        }
        Some(Fault::OnlyShasum) => drop(document["dist"].as_object_mut().and_then(|dist| dist.remove("integrity"))),
        Some(Fault::NoDigest) => {
            if let Some(dist) = document["dist"].as_object_mut() {
                dist.retain(|key, _| key == "tarball");
            }
        }
        Some(Fault::OtherName) => document["name"] = json!("someone-else"),
        Some(Fault::OtherVersion) => document["version"] = json!("0.0.0-other"),
        Some(Fault::TarballAt(address)) => document["dist"]["tarball"] = json!(address),
        _ => {}
    }
    document
}

/// What npm's own registry leaves of a version in an abbreviated packument.
fn abbreviated(mut document: Value) -> Value {
    let scripts = document.get("scripts").cloned().unwrap_or_default();
    let runs = ["preinstall", "install", "postinstall"].iter().any(|name| scripts.get(name).is_some());
    if let Some(document) = document.as_object_mut() {
        document.remove("scripts");
        document.remove("_id");
        if runs {
            document.insert("hasInstallScript".to_owned(), json!(true));
        }
    }
    document
}

fn tarball(stored: &Stored, fault: Option<&Fault>) -> Answer {
    artifact(Arc::clone(&stored.tarball), fault)
}

/// An artifact's bytes, or what a fault makes of them.
pub(crate) fn artifact(bytes: Arc<[u8]>, fault: Option<&Fault>) -> Answer {
    let length = bytes.len() as u64;
    let body = match fault {
        Some(Fault::WrongBytes) => {
            let mut wrong = bytes.to_vec();
            if let Some(last) = wrong.last_mut() {
                *last ^= 1;
            }
            Body::Whole(Arc::from(wrong))
        }
        Some(Fault::Truncated) => Body::Cut { bytes: Arc::from(&bytes[..bytes.len() / 2]), length },
        Some(Fault::Stalls) => Body::Stalled(length),
        Some(Fault::Claims(claimed)) => Body::Cut { bytes, length: *claimed },
        Some(Fault::Endless(total)) => Body::Endless(*total),
        _ => Body::Whole(bytes),
    };
    Answer { status: 200, headers: vec![("Content-Type", "application/octet-stream".to_owned())], body }
}

/// The package name and what follows it.
fn split(path: &str) -> (&str, &str) {
    let from = if path.starts_with('@') { path.find('/').map_or(0, |slash| slash + 1) } else { 0 };
    match path[from..].find('/') {
        Some(slash) => (&path[..from + slash], &path[from + slash + 1..]),
        None => (path, ""),
    }
}

fn decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
