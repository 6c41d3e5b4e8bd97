use super::prelude::*;

rule! {
    /// A package is fetched from another place than before: another host, another registry, or another kind of source.
    ///
    /// This is how a pull request that says "update dependencies" points one package of a thousand at a server of its author's. The digest beside the
    /// address is that of the author's file, so nothing fails.
    ///
    /// ## Bad
    /// ```json package-lock.json base
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://evil.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package-lock.json base
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.1",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.1.tgz",
    ///       "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// If the project has really moved to another registry, every entry moves in one commit of its own, together with `.npmrc`; except it in
    /// the policy for that commit. A single entry that moves is to be looked at.
    CHANGED_SOURCE = {
        id: "changed-source",
        threat: 5,
        severity: Error,
        summary: "the same package from another place",
        fixable: No,
        needs: Base,
        checks: [Change(change)],
    }
}

use crate::registries::{CRATES, CRATES_GIT};

fn change(change: &Change<'_>, cx: &mut Cx<'_>) {
    let (Some((_, before)), Some((_, after))) = (change.before, change.after) else { return };
    let Some(what) = difference(before, after) else { return };
    let purl = cx.purl(after);
    let message = format!("{} now {what}", titled(after));
    let source = after.source.as_ref().or(after.registry.as_deref());
    let finding = cx.report(source.map_or(after.key.span, |source| source.span), message);
    finding.package(purl).help("look at the new place before anything is installed from it");
}

fn difference(before: &Package, after: &Package) -> Option<String> {
    let unfetched = |kind| matches!(kind, SourceKind::Link | SourceKind::Workspace | SourceKind::Bundled);
    // What is patched is made here of an entry of its own, which is looked at by itself.
    let fetched = |package: &Package| !unfetched(package.kind) && !package.is_patched();
    if !fetched(before) || !fetched(after) {
        return None;
    }
    if before.kind != after.kind {
        return Some(format!("comes from {}, and came from {}", kind(after.kind), kind(before.kind)));
    }
    // npm writes no address where it is told to leave them out; that moves nothing.
    let (old, new) = (place(before)?, place(after)?);
    (old != new).then(|| format!("comes from `{new}`, and came from `{old}`"))
}

fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Git => "git",
        SourceKind::Url => "an address",
        SourceKind::File => "a file",
        _ => "a registry",
    }
}

/// A registry's address without what does not tell it apart; the two indexes of the default registry are one.
fn registry_place(registry: &str) -> String {
    let bare = registry.trim_end_matches('/');
    let default = [CRATES, CRATES_GIT].iter().any(|known| known.trim_end_matches('/') == bare);
    if default { CRATES.to_owned() } else { bare.to_owned() }
}

/// The part of an address that is not about the version: scheme, host, and for a git repository its path.
fn place(package: &Package) -> Option<String> {
    // Whichever way a registry's index is read, its address is the registry's name.
    if let (SourceKind::Registry, Some(registry)) = (package.kind, &package.registry) {
        return Some(registry_place(registry));
    }
    let source = package.source.as_ref()?;
    let Ok(url) = url::Url::parse(source) else { return Some(source.to_string()) };
    let place = format!(
        "{}://{}{}",
        url.scheme(),
        url.host_str().unwrap_or_default(),
        url.port().map_or(String::new(), |port| format!(":{port}"))
    );
    Some(match package.kind {
        SourceKind::Git => format!("{place}{}", url.path()),
        _ => place,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn another_place_for_the_same_package() {
        check(
            "changed-source",
            r#"
//- /package-lock.json base
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/host": { "version": "1.0.0", "resolved": "https://npm.corp.test/host/-/host-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/port": { "version": "1.0.0", "resolved": "https://npm.corp.test/port/-/port-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/scheme": { "version": "1.0.0", "resolved": "https://npm.corp.test/scheme/-/scheme-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/kind": { "version": "1.0.0", "resolved": "https://npm.corp.test/kind/-/kind-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/omitted": { "version": "1.0.0", "resolved": "https://npm.corp.test/omitted/-/omitted-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/added": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/upgraded": { "version": "1.0.0", "resolved": "https://npm.corp.test/upgraded/-/upgraded-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/moved-up": { "version": "1.0.0", "resolved": "https://npm.corp.test/moved-up/-/moved-up-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/word": { "version": "1.0.0", "resolved": "https://npm.corp.test/word/-/word-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/repo": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/one.git#0123456789012345678901234567890123456789" },
    "node_modules/commit": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/one.git#0123456789012345678901234567890123456789" }
  }
}
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/host": { "version": "1.0.0", "resolved": "https://evil.test/host/-/host-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/port": { "version": "1.0.0", "resolved": "https://npm.corp.test:8443/port/-/port-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/scheme": { "version": "1.0.0", "resolved": "http://npm.corp.test/scheme/-/scheme-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/kind": { "version": "1.0.0", "resolved": "file:kind.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/omitted": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/added": { "version": "1.0.0", "resolved": "https://npm.corp.test/added/-/added-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/upgraded": { "version": "1.0.1", "resolved": "https://npm.corp.test/upgraded/-/upgraded-1.0.1.tgz", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/moved-up": { "version": "1.0.1", "resolved": "https://evil.test/moved-up/-/moved-up-1.0.1.tgz", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/word": { "version": "1.0.0", "resolved": "evil", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/repo": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/two.git#0123456789012345678901234567890123456789" },
    "node_modules/commit": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/one.git#abcdefabcdefabcdefabcdefabcdefabcdefabcd" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:61 [https://evil.test/host/-/host-1.0.0.tgz]
                  `host` 1.0.0 now comes from `https://evil.test`, and came from `https://npm.corp.test`
                error package-lock.json:6:61 [https://npm.corp.test:8443/port/-/port-1.0.0.tgz]
                  `port` 1.0.0 now comes from `https://npm.corp.test:8443`, and came from `https://npm.corp.test`
                error package-lock.json:7:63 [http://npm.corp.test/scheme/-/scheme-1.0.0.tgz]
                  `scheme` 1.0.0 now comes from `http://npm.corp.test`, and came from `https://npm.corp.test`
                error package-lock.json:8:61 [file:kind.tgz]
                  `kind` 1.0.0 now comes from a file, and came from a registry
                error package-lock.json:12:65 [https://evil.test/moved-up/-/moved-up-1.0.1.tgz]
                  `moved-up` 1.0.1 now comes from `https://evil.test`, and came from `https://npm.corp.test`
                error package-lock.json:13:61 [evil]
                  `word` 1.0.0 now comes from `evil`, and came from `https://npm.corp.test`
                error package-lock.json:14:61 [git+ssh://git@host.test/two.git#0123456789012345678901234567890123456789]
                  `repo` 1.0.0 now comes from `git+ssh://host.test/two.git`, and came from `git+ssh://host.test/one.git`
            "#]],
        );
    }
}
