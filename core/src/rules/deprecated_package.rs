use super::prelude::*;

rule! {
    /// The lockfile records that the package's maintainers have deprecated this version, or the registry says that they withdrew it (yanked it).
    ///
    /// A deprecated version gets no more fixes. npm prints the message once, at the install that brings it in; after that it stands in the lockfile,
    /// where nobody looks. A version that was withdrawn is chosen by nobody any more, for whatever reason it was withdrawn; only a lockfile goes on
    /// installing it, without a word. That is told once the registry was asked (`provender verify`).
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==",
    ///       "deprecated": "use String.prototype.padStart()"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package-lock.json
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
    ///
    /// ## What to do
    /// Read the message; it mostly names the successor. Where the package comes by way of another one, update that.
    DEPRECATED_PACKAGE = {
        id: "deprecated-package",
        threat: 7,
        severity: Info,
        summary: "a deprecated version, or one that the registry withdrew",
        fixable: No,
        needs: Files,
        checks: [Package(package)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    if let Some(why) = cx.verdict(package).and_then(|verdict| verdict.withdrawn.clone()) {
        let why = if why.trim().is_empty() { "it gives no reason".to_owned() } else { why.trim().to_owned() };
        let (purl, message) = (cx.purl(package), format!("the registry withdrew {}: {why}", titled(package)));
        let span = package.version.as_ref().map_or(package.key.span, |version| version.span);
        let finding = cx.report(span, message);
        finding.package(purl).severity(Severity::Warning).help("move to a version that was not withdrawn");
        finding.deprecated = true;
    }
    let Some(words) = &package.deprecated else { return };
    let (purl, message) = (cx.purl(package), format!("`{}` is deprecated: {words}", package.name));
    cx.report(package.key.span, message).package(purl).deprecated = true;
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn the_words_are_shown() {
        check(
            "deprecated-package",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.0.0", "deprecated": "use \"b\" — 😀" },
    "node_modules/b": { "version": "1.0.0", "deprecated": false }
  }
}
"#,
            expect![[r#"
                info package-lock.json:5:6 [node_modules/a]
                  `a` is deprecated: use "b" — 😀
            "#]],
        );
    }

    #[test]
    fn a_version_that_was_withdrawn_is_told_with_its_reason() {
        check(
            "deprecated-package",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.0.0" },
    "node_modules/b": { "version": "1.0.0" },
    "node_modules/c": { "version": "1.0.0" }
  }
}
//- facts
{ "verdicts": [
  { "name": "a", "version": "1.0.0", "outcome": "verified", "withdrawn": "it deletes files" },
  { "name": "b", "version": "1.0.0", "outcome": "recorded", "withdrawn": "" },
  { "name": "c", "version": "1.0.0", "outcome": "verified" }
] }
"#,
            expect![[r#"
                warning package-lock.json:5:37 [1.0.0]
                  the registry withdrew `a` 1.0.0: it deletes files
                warning package-lock.json:6:37 [1.0.0]
                  the registry withdrew `b` 1.0.0: it gives no reason
            "#]],
        );
    }
}
