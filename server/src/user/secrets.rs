//! The person's credentials of the managers other than npm, each bound to the address that the person's own settings give it.
//!
//! A manager that binds a credential to a *name* would send it wherever the repository's files put that name. Here a name counts only if
//! the person's own settings say which address it has.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use provender_core::model::BoundCredential;
use provender_core::npm::config::Origin;
use toml::Table;

/// A credential for an address, and below.
pub(super) fn bound(registry: &str, authorization: String, origin: Origin) -> BoundCredential {
    BoundCredential { registry: registry.into(), authorization: authorization.into(), origin }
}

/// A user's name and password as a header's value.
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// The user's name and password in an address, which then goes without them.
pub(super) fn of_address(address: &str, origin: Origin) -> Option<BoundCredential> {
    let address = address.strip_prefix("sparse+").unwrap_or(address);
    let (scheme, rest) = address.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (user, host) = rest[..end].rsplit_once('@')?;
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some(bound(&format!("{scheme}://{host}{}", &rest[end..]), basic(&decode(user), &decode(password)), origin))
}

/// A netrc's machines. `hosts`: those that are asked, for their ports, which a netrc does not tell.
pub(super) fn of_netrc(text: &str, hosts: &[String]) -> Vec<BoundCredential> {
    let mut found = Vec::new();
    let mut words = text.lines().flat_map(|line| line.split('#').next().unwrap_or_default().split_ascii_whitespace());
    let (mut machine, mut login) = (None, None);
    while let Some(word) = words.next() {
        match word {
            // What follows is for whoever is asked, and so for nobody.
            "default" => machine = None,
            "machine" => (machine, login) = (words.next(), None),
            "login" => login = words.next(),
            "password" => {
                let (Some(host), Some(password)) = (machine, words.next()) else { continue };
                let value = basic(login.unwrap_or_default(), password);
                let ports = hosts.iter().filter(|known| known.split(':').next() == Some(host) && known.as_str() != host);
                found.push(bound(&format!("//{host}/"), value.clone(), Origin::User));
                found.extend(ports.map(|host| bound(&format!("//{host}/"), value.clone(), Origin::User)));
            }
            _ => {}
        }
    }
    found
}

/// The tokens of Cargo's credentials file and of the environment. `indexes`: addresses by name, from the person's own settings.
pub(super) fn of_cargo<'v>(
    text: &str,
    variables: impl Iterator<Item = (&'v str, &'v str)>,
    indexes: &BTreeMap<String, String>,
) -> Vec<BoundCredential> {
    let table: Table = text.parse().unwrap_or_default();
    let registries = table.get("registries").and_then(toml::Value::as_table);
    let token = |(name, of): (&String, &toml::Value)| Some((name.clone(), of.get("token")?.as_str()?.to_owned(), Origin::User));
    let mut tokens: Vec<_> = registries.into_iter().flatten().filter_map(token).collect();
    tokens.extend(variables.filter_map(|(name, value)| {
        let name = name.strip_prefix("CARGO_REGISTRIES_")?.strip_suffix("_TOKEN")?;
        Some((super::environment::cargo_name(name), value.to_owned(), Origin::Environment))
    }));
    let index =
        |name: &str| indexes.iter().find(|(known, _)| known.replace('_', "-").eq_ignore_ascii_case(&name.replace('_', "-")));
    tokens.into_iter().filter_map(|(name, token, origin)| Some(bound(plain(index(&name)?.1), token, origin))).collect()
}

/// Poetry's credentials (`auth.toml`, or the environment over it: `POETRY_HTTP_BASIC_NAME_USERNAME`, `…_PASSWORD`), for the repositories whose
/// addresses its own `config.toml` or the environment (`POETRY_REPOSITORIES_NAME_URL`) has.
pub(super) fn of_poetry(config: &str, auth: &str, variables: &BTreeMap<&str, &str>) -> Vec<BoundCredential> {
    let read = |text: &str| text.parse::<Table>().unwrap_or_default();
    let (config, auth) = (read(config), read(auth));
    let text = |value: Option<&toml::Value>, key: &str| Some(value?.get(key)?.as_str()?.to_owned());
    let in_file = config.get("repositories").and_then(toml::Value::as_table).into_iter().flatten();
    let in_file = in_file.filter_map(|(name, repository)| Some((upper(name), text(Some(repository), "url")?)));
    let in_environment = variables.iter().filter_map(|(variable, url)| {
        let name = variable.strip_prefix("POETRY_REPOSITORIES_")?.strip_suffix("_URL")?;
        Some((name.to_owned(), (*url).to_owned()))
    });
    let addresses: BTreeMap<String, String> = in_file.chain(in_environment).collect();
    let known = auth.get("http-basic").and_then(toml::Value::as_table);
    let credential = |(name, url): (&String, &String)| {
        let said = |what: &str| variables.get(format!("POETRY_HTTP_BASIC_{name}_{what}").as_str()).map(|value| (*value).to_owned());
        let written = known.and_then(|known| known.iter().find(|(key, _)| upper(key) == *name)).map(|(_, value)| value);
        let (user, origin) = match said("USERNAME") {
            Some(user) => (user, Origin::Environment),
            None => (text(written, "username")?, Origin::User),
        };
        let password = said("PASSWORD").or_else(|| text(written, "password")).unwrap_or_default();
        Some(bound(url, basic(&user, &password), origin))
    };
    addresses.iter().filter_map(credential).collect()
}

/// A repository's name as variables have it.
fn upper(name: &str) -> String {
    name.to_ascii_uppercase().replace(['-', '.'], "_")
}

/// uv's credentials for indexes by name (`UV_INDEX_NAME_USERNAME`, `…_PASSWORD`).
pub(super) fn of_uv(variables: &BTreeMap<&str, &str>, indexes: &BTreeMap<String, String>) -> Vec<BoundCredential> {
    let credential = |(name, url): (&String, &String)| {
        let upper: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
        let of = |what: &str| variables.get(format!("UV_INDEX_{upper}_{what}").as_str()).copied();
        let (user, password) = (of("USERNAME"), of("PASSWORD"));
        (user.is_some() || password.is_some())
            .then(|| bound(url, basic(user.unwrap_or_default(), password.unwrap_or_default()), Origin::Environment))
    };
    indexes.iter().filter_map(credential).collect()
}

fn plain(index: &str) -> &str {
    index.strip_prefix("sparse+").unwrap_or(index)
}

/// A file's text, if it is there and can be read.
pub(super) fn text(path: &Path) -> String {
    crate::disk::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: &[BoundCredential]) -> Vec<(&str, &str)> {
        found.iter().map(|one| (one.registry.as_str(), one.authorization.as_str())).collect()
    }

    #[test]
    fn a_netrc_binds_by_host() {
        let text = "# machine no.test password x\nmachine pip.corp.test login me password s3cret\n\
            machine other.test\n  login you # a comment\n  password pass\ndefault login any password every\nmachine cut.test login me\n";
        let found = of_netrc(text, &["other.test:8443".to_owned(), "other.test.evil.test".to_owned()]);
        assert_eq!(
            shown(&found),
            [
                ("//pip.corp.test/", basic("me", "s3cret").as_str()),
                ("//other.test/", basic("you", "pass").as_str()),
                ("//other.test:8443/", basic("you", "pass").as_str()),
            ]
        );
    }

    #[test]
    fn a_name_counts_only_if_the_person_says_which_address_it_has() {
        let indexes = BTreeMap::from([("my_corp".to_owned(), "sparse+https://cargo.corp.test/".to_owned())]);
        let text =
            "[registry]\ntoken = \"public\"\n[registries.my-corp]\ntoken = \"s3cret\"\n[registries.theirs]\ntoken = \"lost\"\n";
        assert_eq!(shown(&of_cargo(text, std::iter::empty(), &indexes)), [("https://cargo.corp.test/", "s3cret")]);
        let variables = [("CARGO_REGISTRIES_MY_CORP_TOKEN", "other"), ("CARGO_REGISTRIES_X_TOKEN", "lost")];
        assert_eq!(shown(&of_cargo("", variables.into_iter(), &indexes)), [("https://cargo.corp.test/", "other")]);

        let config = "[repositories.corp]\nurl = \"https://pip.corp.test/simple\"\n";
        let auth = "[http-basic.corp]\nusername = \"me\"\npassword = \"s3cret\"\n[http-basic.theirs]\nusername = \"me\"\npassword = \"lost\"\n";
        let none = BTreeMap::new();
        assert_eq!(shown(&of_poetry(config, auth, &none)), [("https://pip.corp.test/simple", basic("me", "s3cret").as_str())]);
        assert_eq!(of_poetry("", auth, &none), []);
        let variables = BTreeMap::from([
            ("POETRY_HTTP_BASIC_CORP_USERNAME", "you"),
            ("POETRY_HTTP_BASIC_CORP_PASSWORD", "other"),
            ("POETRY_HTTP_BASIC_MY_REPO_USERNAME", "token"),
            ("POETRY_HTTP_BASIC_THEIRS_USERNAME", "lost"),
            ("POETRY_REPOSITORIES_MY_REPO_URL", "https://mine.corp.test/simple"),
        ]);
        let expected =
            [("https://pip.corp.test/simple", basic("you", "other")), ("https://mine.corp.test/simple", basic("token", ""))];
        assert_eq!(shown(&of_poetry(config, auth, &variables)), expected.each_ref().map(|(url, value)| (*url, value.as_str())));

        let indexes = BTreeMap::from([("my.corp".to_owned(), "https://uv.corp.test/simple".to_owned())]);
        let variables = BTreeMap::from([("UV_INDEX_MY_CORP_PASSWORD", "s3cret"), ("UV_INDEX_X_PASSWORD", "lost")]);
        assert_eq!(shown(&of_uv(&variables, &indexes)), [("https://uv.corp.test/simple", basic("", "s3cret").as_str())]);
    }

    #[test]
    fn what_stands_in_an_address_is_bound_to_it() {
        let found = of_address("https://me%40corp:s3%2Fcret@pip.corp.test:8443/simple", Origin::User).unwrap();
        assert_eq!(shown(&[found]), [("https://pip.corp.test:8443/simple", basic("me@corp", "s3/cret").as_str())]);
        assert!(of_address("https://pip.corp.test/a@b", Origin::User).is_none());
    }
}
