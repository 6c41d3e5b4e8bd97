//! Package URLs: the one name for a package that other tools understand as well.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::Ecosystem;

/// What the package URL specification leaves as it is: letters, digits, `.`, `-`, `_`, `~` and the colon.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~').remove(b':');

/// The package URL of a package, with its version where that is not empty.
///
/// Case is kept: npm has old packages whose names differ in nothing else, and the specification has followed.
#[must_use]
pub fn package_url(ecosystem: Ecosystem, name: &str, version: &str) -> String {
    let encoded = |text| utf8_percent_encode(text, ENCODED);
    let mut url = format!("pkg:{}", ecosystem.purl_type());
    for segment in name.split('/').filter(|segment| !segment.is_empty()) {
        url.push('/');
        url.extend(encoded(segment));
    }
    // A module and its `go.mod` are one package.
    let version = if ecosystem == Ecosystem::Go { crate::go::half(version).0 } else { version };
    if !version.is_empty() {
        url.push('@');
        url.extend(encoded(version));
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_are_encoded_as_the_specification_says() {
        let table = [
            ("left", "1.0.0", "pkg:npm/left@1.0.0"),
            ("@acme/ui", "2.1.0", "pkg:npm/%40acme/ui@2.1.0"),
            ("@acme/ui", "", "pkg:npm/%40acme/ui"),
            ("Base64", "1.0.0-rc.1", "pkg:npm/Base64@1.0.0-rc.1"),
            ("left", "1.0.0+build~1", "pkg:npm/left@1.0.0%2Bbuild~1"),
            ("l e?f#t@", "1", "pkg:npm/l%20e%3Ff%23t%40@1"),
            ("\u{e9}", "1", "pkg:npm/%C3%A9@1"),
        ];
        assert_eq!(package_url(Ecosystem::Go, "corp.test/A", "v1.0.0/go.mod"), "pkg:golang/corp.test/A@v1.0.0");
        for (name, version, expected) in table {
            assert_eq!(package_url(Ecosystem::Npm, name, version), expected);
        }
    }
}
