use super::*;
use crate::formats::npmrc;

fn variables(name: &str) -> Option<String> {
    match name {
        "TOKEN" => Some("t0k3n".to_owned()),
        "HOST" => Some("npm.acme.test".to_owned()),
        "OFF" => Some("false".to_owned()),
        _ => None,
    }
}

fn config(layers: &[(Origin, &str)]) -> NpmConfig {
    let read: Vec<_> = layers.iter().map(|(origin, text)| (*origin, npmrc::parse(text).0)).collect();
    let layer = |(origin, settings): &'_ (Origin, Settings)| -> (Origin, Settings) { (*origin, settings.clone()) };
    let read: Vec<_> = read.iter().map(layer).collect();
    let layers: Vec<_> =
        read.iter().map(|(origin, settings)| Layer { origin: *origin, settings, environment: Some(&variables) }).collect();
    NpmConfig::from_layers(&layers)
}

fn header(config: &NpmConfig, address: &str) -> Option<String> {
    let found = config.credentials(&Url::parse(address).unwrap(), None)?;
    found.authorization.map(|secret| secret.expose().to_owned())
}

#[test]
fn credentials_are_found_as_npm_finds_them() {
    // Compared with `npm-registry-fetch`'s own search.
    let user = "\
//npm.acme.test/:_authToken=${TOKEN}
//npm.acme.test/deep/er/:_auth=YTpi
//npm.acme.test/noslash:_authToken=n
//npm.acme.test:8443/:username=me
//npm.acme.test:8443/:_password=cGFzcw==
//half.test/:username=me
//unset.test/:_authToken=${MISSING}
//optional.test/:_authToken=${MISSING?}
//break.test/:_authToken=\"a\\nb\"
//${HOST}/keyed/:_authToken=k
";
    let config = config(&[(Origin::User, user)]);
    let table = [
        ("https://npm.acme.test/left", Some("Bearer t0k3n")),
        ("https://npm.acme.test/deep/left", Some("Bearer t0k3n")),
        ("https://npm.acme.test/deep/er/left/-/left-1.0.0.tgz", Some("Basic YTpi")),
        ("https://npm.acme.test/noslash/x", Some("Bearer n")),
        ("https://npm.acme.test/noslashx/x", Some("Bearer t0k3n")),
        ("https://npm.acme.test/keyed/x", Some("Bearer k")),
        ("https://npm.acme.test:8443/x", Some("Basic bWU6cGFzcw==")),
        ("https://half.test/x", None),
        ("https://unset.test/x", None),
        ("https://optional.test/x", None),
        ("https://break.test/x", None),
        ("https://acme.test/x", None),
        ("https://npm.acme.test.other.test/x", None),
        ("http://npm.acme.test/x", None),
    ];
    for (address, expected) in table {
        assert_eq!(header(&config, address).as_deref(), expected, "{address}");
    }
}

#[test]
fn a_registrys_credentials_go_to_its_own_host_only() {
    let config = config(&[(Origin::User, "//npm.acme.test/npm/:_authToken=a\n//plain.test/:_authToken=b")]);
    let url = |text: &str| Url::parse(text).unwrap();
    let found = |address: &str, registry: &str| config.credentials(&url(address), Some(&url(registry))).is_some();
    assert!(found("https://npm.acme.test/files/x.tgz", "https://npm.acme.test/npm/"));
    assert!(!found("https://cdn.acme.test/files/x.tgz", "https://npm.acme.test/npm/"));
    assert!(!found("https://npm.acme.test:8443/files/x.tgz", "https://npm.acme.test/npm/"));
    assert!(!found("http://npm.acme.test/npm/x.tgz", "https://npm.acme.test/npm/"));
    assert!(found("http://plain.test/x.tgz", "http://plain.test/"));
}

#[test]
fn the_repository_neither_gives_nor_takes_credentials() {
    let project = "//evil.test/:_authToken=${TOKEN}\n//npm.acme.test/:_authToken=theirs\n//mixed.test/:_password=cGFzcw==\nregistry=https://${HOST}/";
    let user = "//npm.acme.test/:_authToken=mine\n//mixed.test/:username=me\nstrict-ssl=true\nproxy=http://proxy.test:3128";
    let config =
        config(&[(Origin::User, user), (Origin::Project, &format!("{project}\nstrict-ssl=false\nproxy=http://evil.test"))]);
    assert_eq!(header(&config, "https://evil.test/x"), None);
    assert_eq!(header(&config, "https://mixed.test/x"), None);
    assert_eq!(header(&config, "https://npm.acme.test/x").as_deref(), Some("Bearer mine"));
    assert!(!config.is_on("strict-ssl", true) && config.own_is_on("strict-ssl", true));
    assert_eq!(config.own_text("proxy"), Some("http://proxy.test:3128"));
    let mapping = config.mappings().last().unwrap();
    assert!(mapping.url.as_ref().unwrap_err().contains("`HOST`"), "{mapping:?}");
}

#[test]
fn secrets_are_never_shown() {
    let user = "//npm.acme.test/:_authToken=hunter2";
    let (settings, _) = npmrc::parse(user);
    let config = config(&[(Origin::User, user)]);
    let credentials = config.credentials(&Url::parse("https://npm.acme.test/").unwrap(), None).unwrap();
    let person =
        User { settings: vec![(Origin::User, settings)], environment: BTreeMap::from([("A".to_owned(), "hunter2".to_owned())]) };
    let value = config.own("//npm.acme.test/:_authToken").unwrap();
    assert_eq!(value.text(), Some("hunter2"));
    let secret = credentials.authorization.clone().unwrap();
    let shown = format!("{config:?} {config:#?} {credentials:?} {person:?} {value:?} {secret} {secret:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn later_layers_win_and_say_where_they_stand() {
    let config = config(&[
        (Origin::Default, "ignore-scripts=false"),
        (Origin::User, "ignore-scripts=true\nsave-exact=${OFF}\nengine-strict=${MISSING?}"),
        (Origin::Project, "x=1\nignore-scripts=${OFF}\nomit[]=dev\nomit[]=optional\nlegacy-peer-deps=${A?}"),
    ]);
    let value = config.value("ignore-scripts").unwrap();
    assert_eq!((value.origin, value.span), (Origin::Project, Span::new(19, 25)));
    // Nobody looks up what the repository names, and npm takes an unexpanded reference for `true`.
    assert!(value.is_on() && value.depends_on_environment());
    assert!(!config.is_on("save-exact", true));
    assert!(!config.is_on("engine-strict", true));
    assert!(!config.is_on("legacy-peer-deps", true));
    assert!(config.is_on("package-lock", true) && !config.is_on("force", false));
    assert_eq!(config.value("omit").unwrap().texts().collect::<Vec<_>>(), ["dev", "optional"]);
    assert!(config.ignore_scripts() && !config.omits_resolved());
}

#[test]
fn the_environment_stands_above_the_project() {
    let person = User {
        settings: vec![
            (
                Origin::Environment,
                environment_settings([
                    ("NPM_CONFIG_REGISTRY", "https://env.test/"),
                    ("npm_config_//env.test/:_authToken", "t"),
                    ("npm_config_ignore_scripts", ""),
                    ("npm_config__auth", "x"),
                    ("npm_config_omit", "dev\n\npeer"),
                    ("PATH", "/bin"),
                ]),
            ),
            (Origin::User, npmrc::parse("registry=https://user.test/").0),
        ],
        environment: BTreeMap::new(),
    };
    let (project, _) = npmrc::parse("registry=https://project.test/\nignore-scripts=true");
    let config = NpmConfig::with_project(&person, &[&project]);
    let registry = config.mappings().last().unwrap();
    assert_eq!((registry.url.as_deref(), registry.origin), (Ok("https://env.test/"), Origin::Environment));
    assert_eq!(config.mappings().len(), 3);
    assert_eq!(header(&config, "https://env.test/x").as_deref(), Some("Bearer t"));
    assert!(config.ignore_scripts());
    assert!(config.own("_auth").is_some());
    assert_eq!(config.own("omit").unwrap().texts().count(), 2);
}
