//! Every rule, one file each; and the policy's say over what they find.

mod apply;
#[cfg(test)]
#[path = "tests/bun.rs"]
mod bun;
#[cfg(test)]
#[path = "tests/cargo.rs"]
mod cargo;
#[cfg(test)]
#[path = "tests/chaos.rs"]
mod chaos;
#[cfg(test)]
#[path = "tests/go.rs"]
mod go;
mod lists;
mod prelude;
#[cfg(test)]
#[path = "tests/python_locks.rs"]
mod python_locks;
#[cfg(test)]
#[path = "tests/real_projects.rs"]
mod real_projects;
mod setting;
#[cfg(test)]
#[path = "tests/tampering.rs"]
mod tampering;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
#[path = "tests/unread.rs"]
mod unread;
#[cfg(test)]
#[path = "tests/yarn.rs"]
mod yarn;
#[cfg(test)]
#[path = "tests/yarnrc.rs"]
mod yarnrc;

pub(crate) use apply::{apply_policy, report_stale_exceptions, unreadable};
pub(crate) use conflicting_integrity::Digests;
pub(crate) use exposed_credential::secrets;

use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::rule::{Fixable, Needs, Rule};
use crate::text::Span;

/// Declares the rule files and lists their rules, group by group in the catalogue's order.
macro_rules! rules {
    ($($file:ident::$name:ident),+ $(,)?) => {
        $(mod $file;)+
        /// Every rule of the catalogue that is built, in its order.
        pub static ALL: &[&Rule] = &[$(&$file::$name),+];
    };
}

rules![
    unpinned_dependency::UNPINNED_DEPENDENCY,
    mutable_source::MUTABLE_SOURCE,
    insecure_source::INSECURE_SOURCE,
    unmapped_scope::UNMAPPED_SCOPE,
    unscoped_private_package::UNSCOPED_PRIVATE_PACKAGE,
    lockfile_out_of_sync::LOCKFILE_OUT_OF_SYNC,
    unpinned_package_manager::UNPINNED_PACKAGE_MANAGER,
    ignored_lockfile::IGNORED_LOCKFILE,
    missing_lockfile::MISSING_LOCKFILE,
    missing_integrity::MISSING_INTEGRITY,
    weak_integrity::WEAK_INTEGRITY,
    malformed_integrity::MALFORMED_INTEGRITY,
    conflicting_integrity::CONFLICTING_INTEGRITY,
    untrusted_registry::UNTRUSTED_REGISTRY,
    mismatched_source::MISMATCHED_SOURCE,
    confused_source::CONFUSED_SOURCE,
    exotic_source::EXOTIC_SOURCE,
    redirected_source::REDIRECTED_SOURCE,
    install_script::INSTALL_SCRIPT,
    unreachable_package::UNREACHABLE_PACKAGE,
    deprecated_package::DEPRECATED_PACKAGE,
    inconsistent_lockfile::INCONSISTENT_LOCKFILE,
    misleading_text::MISLEADING_TEXT,
    ambiguous_text::AMBIGUOUS_TEXT,
    duplicate_key::DUPLICATE_KEY,
    unknown_lockfile_version::UNKNOWN_LOCKFILE_VERSION,
    unreadable_file::UNREADABLE_FILE,
    changed_integrity::CHANGED_INTEGRITY,
    weakened_integrity::WEAKENED_INTEGRITY,
    changed_metadata::CHANGED_METADATA,
    changed_source::CHANGED_SOURCE,
    added_install_script::ADDED_INSTALL_SCRIPT,
    downgraded_version::DOWNGRADED_VERSION,
    unstaged_lockfile::UNSTAGED_LOCKFILE,
    weakened_policy::WEAKENED_POLICY,
    integrity_mismatch::INTEGRITY_MISMATCH,
    registry_disagrees::REGISTRY_DISAGREES,
    unpublished_version::UNPUBLISHED_VERSION,
    manifest_confusion::MANIFEST_CONFUSION,
    unverified_package::UNVERIFIED_PACKAGE,
    install_scripts_enabled::INSTALL_SCRIPTS_ENABLED,
    lockfile_disabled::LOCKFILE_DISABLED,
    floating_saves::FLOATING_SAVES,
    engines_not_enforced::ENGINES_NOT_ENFORCED,
    audit_threshold_unset::AUDIT_THRESHOLD_UNSET,
    tls_verification_disabled::TLS_VERIFICATION_DISABLED,
    exposed_credential::EXPOSED_CREDENTIAL,
    integrity_checks_disabled::INTEGRITY_CHECKS_DISABLED,
    ineffective_setting::INEFFECTIVE_SETTING,
    unbound_credential::UNBOUND_CREDENTIAL,
    no_release_cooldown::NO_RELEASE_COOLDOWN,
    hashes_not_required::HASHES_NOT_REQUIRED,
    dependencies_resolved_at_install::DEPENDENCIES_RESOLVED_AT_INSTALL,
    extra_index::EXTRA_INDEX,
];

/// The rule of that id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().chain([&INTERNAL_ERROR]).find(|rule| rule.id == id)
}

/// A fault of ours. It fails the run, since what was not checked must not pass for clean.
pub static INTERNAL_ERROR: Rule = Rule {
    id: "internal-error",
    threat: 0,
    severity: Severity::Error,
    summary: "a check failed by a fault of Provender's own",
    fixable: Fixable::No,
    needs: Needs::Files,
    docs: "A check failed by a fault of Provender's own, so this file was not checked by it. Everything else was.\n\n\
           ## What to do\nReport it, with the file if you can. Until it is mended, turn the rule that it names off for this path by an \
           exception.\n",
    checks: &[],
};

/// The finding for a check that panicked.
pub(crate) fn internal_error(document: &Document, rule: &Rule) -> Finding {
    Finding {
        rule: &INTERNAL_ERROR,
        severity: Severity::Error,
        path: document.path.clone(),
        span: Span::at(0),
        message: format!("the check for `{}` failed by a fault of Provender's own; this file was not checked by it", rule.id),
        help: Some("please report it; everything else was checked".to_owned()),
        package: None,
        related: Vec::new(),
        fixes: Vec::new(),
        pending: None,
        deprecated: false,
        secret: false,
    }
}
