//! In what a policy is laxer than another: what a change to `provender.toml` takes away from its protection.

use smol_str::SmolStr;
use url::Url;

use super::{Exception, Level, PolicyFile, ScriptPermission, Unverifiable};
use crate::facts::Depth;
use crate::finding::Severity;
use crate::glob::Glob;
use crate::text::{Span, Spanned};

/// One thing in which the later policy is laxer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loosening {
    /// The place in the later text; where something was taken out, the header of its table, or the start of the file.
    pub span: Span,
    /// In words, for a message; starts in lower case, no full stop.
    pub what: String,
}

/// Everything in which `after` is laxer than `before`, by place.
///
/// A file that is new is compared with an empty one. `usual` says how bad a rule's findings are at worst when no policy speaks of
/// it; a rule it does not know is taken for an error.
#[must_use]
pub fn loosened(before: &PolicyFile, after: &PolicyFile, usual: impl Fn(&str) -> Option<Level>) -> Vec<Loosening> {
    let mut comparison = Comparison { before, after, found: Vec::new() };
    comparison.rules(usual);
    comparison.exceptions();
    comparison.scripts();
    comparison.registries();
    comparison.internal();
    comparison.hooks();
    comparison.verification();
    comparison.network();
    comparison.found.sort_by_key(|loosening| loosening.span);
    comparison.found
}

struct Comparison<'a> {
    before: &'a PolicyFile,
    after: &'a PolicyFile,
    found: Vec<Loosening>,
}

impl<'a> Comparison<'a> {
    fn found(&mut self, span: Span, what: String) {
        self.found.push(Loosening { span, what });
    }

    /// For what is gone: the place where it would stand.
    fn gone(&mut self, table: &str, what: String) {
        self.found(self.after.table(table).unwrap_or_default(), what);
    }

    fn rules(&mut self, usual: impl Fn(&str) -> Option<Level>) {
        let (before, after) = (self.before, self.after);
        let level = |file: &'a PolicyFile, rule: &str| file.rules.iter().find(|(id, _)| *id.value == *rule).map(|(_, level)| level);
        for (rule, now) in &after.rules {
            let was = level(before, rule).map_or_else(|| usual(rule).unwrap_or(Level::Error), |level| level.value);
            if now.value < was {
                self.found(now.span, format!("`{rule}` is lowered from {} to {}", was.id(), now.value.id()));
            }
        }
        for (rule, was) in before.rules.iter().filter(|(rule, _)| level(after, rule).is_none()) {
            let now = usual(rule).unwrap_or(Level::Error);
            if now < was.value {
                self.gone(
                    "rules",
                    format!("`{rule}` is lowered from {} to {}, because its line is gone", was.value.id(), now.id()),
                );
            }
        }
    }

    fn exceptions(&mut self) {
        let before = &self.before.exceptions;
        for exception in self.after.exceptions.iter().filter(|now| !before.iter().any(|was| was.includes(now))) {
            let subject = exception.describe();
            let kept = |was: &Exception| was.is_as_wide_as(exception);
            let what = if before.iter().any(kept) {
                format!("the exception from {subject} is prolonged to {}", exception.expires)
            } else if before.iter().any(|was| exception.is_as_wide_as(was)) {
                format!("an exception is widened, and is now from {subject}")
            } else {
                format!("the exception from {subject} is new")
            };
            self.found(exception.span, what);
        }
    }

    fn scripts(&mut self) {
        let before = &self.before.scripts;
        for now in &self.after.scripts {
            let name = &now.package;
            match now.versions() {
                None if before.iter().any(|was| is_for_all(was, name)) => {}
                None => self.found(now.span, format!("every version of `{name}` may run install scripts")),
                Some(versions) => {
                    let new: Vec<_> = versions.filter(|version| !before.iter().any(|was| was.allows(name, version))).collect();
                    if !new.is_empty() {
                        self.found(now.span, format!("`{name}` {} may run install scripts", new.join(", ")));
                    }
                }
            }
        }
    }

    fn registries(&mut self) {
        let (before, after) = (self.before, self.after);
        let trusted = |url: &Url| before.trusted.iter().any(|known| lies_within(url, known));
        for url in after.trusted.iter().filter(|url| !trusted(url)) {
            self.found(url.span, format!("the registry {} is trusted for every package", url.value));
        }
        for (scope, was) in &before.scopes {
            if registry_of(after, scope).is_none() {
                let what = format!("the scope `{scope}` is no longer bound to {}, and may come from any registry", was.value);
                self.gone("registries.scopes", what);
            }
        }
        for (scope, now) in &after.scopes {
            match registry_of(before, scope) {
                Some(was) if was.value == now.value => {}
                Some(was) => self.found(now.span, format!("the scope `{scope}` comes from {} instead of {}", now.value, was.value)),
                None if trusted(now) => {}
                None => self.found(now.span, format!("the scope `{scope}` comes from {}, which was not trusted", now.value)),
            }
        }
    }

    fn internal(&mut self) {
        let (before, after) = (self.before, self.after);
        for scope in &before.internal_scopes {
            if !after.internal_scopes.iter().any(|now| now.eq_ignore_ascii_case(scope)) {
                self.gone("internal", format!("the scope `{scope}` is no longer internal"));
            }
        }
        for glob in not_covered(&before.internal_names, &after.internal_names) {
            self.gone("internal", format!("the name `{}` is no longer internal", glob.as_str()));
        }
    }

    fn hooks(&mut self) {
        let (before, after) = (self.before, self.after);
        for (name, was, now) in [("commit", &before.commit, &after.commit), ("push", &before.push, &after.push)] {
            let (was, level) = (or(was, Severity::Error), or(now, Severity::Error));
            if level > was {
                let what = format!("a {name} is blocked from {} on, and no longer from {}", level.id(), was.id());
                self.changed(now, "hooks", what);
            }
        }
    }

    fn verification(&mut self) {
        let (before, after) = (self.before, self.after);
        if or(&after.unverifiable, Unverifiable::Block) < or(&before.unverifiable, Unverifiable::Block) {
            self.changed(&after.unverifiable, "verify", "what cannot be verified no longer blocks".to_owned());
        }
        if or(&after.depth, Depth::Verified) < or(&before.depth, Depth::Verified) {
            self.changed(&after.depth, "verify", "the bytes of new packages are no longer hashed before a push".to_owned());
        }
        for glob in not_covered(&after.leave_out, &before.leave_out) {
            self.found(glob.span, format!("packages named `{}` are no longer verified", glob.as_str()));
        }
    }

    fn network(&mut self) {
        let (before, after) = (self.before, self.after);
        for host in after.allow_hosts.iter().filter(|host| !before.allow_hosts.iter().any(|known| known.value == host.value)) {
            self.found(host.span, format!("the host {host} may be contacted"));
        }
        if or(&after.editor_network, false) && !or(&before.editor_network, false) {
            self.changed(&after.editor_network, "network", "the editor may use the network unasked".to_owned());
        }
    }

    fn changed<T>(&mut self, now: &Option<Spanned<T>>, table: &str, what: String) {
        match now {
            Some(now) => self.found(now.span, what),
            None => self.gone(table, what),
        }
    }
}

fn or<T: Copy>(value: &Option<Spanned<T>>, usual: T) -> T {
    value.as_ref().map_or(usual, |value| value.value)
}

fn is_for_all(permission: &ScriptPermission, name: &str) -> bool {
    *permission.package == *name && permission.version.is_none()
}

/// The registry that counts for a scope.
fn registry_of<'f>(file: &'f PolicyFile, scope: &SmolStr) -> Option<&'f Spanned<Url>> {
    file.scopes.iter().find(|(known, _)| known.eq_ignore_ascii_case(scope)).map(|(_, url)| url)
}

/// Whether an address is at or below another; both end in `/`.
fn lies_within(url: &Url, base: &Url) -> bool {
    url.origin() == base.origin() && url.path().starts_with(base.path())
}

fn not_covered<'f>(globs: &'f [Spanned<Glob>], by: &'f [Spanned<Glob>]) -> impl Iterator<Item = &'f Spanned<Glob>> {
    globs.iter().filter(move |glob| !by.iter().any(|wide| wide.covers(glob)))
}

#[cfg(test)]
#[path = "loosen_tests.rs"]
mod tests;
