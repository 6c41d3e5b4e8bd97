use super::prelude::*;

rule! {
    /// `npm install NAME` saves a range (`^1.2.3`), not the version it installed.
    ///
    /// Ranges are what lets the next release in unseen. `save-exact` changes nothing that is there already; it keeps new dependencies exact.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// fund=false
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// save-exact=true
    /// ```
    ///
    /// ## What to do
    /// Set `save-exact=true`.
    FLOATING_SAVES = {
        id: "floating-saves",
        threat: 9,
        severity: Info,
        summary: "new dependencies are saved as ranges",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Saves, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn the_setting_is_found_however_it_is_written() {
        check(
            "floating-saves",
            r#"
//- /on/.npmrc
save-exact=true
//- /off/.npmrc
; é 😀
save-exact=false
//- /other/.npmrc
save-exact
//- /unset/.npmrc
fund=false
//- /twice/.npmrc
save-exact=true
save-exact=false
"#,
            expect![[r#"
                info off/.npmrc:2:1 [save-exact=false]
                  new dependencies are saved as ranges
                  fix (safe): Set `save-exact` to `true`
                    off/.npmrc: [false] -> [true]
                info twice/.npmrc:2:1 [save-exact=false]
                  new dependencies are saved as ranges
                  fix (safe): Set `save-exact` to `true`
                    twice/.npmrc: [false] -> [true]
                info unset/.npmrc:1:1 []
                  new dependencies are saved as ranges
                  fix (safe): Set `save-exact` to `true`
                    unset/.npmrc: [] -> [save-exact=true⏎]
            "#]],
        );
    }
}
