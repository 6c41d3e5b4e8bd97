//! `yarn.lock`: what Yarn chose. Two formats share the name: Yarn 1's own (classic) and the YAML of Yarn 2 and later (berry), which says of
//! itself what it is by a key `__metadata`.

mod classic;
mod descriptor;

use super::{Format, Parsed, Role};
use crate::document::Document;
use crate::model::{Ecosystem, Manager, Package};
use crate::text::Edit;
use smol_str::SmolStr;

/// The lockfile of every Yarn project.
pub static FORMAT: Format = Format {
    id: "yarn-lock",
    names: &["yarn.lock"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: &[],
    hold,
};

fn parse(text: &str) -> Parsed {
    classic::parse(text)
}

/// Yarn 2 and later make their digests of an archive of their own, so only Yarn 1's can be filled in from a registry's.
fn hold(document: &Document, package: &Package, digests: &[SmolStr]) -> Option<Vec<Edit>> {
    let manager = document.lockfile()?.manager;
    if manager == Manager::Yarn { classic::hold(&document.text, package, digests) } else { None }
}
