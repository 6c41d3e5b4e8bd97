use super::prelude::*;

rule! {
    /// `package-lock=false` (or its old name `shrinkwrap=false`) makes npm neither read nor write a lockfile.
    ///
    /// Every install then takes whatever is newest within the ranges, with no digest to hold it by.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// package-lock=false
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// package-lock=true
    /// ```
    ///
    /// ## What to do
    /// Remove the line, run `npm install`, and commit the lockfile.
    LOCKFILE_DISABLED = {
        id: "lockfile-disabled",
        threat: 5,
        severity: Error,
        summary: "the lockfile is switched off",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Lockfile, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn both_names_of_the_setting() {
        check(
            "lockfile-disabled",
            r#"
//- /a/.npmrc
package-lock=false
shrinkwrap = false
//- /b/.npmrc
package-lock=true
//- /c/.npmrc
package-lock=false
package-lock=true
"#,
            expect![[r#"
                error a/.npmrc:1:1 [package-lock=false]
                  npm ignores the lockfile
                  fix (safe): Set `package-lock` to `true`
                    a/.npmrc: [false] -> [true]
                error a/.npmrc:2:1 [shrinkwrap = false]
                  npm ignores the lockfile
                  fix (safe): Set `shrinkwrap` to `true`
                    a/.npmrc: [false] -> [true]
            "#]],
        );
    }
}
