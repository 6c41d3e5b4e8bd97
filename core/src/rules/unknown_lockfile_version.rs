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
        "write the file with a current npm, or update Provender if npm has a new version",
    );
}
