//! What specifiers of versions admit, as uv compares it.

use std::str::FromStr as _;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

/// Whether two lists of specifiers admit the same versions, prereleases and withdrawn ones too. Those that cannot be read are taken to.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (VersionSpecifiers::from_str(one), VersionSpecifiers::from_str(other)) else { return true };
    let bounds = one.iter().chain(other.iter()).flat_map(|specifier| about(specifier.version()));
    let far = [Version::new([0]), Version::new([u64::from(u32::MAX)])];
    is_pin(&one) == is_pin(&other)
        && admits_prereleases(&one) == admits_prereleases(&other)
        && bounds.chain(far).all(|version| one.contains(&version) == other.contains(&version))
}

/// Whether it is one version, which is taken even where the index has it withdrawn.
pub(super) fn is_pinned(specifiers: &str) -> bool {
    VersionSpecifiers::from_str(specifiers).is_ok_and(|specifiers| is_pin(&specifiers))
}

fn is_pin(specifiers: &VersionSpecifiers) -> bool {
    let equal = |specifier: &VersionSpecifier| matches!(specifier.operator(), Operator::Equal | Operator::ExactEqual);
    specifiers.len() == 1 && specifiers.iter().all(equal)
}

fn admits_prereleases(specifiers: &VersionSpecifiers) -> bool {
    let excludes = |specifier: &VersionSpecifier| matches!(specifier.operator(), Operator::NotEqual | Operator::NotEqualStar);
    specifiers.iter().any(|specifier| !excludes(specifier) && specifier.version().any_prerelease())
}

/// A version and those next to it, as far as any operator can tell them apart.
fn about(version: &Version) -> Vec<Version> {
    let release = version.release();
    let changed = |length: usize, change: fn(u64) -> u64| {
        let (end, rest) = release[..length].split_last()?;
        Some(Version::new(rest.iter().copied().chain([change(*end)])))
    };
    let families = (1..=release.len()).flat_map(|length| {
        [|end: u64| end, |end: u64| end.saturating_add(1), |end: u64| end.saturating_sub(1)]
            .into_iter()
            .filter_map(move |change| changed(length, change))
    });
    let below = Version::new(release.iter().copied().chain([1]));
    let all = families.chain([version.clone(), below]);
    all.flat_map(|version| {
        let text = version.to_string();
        let beside = [".dev0", "a0", "rc99", ".post0", ".post99", "+local"];
        let beside = beside.into_iter().filter_map(move |end| Version::from_str(&format!("{text}{end}")).ok());
        std::iter::once(version).chain(beside)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `uv lock --check` of 0.13.9 takes for the same, and what not.
    #[test]
    fn specifiers_are_compared_by_what_they_admit() {
        for (one, other, expected) in [
            (">=1,<2", "<2,>=1.0", true),
            (">=1,<2", "~=1.0", true),
            (">=1.4.2,<1.5", "~=1.4.2", true),
            (">=1,<2", "==1.*", false),
            (">=1,<2", ">=1,<2,!=1.5", false),
            (">=1,<2", ">=1,<2,!=3", true),
            (">=1,<2", ">=1rc1,<2", false),
            (">1.0", ">=1.0,!=1.0", false),
            ("==1.0", "==1", true),
            ("==1.0", ">=1.0,<=1.0", false),
            ("==1.*", "==1.0.*", false),
            ("", ">=0", false),
            ("~=1.1.0", ">=1.1.0,==1.1.*", true),
            ("<=1.5", "<1.5.post1", false),
            ("", "<9", false),
            ("x", ">=1", true),
        ] {
            assert_eq!(same(one, other), expected, "{one} | {other}");
        }
    }
}
