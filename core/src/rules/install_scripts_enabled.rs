use super::prelude::*;

rule! {
    /// The project's settings do not turn install scripts off.
    ///
    /// With npm up to version 11, every package of the tree may run commands when it is installed, with all rights of whoever installs. Most packages
    /// have none and need none; the few that do can be run on purpose afterwards (`npm rebuild esbuild`).
    ///
    /// Yarn 1 takes the setting from `.yarnrc` (`ignore-scripts true`) and from nowhere else: it has a default of its own, which wins over `.npmrc`.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// fund=false
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// ignore-scripts=true
    /// ```
    ///
    /// ## What to do
    /// Set `ignore-scripts=true`, and run what has to run by name.
    INSTALL_SCRIPTS_ENABLED = {
        id: "install-scripts-enabled",
        threat: 4,
        severity: Warning,
        summary: "install scripts of every package run",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::InstallScripts, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn the_setting_is_found_however_it_is_written() {
        check(
            "install-scripts-enabled",
            r#"
//- /on/.npmrc
ignore-scripts=true
//- /off/.npmrc
; é 😀
ignore-scripts=false
//- /other/.npmrc
ignore-scripts = "true"
//- /unset/.npmrc
fund=false
//- /twice/.npmrc
ignore-scripts=true
ignore-scripts=false
"#,
            expect![[r#"
                warning off/.npmrc:2:1 [ignore-scripts=false]
                  install scripts of every package run on `npm install`
                  fix (safe): Set `ignore-scripts` to `true`
                    off/.npmrc: [false] -> [true]
                warning twice/.npmrc:2:1 [ignore-scripts=false]
                  install scripts of every package run on `npm install`
                  fix (safe): Set `ignore-scripts` to `true`
                    twice/.npmrc: [false] -> [true]
                warning unset/.npmrc:1:1 []
                  install scripts of every package run on `npm install`
                  fix (safe): Set `ignore-scripts` to `true`
                    unset/.npmrc: [] -> [ignore-scripts=true⏎]
            "#]],
        );
    }

    #[test]
    fn npm_12_runs_none_by_itself() {
        check(
            "install-scripts-enabled",
            r#"
//- /package.json
{ "name": "@me/app", "packageManager": "npm@12.1.0" }
//- /.npmrc
fund=false
"#,
            expect![[r#""#]],
        );
    }
}
