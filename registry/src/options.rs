//! What the caller decides before anything is asked.

use std::path::PathBuf;
use std::time::Duration;

use crate::credential::Credential;
use crate::go::SumDb;
use crate::pypi::Platform;

/// How a [`Client`](crate::Client) is to behave. The default reaches no host at all: `allowed_hosts` is empty.
#[derive(Clone, Debug)]
pub struct Options {
    /// Credentials from the user's own settings, each bound to a registry.
    pub credentials: Vec<Credential>,
    /// The hosts that registries may be asked on, `host` (at the scheme's own port) or `host:port`. Where such a registry sends us
    /// on (a redirect, an artifact's address) is followed, without credentials that are not bound there.
    pub allowed_hosts: Vec<String>,
    /// Hosts that mean "the configured registry" in a recorded address, as npm's `replace-registry-host` has it. The caller takes
    /// them from the table of public registries.
    pub default_hosts: Vec<String>,
    /// Hosts that a Python release's files may be recorded on, whatever address the index states today: the public index's own. The caller
    /// takes them from the table of public registries.
    pub python_hosts: Vec<String>,
    /// npm's cache directory (the one that holds `_cacache`), as a source of bytes.
    pub npm_cache: Option<PathBuf>,
    /// Yarn 1's cache directory (the one that holds `v6`), as a source of bytes.
    pub yarn_classic_cache: Option<PathBuf>,
    /// pip's cache directory (the one that holds `http-v2`), as a source of bytes.
    pub pip_cache: Option<PathBuf>,
    /// The folders of Cargo's registry cache (the one that holds a folder for each registry), as a source of bytes.
    pub cargo_cache: Option<PathBuf>,
    /// Go's module cache (the one that holds `cache/download`), as a source of bytes.
    pub go_cache: Option<PathBuf>,
    /// Folders of Yarn's archives (`.yarn/cache`, and the person's own).
    pub yarn_caches: Vec<PathBuf>,
    /// What Go's checksum database is.
    pub sumdb: Option<SumDb>,
    /// Patterns of Go modules that are nobody else's business (`GOPRIVATE`, `GONOSUMDB`): the checksum database is not told their names.
    pub private_modules: Vec<String>,
    /// Patterns of Go modules that no proxy is asked for (`GONOPROXY`): they are fetched from their own repositories, which is not done here.
    pub direct_modules: Vec<String>,
    /// Go's proxies in the order in which they are asked, where there are several.
    pub go_proxies: Vec<GoProxy>,
    /// Hosts, `host` or `host:port`, that the person's own settings name with an address in clear. To no other is a credential sent in clear.
    pub open_hosts: Vec<String>,
    /// The platform whose file of a release is hashed.
    pub platform: Platform,
    /// Hash every file of a release, for whatever platform it is.
    pub all_files: bool,
    /// Our own directory, for verdicts that are remembered. `None`: nothing is remembered or recalled.
    pub cache: Option<PathBuf>,
    /// Bounds on size and time.
    pub limits: Limits,
    /// What happens after a fault that may pass.
    pub retry: Retry,
    /// How many artifacts are fetched at once, and how many documents besides. At least 1.
    pub concurrency: usize,
    /// Whether certificates are checked. A verdict that was reached without is never recalled with.
    pub strict_tls: bool,
    /// A file of further certificate authorities, PEM.
    pub ca_file: Option<std::path::PathBuf>,
    /// Ask nobody; only what is remembered counts.
    pub offline: bool,
    /// The `User-Agent` header.
    pub user_agent: String,
}

/// One of Go's proxies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoProxy {
    /// Its address.
    pub url: String,
    /// Whether the next one is asked for any fault of this one, and not only where it does not know the module.
    pub next_for_any_fault: bool,
}

/// Bounds on what is accepted from outside.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// An artifact's size, in bytes.
    pub artifact: u64,
    /// A metadata document's size, in bytes.
    pub metadata: u64,
    /// How much of an unpacked artifact is looked at for its manifest, in bytes; beyond it the artifact is hashed and no more.
    pub unpacked: u64,
    /// The size of the manifest inside an artifact, in bytes.
    pub manifest: u64,
    /// How long to wait for a metadata document, for an answer to begin, or for more of it.
    pub request: Duration,
    /// How long a whole artifact may take.
    pub artifact_time: Duration,
}

/// Repeating what failed for a passing reason: a broken connection, no answer in time, 408, 429, 500, 502, 503, 504.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// How often something is asked for at most. At least 1.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles from there, and up to as much again is added at random.
    pub pause: Duration,
    /// The longest `Retry-After` that is waited for; a server that asks for more is not asked again.
    pub longest_wait: Duration,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            credentials: Vec::new(),
            allowed_hosts: Vec::new(),
            default_hosts: Vec::new(),
            python_hosts: Vec::new(),
            npm_cache: None,
            yarn_classic_cache: None,
            pip_cache: None,
            cargo_cache: None,
            go_cache: None,
            yarn_caches: Vec::new(),
            sumdb: None,
            private_modules: Vec::new(),
            direct_modules: Vec::new(),
            go_proxies: Vec::new(),
            open_hosts: Vec::new(),
            platform: Platform::here(),
            all_files: false,
            cache: None,
            limits: Limits::default(),
            retry: Retry::default(),
            concurrency: 16,
            strict_tls: true,
            ca_file: None,
            offline: false,
            user_agent: concat!("provender/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            artifact: 500 << 20,
            metadata: 64 << 20,
            unpacked: 4 << 30,
            manifest: 4 << 20,
            request: Duration::from_secs(30),
            artifact_time: Duration::from_secs(600),
        }
    }
}

impl Default for Retry {
    fn default() -> Retry {
        Retry { attempts: 3, pause: Duration::from_millis(400), longest_wait: Duration::from_secs(30) }
    }
}
