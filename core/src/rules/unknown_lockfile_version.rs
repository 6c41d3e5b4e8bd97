use super::prelude::*;

rule! {
    /// The lockfile names a format version that Provender does not know.
    ///
    /// npm reads such a file as well as it can and says nothing. A version that is not known could keep its packages where no check looks, so it
    /// must not pass unseen.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 9,
    ///   "packages": {}
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {}
    /// }
    /// ```
    ///
    /// ## What to do
    /// Write the file with a current npm, or update Provender if npm has a new version.
    UNKNOWN_LOCKFILE_VERSION = {
        id: "unknown-lockfile-version",
        threat: 5,
        severity: Error,
        summary: "a lockfile version that is not known",
        fixable: No,
        needs: Files,
        checks: [Document(document)],
    }
}

fn document(document: &Document, cx: &mut Cx<'_>) {
    cx.report_problems(
        document,
        ProblemKind::UnknownVersion,
        "write the file with a version of its manager that is known, or update Provender",
    );
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn versions_are_1_2_and_3() {
        check(
            "unknown-lockfile-version",
            r#"
//- /a/package-lock.json
{ "lockfileVersion": 4, "packages": {} }
//- /b/package-lock.json
{ "lockfileVersion": "3", "packages": {} }
//- /c/package-lock.json
{ "lockfileVersion": 2, "packages": {} }
//- /d/package-lock.json
{ "packages": {} }
"#,
            expect![[r#"
                error a/package-lock.json:1:3 ["lockfileVersion": 4]
                  lockfile version `4` is not one of 1, 2 and 3; npm would go on without a word
                error b/package-lock.json:1:3 ["lockfileVersion": "3"]
                  lockfile version `"3"` is not one of 1, 2 and 3; npm would go on without a word
            "#]],
        );
    }
}
