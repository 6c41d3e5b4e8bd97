use super::prelude::*;

rule! {
    /// `strict-ssl=false` makes npm accept any certificate, so whoever stands on the line can be the registry.
    ///
    /// It is mostly set to get past a company's proxy; there is `cafile` for that.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// strict-ssl=false
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// cafile=/etc/ssl/certs/corp.pem
    /// ```
    ///
    /// ## What to do
    /// Remove the line. Behind a proxy with its own certificates, name them with `cafile`.
    TLS_VERIFICATION_DISABLED = {
        id: "tls-verification-disabled",
        threat: 10,
        severity: Error,
        summary: "certificates are not checked",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Tls, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn the_line_goes_away() {
        check(
            "tls-verification-disabled",
            r#"
//- /a/.npmrc
fund=false
strict-ssl=false
save-exact=true
//- /b/.npmrc
strict-ssl=true
"#,
            expect![[r#"
                error a/.npmrc:2:1 [strict-ssl=false]
                  certificates are not checked: anybody on the line can be the registry
                  fix (safe): Remove `strict-ssl=false`
                    a/.npmrc: [strict-ssl=false⏎] -> []
            "#]],
        );
    }

    #[test]
    fn trusted_hosts_go_one_by_one() {
        check(
            "tls-verification-disabled",
            r#"
//- /pip.conf
[global]
timeout = 60
trusted-host =
    one.test
    two.test
//- /one/pip.conf
[install]
trusted_host = one.test
//- /requirements.txt
--trusted-host one.test
--trusted-host=two.test --pre
left==1.0
"#,
            expect![[r#"
                error one/pip.conf:2:1 [trusted_host = one.test]
                  certificates of this host are not checked: anybody on the line can be the index
                  fix (safe): Remove `trusted-host = one.test`
                    one/pip.conf: [trusted_host = one.test⏎] -> []
                error pip.conf:3:1 [trusted-host =⏎    one.test]
                  certificates of this host are not checked: anybody on the line can be the index
                  fix (safe): Remove `trusted-host = one.test`
                    pip.conf: [    one.test⏎] -> []
                error pip.conf:3:1 [trusted-host =⏎    one.test⏎    two.test]
                  certificates of this host are not checked: anybody on the line can be the index
                  fix (safe): Remove `trusted-host = two.test`
                    pip.conf: [    two.test⏎] -> []
                error requirements.txt:1:1 [--trusted-host one.test]
                  certificates of this host are not checked: anybody on the line can be the index
                  fix (safe): Remove `trusted-host = one.test`
                    requirements.txt: [--trusted-host one.test⏎] -> []
                error requirements.txt:2:1 [--trusted-host=two.test]
                  certificates of this host are not checked: anybody on the line can be the index
                  fix (safe): Remove `trusted-host = two.test`
                    requirements.txt: [--trusted-host=two.test ] -> []
            "#]],
        );
    }
}
