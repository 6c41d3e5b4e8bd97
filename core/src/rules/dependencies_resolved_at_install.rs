use super::prelude::*;

rule! {
    /// Every requirement is listed with its digests, and the package manager is still free to look for more.
    ///
    /// A compiled requirements file holds everything, what is asked for and what that asks for in its turn. pip reads the dependencies of each package
    /// again all the same, and a release that asks for one thing more than it did makes the install fail, or take an address that nobody reviewed.
    /// With `no-deps = true` it installs what is listed, and nothing else.
    ///
    /// ## Bad
    /// ```ini pip.conf
    /// [global]
    /// require-hashes = true
    /// ```
    /// ```text requirements.txt
    /// left-pad==1.3.0 \
    ///     --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    /// ```
    ///
    /// ## Good
    /// ```ini pip.conf
    /// [global]
    /// require-hashes = true
    /// no-deps = true
    /// ```
    /// ```text requirements.txt
    /// left-pad==1.3.0 \
    ///     --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    /// ```
    ///
    /// ## What to do
    /// Set it. Run `pip check` after an install to see whether the list is complete.
    DEPENDENCIES_RESOLVED_AT_INSTALL = {
        id: "dependencies-resolved-at-install",
        threat: 5,
        severity: Info,
        summary: "dependencies are looked for at the install, though all are listed",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Resolution, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn only_where_every_requirement_has_a_digest() {
        check(
            "dependencies-resolved-at-install",
            r#"
//- /a/pip.conf
[global]
timeout = 60
//- /a/requirements.txt
less==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//- /b/pip.conf
[global]
timeout = 60
//- /b/requirements.txt
one==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
two==1.0
//- /c/pip.conf
[global]
no-dependencies = on
//- /c/requirements.txt
one==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//- /d/pip.conf
[global]
timeout = 60
//- /e/pip.conf
[install]
no-deps = false
//- /e/requirements.txt
one==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
"#,
            expect![[r#"
                info a/pip.conf:1:1 []
                  pip resolves dependencies anew at every install, though the requirements list them all
                  fix (safe): Set `no-deps` to `true`
                    a/pip.conf: [] -> [⏎no-deps = true]
                info e/pip.conf:2:1 [no-deps = false]
                  pip resolves dependencies anew at every install, though the requirements list them all
                  fix (safe): Set `no-deps` to `true`
                    e/pip.conf: [false] -> [true]
            "#]],
        );
    }
}
