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

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn parsers_disagree_which_counts() {
        check(
            "duplicate-key",
            r#"
//- /package.json
{ "name": "@me/app", "dependencies": { "é": "1.0.0", "\u00e9": "2.0.0" }, "scripts": {}, "scripts": {} }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.0.0", "version": "2.0.0" },
    "node_modules/a": { "version": "1.0.0" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:46 [version]
                  `version` stands twice in the same object; most readers take the last one, some the first
                  see package-lock.json:5: it stands here first
                error package-lock.json:6:6 [node_modules/a]
                  `node_modules/a` stands twice in the same object; most readers take the last one, some the first
                  see package-lock.json:5: it stands here first
                error package.json:1:55 [\u00e9]
                  `\u00e9` stands twice in the same object; most readers take the last one, some the first
                  see package.json:1: it stands here first
                error package.json:1:91 [scripts]
                  `scripts` stands twice in the same object; most readers take the last one, some the first
                  see package.json:1: it stands here first
            "#]],
        );
    }
}
