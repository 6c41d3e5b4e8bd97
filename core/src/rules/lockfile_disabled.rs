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
    for key in ["package-lock", "shrinkwrap"] {
        let Some(setting) = settings.get(key).filter(|setting| is_off(&setting.value)) else { continue };
        let edits = set(cx.document, key, "true");
        let message = format!("`{key}={}` makes npm ignore the lockfile", setting.value);
        let finding = cx.report(setting.key.span.to(setting.value.span), message);
        finding.help("remove it, run `npm install`, and commit the lockfile");
        finding.fix(format!("Set `{key}=true`"), Applicability::Safe, edits);
    }
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
                  `package-lock=false` makes npm ignore the lockfile
                  fix (safe): Set `package-lock=true`
                    a/.npmrc: [false] -> [true]
                error a/.npmrc:2:1 [shrinkwrap = false]
                  `shrinkwrap=false` makes npm ignore the lockfile
                  fix (safe): Set `shrinkwrap=true`
                    a/.npmrc: [false] -> [true]
            "#]],
        );
    }
}
