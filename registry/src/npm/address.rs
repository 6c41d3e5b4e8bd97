//! Where npm's protocol has a package's documents.

use url::Url;

/// The address of a package's document, or of one version's. `None` for what is not the name of a package.
pub(crate) fn document(base: &Url, name: &str, version: Option<&str>) -> Option<Url> {
    let mut text = format!("{base}{}", encoded(name, true)?);
    if let Some(version) = version {
        text.push('/');
        text.push_str(&encoded(version, false)?);
    }
    Url::parse(&text).ok()
}

/// Percent-encoded, as JavaScript's `encodeURIComponent` does it (a scope's `@` stays, its slash becomes `%2f`).
fn encoded(text: &str, name: bool) -> Option<String> {
    let parts = if name { text.split('/').count() } else { 1 };
    let scoped = text.starts_with('@') && parts == 2;
    let empty = text.split('/').any(|part| matches!(part, "" | "." | ".." | "@"));
    if empty || (parts > 1 && !scoped) || (!name && text.contains('/')) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 2);
    for byte in text.bytes() {
        match byte {
            b'/' => out.push_str("%2f"),
            b'@' if name => out.push('@'),
            byte if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_addressed_as_npm_addresses_them() {
        let base = Url::parse("https://npm.corp.test/team/").unwrap();
        for (name, version, expected) in [
            ("left-pad", Some("1.3.0"), Some("https://npm.corp.test/team/left-pad/1.3.0")),
            ("@scope/left", Some("1.0.0-rc.1+b"), Some("https://npm.corp.test/team/@scope%2fleft/1.0.0-rc.1%2Bb")),
            ("left-pad", None, Some("https://npm.corp.test/team/left-pad")),
            ("a b?c#d", None, Some("https://npm.corp.test/team/a%20b%3Fc%23d")),
            ("..", None, None),
            ("@scope/..", None, None),
            ("a/b", None, None),
            ("", None, None),
            ("left", Some(".."), None),
            ("left", Some("1/../../evil"), None),
        ] {
            assert_eq!(document(&base, name, version).map(String::from).as_deref(), expected, "{name} {version:?}");
        }
    }
}
