use super::prelude::*;

rule! {
    /// A file that decides what is installed does not parse at this place.
    ///
    /// What cannot be read cannot be judged. The rest of the file is checked all the same, but nothing says that it is whole. That goes for a list of
    /// requirements, too, that takes in a file which nobody looks at.
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

use crate::python::includes::taken_in;

fn document(document: &Document, cx: &mut Cx<'_>) {
    cx.report_problems(
        document,
        ProblemKind::Syntax,
        "mend the syntax here; a lockfile is best written anew by its package manager",
    );
    for (include, _) in taken_in(document).filter(|(_, path)| path.is_none()) {
        let message = format!("pip takes in `{include}`, which nobody looks at here: it may be anything");
        cx.report(include.span, message).help("keep it in the repository, under a name that ends in `.txt` or `.in`");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn lists_that_nobody_looks_at() {
        check(
            "unreadable-file",
            r#"
//- /a/requirements.txt
-r ../base.txt
-r more.in
-c https://files.test/constraints.txt
-r ../../outside.txt
-r /etc/list.txt
-r list.cfg
-c ${WHERE}/constraints.txt
"#,
            expect![[r#"
                error a/requirements.txt:4:4 [../../outside.txt]
                  pip takes in `../../outside.txt`, which nobody looks at here: it may be anything
                error a/requirements.txt:5:4 [/etc/list.txt]
                  pip takes in `/etc/list.txt`, which nobody looks at here: it may be anything
                error a/requirements.txt:6:4 [list.cfg]
                  pip takes in `list.cfg`, which nobody looks at here: it may be anything
                error a/requirements.txt:7:4 [${WHERE}/constraints.txt]
                  pip takes in `${WHERE}/constraints.txt`, which nobody looks at here: it may be anything
            "#]],
        );
    }

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
