//! The settings that Yarn knows: those of 2.4 to 4.18 together, as `yarn config` lists them. Plugins bring their own, which no list has.

use crate::spelling::within_one_edit;

/// Every setting at the top of the file.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "approvedGitRepositories", "bstatePath", "caFilePath", "cacheFolder", "cacheKeyOverride", "cacheMigrationMode", "catalog",
    "catalogs", "changesetBaseRefs", "changesetIgnorePatterns", "checksumBehavior", "cloneConcurrency", "compressionLevel",
    "constraintsPath", "defaultLanguageName", "defaultProtocol", "defaultSemverRangePrefix", "deferredVersionFolder",
    "enableAbsoluteVirtuals", "enableCacheClean", "enableColors", "enableConstraintsChecks", "enableGlobalCache",
    "enableHardenedMode", "enableHyperlinks", "enableImmutableCache", "enableImmutableInstalls", "enableInlineBuilds",
    "enableInlineHunks", "enableMessageNames", "enableMirror", "enableNetwork", "enableOfflineMode", "enableProgressBars",
    "enableScripts", "enableStrictSettings", "enableStrictSsl", "enableTelemetry", "enableTimers", "enableTips",
    "enableTransparentWorkspaces", "globalFolder", "httpProxy", "httpRetry", "httpTimeout", "httpsCaFilePath",
    "httpsCertFilePath", "httpsKeyFilePath", "httpsProxy", "ignoreCwd", "ignorePath", "immutablePatterns", "initEditorConfig",
    "initFields", "initScope", "injectEnvironmentFiles", "installStatePath", "lastUpdateCheck", "lockfileFilename", "logFilters",
    "minizip", "networkConcurrency", "networkSettings", "nmHoistingLimits", "nmMode", "nmSelfReferences",
    "nodeExperimentalPackageMap", "nodeLinker", "nodePackageMapType", "npmAlwaysAuth", "npmAuditExcludePackages",
    "npmAuditIgnoreAdvisories", "npmAuditRegistry", "npmAuthIdent", "npmAuthToken", "npmMinimalAgeGate", "npmPreapprovedPackages",
    "npmPublishAccess", "npmPublishProvenance", "npmPublishRegistry", "npmRegistries", "npmRegistryServer", "npmScopes",
    "packageExtensions", "patchFolder", "plugins", "pnpDataPath", "pnpEnableEsmLoader", "pnpEnableInlining", "pnpFallbackMode",
    "pnpIgnorePatterns", "pnpMode", "pnpShebang", "pnpUnpluggedFolder", "pnpZipBackend", "pnpmInstallConcurrency",
    "pnpmStoreFolder", "preferAggregateCacheInfo", "preferDeferredVersions", "preferInteractive", "preferReuse",
    "preferTruncatedLines", "progressBarStyle", "rcFilename", "supportedArchitectures", "taskPoolConcurrency", "taskPoolMode",
    "telemetryInterval", "telemetryUserId", "tsEnableAutoTypes", "unsafeHttpWhitelist", "virtualFolder", "winLinkType",
    "yarnPath",
];

/// Spellings of other managers, and of other versions of the setting's name, with Yarn's own.
const FOREIGN: &[(&str, &str)] = &[
    ("always-auth", "npmAlwaysAuth"),
    ("ignore-scripts", "enableScripts"),
    ("ignoreScripts", "enableScripts"),
    ("minimumReleaseAge", "npmMinimalAgeGate"),
    ("minimum-release-age", "npmMinimalAgeGate"),
    ("min-release-age", "npmMinimalAgeGate"),
    ("npmMinimumAgeGate", "npmMinimalAgeGate"),
    ("npmMinimalReleaseAge", "npmMinimalAgeGate"),
    ("npmMinimumReleaseAge", "npmMinimalAgeGate"),
    ("registry", "npmRegistryServer"),
    ("npmRegistry", "npmRegistryServer"),
    ("save-exact", "defaultSemverRangePrefix"),
    ("save-prefix", "defaultSemverRangePrefix"),
    ("strict-ssl", "enableStrictSsl"),
    ("strictSsl", "enableStrictSsl"),
    ("enableStrictSSL", "enableStrictSsl"),
];

/// Whether Yarn knows a setting.
pub(super) fn is_known(key: &str) -> bool {
    KNOWN.contains(&key)
}

/// The setting that a key was meant to be, if it resembles one.
pub(super) fn intended(key: &str) -> Option<&'static str> {
    let foreign = FOREIGN.iter().find(|(written, _)| *written == key).map(|(_, right)| *right);
    let same = || KNOWN.iter().copied().find(|known| known.eq_ignore_ascii_case(key));
    let near = || KNOWN.iter().copied().find(|known| key.len() > 4 && within_one_edit(known, key));
    if is_known(key) { None } else { foreign.or_else(same).or_else(near) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_told_and_strangers_left_alone() {
        for (written, expected) in [
            ("enableScript", Some("enableScripts")),
            ("enablescripts", Some("enableScripts")),
            ("npmMinimalAgeGates", Some("npmMinimalAgeGate")),
            ("minimumReleaseAge", Some("npmMinimalAgeGate")),
            ("enableScripts", None),
            ("releaseTool", None),
            ("conditions", None),
        ] {
            assert_eq!(intended(written), expected, "{written}");
        }
    }
}
