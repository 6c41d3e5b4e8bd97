use super::prelude::*;

rule! {
    /// A package goes back to an older version.
    ///
    /// That may be meant. But an older version brings back the holes that the newer one closed, and a lockfile is a good place to do it unseen: the
    /// manifest's range still fits.
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
    ///       "version": "1.2.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.2.0.tgz",
    ///       "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
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
    /// If it is meant, say why in the commit. Else update the package again.
    DOWNGRADED_VERSION = {
        id: "downgraded-version",
        threat: 5,
        severity: Warning,
        summary: "an older version than before",
        fixable: No,
        needs: Base,
        checks: [Change(change)],
    }
}

use crate::go::half;

fn change(change: &Change<'_>, cx: &mut Cx<'_>) {
    let (ChangeKind::Downgraded, Some((_, before)), Some((_, after))) = (change.kind, change.before, change.after) else { return };
    // Go's list has every version that was looked at, beside the one that is built.
    if cx.ecosystem() == Ecosystem::Go && half(version(after)).1 {
        return;
    }
    let purl = cx.purl(after);
    let message = format!("`{}` goes back from {} to {}", after.name, version(before), version(after));
    let finding = cx.report(after.version.as_ref().map_or(after.key.span, |version| version.span), message);
    finding.package(purl).help("an older version brings back what the newer one mended");
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn an_older_version_than_before() {
        check(
            "downgraded-version",
            r#"
//- /package-lock.json base
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.10.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/pre": { "version": "2.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/up": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/two": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/x/node_modules/two": { "version": "2.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" }
  }
}
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.9.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/pre": { "version": "2.0.0-rc.1", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/up": { "version": "1.0.1", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/two": { "version": "2.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/x/node_modules/two": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" }
  }
}
"#,
            expect![[r#"
                warning package-lock.json:5:37 [1.9.0]
                  `a` goes back from 1.10.0 to 1.9.0
                warning package-lock.json:6:39 [2.0.0-rc.1]
                  `pre` goes back from 2.0.0 to 2.0.0-rc.1
            "#]],
        );
    }
}
