//! Repositories on the forges that npm knows, in all the ways they can be written (npm's `hosted-git-info`).

use std::borrow::Cow;

use url::Url;

use super::committish;
use super::decode::{decode, decode_cow};
use super::{Git, Invalid, Transport, as_in_address, is_dropped, is_trimmed_off, split_fragment};

/// A forge that npm knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forge {
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
    /// Bitbucket.
    Bitbucket,
    /// GitHub's gists, whose owner says nothing.
    Gist,
    /// SourceHut.
    SourceHut,
}

struct Host {
    forge: Forge,
    shorthand: &'static str,
    domain: &'static str,
    schemes: &'static [&'static str],
}

const HOSTS: [Host; 5] = [
    Host {
        forge: Forge::GitHub,
        shorthand: "github",
        domain: "github.com",
        schemes: &["git", "http", "git+ssh", "git+https", "ssh", "https"],
    },
    Host { forge: Forge::GitLab, shorthand: "gitlab", domain: "gitlab.com", schemes: &["git+ssh", "git+https", "ssh", "https"] },
    Host {
        forge: Forge::Bitbucket,
        shorthand: "bitbucket",
        domain: "bitbucket.org",
        schemes: &["git+ssh", "git+https", "ssh", "https"],
    },
    Host {
        forge: Forge::Gist,
        shorthand: "gist",
        domain: "gist.github.com",
        schemes: &["git", "git+ssh", "git+https", "ssh", "https"],
    },
    Host { forge: Forge::SourceHut, shorthand: "sourcehut", domain: "git.sr.ht", schemes: &["git+ssh", "https"] },
];

/// A repository on a forge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Repository<'a> {
    /// Where.
    pub forge: Forge,
    /// Whose; with the groups on the way where there are some.
    pub owner: Option<Cow<'a, str>>,
    /// Its name, without `.git`.
    pub name: Cow<'a, str>,
}

impl Repository<'_> {
    /// Whether npm takes the two for one repository: a gist by its name alone.
    #[must_use]
    pub fn is_same(&self, other: &Repository<'_>) -> bool {
        let owners = self.forge == Forge::Gist || self.owner == other.owner;
        self.forge == other.forge && owners && self.name == other.name
    }
}

/// Reads a repository on a known forge. `None`: the spec is something else; `Err`: its fragment is none.
pub(super) fn parse(spec: &str) -> Option<Result<Git<'_>, Invalid>> {
    let (address, fragment) = split_fragment(spec);
    if is_bare_shorthand(spec) {
        return shorthand(spec, &HOSTS[0], address);
    }
    let url = read_url(spec)?;
    if let Some(host) = HOSTS.iter().find(|host| host.shorthand == url.scheme()) {
        if let Some((scheme, path)) = address.split_once(':').filter(|_| url.cannot_be_a_base())
            && scheme.eq_ignore_ascii_case(host.shorthand)
        {
            return shorthand(spec, host, path.trim_end_matches(is_trimmed_off));
        }
        return pathname(spec, host, url.path().to_owned().into());
    }
    let domain = url.host_str()?;
    let domain = domain.strip_prefix("www.").unwrap_or(domain);
    let host = HOSTS.iter().find(|host| host.domain == domain && host.schemes.contains(&url.scheme()))?;
    let (owner, name, tree) = extract(host.forge, url.path())?;
    let hash = match tree {
        Some(tree) => Some(Cow::Owned(tree.to_owned())),
        None => fragment.map(as_in_address),
    };
    let owner = decode_some(owner.map(|owner| Cow::Owned(owner.to_owned())))?;
    let repository = Repository { forge: host.forge, owner, name: Cow::Owned(decode(name)?.into_owned()) };
    let hash = decode_some(hash)?;
    Some(finish(address, fragment, hash, Transport::of_scheme(url.scheme())?, false, repository))
}

/// Decodes what may not be there; `None` only where it is there and does not decode.
fn decode_some(text: Option<Cow<'_, str>>) -> Option<Option<Cow<'_, str>>> {
    match text {
        None => Some(None),
        Some(text) => decode_cow(text).map(Some),
    }
}

/// `user/repo` and nothing that could make it a path, a scope or an address.
fn is_bare_shorthand(spec: &str) -> bool {
    let before = spec.split('#').next().unwrap_or_default();
    let Some(slash) = spec.find('/').filter(|&slash| slash > 0) else { return false };
    let second = before.get(slash + 1..).is_some_and(|rest| rest.contains('/'));
    let stray = before.contains(|c| c == '@' || c == ':' || super::version::is_space(c));
    !second && !stray && !before.ends_with('/') && !spec.starts_with('.')
}

/// `user/repo` behind a forge's prefix or none.
fn shorthand<'a>(spec: &'a str, host: &Host, path: &'a str) -> Option<Result<Git<'a>, Invalid>> {
    let path = path.split('?').next().unwrap_or_default();
    let clean = path.bytes().all(|byte| byte.is_ascii_graphic());
    pathname(spec, host, if clean { Cow::Borrowed(path) } else { Cow::Owned(encode(path)) })
}

/// As an address's path is written: tabs and line breaks gone. What is escaped for it is unescaped later on.
fn encode(path: &str) -> String {
    path.chars().filter(|&c| !is_dropped(c)).collect()
}

fn pathname<'a>(spec: &'a str, host: &Host, path: Cow<'a, str>) -> Option<Result<Git<'a>, Invalid>> {
    let (owner, name) = match path {
        Cow::Borrowed(path) => split_path(path)?,
        Cow::Owned(path) => {
            let (owner, name) = split_path(&path)?;
            (owner.map(|owner| Cow::Owned(owner.into_owned())), Cow::Owned(name.into_owned()))
        }
    };
    let (address, fragment) = split_fragment(spec);
    let hash = decode_some(fragment.map(as_in_address))?;
    let repository = Repository { forge: host.forge, owner, name };
    Some(finish(address, fragment, hash, Transport::Https, true, repository))
}

type OwnerAndName<'a> = (Option<Cow<'a, str>>, Cow<'a, str>);

fn split_path(path: &str) -> Option<OwnerAndName<'_>> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.split_once('@').map_or(path, |(_, after)| after);
    let (owner, name) = match path.rsplit_once('/') {
        Some((owner, name)) => (Some(decode(owner)?).filter(|owner| !owner.is_empty()), name),
        None => (None, path),
    };
    let name = match decode(name)? {
        Cow::Borrowed(name) => Cow::Borrowed(name.strip_suffix(".git").unwrap_or(name)),
        Cow::Owned(name) => Cow::Owned(name.strip_suffix(".git").unwrap_or(&name).to_owned()),
    };
    Some((owner, name))
}

fn finish<'a>(
    address: &'a str,
    fragment: Option<&'a str>,
    hash: Option<Cow<'a, str>>,
    transport: Transport,
    shorthand: bool,
    repository: Repository<'a>,
) -> Result<Git<'a>, Invalid> {
    let (committish, folder) = committish::parse(hash).ok_or(Invalid::Committish)?;
    Ok(Git { address, committish, folder, transport, shorthand, repository: Some(repository), fragment })
}

/// Owner, repository and, where the path names one, the branch, from an address on the forge.
fn extract(forge: Forge, path: &str) -> Option<(Option<&str>, &str, Option<&str>)> {
    let bare = |name: &'_ str| -> usize { name.strip_suffix(".git").unwrap_or(name).len() };
    if forge == Forge::GitLab {
        let path = path.strip_prefix('/').unwrap_or(path);
        if path.contains("/-/") || path.contains("/archive.tar.gz") {
            return None;
        }
        let (owner, name) = path.rsplit_once('/')?;
        let name = &name[..bare(name)];
        return (!owner.is_empty() && !name.is_empty()).then_some((Some(owner), name, None));
    }
    let mut parts = path.split('/').skip(1);
    let owner = parts.next().unwrap_or_default();
    let name = parts.next().unwrap_or_default();
    let third = parts.next().unwrap_or_default();
    let tree = match (forge, third) {
        (Forge::GitHub, "tree") => Some(parts.next().unwrap_or_default()),
        (Forge::GitHub, "") => None,
        (Forge::GitHub, _) | (Forge::Bitbucket, "get") | (Forge::Gist, "raw") | (Forge::SourceHut, "archive") => return None,
        _ => None,
    };
    if forge == Forge::Gist && name.is_empty() {
        return (!owner.is_empty()).then(|| (None, &owner[..bare(owner)], None));
    }
    let name = &name[..bare(name)];
    let named = forge == Forge::Gist || !owner.is_empty() && !name.is_empty();
    named.then_some((Some(owner).filter(|owner| !owner.is_empty()), name, tree))
}

/// Reads a spec as an address, with the corrections that npm makes to texts that are none.
fn read_url(spec: &str) -> Option<Url> {
    let corrected = with_scheme(spec);
    Url::parse(&corrected).ok().or_else(|| Url::parse(&without_scp(&corrected)).ok())
}

/// The schemes that stand as they are.
const SCHEMES: [&str; 7] = ["git+ssh", "ssh", "git+https", "git", "http", "https", "git+http"];

fn with_scheme(spec: &str) -> Cow<'_, str> {
    let colon = spec.find(':');
    let scheme = colon.map_or("", |colon| &spec[..colon]);
    let known = SCHEMES.contains(&scheme) || HOSTS.iter().any(|host| host.shorthand == scheme);
    if colon.is_some() && known || colon.is_some_and(|colon| spec[colon..].starts_with("://")) {
        return Cow::Borrowed(spec);
    }
    match (spec.find('@'), colon) {
        (Some(at), colon) if colon.is_none_or(|colon| at > colon) => Cow::Owned(format!("git+ssh://{spec}")),
        (Some(_), _) => Cow::Borrowed(spec),
        (None, Some(colon)) => Cow::Owned(format!("{}//{}", &spec[..=colon], &spec[colon + 1..])),
        (None, None) => Cow::Owned(format!("//{spec}")),
    }
}

fn without_scp(spec: &str) -> String {
    // JavaScript looks at the `#` itself as well, which changes nothing.
    let before = spec.split('#').next().unwrap_or_default();
    let (at, colon) = (before.rfind('@'), before.rfind(':'));
    let mut result = spec.to_owned();
    if let Some(colon) = colon.filter(|&colon| at.is_none_or(|at| colon > at)) {
        result.replace_range(colon..=colon, "/");
    }
    let before = result.split('#').next().unwrap_or_default();
    if !before.contains(':') && !result.contains("//") {
        result.insert_str(0, "git+ssh://");
    }
    result
}
