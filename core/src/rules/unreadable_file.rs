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

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn the_place_where_it_breaks() {
        check(
            "unreadable-file",
            r#"
//- /package.json
{
  "name": "@me/é",
  "dependencies": { "a": "1.0.0" "b": "1.0.0" }
}
//- /package-lock.json
{ "lockfileVersion": 3, "packages": { "node_modules/a": { "version": "1.0.0"
"#,
            expect![[r#"
                error package-lock.json:1:57 [{]
                  the file ends in the middle: what was opened here is never closed
                error package.json:3:34 ["]
                  a comma is missing here
            "#]],
        );
    }
}
