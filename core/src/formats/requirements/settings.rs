//! The options of a requirements file that are settings: where pip looks, and what it lets pass.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::{SmolStr, format_smolstr};

use super::asked::is_url;
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{BoundCredential, NamedRegistry, Setting};
use crate::npm::config::Origin;
use crate::redirect::{Destination, Redirect, Redirected};
use crate::registries::Serves;
use crate::text::Spanned;

/// The indexes that options name.
pub(in super::super) fn registries(settings: &[Setting]) -> Vec<NamedRegistry> {
    let named = |setting: &Setting| {
        let (serves, mixes) = match setting.key.as_str() {
            "index-url" => (Serves::Default, false),
            "extra-index-url" => (Serves::Any, true),
            _ => return None,
        };
        // An index is the same whoever asks it.
        let url = Spanned::new(
            without_user(&setting.value).map_or_else(|| setting.value.value.clone(), |(url, _)| url),
            setting.value.span,
        );
        (!setting.value.is_empty()).then_some(NamedRegistry { name: None, url, serves, mixes, part: None, yields: false })
    };
    settings.iter().filter_map(named).collect()
}

/// The credentials in the addresses of indexes; a reference to the environment is none.
pub(in super::super) fn credentials(settings: &[Setting]) -> Vec<BoundCredential> {
    let bound = |setting: &Setting| {
        let (registry, user) = without_user(&setting.value)?;
        let decoded = percent_encoding::percent_decode_str(user).collect::<Vec<u8>>();
        let authorization = format_smolstr!("Basic {}", STANDARD.encode(decoded));
        user.contains(':').then_some(BoundCredential { registry, authorization, origin: Origin::User })
    };
    let named = settings.iter().filter(|setting| matches!(setting.key.as_str(), "index-url" | "extra-index-url"));
    named.filter(|setting| !setting.value.contains("${")).filter_map(bound).collect()
}

/// An address without the user that it names, and that user, with a password where it has one.
fn without_user(address: &str) -> Option<(SmolStr, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, host) = authority.rsplit_once('@')?;
    Some((format_smolstr!("{scheme}://{host}{}", &rest[authority.len()..]), user))
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
