//! The keys that Bun reads of `[install]`.

use crate::spelling::within_one_edit;

/// Every key of `[install]`, sorted.
pub(super) static INSTALL: &[&str] = &[
    "auto",
    "ca",
    "cache",
    "cafile",
    "concurrentScripts",
    "dev",
    "dryRun",
    "exact",
    "frozenLockfile",
    "globalBinDir",
    "globalDir",
    "globalStore",
    "hoist",
    "hoistPattern",
    "ignoreScripts",
    "linkWorkspacePackages",
    "linker",
    "lockfile",
    "logLevel",
    "minimumReleaseAge",
    "minimumReleaseAgeExcludes",
    "offline",
    "optional",
    "peer",
    "prefer",
    "production",
    "publicHoistPattern",
    "registry",
    "saveTextLockfile",
    "scopes",
    "security",
];

/// Those that somebody sets to be protected: outside of `[install]` nothing reads them.
pub(super) static PROTECTIVE: &[&str] = &[
    "exact",
    "frozenLockfile",
    "ignoreScripts",
    "minimumReleaseAge",
    "minimumReleaseAgeExcludes",
    "registry",
    "saveTextLockfile",
    "scopes",
];

/// The key that somebody had in mind who wrote `key`, if Bun does not know it as written.
pub(super) fn intended(key: &str) -> Option<&'static str> {
    if INSTALL.contains(&key) {
        return None;
    }
    let plain = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
    let same = INSTALL.iter().find(|name| plain(name) == plain(key));
    // Short names are a letter apart from each other.
    same.or_else(|| INSTALL.iter().find(|name| name.len() >= 8 && key.len() >= 8 && within_one_edit(name, key))).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_recognised_and_strangers_are_not() {
        assert!(INSTALL.is_sorted() && PROTECTIVE.iter().all(|key| INSTALL.contains(key)));
        assert_eq!(intended("minimum-release-age"), Some("minimumReleaseAge"));
        assert_eq!(intended("minimumReleaseAgeExclude"), Some("minimumReleaseAgeExcludes"));
        assert_eq!(intended("frozenLockFile"), Some("frozenLockfile"));
        assert_eq!(intended("ignoreScript"), Some("ignoreScripts"));
        for stranger in ["minimumReleaseAge", "hoisted", "shell", "x", "", "é"] {
            assert_eq!(intended(stranger), None, "{stranger}");
        }
    }
}
