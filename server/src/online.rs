//! Asking the outside: who may be asked, with what credentials, and how the answers come back as facts.
//!
//! A host that only the repository's own files name is not contacted. Credentials come from the person's own settings alone.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use provender_core::facts::{Depth, Facts, Outcome, Question, Unanswered};
use provender_core::model::Ecosystem;
use provender_core::npm::config::NpmConfig;
use provender_core::registries::{GO_SUMDB, PUBLIC, Registries};
use provender_core::workspace::User;
use provender_registry::{Cancel, Client, Credential, Event, Options, SumDb, is_private};

use crate::stores;
use crate::user::{self, host};

/// Why nothing can be asked.
#[derive(Debug)]
pub struct SetupError(String);

impl std::fmt::Display for SetupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SetupError {}

/// How far a run goes.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Documents alone, or the bytes as well.
    pub depth: Depth,
    /// Whether verdicts of earlier runs count, and new ones are remembered.
    pub remember: bool,
    /// Whether every file of a release is hashed.
    pub all_files: bool,
}

impl Effort {
    /// What the documents say, remembered.
    #[must_use]
    pub fn recorded() -> Effort {
        Effort::to(Depth::Recorded)
    }

    /// So deep and no further, remembered.
    #[must_use]
    pub fn to(depth: Depth) -> Effort {
        Effort { depth, remember: true, all_files: false }
    }
}

/// Makes a client for a person.
///
/// # Errors
/// Where the certificate authorities cannot be read, or HTTP cannot start.
pub fn client(user: &User, effort: Effort) -> Result<Client, SetupError> {
    let config = NpmConfig::with_project(&user.npm, &[]);
    let npm = config
        .all_credentials()
        .into_iter()
        .filter_map(|bound| Credential::authorization(&bound.bound_to, bound.authorization?.expose()));
    let others = user.credentials.iter().filter_map(|bound| Credential::authorization(&bound.registry, &bound.authorization));
    let home = etcetera::home_dir().ok();
    let home = home.as_deref();
    let options = Options {
        credentials: npm.chain(others).collect(),
        allowed_hosts: allowed_hosts(user, &config).into_iter().collect(),
        default_hosts: public_hosts(Ecosystem::Npm),
        python_hosts: public_hosts(Ecosystem::Pypi),
        npm_cache: npm_cache(&config),
        yarn_classic_cache: stores::yarn_classic(home),
        pip_cache: stores::pip(home),
        cargo_cache: stores::cargo(home),
        go_cache: stores::go(home, &user.go),
        yarn_caches: stores::yarn(home),
        sumdb: sumdb(user),
        private_modules: patterns(user, "GONOSUMDB"),
        direct_modules: patterns(user, "GONOPROXY"),
        go_proxies: user.go.get("GOPROXY").map_or_else(Vec::new, |list| user::go::proxies(list)),
        open_hosts: open_hosts(user, &config),
        cache: effort.remember.then(user::cache_folder).flatten(),
        all_files: effort.all_files,
        strict_tls: config.own_is_on("strict-ssl", true),
        ca_file: config.own_text("cafile").map(PathBuf::from),
        ..Options::default()
    };
    Client::new(options).map_err(|error| SetupError(error.to_string()))
}

/// The checksum database that the person's settings choose (`GOSUMDB`: a name, or a key and perhaps an address, or `off`).
fn sumdb(user: &User) -> Option<SumDb> {
    let chosen = user.go.get("GOSUMDB").map_or("", String::as_str);
    let mut words = chosen.split_ascii_whitespace();
    let default = |name: &str| GO_SUMDB.split('+').next() == Some(name);
    match words.next() {
        None => SumDb::new(GO_SUMDB, None),
        Some("off") => None,
        Some(name) if default(name) => SumDb::new(GO_SUMDB, words.next()),
        Some(key) => SumDb::new(key, words.next()),
    }
}

/// The modules whose names are not told: to the checksum database (`GONOSUMDB`), or to a proxy (`GONOPROXY`).
fn patterns(user: &User, setting: &str) -> Vec<String> {
    let list = user.go.get(setting).or_else(|| user.go.get("GOPRIVATE")).map_or("", String::as_str);
    list.split(',').map(str::trim).filter(|pattern| !pattern.is_empty()).map(str::to_owned).collect()
}

/// Whether a Go module is one that the person's settings keep from the public.
pub(crate) fn is_private_module(user: &User, module: &str) -> bool {
    ["GONOPROXY", "GONOSUMDB"].iter().any(|setting| is_private(module, &patterns(user, setting)))
}

/// The hosts of a world's public registries that are trusted without being named.
fn public_hosts(ecosystem: Ecosystem) -> Vec<String> {
    let own = PUBLIC.iter().filter(|public| public.trusted && public.ecosystem == ecosystem);
    own.filter_map(|public| host(public.url)).collect()
}

/// The hosts that the person's own settings and policy name, and the public registries'.
fn allowed_hosts(user: &User, config: &NpmConfig) -> BTreeSet<String> {
    let mut hosts = Registries::of(config, Vec::new()).contact_hosts();
    for ecosystem in [Ecosystem::Pypi, Ecosystem::Cargo, Ecosystem::Go] {
        hosts.extend(Registries::new(ecosystem, Vec::new()).contact_hosts());
    }
    hosts.extend(user::registry_hosts(user));
    hosts.extend(sumdb(user).and_then(|sumdb| host(sumdb.url())));
    if let Some(policy) = user.policy.as_ref().and_then(|document| document.policy()) {
        hosts.extend(policy.allow_hosts.iter().map(|host| host.to_string()));
        let registries = policy.trusted.iter().map(|url| &url.value).chain(policy.scopes.iter().map(|(_, url)| &url.value));
        hosts.extend(registries.filter_map(|url| host(url.as_str())));
    }
    hosts
}

/// The hosts that the person's own settings name with an address in clear.
fn open_hosts(user: &User, config: &NpmConfig) -> Vec<String> {
    let files = user.settings.iter().filter_map(|(_, document)| document.settings()).flat_map(|settings| &settings.registries);
    let files = files.map(|named| named.url.value.as_str());
    let elsewhere = user.mappings.iter().filter_map(|(_, mapping)| mapping.url.as_deref().ok());
    let npm = config.mappings().iter().filter_map(|mapping| mapping.url.as_deref().ok());
    let is_open = |url: &&str| url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    files.chain(elsewhere).chain(npm).filter(is_open).filter_map(host).collect()
}

/// Where npm keeps what it fetched.
fn npm_cache(config: &NpmConfig) -> Option<PathBuf> {
    let chosen = config.own_text("cache").map(PathBuf::from);
    chosen
        .or_else(|| Some(etcetera::home_dir().ok()?.join(".npm")))
        .map(|folder| folder.join("_cacache"))
        .filter(|folder| folder.is_dir())
}

/// Why answers brought no fix.
pub(crate) fn why_not(questions: &[Question], facts: &Facts) -> String {
    let told = questions.iter().find_map(|question| fault(question, facts));
    told.unwrap_or_else(|| "the answers lead to no change that could be made safely".to_owned())
}

/// What is wrong with the answer to a question.
fn fault(question: &Question, facts: &Facts) -> Option<String> {
    let stopped = || "it was stopped".to_owned();
    let (name, reason) = match question {
        Question::Artifact(artifact) => {
            let reason = match facts.verdicts.get(artifact).map(|verdict| &verdict.outcome) {
                None => stopped(),
                Some(Outcome::Unverifiable(reason)) => reason.to_string(),
                Some(Outcome::Mismatched(_)) => {
                    "what the registry serves, what it publishes and what the lockfile says do not agree".to_owned()
                }
                Some(Outcome::Verified | Outcome::Recorded) => return None,
            };
            (format!("{}@{}", artifact.name, artifact.version), reason)
        }
        Question::Versions { name, .. } => {
            let reason = match facts.versions.get(question) {
                None => stopped(),
                Some(Err(reason)) => reason.to_string(),
                Some(Ok(_)) => "no published version fits".to_owned(),
            };
            (name.to_string(), reason)
        }
    };
    Some(format!("{name}: {reason}"))
}

/// Answers questions into facts, for callers that are not asynchronous: on a runtime of its own.
///
/// # Errors
/// Where no client or no runtime can be made.
pub fn answer_now(
    user: &Arc<User>,
    facts: &mut Facts,
    questions: &Unanswered,
    effort: Effort,
    on_event: impl Fn(Event<'_>) + Sync,
) -> Result<(), SetupError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| SetupError(error.to_string()))?;
    let cancel = Cancel::new();
    let stop = cancel.clone();
    runtime.block_on(async {
        let client = client(user, effort)?;
        let interrupt = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stop.cancel();
            }
        });
        client.answer(questions, effort.depth, &cancel, facts, on_event).await;
        interrupt.abort();
        Ok(())
    })
}
