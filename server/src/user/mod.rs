//! The person's own settings, which no repository can change: each package manager's files in the person's and the machine's folders, the
//! environment, the credentials that go with them, and the person's own policy file.
//!
//! A package manager that runs a script hands its settings on in the environment (`npm_config_…`), those of the repository's `.npmrc` among
//! them; others let the repository set any variable for what they run (Cargo's `[env]`, `.env` files). Below one, those variables are nobody's
//! word: what a repository says must not come back as the person's.

mod environment;
mod files;
pub(crate) mod go;
mod secrets;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::BaseStrategy as _;
use provender_core::document::Document;
use provender_core::formats::{Format, cargo_config, npmrc};
use provender_core::model::{BoundCredential, Ecosystem};
use provender_core::npm::config::{self, Mapping, Origin, environment_settings};
use provender_core::path::RelPath;
use provender_core::registries::Serves;
use provender_core::text::Span;
use provender_core::workspace::{POLICY_FILE, User};

/// Reads them. What is not there is not there; what cannot be read counts as empty, which trusts less.
#[must_use]
pub fn load() -> User {
    let home = etcetera::home_dir().ok();
    let files = [(Origin::Global, global_npmrc()), (Origin::User, user_npmrc(home.as_deref()))];
    let texts: Vec<_> = files.into_iter().filter_map(|(origin, path)| Some((origin, text(&path?)?))).collect();
    let names = texts.iter().flat_map(|(_, text)| referenced(text));
    let environment = names.filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?))).collect();
    let mut settings: Vec<_> = texts.iter().map(|(origin, text)| (*origin, npmrc::parse(text).0)).collect();
    let variables: Vec<_> = std::env::vars_os()
        .filter(|_| !in_script())
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let from_environment = environment_settings(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    settings.push((Origin::Environment, from_environment));
    let (policy, mut faults) = match policy_path().map_or(Ok(None), |path| policy(&path, home.as_deref())) {
        Ok(policy) => (policy, Vec::new()),
        Err(fault) => (None, vec![fault]),
    };
    faults.extend(policy.iter().flat_map(|document| self::faults(document)));
    let mut user = User { npm: config::User { settings, environment }, policy, faults, ..User::default() };
    others(&mut user, home.as_deref());
    user
}

/// The settings and credentials of the managers other than npm.
fn others(user: &mut User, home: Option<&Path>) {
    let variables: Vec<(String, String)> = std::env::vars().filter(|_| !is_run()).collect();
    let variables = || variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    user.settings = files::documents(home);
    let yarn = variable("YARN_REGISTRY").and_then(|registry| environment::yarn(&registry));
    user.settings.extend(yarn.map(|document| (Origin::Environment, document)));
    user.go = go::settings(home);
    user.mappings = environment::mappings(variables());
    user.mappings.extend(go::mappings(&user.go));
    user.mappings.extend(cargo_mirror(&user.settings));
    let mut credentials = of_documents(&user.settings);
    let addresses = user.mappings.iter().filter_map(|(_, mapping)| Some((mapping.url.as_deref().ok()?, mapping.origin)));
    credentials.extend(addresses.filter_map(|(url, origin)| secrets::of_address(url, origin)));
    credentials.extend(secrets::of_uv(&variables().collect(), &named(user, Ecosystem::Pypi)));
    if let Some(home) = home {
        let file = cargo_credentials(&files::cargo_home(home));
        credentials.extend(secrets::of_cargo(&file, variables(), &named(user, Ecosystem::Cargo)));
        let poetry = config_folder(home).join("pypoetry");
        let (config, auth) = (secrets::text(&poetry.join("config.toml")), secrets::text(&poetry.join("auth.toml")));
        credentials.extend(secrets::of_poetry(&config, &auth, &variables().collect()));
        let netrc = variable("NETRC").map_or_else(|| home.join(".netrc"), PathBuf::from);
        credentials.extend(secrets::of_netrc(&secrets::text(&netrc), &registry_hosts(user)));
    }
    user.credentials = credentials;
}

/// The registry that the person's Cargo puts in the place of the default one; the file with the last word counts.
fn cargo_mirror(settings: &[(Origin, Arc<Document>)]) -> Option<(Ecosystem, Mapping)> {
    let own = settings.iter().filter(|(_, document)| document.format.ecosystem == Some(Ecosystem::Cargo));
    let (origin, url) = own.rev().find_map(|(origin, document)| Some((*origin, cargo_config::replacement(&document.text)?)))?;
    let mapping = Mapping { serves: Serves::Default, url: url.map_err(str::to_owned), origin, span: Span::default() };
    Some((Ecosystem::Cargo, mapping))
}

/// Cargo's credentials; of its two names for the file, the one without an ending goes first.
fn cargo_credentials(folder: &Path) -> String {
    let old = secrets::text(&folder.join("credentials"));
    if old.is_empty() { secrets::text(&folder.join("credentials.toml")) } else { old }
}

/// The credentials in settings files, and in the addresses that they name.
fn of_documents(settings: &[(Origin, Arc<Document>)]) -> Vec<BoundCredential> {
    let mut found = Vec::new();
    for (origin, document) in settings {
        let Some(settings) = document.settings() else { continue };
        found.extend(settings.registries.iter().filter_map(|named| secrets::of_address(&named.url, *origin)));
        found.extend(settings.credentials.iter().map(|one| BoundCredential {
            authorization: filled(&one.authorization).into(),
            origin: *origin,
            ..one.clone()
        }));
    }
    found
}

/// References to the environment, filled in as far as it goes.
fn filled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let Some((reference, after)) = after.split_once('}') else {
            out.push_str("${");
            rest = after;
            continue;
        };
        let name = reference.split([':', '-']).next().unwrap_or_default();
        let default = reference[name.len()..].trim_start_matches(':').strip_prefix('-').unwrap_or_default();
        out.push_str(&variable(name).unwrap_or_else(|| default.to_owned()));
        rest = after;
    }
    out + rest
}

/// The addresses that the person's settings give to names.
fn named(user: &User, ecosystem: Ecosystem) -> BTreeMap<String, String> {
    let own = user.settings.iter().filter(|(_, document)| document.format.ecosystem == Some(ecosystem));
    let registries = own.filter_map(|(_, document)| document.settings()).flat_map(|settings| &settings.registries);
    let in_files = registries.filter_map(|known| Some((known.name.as_ref()?.value.to_string(), known.url.value.to_string())));
    let in_environment = user.mappings.iter().filter(|(of, _)| *of == ecosystem).filter_map(|(_, mapping)| match &mapping.serves {
        Serves::Named(name) => Some((name.to_string(), mapping.url.as_ref().ok()?.to_string())),
        _ => None,
    });
    in_files.chain(in_environment).collect()
}

/// The hosts of every registry that the settings of the managers other than npm name.
pub(crate) fn registry_hosts(user: &User) -> Vec<String> {
    let registries = user.settings.iter().filter_map(|(_, document)| document.settings()).flat_map(|settings| &settings.registries);
    let in_files = registries.map(|named| named.url.value.as_str());
    let elsewhere = user.mappings.iter().filter_map(|(_, mapping)| mapping.url.as_deref().ok());
    in_files.chain(elsewhere).filter_map(host).collect()
}

/// `host`, or `host:port` where the port is not the scheme's own.
pub(crate) fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(authority.rsplit('@').next().unwrap_or(authority).to_ascii_lowercase())
}

/// Where programs keep their settings in the person's folder.
fn config_folder(home: &Path) -> PathBuf {
    variable("XDG_CONFIG_HOME").filter(|path| !path.is_empty()).map_or_else(|| home.join(".config"), PathBuf::from)
}

/// What the environment says, unless something runs us that may have put it there.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|_| !is_run())
}

/// Whether something runs us that lets a repository set variables: a package manager's script, or what Cargo, uv, Poetry and Pipenv run.
fn is_run() -> bool {
    in_script()
        || ["CARGO", "UV_RUN_RECURSION_DEPTH", "POETRY_ACTIVE", "PIPENV_ACTIVE"].iter().any(|name| std::env::var_os(name).is_some())
}

/// Where the person's own policy lies.
#[must_use]
pub fn policy_path() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("PROVENDER_CONFIG") {
        return Some(path.into());
    }
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("provender/provender.toml"))
}

/// Where verdicts are remembered.
#[must_use]
pub fn cache_folder() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("PROVENDER_CACHE") {
        return Some(path.into());
    }
    Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("provender"))
}

fn user_npmrc(home: Option<&Path>) -> Option<PathBuf> {
    chosen("userconfig").map(PathBuf::from).or_else(|| Some(home?.join(".npmrc")))
}

/// npm's global file lies below the prefix it was installed to; only the usual places and the environment's word are looked at, since asking
/// npm would mean running it.
fn global_npmrc() -> Option<PathBuf> {
    let usual = ["/usr/local/etc/npmrc", "/usr/etc/npmrc", "/etc/npmrc"];
    chosen("globalconfig").map(PathBuf::from).or_else(|| usual.iter().map(PathBuf::from).find(|path| path.is_file()))
}

/// What the environment says that npm's setting is, unless a package manager says so.
fn chosen(setting: &str) -> Option<OsString> {
    let names = [format!("npm_config_{setting}"), format!("NPM_CONFIG_{}", setting.to_ascii_uppercase())];
    names.iter().filter(|_| !in_script()).find_map(std::env::var_os)
}

/// Whether a package manager runs us in a script: npm, yarn, pnpm and bun all set one of these.
fn in_script() -> bool {
    ["npm_lifecycle_event", "npm_execpath", "npm_command"].iter().any(|name| std::env::var_os(name).is_some())
}

fn text(path: &Path) -> Option<String> {
    crate::disk::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

fn policy(path: &Path, home: Option<&Path>) -> Result<Option<Arc<Document>>, String> {
    let shown = match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    };
    match crate::disk::read(path) {
        Ok(bytes) => Ok(Format::of_name(POLICY_FILE).map(|format| Arc::new(Document::parse(RelPath::new(shown), format, bytes)))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("your own policy {shown} cannot be read and does not count: {error}")),
    }
}

/// What is wrong in the person's own policy, with its place.
fn faults(document: &Document) -> impl Iterator<Item = String> {
    document.problems.iter().map(|problem| {
        let at = document.position(problem.span.start);
        format!("your own policy {}:{}:{}: {}", document.path, at.line, at.column, problem.message)
    })
}

/// The names in `${NAME}` and `${NAME?}` references.
fn referenced(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| Some(rest.split('}').next()?.trim_end_matches('?')))
}
