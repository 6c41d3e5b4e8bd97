//! A package registry on loopback, for tests and benchmarks: it speaks npm's protocol honestly, or breaks it on request. Below folders of
//! their own it is a Python index, a Cargo registry, a Go proxy and a checksum database as well.
//!
//! Packages are built in memory as real gzip tarballs with real digests, thousands of them if need be. Each request is recorded:
//! where it went, with which headers, with which credential. Every lie a registry or a line can tell is a [`Fault`], told
//! for one package and leaving the others alone. It needs no runtime: plain threads, one a connection, HTTP/1.1 with keep-alive.
//!
//! ```
//! use registry_double::{Fault, Package, Registry};
//! let registry = Registry::start().expect("loopback");
//! let published = registry.publish(&Package::new("left-pad", "1.3.0").dependency("is-odd", "^3.0.0"));
//! assert!(published.integrity.starts_with("sha512-"));
//! registry.misbehave("left-pad", Fault::WrongBytes);
//! ```

mod answer;
mod cargo;
mod fault;
mod go;
mod http;
mod package;
mod pypi;
mod route;
mod zip;

use std::collections::HashMap;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use cargo::Crate;
pub use fault::Fault;
pub use go::{Module, ModuleSums};
pub use package::{Package, Published};
pub use pypi::{Release, ReleaseFile};
pub use zip::archive as zip_archive;

/// A request as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query, as sent.
    pub path: String,
    /// Header names in lower case, in the order sent.
    pub headers: Vec<String>,
    /// The `Accept` header's value.
    pub accept: Option<String>,
    /// The `Authorization` header's value.
    pub authorization: Option<String>,
}

/// A running registry; it stops when it is dropped.
pub struct Registry {
    shared: Arc<Shared>,
    host: String,
}

/// One package: its versions in the order of publication, and how it misbehaves.
#[derive(Default)]
pub(crate) struct Entry {
    pub(crate) versions: Vec<Arc<Stored>>,
    pub(crate) fault: Option<Fault>,
    /// How often a fault that passes has shown itself.
    pub(crate) shown: u32,
}

pub(crate) struct Stored {
    pub(crate) version: String,
    pub(crate) document: serde_json::Value,
    pub(crate) tarball: Arc<[u8]>,
}

#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) entries: Mutex<HashMap<String, Entry>>,
    /// What lies at a path, for all that is not npm's.
    pub(crate) routes: Mutex<HashMap<String, route::Route>>,
    pub(crate) pypi: Mutex<pypi::Index>,
    pub(crate) sums: Mutex<go::Sums>,
    pub(crate) requests: Mutex<Vec<Request>>,
    pub(crate) authorization: Mutex<Option<String>>,
    pub(crate) latency: Mutex<Duration>,
    pub(crate) paused: Mutex<bool>,
    pub(crate) resumed: Condvar,
    pub(crate) stopped: AtomicBool,
}

pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    /// Starts on a free port of the loopback address.
    ///
    /// # Errors
    /// Where no port can be opened.
    pub fn start() -> io::Result<Registry> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let host = listener.local_addr()?.to_string();
        let shared = Arc::new(Shared::default());
        let (accepting, base) = (Arc::clone(&shared), format!("http://{host}/"));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if accepting.stopped.load(Ordering::Acquire) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let (shared, base) = (Arc::clone(&accepting), base.clone());
                // A client that goes away in the middle of an answer is not this thread's trouble.
                std::thread::spawn(move || drop(http::serve(&stream, &shared, &base)));
            }
        });
        Ok(Registry { shared, host })
    }

    /// The base address, ending in `/`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.host)
    }

    /// `host:port`.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Makes a version available, replacing an equal one; says what an honest lockfile records for it.
    pub fn publish(&self, package: &Package) -> Published {
        let (stored, published) = package.build(&self.url());
        let mut entries = hold(&self.shared.entries);
        let entry = entries.entry(package.name.clone()).or_default();
        entry.versions.retain(|old| old.version != stored.version);
        entry.versions.push(Arc::new(stored));
        published
    }

    /// From now on, this package is served with that fault.
    pub fn misbehave(&self, name: &str, fault: Fault) {
        let mut entries = hold(&self.shared.entries);
        let entry = entries.entry(name.to_owned()).or_default();
        entry.fault = Some(fault);
        entry.shown = 0;
    }

    /// Ends this package's fault.
    pub fn behave(&self, name: &str) {
        if let Some(entry) = hold(&self.shared.entries).get_mut(name) {
            entry.fault = None;
        }
    }

    /// Answers 401 to every request that does not carry exactly this `Authorization` header.
    pub fn require(&self, authorization: &str) {
        *hold(&self.shared.authorization) = Some(authorization.to_owned());
    }

    /// Waits this long before each answer, as a distant registry would.
    pub fn set_latency(&self, latency: Duration) {
        *hold(&self.shared.latency) = latency;
    }

    /// Takes requests from now on, and answers none of them.
    pub fn pause(&self) {
        *hold(&self.shared.paused) = true;
    }

    /// Answers again, also what came meanwhile.
    pub fn resume(&self) {
        *hold(&self.shared.paused) = false;
        self.shared.resumed.notify_all();
    }

    /// Every request so far, in the order they came.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        hold(&self.shared.requests).clone()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        hold(&self.shared.requests).clear();
    }

    /// The true bytes of a version's tarball.
    #[must_use]
    pub fn tarball(&self, name: &str, version: &str) -> Option<Arc<[u8]>> {
        let entries = hold(&self.shared.entries);
        entries.get(name)?.versions.iter().find(|stored| stored.version == version).map(|stored| Arc::clone(&stored.tarball))
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Release);
        // Wakes the listener, so that it sees the flag.
        drop(TcpStream::connect(&self.host));
    }
}
