use super::prelude::*;

rule! {
    /// The same key stands twice in one object.
    ///
    /// JSON readers disagree about which one counts: npm takes the last, other tools the first, some refuse the file. So a reviewer and an installer
    /// can see different packages in the same lines.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "dependencies": { "left-pad": "1.3.0" },
    ///   "dependencies": { "1eft-pad": "1.3.0" }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {}
    /// }
    /// ```
    ///
    /// ## What to do
    /// Remove one of the two, after seeing who added it.
    DUPLICATE_KEY = {
        id: "duplicate-key",
        threat: 5,
        severity: Error,
        summary: "the same key twice in one mapping",
        fixable: No,
        needs: Files,
        checks: [Document(document)],
    }
}

fn document(document: &Document, cx: &mut Cx<'_>) {
    cx.report_problems(document, ProblemKind::DuplicateKey, "remove one of the two, after seeing who added it");
}
