use super::*;
use crate::formats::npmrc;
use crate::npm::config::{Layer, NpmConfig};
use proptest::prelude::*;

const YARN: &str = "https://registry.yarnpkg.com";

fn config(layers: &[(Origin, &str)]) -> NpmConfig {
    let read: Vec<_> = layers.iter().map(|(origin, text)| (*origin, npmrc::parse(text).0)).collect();
    let layers: Vec<_> = read.iter().map(|(origin, settings)| Layer { origin: *origin, settings, environment: None }).collect();
    NpmConfig::from_layers(&layers)
}

fn registries(layers: &[(Origin, &str)]) -> Registries {
    Registries::of(&config(layers), Vec::new())
}

/// One word a variant, with what matters of it.
fn verdict(registries: &Registries, name: &str, address: &str) -> String {
    match registries.judge(name, address) {
        Judgement::Trusted { registry } => format!("trusted {}", registry.url),
        Judgement::DefaultHost { registry } => format!("default {}", registry.url),
        Judgement::Untrusted { host, why } => format!("untrusted {host}: {why}"),
        Judgement::NotAUrl(reason) => format!("none: {reason}"),
        Judgement::TrickyUrl(trick) => format!("tricky: {trick}"),
    }
}

#[test]
fn the_default_registry_and_its_other_address_are_trusted_as_they_are() {
    let registries = Registries::default();
    let trusted = [
        format!("{DEFAULT}left/-/left-1.0.0.tgz"),
        format!("{YARN}/left/-/left-1.0.0.tgz#abc"),
        DEFAULT.to_uppercase() + "left/-/left-1.0.0.tgz",
        DEFAULT.replace(".org/", ".org:443/left/-/left-1.0.0.tgz"),
        format!("{DEFAULT}@acme%2fui/-/ui-1.0.0.tgz"),
    ];
    for address in trusted {
        assert!(matches!(registries.judge("left", &address), Judgement::Trusted { .. }), "{address}");
    }
    // npm asks the default registry over its own scheme and port, whatever the lockfile says.
    let plain = DEFAULT.replace("https", "http") + "left/-/left-1.0.0.tgz";
    assert!(matches!(registries.judge("left", &plain), Judgement::DefaultHost { .. }));
}

#[test]
fn what_reads_otherwise_than_it_is_is_seen_through() {
    let host = Url::parse(DEFAULT).unwrap().host_str().unwrap().to_owned();
    let registries = Registries::default();
    let tricky = [
        (format!("https://{host}@other.test/left/-/left-1.0.0.tgz"), "`other.test`"),
        (format!("https://user:secret@{host}/left/-/left-1.0.0.tgz"), "user's name"),
        (format!("https://{host}./left/-/left-1.0.0.tgz"), "dot"),
        (format!("https://%72{}/left/-/left-1.0.0.tgz", &host[1..]), "another spelling"),
        (format!("https://\u{ff52}{}/left/-/left-1.0.0.tgz", &host[1..]), "another spelling"),
        (format!("https://{}/left/-/left-1.0.0.tgz", host.replace('.', "\u{3002}")), "another spelling"),
        ("https://2130706433/left/-/left-1.0.0.tgz".to_owned(), "`127.0.0.1`"),
        (format!("https:/{host}/left/-/left-1.0.0.tgz"), "two slashes"),
        (format!("https:{host}/left/-/left-1.0.0.tgz"), "two slashes"),
        (format!("https:///{host}/left/-/left-1.0.0.tgz"), "two slashes"),
        (format!("https:\\\\{host}\\left"), "backslash"),
        (format!("https://other.test\\@{host}/left"), "backslash"),
        (format!(" https://{host}/left/-/left-1.0.0.tgz"), "cannot be seen"),
        (format!("https://{host}/le\tft/-/left-1.0.0.tgz"), "cannot be seen"),
        (format!("https://{host}\n.other.test/left"), "cannot be seen"),
        (format!("https://{host}/le\u{202e}ft/-/left-1.0.0.tgz"), "cannot be seen"),
        (format!("https://{host}/right/-/../../left/-/left-1.0.0.tgz"), "dot segments"),
        (format!("https://{host}/right/-/%2e%2E/left-1.0.0.tgz"), "dot segments"),
        (format!("https://{host}/right%2f..%2fleft/-/left-1.0.0.tgz"), "dot segments"),
        (format!("https://{host}/right%255cleft/-/left-1.0.0.tgz"), "percent escapes"),
        (format!("https://{host}/right%5cleft/-/left-1.0.0.tgz"), "percent escapes"),
        (format!("https://{host}/right%00left/-/left-1.0.0.tgz"), "percent escapes"),
    ];
    for (address, words) in tricky {
        let found = verdict(&registries, "left", &address);
        assert!(found.starts_with("tricky: ") && found.contains(words), "{address:?}: {found}");
        assert!(!found.contains("secret"), "{found}");
    }
}

#[test]
fn hosts_that_look_like_a_trusted_one_are_named() {
    let registries = registries(&[(Origin::User, "@acme:registry=https://npm.acme.test/")]);
    let host = Url::parse(DEFAULT).unwrap().host_str().unwrap().to_owned();
    let alike = [
        host.replace('e', "\u{435}"),
        host.replace("org", "com"),
        host.replace("js", "jss"),
        host.replace("registry.", "registry-"),
        format!("{host}.other.test"),
        format!("{host}-cdn.test"),
        host.replace("npmjs", "nprnjs"),
        url::quirks::domain_to_ascii(&host.replace('o', "\u{43e}")),
    ];
    for written in alike {
        let found = verdict(&registries, "left", &format!("https://{written}/left/-/left-1.0.0.tgz"));
        assert!(found.ends_with(&format!("it looks like `{host}` and is another host")), "{written}: {found}");
    }
    let found = verdict(&registries, "left", "https://other.test/left/-/left-1.0.0.tgz");
    assert_eq!(found, "untrusted other.test: no trusted setting names this host");
    let found = verdict(&registries, "left", "https://\u{43f}a\u{43a}et.test/left/-/left-1.0.0.tgz");
    assert!(found.contains("several scripts"), "{found}");
}

#[test]
fn a_scope_with_a_registry_of_its_own_comes_from_there() {
    let registries = registries(&[
        (Origin::User, "@acme:registry=https://npm.acme.test/npm/"),
        (Origin::Project, "@lost:registry=https://${HOST}/"),
    ]);
    let default = |path: &str| format!("{DEFAULT}{path}");
    let table = [
        ("@acme/ui", "https://npm.acme.test/npm/@acme/ui/-/ui-1.0.0.tgz".to_owned(), "trusted https://npm.acme.test/npm/"),
        ("@acme/ui", default("@acme/ui/-/ui-1.0.0.tgz"), "packages of this scope come from `https://npm.acme.test/npm/`"),
        ("@acme/ui", "https://npm.acme.test/npmx/@acme/ui/-/ui-1.0.0.tgz".to_owned(), "below `https://npm.acme.test/npm/` only"),
        ("@acme/ui", "https://npm.acme.test:8443/npm/@acme/ui/-/ui-1.0.0.tgz".to_owned(), "on another port only"),
        ("@acme/ui", "http://npm.acme.test/npm/@acme/ui/-/ui-1.0.0.tgz".to_owned(), "over `https:` only"),
        ("left", "https://npm.acme.test/npm/left/-/left-1.0.0.tgz".to_owned(), "for packages of `@acme` only"),
        ("@lost/ui", default("@lost/ui/-/ui-1.0.0.tgz"), "the registry of this scope is not known: it depends on"),
        ("@free/ui", default("@free/ui/-/ui-1.0.0.tgz"), "trusted https://"),
        ("left", "git+ssh://git@code.test/left.git".to_owned(), "its scheme is `git+ssh:`"),
        ("left", String::new(), "it is empty"),
        ("left", "left-1.0.0.tgz".to_owned(), "it does not parse"),
    ];
    for (name, address, words) in table {
        let found = verdict(&registries, name, &address);
        assert!(found.contains(words), "{name} {address}: {found}");
    }
    assert_eq!(registries.registry_for("@acme/ui").unwrap().url.as_str(), "https://npm.acme.test/npm/");
    assert_eq!(registries.registry_for("left").unwrap().url.as_str(), DEFAULT);
    assert!(registries.registry_for("@lost/ui").is_err());
    assert_eq!(registries.mapped_scope("@lost/ui"), Some("lost"));
    assert_eq!(registries.mapped_scope("@free/ui"), None);
}

#[test]
fn the_default_host_stands_for_the_configured_registry() {
    let tarball = format!("{DEFAULT}left/-/left-1.0.0.tgz");
    let other = "https://old.acme.test/npm/left/-/left-1.0.0.tgz";
    let table = [
        ("", tarball.as_str(), "default https://npm.acme.test/"),
        ("replace-registry-host=npmjs", &tarball, "default https://npm.acme.test/"),
        ("replace-registry-host=never", &tarball, "trusted https://"),
        ("replace-registry-host=always", other, "default https://npm.acme.test/"),
        ("replace-registry-host=old.acme.test", other, "default https://npm.acme.test/"),
        ("replace-registry-host=https://old.acme.test/npm", other, "default https://npm.acme.test/"),
        ("replace-registry-host=https://old.acme.test/np", other, "untrusted old.acme.test"),
        ("", other, "untrusted old.acme.test"),
    ];
    for (line, address, words) in table {
        let registries = registries(&[(Origin::User, &format!("registry=https://npm.acme.test\n{line}"))]);
        let found = verdict(&registries, "left", address);
        assert!(found.starts_with(words), "{line} {address}: {found}");
    }
}

#[test]
fn only_the_persons_own_registries_are_contacted() {
    let policy = |url: &str, origin| TrustedRegistry::new(url, Serves::Any, origin).unwrap();
    let config = config(&[
        (Origin::User, "@acme:registry=https://npm.acme.test:8443/"),
        (Origin::Project, "registry=https://project.test/\n@own:registry=https://project.test/own"),
    ]);
    let named = vec![policy("https://mine.test", Origin::UserPolicy), policy("https://theirs.test", Origin::ProjectPolicy)];
    let registries = Registries::of(&config, named);
    let hosts = registries.contact_hosts();
    assert!(hosts.contains("npm.acme.test:8443") && hosts.contains("mine.test") && hosts.len() == 4, "{hosts:?}");
    let may = |address: &str| registries.may_contact(&Url::parse(address).unwrap());
    assert!(may("https://npm.acme.test:8443/x") && may(DEFAULT) && may("https://mine.test/"));
    let foreign =
        ["https://project.test/", "https://theirs.test/", "https://npm.acme.test/", "http://mine.test/", "file:///etc/passwd"];
    assert!(!foreign.into_iter().any(may));
    assert_eq!(registries.registry_for("left").unwrap().url.as_str(), "https://project.test/");
}

#[test]
fn gitlab_names_projects_in_the_addresses_of_its_other_registries() {
    let registries = registries(&[(Origin::User, "@acme:registry=https://git.test/sub/api/v4/groups/12/-/packages/npm/")]);
    let found = |address: &str| verdict(&registries, "@acme/ui", address);
    assert!(found("https://git.test/sub/api/v4/projects/7/packages/npm/@acme/ui/-/@acme/ui-1.0.0.tgz").starts_with("trusted"));
    assert!(found("https://git.test/sub/api/v4/projects/7/packages/generic/x").contains("below"));
    assert!(found("https://git.test/api/v4/projects/7/packages/npm/@acme/ui/-/@acme/ui-1.0.0.tgz").contains("below"));
}

#[test]
fn addresses_of_registries_must_be_plain() {
    let read = |url: &str| TrustedRegistry::new(url, Serves::Any, Origin::User).map(|registry| registry.url.to_string());
    assert_eq!(read("https://npm.acme.test").as_deref(), Ok("https://npm.acme.test/"));
    assert_eq!(read("https://npm.acme.test/a").as_deref(), Ok("https://npm.acme.test/a/"));
    for url in
        ["https://${HOST}/", "npm.acme.test", "https://u:p@npm.acme.test/", "https://npm.acme.test/?x", "ftp://npm.acme.test/", ""]
    {
        assert!(read(url).is_err(), "{url}");
    }
}

#[test]
fn public_registries_are_told_from_others() {
    assert!(public_registry(&format!("{DEFAULT}left")).is_some_and(|public| public.trusted));
    assert!(public_registry("https://npm.acme.test/").is_none());
    for public in PUBLIC {
        assert_eq!(Url::parse(public.url).unwrap().as_str(), public.url);
    }
}

proptest! {
    #[test]
    fn the_quick_way_never_trusts_what_the_long_way_does_not(rest in "([-@/.%a-z0-9\\\\?# é]|%2[fFeE5]|/-/|\\.tgz|\\.\\./|1\\.0\\.0){0,20}", scoped in any::<bool>()) {
        let registries = registries(&[(Origin::User, "registry=https://npm.corp.test/a/\n@s:registry=https://s.corp.test/")]);
        let name = if scoped { "@s/left" } else { "left" };
        for base in ["https://npm.corp.test/a/", "https://s.corp.test/", "https://npm.corp.test"] {
            let address = format!("{base}{rest}");
            if registries.plainly_below(name, &address).is_some() {
                prop_assert!(matches!(registries.judge_parsed(name, &address), Judgement::Trusted { .. }), "{}", address);
            }
        }
    }

    #[test]
    fn nothing_is_trusted_but_what_starts_with_a_trusted_base(rest in "(https?:|/|//|@|\\\\|\\.|%2e|%2f|:443|[a-z]|npm\\.acme\\.test|\t|é){0,12}") {
        let registries = registries(&[(Origin::User, "registry=https://npm.acme.test/base/\nreplace-registry-host=never")]);
        for address in [rest.clone(), format!("https://npm.acme.test{rest}"), format!("https://npm.acme.test/base/{rest}")] {
            if let Judgement::Trusted { registry } = registries.judge("left", &address) {
                let plain = address.to_lowercase().replacen(":443/", "/", 1);
                prop_assert!(plain.starts_with(registry.url.as_str()), "{:?}", address);
            }
            let _ = tarball_identity(&address);
        }
    }
}
