//! npm's settings in effect: the person's own and the project's, layer upon layer, each value with where it came from.
//!
//! npm lets a project's file override the person's, expands environment references everywhere, and sends whatever credential is
//! bound to a host. A tool that reads a repository before anybody trusts it cannot. So two views are kept: what npm will do
//! ([`NpmConfig::value`]), for rules to judge, and what the person themselves set ([`NpmConfig::own`]), the only source of
//! credentials, proxies and TLS settings for our own requests. References are expanded only in the person's own layers.

mod credentials;
mod expand;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, ToSmolStr};
use url::Url;

pub use credentials::{Credentials, Secret};
pub use expand::{Expanded, expand};
pub use value::Value;

use crate::formats::npmrc_keys::{Kind, kind};
use crate::model::{Setting, Settings};
use crate::registries::Serves;
use crate::text::{Span, Spanned};

/// Who made a setting, in npm's rising order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody: it is built in.
    Default,
    /// The machine's `npmrc`.
    Global,
    /// The person's own `.npmrc`.
    User,
    /// The person's own policy.
    UserPolicy,
    /// The repository's policy.
    ProjectPolicy,
    /// The repository's `.npmrc`.
    Project,
    /// The environment (`npm_config_…`).
    Environment,
}

impl Origin {
    /// Whether the repository has no say in it.
    #[must_use]
    pub fn is_own(self) -> bool {
        !matches!(self, Origin::Project | Origin::ProjectPolicy)
    }
}

/// Looks up an environment variable.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The settings of one file, or of the environment.
#[derive(Clone, Copy)]
pub struct Layer<'a> {
    /// Who made them.
    pub origin: Origin,
    /// The settings.
    pub settings: &'a Settings,
    /// The environment that their references may see. A layer of the repository sees none, whatever is given.
    pub environment: Option<Lookup<'a>>,
}

impl fmt::Debug for Layer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layer").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// The person's own settings, which no repository can change.
#[derive(Clone, Default)]
pub struct User {
    /// The machine's, the person's and the environment's settings.
    pub settings: Vec<(Origin, Settings)>,
    /// The environment variables that their references may see.
    pub environment: BTreeMap<String, String>,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins: Vec<_> = self.settings.iter().map(|(origin, _)| origin).collect();
        f.debug_struct("User").field("settings", &origins).finish_non_exhaustive()
    }
}

/// A registry as a setting names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The packages it is for.
    pub serves: Serves,
    /// The address, or why there is none.
    pub url: Result<SmolStr, String>,
    /// Who made the setting.
    pub origin: Origin,
    /// The value's place in its file.
    pub span: Span,
}

/// What `replace-registry-host` says: which addresses of a lockfile npm sends to the configured registry instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReplaceHost {
    /// Those of npm's default registry.
    #[default]
    Npmjs,
    /// None.
    Never,
    /// All.
    Always,
    /// Those of a host.
    Host(SmolStr),
    /// Those below an address.
    Prefix(Url),
}

impl ReplaceHost {
    /// Whether npm sends a request for this address to the configured registry.
    #[must_use]
    pub fn replaces(&self, url: &Url) -> bool {
        let is_host = |host: &str| url.host_str() == Some(host);
        match self {
            ReplaceHost::Never => false,
            ReplaceHost::Always => true,
            ReplaceHost::Npmjs => Url::parse(crate::registries::DEFAULT).is_ok_and(|default| default.host() == url.host()),
            ReplaceHost::Host(host) => is_host(host),
            ReplaceHost::Prefix(prefix) => {
                let rest = url.path().strip_prefix(prefix.path().trim_end_matches('/'));
                prefix.host() == url.host() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }
}

/// npm's settings in effect.
#[derive(Clone, Default)]
pub struct NpmConfig {
    all: FxHashMap<SmolStr, Value>,
    own: FxHashMap<SmolStr, Value>,
    mappings: Vec<Mapping>,
}

impl fmt::Debug for NpmConfig {
    /// Names the settings; their values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut keys: Vec<_> = self.all.keys().collect();
        keys.sort_unstable();
        f.debug_struct("NpmConfig").field("keys", &keys).field("mappings", &self.mappings).finish()
    }
}

impl NpmConfig {
    /// Joins layers; each overrides those before it.
    #[must_use]
    pub fn from_layers(layers: &[Layer<'_>]) -> NpmConfig {
        let mut config = NpmConfig::default();
        for layer in layers {
            let environment = layer.environment.filter(|_| layer.origin.is_own());
            for (key, value) in value::read(layer.settings, layer.origin, environment) {
                config.mappings.extend(mapping(&key, &value));
                if layer.origin.is_own() {
                    config.own.insert(key.clone(), value.clone());
                }
                config.all.insert(key, value);
            }
        }
        config
    }

    /// The person's own settings with those of a repository's files in their place: below the environment, above the rest.
    #[must_use]
    pub fn with_project(user: &User, project: &[&Settings]) -> NpmConfig {
        let lookup = |name: &str| user.environment.get(name).cloned();
        let own = user.settings.iter().map(|(origin, settings)| Layer { origin: *origin, settings, environment: Some(&lookup) });
        let theirs = project.iter().map(|settings| Layer { origin: Origin::Project, settings, environment: None });
        let mut layers: Vec<_> = own.chain(theirs).collect();
        layers.sort_by_key(|layer| layer.origin);
        NpmConfig::from_layers(&layers)
    }

    /// What npm will take a setting to be.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.all.get(key)
    }

    /// What the person's own settings say, the repository's left out.
    #[must_use]
    pub fn own(&self, key: &str) -> Option<&Value> {
        self.own.get(key)
    }

    /// Every registry that a setting names, lowest layer first.
    #[must_use]
    pub fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    /// Whether a boolean setting is on for npm; `default` where no file sets it.
    #[must_use]
    pub fn is_on(&self, key: &str, default: bool) -> bool {
        self.value(key).map_or(default, Value::is_on)
    }

    /// Whether the person's own settings turn it on; `default` where they do not say.
    #[must_use]
    pub fn own_is_on(&self, key: &str, default: bool) -> bool {
        self.own(key).map_or(default, Value::is_on)
    }

    /// A text from the person's own settings (`cafile`, `proxy`, `https-proxy`, `noproxy`, `cache`), if it is set to one.
    #[must_use]
    pub fn own_text(&self, key: &str) -> Option<&str> {
        self.own(key).and_then(Value::text)
    }

    /// Whether install scripts are off for every package.
    #[must_use]
    pub fn ignore_scripts(&self) -> bool {
        self.is_on("ignore-scripts", false)
    }

    /// Whether the lockfile leaves out the addresses of registry packages on purpose.
    #[must_use]
    pub fn omits_resolved(&self) -> bool {
        self.is_on("omit-lockfile-registry-resolved", false)
    }

    /// Which addresses of the lockfile npm sends to the configured registry instead.
    #[must_use]
    pub fn replace_registry_host(&self) -> ReplaceHost {
        match self.value("replace-registry-host").and_then(Value::text) {
            None | Some("" | "npmjs") => ReplaceHost::Npmjs,
            Some("never") => ReplaceHost::Never,
            Some("always") => ReplaceHost::Always,
            Some(other) => match Url::parse(other) {
                Ok(prefix) if prefix.has_host() => ReplaceHost::Prefix(prefix),
                _ => ReplaceHost::Host(other.into()),
            },
        }
    }
}

fn mapping(key: &str, value: &Value) -> Option<Mapping> {
    let serves = match key.strip_suffix(":registry") {
        None if key == "registry" => Serves::Default,
        Some(scope) => {
            Serves::Scope(scope.strip_prefix('@').filter(|scope| !scope.is_empty() && !scope.contains(['/', ':']))?.into())
        }
        None => return None,
    };
    let url = value.resolved().map(SmolStr::from);
    // An address that npm drops as none leaves the default as it was.
    let dropped = serves == Serves::Default && url.as_ref().is_ok_and(|url| !url.contains("://"));
    (!dropped).then_some(Mapping { serves, url, origin: value.origin, span: value.span })
}

/// The settings that environment variables make (`npm_config_…`, any case), as npm reads them.
#[must_use]
pub fn environment_settings<'v>(variables: impl IntoIterator<Item = (&'v str, &'v str)>) -> Settings {
    const PREFIX: &str = "npm_config_";
    let mut entries = Vec::new();
    for (name, value) in variables {
        let Some((prefix, name)) = name.split_at_checked(PREFIX.len()) else { continue };
        if !prefix.eq_ignore_ascii_case(PREFIX) || value.is_empty() || name.is_empty() {
            continue;
        }
        let key = if name.starts_with("//") { name.to_smolstr() } else { plain(name) };
        let list = matches!(kind(&key), Some(Kind::List | Kind::ListOf(_)));
        let parts: Vec<_> = if list { value.split("\n\n").collect() } else { vec![value] };
        entries.extend(parts.into_iter().map(|value| Setting {
            key: Spanned::new(key.clone(), Span::default()),
            value: Spanned::new(value.into(), Span::default()),
            list,
            implied: false,
            line: Span::default(),
        }));
    }
    Settings { entries, ..Settings::default() }
}

/// `_` becomes `-` except at the start, capitals become small.
fn plain(name: &str) -> SmolStr {
    let first = name.chars().next().map_or(0, char::len_utf8);
    let (first, rest) = name.split_at(first);
    format!("{first}{}", rest.replace('_', "-")).to_lowercase().into()
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
