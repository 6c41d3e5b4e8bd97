//! The keys that pnpm reads.

use crate::spelling::within_one_edit;

/// Every key at the top of the file that pnpm 9 to 12 know, sorted.
#[rustfmt::skip]
static KNOWN: &[&str] = &[
    "aggregateOutput", "allowBuilds", "allowNonAppliedPatches", "allowUnusedPatches", "allowedDeprecatedVersions", "audit", "auditConfig",
    "auditLevel", "autoInstallPeers", "bail", "blockExoticSubdeps", "ca", "cacheDir", "cafile", "catalog", "catalogMode", "catalogPrune",
    "catalogs", "cert", "changedFilesIgnorePattern", "childConcurrency", "ci", "cleanupUnusedCatalogs", "color", "configDependencies",
    "configDir", "confirmModulesPurge", "cpu", "dangerouslyAllowAllBuilds", "dedupeDirectDeps", "dedupeInjectedDeps", "dedupePeerDependents",
    "dedupePeers", "deployAllFiles", "dev", "dir", "disallowWorkspaceCycles", "dlxCacheMaxAge", "embedReadme", "enableGlobalVirtualStore",
    "enableModulesDir", "enablePnp", "enablePrePostScripts", "engineStrict", "excludeLinksFromLockfile", "executionEnv", "extendNodePath",
    "extraBinPaths", "extraEnv", "failIfNoMatch", "fetchMinSpeedKiBps", "fetchRetries", "fetchRetryFactor", "fetchRetryMaxtimeout",
    "fetchRetryMintimeout", "fetchTimeout", "fetchWarnTimeoutMs", "fetchingConcurrency", "filter", "filterProd", "forceIgnoresPlatform",
    "forceLegacyDeploy", "frozenLockfile", "frozenStore", "gitBranchLockfile", "gitChecks", "gitShallowHosts", "globalBinDir", "globalDir",
    "globalPath", "globalPnpmfile", "globalShims", "globalVirtualStoreDir", "hoist", "hoistPattern", "hoistWorkspacePackages",
    "hoistingLimits", "httpProxy", "httpsProxy", "ignoreCompatibilityDb", "ignoreCurrentSpecifiers", "ignoreDepScripts",
    "ignorePatchFailures", "ignorePnpmfile", "ignoreScripts", "ignoreWorkspace", "ignoreWorkspaceCycles", "ignoreWorkspaceRootCheck",
    "ignoredBuiltDependencies", "ignoredOptionalDependencies", "includeWorkspaceRoot", "initPackageManager", "initType",
    "injectWorkspacePackages", "key", "legacyDirFiltering", "libc", "linkWorkspacePackages", "localAddress", "lockfile", "lockfileDir",
    "lockfileIncludeTarballUrl", "lockfileOnly", "loglevel", "managePackageManagerVersions", "maxSockets", "maxsockets",
    "mergeGitBranchLockfiles", "mergeGitBranchLockfilesBranchPattern", "minimumReleaseAge", "minimumReleaseAgeExclude",
    "minimumReleaseAgeExcludePrune", "minimumReleaseAgeIgnoreMissingTime", "minimumReleaseAgeStrict", "modulesCacheMaxAge", "modulesDir",
    "namedRegistries", "networkConcurrency", "neverBuiltDependencies", "noProxy", "nodeDownloadMirrors", "nodeExperimentalPackageMap",
    "nodeLinker", "nodeMirror", "nodeOptions", "nodePackageMapType", "nodeVersion", "noproxy", "npmPath", "npmrcAuthFile", "offline",
    "onlyBuiltDependencies", "onlyBuiltDependenciesFile", "optimisticRepeatInstall", "os", "overrides", "packDestination", "packGzipLevel",
    "packageConfigs", "packageExtensions", "packageImportMethod", "packageManagerStrict", "packageManagerStrictVersion", "packages",
    "patchedDependencies", "patchesDir", "peerDependencyRules", "peersSuffixMaxLength", "pmOnFail", "pnpmfile", "pnprServer",
    "preferFrozenLockfile", "preferOffline", "preferSymlinkedExecutables", "preferWorkspacePackages", "preserveAbsolutePaths", "production",
    "provenance", "proxy", "publicHoistPattern", "publishBranch", "recursiveInstall", "registries", "registry", "registrySupportsTimeField",
    "reporter", "reporterHidePrefix", "requiredScripts", "resolutionMode", "resolvePeersFromWorkspaceRoot", "runtime", "runtimeOnFail",
    "saveCatalogName", "saveExact", "savePeer", "savePrefix", "saveWorkspaceProtocol", "scriptShell", "shamefullyHoist",
    "sharedWorkspaceLockfile", "shellEmulator", "sideEffectsCache", "sideEffectsCacheReadonly", "skipManifestObfuscation", "sort",
    "stateDir", "storeDir", "stream", "strictDepBuilds", "strictPeerDependencies", "strictSsl", "strictStorePkgContentCheck",
    "supportedArchitectures", "symlink", "syncInjectedDepsAfterScripts", "tag", "testPattern", "trustLockfile", "trustPolicy",
    "trustPolicyExclude", "trustPolicyIgnoreAfter", "unsafePerm", "update", "updateConfig", "updateNotifier", "useBetaCli",
    "useNodeVersion", "useStderr", "userAgent", "verifyDepsBeforeRun", "verifyStoreIntegrity", "versioning", "virtualStoreDir",
    "virtualStoreDirMaxLength", "virtualStoreOnly", "virtualStoreType", "workspaceConcurrency", "workspacePackages", "workspaceRoot", "yes",
];

/// The key that somebody had in mind who wrote `key`, if pnpm does not know it as written.
pub(super) fn intended(key: &str) -> Option<&'static str> {
    if KNOWN.binary_search(&key).is_ok() {
        return None;
    }
    let plain = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
    let wanted = plain(key);
    let same = KNOWN.iter().find(|name| plain(name) == wanted);
    // Short names are a letter apart from each other.
    same.or_else(|| KNOWN.iter().find(|name| name.len() >= 8 && key.len() >= 8 && within_one_edit(name, key))).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_recognised_and_strangers_are_not() {
        let unsorted: Vec<_> = KNOWN.windows(2).filter(|pair| pair[0] >= pair[1]).collect();
        assert_eq!(unsorted, [[""; 2]; 0]);
        assert_eq!(intended("minimum-release-age"), Some("minimumReleaseAge"));
        assert_eq!(intended("minimumReleaseAges"), Some("minimumReleaseAge"));
        assert_eq!(intended("allowbuilds"), Some("allowBuilds"));
        assert_eq!(intended("ignoreScript"), Some("ignoreScripts"));
        for stranger in ["minimumReleaseAge", "packages", "fooBar", "x", "", "é"] {
            assert_eq!(intended(stranger), None, "{stranger}");
        }
    }
}
