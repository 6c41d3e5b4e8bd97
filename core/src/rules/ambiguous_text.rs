use super::prelude::*;

rule! {
    /// The text means different things to different readers: conflict markers that npm resolves by itself, comments in strict JSON, an encoding other
    /// than UTF-8.
    ///
    /// What one tool shows is not what another one installs. npm, for one, picks a side of a merge conflict without asking.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    /// <<<<<<< HEAD
    ///     "node_modules/left-pad": { "version": "1.3.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" }
    /// =======
    /// >>>>>>> feature
    ///   }
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
    /// Resolve the conflict and let npm write the lockfile again (`npm install --package-lock-only`); take comments out; save the file as UTF-8.
    AMBIGUOUS_TEXT = {
        id: "ambiguous-text",
        threat: 5,
        severity: Error,
        summary: "text that readers take differently",
        fixable: No,
        needs: Files,
        checks: [Document(document)],
    }
}

fn document(document: &Document, cx: &mut Cx<'_>) {
    cx.report_problems(
        document,
        ProblemKind::Ambiguous,
        "make it plain text of its format in UTF-8; a lockfile is best written anew by its manager",
    );
}
