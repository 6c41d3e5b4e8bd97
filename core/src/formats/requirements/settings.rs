//! The options of a requirements file that are settings: where pip looks, and what it lets pass.

use super::asked::is_url;
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{NamedRegistry, Setting};
use crate::redirect::{Destination, Redirect, Redirected};
use crate::registries::Serves;

/// The indexes that options name.
pub(in super::super) fn registries(settings: &[Setting]) -> Vec<NamedRegistry> {
    let named = |setting: &Setting| {
        let (serves, mixes) = match setting.key.as_str() {
            "index-url" => (Serves::Default, false),
            "extra-index-url" => (Serves::Any, true),
            _ => return None,
        };
        Some(NamedRegistry { name: None, url: setting.value.clone(), serves, mixes })
    };
    settings.iter().filter_map(named).collect()
}

/// Other places that options send pip to: for packages, or for the list of them.
pub(in super::super) fn redirects(settings: &[Setting]) -> Vec<Redirect> {
    let redirect = |setting: &Setting| {
        let (what, by) = match setting.key.as_str() {
            "find-links" => (Redirected::Anything, "--find-links"),
            "requirement" if is_url(&setting.value) => (Redirected::List, "--requirement"),
            "constraint" if is_url(&setting.value) => (Redirected::List, "--constraint"),
            _ => return None,
        };
        let kind = if is_url(&setting.value) { Destination::Address } else { Destination::Path };
        Some(Redirect { what, to: setting.value.clone(), kind, by, span: setting.value.span })
    };
    settings.iter().filter_map(redirect).collect()
}

/// What an option of a file undoes.
const fn undone(aspect: Aspect, key: &'static str, message: &'static str, help: &'static str) -> Guard {
    Guard {
        aspect,
        key,
        protects: |_| false,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message,
        help,
        severity: None,
        applies: |_, _| true,
    }
}

/// Options that take a protection away.
pub(super) static GUARDS: &[Guard] = &[
    undone(
        Aspect::Tls,
        "trusted-host",
        "certificates of this host are not checked: anybody on the line can be the index",
        "remove it; behind a proxy with certificates of its own, name those with `cert` in your pip.conf",
    ),
    undone(
        Aspect::Integrity,
        "no-require-hashes",
        "pip installs what has no digest beside what has one",
        "remove it, and give every requirement its digests (`pip-compile --generate-hashes`)",
    ),
    Guard {
        severity: Some(crate::finding::Severity::Warning),
        ..undone(
            Aspect::ExtraIndex,
            "pre",
            "prereleases of every project are taken, not only of the one that needs it",
            "remove it, and name a prerelease where you want one (`name==2.0rc1`)",
        )
    },
];
