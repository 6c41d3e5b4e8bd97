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
    /// Where a lockfile lists the files of a release one by one (Python), further files are a warning, since a release may get some later. Others in
    /// the place of some that went away are an error.
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

use super::lists::{Growth, contradiction, growth};

fn change(change: &Change<'_>, cx: &mut Cx<'_>) {
    let (Some((_, before)), Some((_, after))) = (change.before, change.after) else { return };
    let Some(was) = before.held_by() else { return };
    let same_version = change.kind == ChangeKind::Changed;
    let upgraded = matches!(change.kind, ChangeKind::Upgraded | ChangeKind::Downgraded);
    let comparable = matches!(after.kind, SourceKind::Registry | SourceKind::Url | SourceKind::File);
    let what = match after.held_by() {
        None if after.is_conditional() => return,
        _ if !comparable || !(same_version || upgraded) => return,
        None => "has no digest any more".to_owned(),
        Some(now) if now < was => format!("is held by {} now, and was by {}", now.id(), was.id()),
        Some(_) if !before.files.is_empty() && !after.files.is_empty() => {
            if same_version {
                list(before, after, cx);
            }
            return;
        }
        Some(_) if same_version && accepts_more(before, after) => "has one more digest that is accepted".to_owned(),
        Some(_) => return,
    };
    let purl = cx.purl(after);
    let message = format!("`{}` {what}", after.name);
    let finding = cx.report(after.integrity.field.unwrap_or(after.key.span), message);
    let was = before.held_words().join(" ");
    finding.package(purl).help(format!("it was {was}; restore the entry from the base, or lock the package anew"));
}

/// A release of several files may get further ones, and a list that is written anew has them: that is worth a look, and no more.
fn list(before: &Package, after: &Package, cx: &mut Cx<'_>) {
    let (message, severity) = match growth(before, after) {
        Growth::None => return,
        Growth::Further(count) => (format!("{} accepts {} more than before", titled(after), files(count)), Severity::Warning),
        Growth::Replaced(count) => {
            (format!("{} accepts {} in the place of some that it did", titled(after), files(count)), Severity::Error)
        }
    };
    // Where nothing is shared at all, `changed-integrity` says so.
    if contradiction(after, before).is_some() {
        return;
    }
    let purl = cx.purl(after);
    let finding = cx.report(after.integrity.field.unwrap_or(after.key.span), message);
    finding
        .package(purl)
        .severity(severity)
        .help("a release may get further files later: `provender verify` tells whether the registry has these");
}

fn files(count: usize) -> String {
    if count == 1 { "one file".to_owned() } else { format!("{count} files") }
}

/// Whether all old digests of the strongest algorithm are still there, and at least one is new.
fn accepts_more(before: &Package, after: &Package) -> bool {
    let old: Vec<_> = before.integrity.effective().map(Digest::bare).collect();
    let new: Vec<_> = after.integrity.effective().map(Digest::bare).collect();
    before.integrity.strongest() == after.integrity.strongest()
        && old.iter().any(|digest| new.contains(digest))
        && new.iter().any(|digest| !old.contains(digest))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn digests_only_grow_stronger() {
        check(
            "weakened-integrity",
            r#"
//- /package-lock.json base
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/gone": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/sha1": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/sha384": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/more": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/upgraded": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/upgraded-weak": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/stronger": { "version": "1.0.0", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" },
    "node_modules/none": { "version": "1.0.0" },
    "node_modules/git": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/é": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" }
  }
}
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/gone": { "version": "1.0.0" },
    "node_modules/sha1": { "version": "1.0.0", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" },
    "node_modules/sha384": { "version": "1.0.0", "integrity": "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb" },
    "node_modules/more": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA== sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/upgraded": { "version": "1.1.0" },
    "node_modules/upgraded-weak": { "version": "1.1.0", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" },
    "node_modules/stronger": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/none": { "version": "1.0.0" },
    "node_modules/git": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/git.git#0123456789012345678901234567890123456789" },
    "node_modules/é": { "version": "1.0.0", "integrity": "sha512-x" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:6 [node_modules/gone]
                  `gone` has no digest any more
                error package-lock.json:6:62 [sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=]
                  `sha1` is held by sha1 now, and was by sha512
                error package-lock.json:7:64 [sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb]
                  `sha384` is held by sha384 now, and was by sha512
                error package-lock.json:8:62 [sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyr...]
                  `more` has one more digest that is accepted
                error package-lock.json:9:6 [node_modules/upgraded]
                  `upgraded` has no digest any more
                error package-lock.json:10:71 [sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=]
                  `upgraded-weak` is held by sha1 now, and was by sha512
                error package-lock.json:14:59 [sha512-x]
                  `é` has no digest any more
            "#]],
        );
    }

    #[test]
    fn lists_of_files_grow_and_shrink() {
        check(
            "weakened-integrity",
            LISTS_OF_FILES,
            expect![[r#"
                warning pylock.toml:11:77 [{ sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } }⏎wheel...]
                  `grown` 1.0 accepts one file more than before
                warning requirements.txt:2:18 [sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --hash=sha256:5...]
                  `more` 1.0 accepts one file more than before
                error requirements.txt:4:22 [sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --hash=sha256:0...]
                  `replaced` 1.0 accepts one file in the place of some that it did
                error requirements.txt:5:1 [gone]
                  `gone` has no digest any more
            "#]],
        );
    }
}
