//! What is not npm's: a table of paths, each with the bytes that lie there, and the owner's fault on top.

use std::sync::Arc;

use crate::answer::{Answer, Body, always, artifact};
use crate::{Fault, Request, Shared, hold};

/// What lies at a path.
#[derive(Clone)]
pub(crate) struct Route {
    /// The package whose fault it is served with.
    pub(crate) owner: String,
    /// Whether it is an artifact, and not a document.
    pub(crate) is_artifact: bool,
    /// Its media type.
    pub(crate) media: &'static str,
    pub(crate) body: Arc<[u8]>,
}

/// The folders of the other protocols.
pub(crate) fn is_routed(path: &str) -> bool {
    ["/pypi/", "/cargo/", "/go/"].iter().any(|folder| path.starts_with(folder))
}

/// Puts something at a path.
pub(crate) fn put(shared: &Shared, path: String, owner: &str, media: &'static str, body: &[u8], is_artifact: bool) {
    let route = Route { owner: owner.to_owned(), is_artifact, media, body: Arc::from(body) };
    hold(&shared.routes).insert(path, route);
}

/// The answer to a request below one of the folders; `None` where the connection is to be closed without one.
pub(crate) fn answer(shared: &Shared, request: &Request, path: &str, base: &str) -> Option<Answer> {
    let page = wants_page(request).then(|| hold(&shared.routes).get(&format!("{path}#page")).cloned()).flatten();
    let Some(route) = page.or_else(|| hold(&shared.routes).get(path).cloned()) else { return Some(Answer::status(404)) };
    let mut entries = hold(&shared.entries);
    let entry = entries.entry(route.owner.clone()).or_default();
    if let Some(instead) = always(entry, route.is_artifact, request, base) {
        return instead;
    }
    let fault = entry.fault.clone();
    drop(entries);
    Some(match (route.is_artifact, &fault) {
        (true, fault) => artifact(route.body, fault.as_ref()),
        (false, Some(Fault::NotJson)) => document("text/plain", Arc::from(*b"Please log in")),
        (false, Some(Fault::HugeMetadata(bytes))) => document("application/json", Arc::from(vec![b' '; *bytes])),
        (false, _) => document(route.media, route.body),
    })
}

fn document(media: &str, body: Arc<[u8]>) -> Answer {
    Answer { status: 200, headers: vec![("Content-Type", media.to_owned())], body: Body::Whole(body) }
}

/// Whether the client would rather have a page than JSON.
fn wants_page(request: &Request) -> bool {
    !request.accept.as_deref().is_some_and(|accept| accept.contains("json"))
}
