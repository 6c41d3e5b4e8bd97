//! The policy that holds: the repository's file and the person's own, joined.
//!
//! The repository's file says what holds for everyone; the person's own adds to it, and can be stricter but not laxer in what the
//! repository's file says:
//!
//! - a level, a hook's threshold, the depth and what happens to the unverifiable: where both say something, the stricter holds; where
//!   one does, that;
//! - registries, internal names, allowed scripts, exceptions and what is left out: both count;
//! - a scope that both give a registry to comes from the person's own choice, which a repository must not be able to redirect;
//! - the network: only the person's own file is read.

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use url::Url;

use super::{ExceptionMatch, Level, PlacedException, PolicyFile, ScriptPermission, Unverifiable};
use crate::facts::Depth;
use crate::finding::Severity;
use crate::glob::Glob;
use crate::path::RelPath;
use crate::text::Spanned;

/// A place where git runs us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// Before a commit is made.
    Commit,
    /// Before commits are sent.
    Push,
}

/// The policy that holds. Without any file everything is as strict as it can be.
#[derive(Clone, Debug)]
pub struct Policy {
    levels: FxHashMap<SmolStr, Level>,
    trusted: Vec<Url>,
    scopes: Vec<(SmolStr, Url)>,
    internal_scopes: Vec<SmolStr>,
    internal_names: Vec<Glob>,
    scripts: Vec<ScriptPermission>,
    exceptions: Vec<PlacedException>,
    commit: Severity,
    push: Severity,
    leave_out: Vec<Glob>,
    /// What happens when a package cannot be verified.
    pub unverifiable: Unverifiable,
    /// How far the push hook goes.
    pub depth: Depth,
    /// Hosts that may be contacted though only a repository's files name them; lower case, with a port where that is not the usual
    /// one. Only the person's own file adds to them.
    pub allow_hosts: Vec<SmolStr>,
    /// Whether the editor may use the network unasked. Only the person's own file can say so.
    pub editor_network: bool,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            levels: FxHashMap::default(),
            trusted: Vec::new(),
            scopes: Vec::new(),
            internal_scopes: Vec::new(),
            internal_names: Vec::new(),
            scripts: Vec::new(),
            exceptions: Vec::new(),
            commit: Severity::Error,
            push: Severity::Error,
            leave_out: Vec::new(),
            unverifiable: Unverifiable::Block,
            depth: Depth::Verified,
            allow_hosts: Vec::new(),
            editor_network: false,
        }
    }
}

impl Policy {
    /// Joins the repository's file and the person's own, each with its path.
    #[must_use]
    pub fn new(project: Option<(&RelPath, &PolicyFile)>, user: Option<(&RelPath, &PolicyFile)>) -> Policy {
        let mut policy = Policy::default();
        // The person's own first: the first registry of a scope is the one that counts.
        for (path, file) in user.into_iter().chain(project) {
            policy.add(path, file);
        }
        let (project, user) = (project.map(|(_, file)| file), user.map(|(_, file)| file));
        let both = || project.into_iter().chain(user);
        policy.commit = stricter(both().map(|file| &file.commit), Ord::min).unwrap_or(policy.commit);
        policy.push = stricter(both().map(|file| &file.push), Ord::min).unwrap_or(policy.push);
        policy.unverifiable = stricter(both().map(|file| &file.unverifiable), Ord::max).unwrap_or(policy.unverifiable);
        policy.depth = stricter(both().map(|file| &file.depth), Ord::max).unwrap_or(policy.depth);
        if let Some(user) = user {
            policy.allow_hosts = user.allow_hosts.iter().map(|host| host.value.clone()).collect();
            policy.editor_network = user.editor_network.as_ref().is_some_and(|flag| flag.value);
        }
        policy
    }

    fn add(&mut self, path: &RelPath, file: &PolicyFile) {
        for (rule, level) in &file.rules {
            let known = self.levels.entry(rule.value.clone()).or_insert(level.value);
            *known = (*known).max(level.value);
        }
        self.trusted.extend(file.trusted.iter().map(|url| url.value.clone()));
        self.scopes.extend(file.scopes.iter().map(|(scope, url)| (scope.value.clone(), url.value.clone())));
        self.internal_scopes.extend(file.internal_scopes.iter().map(|scope| scope.value.clone()));
        self.internal_names.extend(file.internal_names.iter().map(|glob| glob.value.clone()));
        self.scripts.extend(file.scripts.iter().cloned());
        self.leave_out.extend(file.leave_out.iter().map(|glob| glob.value.clone()));
        let placed = |exception: &_| PlacedException { path: path.clone(), exception: Clone::clone(exception) };
        self.exceptions.extend(file.exceptions.iter().map(placed));
    }

    /// What the policy makes of a rule; `None` where it leaves it as it is.
    #[must_use]
    pub fn level(&self, rule: &str) -> Option<Level> {
        self.levels.get(rule).copied()
    }

    /// Whether a rule is not to be looked at.
    #[must_use]
    pub fn is_off(&self, rule: &str) -> bool {
        self.level(rule) == Some(Level::Off)
    }

    /// Whether a finding is accepted. Without a date no exception can be shown to hold, so all count as expired.
    #[must_use]
    pub fn exception(
        &self,
        rule: &str,
        package: Option<(&str, Option<&str>)>,
        path: &RelPath,
        today: Option<Date>,
    ) -> ExceptionMatch {
        let mut expired = ExceptionMatch::None;
        for (index, placed) in self.exceptions.iter().enumerate() {
            if !placed.exception.covers(rule, package, path) {
                continue;
            }
            if today.is_some_and(|today| today <= placed.exception.expires.value) {
                return ExceptionMatch::Active(index);
            }
            if expired == ExceptionMatch::None {
                expired = ExceptionMatch::Expired(index);
            }
        }
        expired
    }

    /// Every exception with its place, in the order of the indices that [`Policy::exception`] gives.
    #[must_use]
    pub fn exceptions(&self) -> &[PlacedException] {
        &self.exceptions
    }

    /// The entry that lets a package run its install scripts.
    #[must_use]
    pub fn script_allowed(&self, name: &str, version: &str) -> Option<&ScriptPermission> {
        self.scripts.iter().find(|permission| permission.allows(name, version))
    }

    /// Whether a name is ours, without regard to case.
    #[must_use]
    pub fn is_internal(&self, name: &str) -> bool {
        let scope = scope_of(name);
        self.internal_scopes.iter().any(|ours| scope.is_some_and(|scope| ours.eq_ignore_ascii_case(scope)))
            || self.internal_names.iter().any(|glob| glob.matches_any_case(name))
    }

    /// Scopes that are ours, such as `@corp`.
    #[must_use]
    pub fn internal_scopes(&self) -> &[SmolStr] {
        &self.internal_scopes
    }

    /// Registries that are trusted for every package; each address ends in `/`.
    #[must_use]
    pub fn trusted_registries(&self) -> &[Url] {
        &self.trusted
    }

    /// Scopes and the registry each comes from; the first of a scope counts. Each address ends in `/`.
    #[must_use]
    pub fn scope_registries(&self) -> &[(SmolStr, Url)] {
        &self.scopes
    }

    /// The one registry that a package may come from, where its scope has one. Scopes are compared without regard to case.
    #[must_use]
    pub fn scope_registry(&self, name: &str) -> Option<&Url> {
        let scope = scope_of(name)?;
        self.scopes.iter().find(|(known, _)| known.eq_ignore_ascii_case(scope)).map(|(_, url)| url)
    }

    /// Whether no registry is to be asked about a package.
    #[must_use]
    pub fn left_out(&self, name: &str) -> bool {
        self.leave_out.iter().any(|glob| glob.matches(name))
    }

    /// The mildest severity that blocks at a hook.
    #[must_use]
    pub fn hook_threshold(&self, hook: Hook) -> Severity {
        match hook {
            Hook::Commit => self.commit,
            Hook::Push => self.push,
        }
    }
}

/// The scope of a name, with its `@`.
fn scope_of(name: &str) -> Option<&str> {
    name.split_once('/').map(|(scope, _)| scope).filter(|scope| scope.starts_with('@'))
}

fn stricter<'a, T: Copy + 'a>(said: impl Iterator<Item = &'a Option<Spanned<T>>>, choose: fn(T, T) -> T) -> Option<T> {
    said.flatten().map(|value| value.value).reduce(choose)
}
