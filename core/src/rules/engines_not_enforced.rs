use super::prelude::*;

rule! {
    /// `engine-strict` is not on, so npm only warns when a package or the project asks for another version of Node.js or npm.
    ///
    /// An install with another npm reads the lockfile by other rules, and writes it by other rules.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// fund=false
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// engine-strict=true
    /// ```
    ///
    /// ## What to do
    /// Set `engine-strict=true`.
    ENGINES_NOT_ENFORCED = {
        id: "engines-not-enforced",
        threat: 6,
        severity: Info,
        summary: "engine ranges are only a warning",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Engines, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn the_setting_is_found_however_it_is_written() {
        check(
            "engines-not-enforced",
            r#"
//- /on/.npmrc
engine-strict=true
//- /off/.npmrc
; é 😀
engine-strict=false
//- /other/.npmrc
engine-strict
//- /unset/.npmrc
fund=false
//- /twice/.npmrc
engine-strict=true
engine-strict=false
"#,
            expect![[r#"
                info off/.npmrc:2:1 [engine-strict=false]
                  engine ranges are only a warning
                  fix (safe): Set `engine-strict` to `true`
                    off/.npmrc: [false] -> [true]
                info twice/.npmrc:2:1 [engine-strict=false]
                  engine ranges are only a warning
                  fix (safe): Set `engine-strict` to `true`
                    twice/.npmrc: [false] -> [true]
                info unset/.npmrc:1:1 []
                  engine ranges are only a warning
                  fix (safe): Set `engine-strict` to `true`
                    unset/.npmrc: [] -> [engine-strict=true⏎]
            "#]],
        );
    }
}
