//! Who needs a package: for lockfiles that copy what the project asks for and mark nobody, as npm's do.

use crate::model::{Group, Lockfile};
use crate::npm::resolve::{Indices, reachable};

/// Marks the packages that are there for development alone, and those that may be left out where they do not fit.
pub(super) fn mark(lockfile: &mut Lockfile) {
    let needed = reached(lockfile, |group| group != Group::Dev);
    let by_dev = reached(lockfile, |_| true);
    let required = required(lockfile);
    for (index, package) in (0..).zip(&mut lockfile.packages) {
        package.dev = by_dev.contains(index) && !needed.contains(index);
        package.optional = by_dev.contains(index) && !required.contains(index);
    }
}

/// What the project and its members lead to by the lists that `wanted` names.
fn reached(lockfile: &Lockfile, wanted: impl Fn(Group) -> bool) -> Indices {
    reachable(roots(lockfile, wanted), &lockfile.edges)
}

fn roots(lockfile: &Lockfile, wanted: impl Fn(Group) -> bool) -> Vec<u32> {
    let asked = lockfile.importers.iter().flat_map(|importer| importer.dependencies.iter().flatten().zip(&importer.targets));
    asked.filter(|(dependency, _)| wanted(dependency.group)).filter_map(|(_, target)| *target).collect()
}

/// What is come to without a step that may be left out.
fn required(lockfile: &Lockfile) -> Indices {
    let mut reached = Indices::default();
    let mut open = roots(lockfile, |group| !may_be_left_out(group));
    while let Some(index) = open.pop() {
        if !reached.insert(index) {
            continue;
        }
        let Some(package) = lockfile.packages.get(index as usize) else { continue };
        let steps = package.dependencies.iter().zip(lockfile.edges.of(index as usize));
        open.extend(steps.filter(|(dependency, _)| !may_be_left_out(dependency.group)).filter_map(|(_, target)| *target));
    }
    reached
}

fn may_be_left_out(group: Group) -> bool {
    matches!(group, Group::Optional | Group::OptionalPeer)
}
