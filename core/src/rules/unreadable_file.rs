use super::prelude::*;

rule! {
    /// A file that decides what is installed does not parse at this place.
    ///
    /// What cannot be read cannot be judged. The rest of the file is checked all the same, but nothing says that it is whole.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "dependencies": {
    ///     "left-pad": "1.3.0"
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
    /// Mend the syntax at the place that is shown. A lockfile is best written anew by its package manager.
    UNREADABLE_FILE = {
        id: "unreadable-file",
        threat: 5,
        severity: Error,
        summary: "a known file that does not parse",
        fixable: No,
        needs: Files,
        checks: [Document(document)],
    }
}

fn document(document: &Document, cx: &mut Cx<'_>) {
    cx.report_problems(
        document,
        ProblemKind::Syntax,
        "mend the syntax here; a lockfile is best written anew by its package manager",
    );
}
