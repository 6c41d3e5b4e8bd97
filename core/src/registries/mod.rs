//! Which registry serves which package, and whether an artifact's address belongs to one that is trusted for that package, in every
//! ecosystem.
//!
//! Addresses are compared as the URL standard parses them: scheme, host, port, and path up to a segment's border. Never as text.
//! Trust comes from four places: the table below, the person's own settings, the project's settings *as of the base*, and the
//! policy. Only what the person themselves or the table names may be contacted ([`Registries::may_contact`]).

mod address;
mod likeness;
mod pages;
mod tarball;

use std::collections::BTreeSet;
use std::fmt;

use smol_str::SmolStr;
use url::Url;

pub use address::{NotAUrl, Trick};
pub use pages::Pages;
pub use tarball::{is_usual_tarball, tarball_identity};

use crate::model::{Ecosystem, Package};
use crate::npm::config::{Mapping, NpmConfig, Origin, ReplaceHost};
use address::Address;

/// A registry that anybody can publish to or read from.
#[derive(Debug)]
pub struct PublicRegistry {
    /// The world that it serves.
    pub ecosystem: Ecosystem,
    /// Its base address, ending in `/`.
    pub url: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Whether it is trusted without being named: the default registry and its other addresses.
    pub trusted: bool,
    /// Where it shows packages to people, if it does.
    pub pages: Option<&'static Pages>,
}

/// npm's default registry.
pub const DEFAULT: &str = "https://registry.npmjs.org/";

/// The default index of Python's package managers, in the simple form (PEP 503, PEP 691).
pub const PYPI: &str = "https://pypi.org/simple/";

/// Where that index was before; lockfiles of that time name it.
pub const FORMER_PYPI: &str = "https://pypi.python.org/simple/";

/// The sparse index of Cargo's default registry.
pub const CRATES: &str = "https://index.crates.io/";

/// The git index of Cargo's default registry: its name in lockfiles, whichever way it is read.
pub const CRATES_GIT: &str = "https://github.com/rust-lang/crates.io-index";

/// The default proxy of the `go` command.
pub const GO_PROXY: &str = "https://proxy.golang.org/";

/// The verifier key of the checksum database that the `go` command believes where nothing else is configured: name, hash, public key.
pub const GO_SUMDB: &str = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

/// Where the npm registry shows packages.
const NPM_PAGES: Pages = Pages { package: "https://www.npmjs.com/package/", version: "/v/" };

/// Where the Python Package Index shows packages.
const PYPI_PAGES: Pages = Pages { package: "https://pypi.org/project/", version: "/" };

/// Where Cargo's default registry shows packages.
const CRATES_PAGES: Pages = Pages { package: "https://crates.io/crates/", version: "/" };

/// Where Go's modules are shown.
const GO_PAGES: Pages = Pages { package: "https://pkg.go.dev/", version: "@" };

/// Well-known public registries, by the world they serve. The only place in Provender that names them.
#[rustfmt::skip]
pub static PUBLIC: &[PublicRegistry] = &[
    PublicRegistry { ecosystem: Ecosystem::Npm, url: DEFAULT, name: "the npm registry", trusted: true, pages: Some(&NPM_PAGES) },
    PublicRegistry { ecosystem: Ecosystem::Npm, url: "https://registry.yarnpkg.com/", name: "Yarn's address of the npm registry", trusted: true, pages: Some(&NPM_PAGES) },
    PublicRegistry { ecosystem: Ecosystem::Npm, url: "https://registry.npmmirror.com/", name: "npmmirror", trusted: false, pages: None },
    PublicRegistry { ecosystem: Ecosystem::Npm, url: "https://registry.npm.taobao.org/", name: "npmmirror's former address", trusted: false, pages: None },
    PublicRegistry { ecosystem: Ecosystem::Npm, url: "https://npm.jsr.io/", name: "JSR", trusted: false, pages: None },
    PublicRegistry { ecosystem: Ecosystem::Npm, url: "https://npm.pkg.github.com/", name: "GitHub Packages", trusted: false, pages: None },
    PublicRegistry { ecosystem: Ecosystem::Pypi, url: PYPI, name: "the Python Package Index", trusted: true, pages: Some(&PYPI_PAGES) },
    PublicRegistry { ecosystem: Ecosystem::Pypi, url: "https://files.pythonhosted.org/", name: "the files of the Python Package Index", trusted: true, pages: None },
    PublicRegistry { ecosystem: Ecosystem::Pypi, url: FORMER_PYPI, name: "the Python Package Index's former address", trusted: true, pages: Some(&PYPI_PAGES) },
    PublicRegistry { ecosystem: Ecosystem::Pypi, url: "https://test.pypi.org/simple/", name: "the test instance of the Python Package Index", trusted: false, pages: None },
    PublicRegistry { ecosystem: Ecosystem::Pypi, url: "https://download.pytorch.org/whl/", name: "PyTorch's index", trusted: false, pages: None },
    PublicRegistry { ecosystem: Ecosystem::Cargo, url: CRATES, name: "crates.io", trusted: true, pages: Some(&CRATES_PAGES) },
    PublicRegistry { ecosystem: Ecosystem::Cargo, url: CRATES_GIT, name: "crates.io", trusted: true, pages: Some(&CRATES_PAGES) },
    PublicRegistry { ecosystem: Ecosystem::Cargo, url: "https://static.crates.io/crates/", name: "the files of crates.io", trusted: true, pages: None },
    PublicRegistry { ecosystem: Ecosystem::Go, url: GO_PROXY, name: "Go's module mirror", trusted: true, pages: Some(&GO_PAGES) },
];

/// The default registry of a world: what is asked where nothing else is configured.
#[must_use]
pub fn default_of(ecosystem: Ecosystem) -> &'static str {
    match ecosystem {
        Ecosystem::Npm => DEFAULT,
        Ecosystem::Pypi => PYPI,
        Ecosystem::Cargo => CRATES,
        Ecosystem::Go => GO_PROXY,
    }
}

/// What a registry is trusted to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serves {
    /// Every package without a registry of its own; it is the one that is asked.
    Default,
    /// Every package without a registry of its own, though another is asked.
    Any,
    /// The packages of one scope (without the `@`); nothing else may serve them.
    Scope(SmolStr),
    /// The packages that ask for it by this name (Cargo's `registry`, Poetry's `source`, uv's `index`), and no other.
    Named(SmolStr),
}

/// A registry that is trusted, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedRegistry {
    /// The base address, ending in `/`.
    pub url: Url,
    /// What it is trusted for.
    pub serves: Serves,
    /// Who named it.
    pub origin: Origin,
}

impl TrustedRegistry {
    /// Reads a registry's address. The path gets its closing slash.
    ///
    /// # Errors
    /// In words, if the address does not read as it is, is not `https:` or `http:`, or has a query.
    pub fn new(url: &str, serves: Serves, origin: Origin) -> Result<TrustedRegistry, String> {
        if url.contains("${") {
            return Err("it contains an environment reference that is not filled in".to_owned());
        }
        let mut url = match address::read(url.trim()) {
            Address::Plain(url) => url,
            Address::Tricky(trick) => return Err(trick.to_string()),
            Address::Other(reason) => return Err(reason.to_string()),
        };
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it has a query or a fragment".to_owned());
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(TrustedRegistry { url, serves, origin })
    }
}

/// The registries of a project.
#[derive(Clone, Debug)]
pub struct Registries {
    /// The later of two for the same packages is the one that is asked.
    trusted: Vec<TrustedRegistry>,
    /// Mappings that cannot be used, and why; each counts only as long as no later one takes its place.
    unusable: Vec<(Serves, String)>,
    replace: ReplaceHost,
}

impl Default for Registries {
    fn default() -> Registries {
        Registries::new(Ecosystem::Npm, Vec::new())
    }
}

/// What is to be thought of an artifact's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement<'r> {
    /// It belongs to a registry that is trusted for the package.
    Trusted {
        /// That registry.
        registry: &'r TrustedRegistry,
    },
    /// Its host is the one that npm replaces with the configured registry, which is the one that will be asked.
    DefaultHost {
        /// The configured registry.
        registry: &'r TrustedRegistry,
    },
    /// It belongs to no registry that is trusted for the package.
    Untrusted {
        /// Its host, in ASCII, with a port that is not the scheme's own.
        host: String,
        /// What is known about it.
        why: Distrust<'r>,
    },
    /// It is no address of the web.
    NotAUrl(NotAUrl),
    /// It does not read as it is, wherever it leads.
    TrickyUrl(Trick),
}

/// Why an address is not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distrust<'r> {
    /// No setting names the host.
    UnknownHost,
    /// No setting names the host, and it looks like one that is trusted.
    ReadsLike(&'r str),
    /// No setting names the host, and it mixes letters of several scripts.
    MixedScripts,
    /// The registry is trusted over `https:`, and this is `http:`.
    Unencrypted,
    /// The host is trusted on another port.
    OtherPort,
    /// The host is trusted below another path.
    OtherPath(&'r TrustedRegistry),
    /// The registry is trusted for one scope only, and not this package's.
    OtherScope(&'r TrustedRegistry),
    /// The package's scope has a registry of its own, and this is another one, trusted for other packages.
    ScopeElsewhere {
        /// The scope's own registry.
        expected: &'r TrustedRegistry,
    },
    /// The package's scope has a registry of its own, and it is not known which (why).
    UnknownScopeRegistry(&'r str),
}

impl fmt::Display for Distrust<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Distrust::UnknownHost => f.write_str("no trusted setting names this host"),
            Distrust::ReadsLike(known) => write!(f, "it looks like `{known}` and is another host"),
            Distrust::MixedScripts => f.write_str("its name mixes letters of several scripts"),
            Distrust::Unencrypted => f.write_str("the registry is trusted over `https:` only"),
            Distrust::OtherPort => f.write_str("the host is trusted on another port only"),
            Distrust::OtherPath(registry) => write!(f, "the host is trusted below `{}` only", registry.url),
            Distrust::OtherScope(registry) => match &registry.serves {
                Serves::Scope(scope) => write!(f, "the registry is trusted for packages of `@{scope}` only"),
                Serves::Default | Serves::Any | Serves::Named(_) => f.write_str("the registry is trusted for other packages only"),
            },
            Distrust::ScopeElsewhere { expected } => write!(f, "packages of this scope come from `{}`", expected.url),
            Distrust::UnknownScopeRegistry(why) => write!(f, "the registry of this scope is not known: {why}"),
        }
    }
}

impl Registries {
    /// The built-in registries and those given, in rising order of precedence: of several defaults, the last is the one asked.
    #[must_use]
    pub fn new(ecosystem: Ecosystem, named: Vec<TrustedRegistry>) -> Registries {
        let own = |public: &&PublicRegistry| public.trusted && public.ecosystem == ecosystem;
        let built_in = PUBLIC.iter().filter(own).filter_map(|public| {
            let serves = if public.url == default_of(ecosystem) { Serves::Default } else { Serves::Any };
            TrustedRegistry::new(public.url, serves, Origin::Default).ok()
        });
        Registries { trusted: built_in.chain(named).collect(), unusable: Vec::new(), replace: ReplaceHost::default() }
    }

    /// npm's: the built-in registries, those of the policy, and those of npm's settings, in rising order of precedence.
    #[must_use]
    pub fn of(config: &NpmConfig, policy: Vec<TrustedRegistry>) -> Registries {
        Registries::with(Ecosystem::Npm, config.mappings(), policy).replacing(config.replace_registry_host())
    }

    /// The same with what npm's `replace-registry-host` says.
    #[must_use]
    pub fn replacing(self, replace: ReplaceHost) -> Registries {
        Registries { replace, ..self }
    }

    /// The built-in registries of a world, those of the policy, and those that settings name, in rising order of precedence.
    #[must_use]
    pub fn with(ecosystem: Ecosystem, mappings: &[Mapping], policy: Vec<TrustedRegistry>) -> Registries {
        let mut registries = Registries::new(ecosystem, policy);
        for mapping in mappings {
            let read = mapping.url.clone().and_then(|url| TrustedRegistry::new(&url, mapping.serves.clone(), mapping.origin));
            registries.unusable.retain(|(serves, _)| *serves != mapping.serves);
            match read {
                Ok(registry) => registries.trusted.push(registry),
                Err(why) => registries.unusable.push((mapping.serves.clone(), why)),
            }
        }
        registries
    }

    /// The registry that is asked for a lockfile's entry: the one that its source names, where that is a registry's, else the one for
    /// its name.
    ///
    /// # Errors
    /// As [`Registries::registry_for`].
    pub fn registry_of(&self, package: &Package) -> Result<&TrustedRegistry, &str> {
        match package.registry.as_deref() {
            None => self.registry_for(&package.name),
            Some(stated) => self.stated(stated),
        }
    }

    /// The trusted registry at an address that a lockfile states, or of a name that it states.
    fn stated(&self, stated: &str) -> Result<&TrustedRegistry, &str> {
        let read = TrustedRegistry::new(stated, Serves::Any, Origin::Default).ok();
        let same = |registry: &&TrustedRegistry| match (&read, &registry.serves) {
            (Some(read), _) => read.url == registry.url,
            (None, Serves::Named(name)) => name == stated,
            (None, _) => false,
        };
        let found = self.trusted.iter().rev().find(same);
        // Cargo writes the git index's address for its default registry, however it reads it.
        let is_git_index = found.is_some_and(|found| found.url.as_str().trim_end_matches('/') == CRATES_GIT);
        if is_git_index {
            return self.registry_for("");
        }
        found.ok_or("the lockfile names a registry that no trusted setting names")
    }

    /// Every trusted registry, in rising order of precedence.
    #[must_use]
    pub fn trusted(&self) -> &[TrustedRegistry] {
        &self.trusted
    }

    /// The registry that is asked for a package.
    ///
    /// # Errors
    /// Says why the setting that names it cannot be used; then no other registry takes its place.
    pub fn registry_for(&self, name: &str) -> Result<&TrustedRegistry, &str> {
        let scope = self.mapped_scope(name);
        let wanted = |serves: &Serves| match (serves, scope) {
            (Serves::Scope(of), Some(scope)) => of == scope,
            (Serves::Default, None) => true,
            _ => false,
        };
        if let Some((_, why)) = self.unusable.iter().find(|(serves, _)| wanted(serves)) {
            return Err(why);
        }
        self.trusted.iter().rev().find(|registry| wanted(&registry.serves)).ok_or("no registry is configured")
    }

    /// The scope of a package, if settings or policy give it a registry of its own.
    #[must_use]
    pub fn mapped_scope<'n>(&self, name: &'n str) -> Option<&'n str> {
        let scope = name.strip_prefix('@')?.split_once('/')?.0;
        let mut serves = self.trusted.iter().map(|registry| &registry.serves).chain(self.unusable.iter().map(|(serves, _)| serves));
        serves.any(|serves| matches!(serves, Serves::Scope(of) if of == scope)).then_some(scope)
    }

    /// Whether the address is one of a registry that is trusted for the package.
    #[must_use]
    pub fn judge(&self, name: &str, address: &str) -> Judgement<'_> {
        match self.plainly_below(name, address) {
            Some(registry) => Judgement::Trusted { registry },
            None => self.judge_parsed(name, address),
        }
    }

    /// Whether the address of a release's file is on the host of a trusted registry: of the one that the lockfile states for the release, if it
    /// states one, or of one that is asked for every name. Where Python's indexes have their files, below their own address or beside it, is
    /// their own business; the host is not.
    #[must_use]
    pub fn serves_files(&self, stated: Option<&str>, address: &str) -> bool {
        let Address::Plain(url) = address::read(address) else { return false };
        let stated = stated.and_then(|stated| self.stated(stated).ok());
        let shared = self.trusted.iter().filter(|registry| !matches!(registry.serves, Serves::Named(_) | Serves::Scope(_)));
        let same = |known: &Url| {
            known.host() == url.host()
                && known.scheme() == url.scheme()
                && known.port_or_known_default() == url.port_or_known_default()
        };
        stated.into_iter().chain(shared).any(|registry| same(&registry.url))
    }

    /// The long way, by the address as it is resolved.
    fn judge_parsed(&self, name: &str, address: &str) -> Judgement<'_> {
        let url = match address::read(address) {
            Address::Plain(url) => url,
            Address::Tricky(trick) => return Judgement::TrickyUrl(trick),
            Address::Other(reason) => return Judgement::NotAUrl(reason),
        };
        let scope = self.mapped_scope(name);
        let for_package = |registry: &TrustedRegistry| match (&registry.serves, scope) {
            (Serves::Scope(of), Some(scope)) => of == scope,
            (Serves::Default | Serves::Any | Serves::Named(_), None) => true,
            _ => false,
        };
        if scope.is_none()
            && let Ok(registry) = self.registry_for(name)
            && self.replace.replaces(&url)
            && !covers(&registry.url, &url)
        {
            return Judgement::DefaultHost { registry };
        }
        match self.trusted.iter().rev().find(|registry| for_package(registry) && covers(&registry.url, &url)) {
            Some(registry) => Judgement::Trusted { registry },
            None => Judgement::Untrusted { host: host(&url), why: self.distrust(name, scope, &url) },
        }
    }

    /// The configured registry, if the address is below it letter by letter and holds nothing that resolving could change. This only
    /// spares the parser the thousands of addresses of which a lockfile is made; whatever differs goes the long way.
    fn plainly_below(&self, name: &str, address: &str) -> Option<&TrustedRegistry> {
        let registry = self.registry_for(name).ok()?;
        let below = address.starts_with(registry.url.as_str()) && tarball::plain(address.split_once("://")?.1);
        below.then_some(registry)
    }

    fn distrust(&self, name: &str, scope: Option<&str>, url: &Url) -> Distrust<'_> {
        let elsewhere = self.trusted.iter().rev().find(|registry| covers(&registry.url, url));
        match (elsewhere, scope.map(|_| self.registry_for(name))) {
            (Some(_), Some(Ok(expected))) => return Distrust::ScopeElsewhere { expected },
            (_, Some(Err(why))) => return Distrust::UnknownScopeRegistry(why),
            (Some(registry), None) => return Distrust::OtherScope(registry),
            (None, _) => {}
        }
        let mut same_host = self.trusted.iter().rev().filter(|registry| registry.url.host() == url.host());
        if let Some(registry) = same_host.clone().next() {
            let port = |url: &Url| url.port_or_known_default();
            return match same_host.find(|registry| registry.url.scheme() == url.scheme()) {
                _ if same_host_unencrypted(&registry.url, url) => Distrust::Unencrypted,
                Some(registry) if port(&registry.url) == port(url) => Distrust::OtherPath(registry),
                _ => Distrust::OtherPort,
            };
        }
        let host = url.host_str().unwrap_or_default();
        match likeness::reads_like(host, self.trusted.iter().filter_map(|registry| registry.url.host_str())) {
            Some(known) => Distrust::ReadsLike(known),
            None if likeness::mixes_scripts(host) => Distrust::MixedScripts,
            None => Distrust::UnknownHost,
        }
    }

    /// The hosts that may be contacted, with a port that is not the scheme's own: never one that only the repository names.
    #[must_use]
    pub fn contact_hosts(&self) -> BTreeSet<String> {
        self.trusted.iter().filter(|registry| registry.origin.is_own()).map(|registry| host(&registry.url)).collect()
    }

    /// Whether the address may be contacted: its scheme, host and port are those of a registry that the person themselves or the
    /// table of public registries names.
    #[must_use]
    pub fn may_contact(&self, url: &Url) -> bool {
        let same = |known: &Url| known.origin() == url.origin() && url.origin().is_tuple();
        self.trusted.iter().any(|registry| registry.origin.is_own() && same(&registry.url))
    }
}

/// The public registry that an address belongs to.
#[must_use]
pub fn public_registry(address: &str) -> Option<&'static PublicRegistry> {
    let Address::Plain(url) = address::read(address) else { return None };
    PUBLIC.iter().find(|public| Url::parse(public.url).is_ok_and(|known| known.host() == url.host()))
}

fn same_host_unencrypted(known: &Url, url: &Url) -> bool {
    known.scheme() == "https" && url.scheme() == "http" && (known.port() == url.port())
}

/// Whether an address lies below a registry's base address. An encrypted one may stand in for an unencrypted one.
fn covers(base: &Url, url: &Url) -> bool {
    let encrypted = base.scheme() == "http" && url.scheme() == "https" && base.port().is_none() && url.port().is_none();
    let same_origin = base.scheme() == url.scheme() && base.port_or_known_default() == url.port_or_known_default();
    base.host() == url.host() && (same_origin || encrypted) && (url.path().starts_with(base.path()) || is_gitlab_sibling(base, url))
}

/// GitLab's instance and group registries name the packages' own projects in the addresses they give out.
fn is_gitlab_sibling(base: &Url, url: &Url) -> bool {
    let Some((root, rest)) = base.path().split_once("/api/v4/") else { return false };
    let group = rest.strip_prefix("groups/").and_then(|rest| rest.strip_suffix("/-/packages/npm/"));
    let aggregate = rest == "packages/npm/" || group.is_some_and(|group| !group.contains('/'));
    let project = url.path().strip_prefix(root).and_then(|path| path.strip_prefix("/api/v4/projects/"));
    let project = project.and_then(|path| path.split_once('/'));
    aggregate && project.is_some_and(|(_, path)| path.starts_with("packages/npm/"))
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
