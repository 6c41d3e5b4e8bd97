use super::prelude::*;

rule! {
    /// Nothing makes the package manager ask a digest of what it installs.
    ///
    /// pip checks digests only where some are given. With `require-hashes = true` it refuses every requirement that has none, so that nobody can leave
    /// them out by mistake, and a file without any does not pass.
    ///
    /// ## Bad
    /// ```ini pip.conf
    /// [global]
    /// timeout = 60
    /// ```
    ///
    /// ## Good
    /// ```ini pip.conf
    /// [global]
    /// timeout = 60
    /// require-hashes = true
    /// ```
    ///
    /// ## What to do
    /// Set it, and let `pip-compile --generate-hashes` or `uv pip compile --generate-hashes` write the digests. Folders and repositories can have none:
    /// install those by a command of their own, with `--no-deps`.
    HASHES_NOT_REQUIRED = {
        id: "hashes-not-required",
        threat: 5,
        severity: Warning,
        summary: "no digest is asked of what is installed",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Hashes, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn what_pip_install_reads_counts() {
        check(
            "hashes-not-required",
            r#"
//- /a/pip.conf
[install]
Require_Hashes : Yes
//- /b/pip.ini
[global]
require-hashes = true
[install]
require-hashes = no
//- /c/pip.conf
[download]
require-hashes = true
//- /d/.config/pip/pip.conf
[global]
index-url = https://pypi.corp.test/simple/
//- /e/pip.conf
//- /requirements.txt
--index-url https://pypi.corp.test/simple/
"#,
            expect![[r#"
                warning b/pip.ini:4:1 [require-hashes = no]
                  hashes are not required: pip installs whatever the index serves under a name
                  fix (safe): Set `require-hashes` to `true`
                    b/pip.ini: [no] -> [true]
                warning c/pip.conf:1:1 []
                  hashes are not required: pip installs whatever the index serves under a name
                  fix (safe): Set `require-hashes` to `true`
                    c/pip.conf: [] -> [⏎[global]⏎require-hashes = true⏎]
                warning d/.config/pip/pip.conf:1:1 []
                  hashes are not required: pip installs whatever the index serves under a name
                  fix (safe): Set `require-hashes` to `true`
                    d/.config/pip/pip.conf: [] -> [⏎require-hashes = true]
                warning e/pip.conf:1:1 []
                  hashes are not required: pip installs whatever the index serves under a name
                  fix (safe): Set `require-hashes` to `true`
                    e/pip.conf: [] -> [[global]⏎require-hashes = true⏎]
            "#]],
        );
    }
}
