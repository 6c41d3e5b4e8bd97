//! Where public registries show a package to people.

use url::Url;

use super::{PUBLIC, TrustedRegistry};

/// The addresses of packages' pages.
#[derive(Debug)]
pub struct Pages {
    /// What stands before a package's name.
    pub package: &'static str,
    /// What stands between its name and a version, for that version's own page.
    pub version: &'static str,
}

impl TrustedRegistry {
    /// The page of one of its packages, or of a version of it. `None` where the registry has no pages that are known, and for a name that no package of
    /// it can have.
    #[must_use]
    pub fn page(&self, name: &str, version: Option<&str>) -> Option<Url> {
        let own = |address: &str| address.trim_end_matches('/') == self.url.as_str().trim_end_matches('/');
        let pages = PUBLIC.iter().find(|public| own(public.url))?.pages?;
        let version = version.filter(|version| is_plain(version) && !version.contains('/'));
        let version = version.map(|version| format!("{}{version}", pages.version)).unwrap_or_default();
        Url::parse(&format!("{}{}{version}", pages.package, Some(name).filter(|name| is_plain(name))?)).ok()
    }
}

/// Whether a text stays what it is within an address: what a stranger's file calls a package leads to that package's page and nowhere else.
fn is_plain(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"@/._~+-!".contains(&byte);
    text.bytes().all(known) && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::super::{Ecosystem, Registries};

    #[test]
    fn a_public_registry_s_packages_have_pages_and_nothing_else_has() {
        let pages = |ecosystem, name: &str, version| {
            let registries = Registries::new(ecosystem, Vec::new());
            registries.registry_for(name).unwrap().page(name, version).map(String::from)
        };
        let cases = [
            (Ecosystem::Npm, "@s/a", Some("1.0.0-rc.1+b"), "/package/@s/a/v/1.0.0-rc.1+b"),
            (Ecosystem::Npm, "a", None, "/package/a"),
            (Ecosystem::Npm, "a", Some("../x"), "/package/a"),
            (Ecosystem::Pypi, "Zope.Interface", Some("1!2.0"), "/project/Zope.Interface/1!2.0"),
            (Ecosystem::Cargo, "serde_json", Some("1.0.0"), "/crates/serde_json/1.0.0"),
            (Ecosystem::Go, "corp.test/Mod/v2", Some("v2.0.0+incompatible"), "/corp.test/Mod/v2@v2.0.0+incompatible"),
        ];
        for (ecosystem, name, version, wanted) in cases {
            assert!(pages(ecosystem, name, version).is_some_and(|page| page.ends_with(wanted)), "{name} {version:?}");
        }
        for name in ["", "..", "a/../../b", "a?b", "a#b", "a b", "é", "a%2fb", "a\\b"] {
            assert_eq!(pages(Ecosystem::Npm, name, None), None, "{name}");
        }
    }
}
