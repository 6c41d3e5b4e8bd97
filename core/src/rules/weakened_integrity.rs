use super::prelude::*;

rule! {
    /// A package keeps its version and source, and what holds it becomes weaker: the digest goes away, becomes one of a weaker algorithm, or one more
    /// is accepted.
    ///
    /// npm accepts any listed digest of the strongest algorithm. One more beside the true one lets another file in; a missing one lets every file in.
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
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz"
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
    /// Restore the entry from the base. npm loses digests by itself at times (when `node_modules` is rebuilt from an old tree): then delete
    /// `node_modules` and let it write the lockfile again.
    WEAKENED_INTEGRITY = {
        id: "weakened-integrity",
        threat: 5,
        severity: Error,
        summary: "a digest became weaker or went away",
        fixable: No,
        needs: Base,
        checks: [Change(change)],
    }
}

fn change(change: &Change<'_>, cx: &mut Cx<'_>) {
    let (Some((_, before)), Some((_, after))) = (change.before, change.after) else { return };
    let Some(was) = before.integrity.strongest() else { return };
    let same_version = change.kind == ChangeKind::Changed;
    let upgraded = matches!(change.kind, ChangeKind::Upgraded | ChangeKind::Downgraded);
    let comparable = matches!(after.kind, SourceKind::Registry | SourceKind::Url | SourceKind::File);
    let what = match after.integrity.strongest() {
        _ if !comparable || !(same_version || upgraded) => return,
        None => "has no digest any more".to_owned(),
        Some(now) if now < was => format!("is held by {} now, and was by {}", now.id(), was.id()),
        Some(_) if same_version && accepts_more(before, after) => "has one more digest that is accepted".to_owned(),
        Some(_) => return,
    };
    let purl = cx.purl(after);
    let message = format!("`{}` {what}", after.name);
    let finding = cx.report(after.integrity.field.unwrap_or(after.key.span), message);
    let was = before.integrity.words().join(" ");
    finding.package(purl).help(format!("it was {was}; restore the entry from the base, or let npm lock the package anew"));
}

/// Whether all old digests of the strongest algorithm are still there, and at least one is new.
fn accepts_more(before: &Package, after: &Package) -> bool {
    let old: Vec<_> = before.integrity.effective().map(Digest::bare).collect();
    let new: Vec<_> = after.integrity.effective().map(Digest::bare).collect();
    before.integrity.strongest() == after.integrity.strongest()
        && old.iter().any(|digest| new.contains(digest))
        && new.iter().any(|digest| !old.contains(digest))
}
