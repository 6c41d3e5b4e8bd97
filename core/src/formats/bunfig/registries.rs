//! The registries that `[install]` names, and the credentials that go to them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::{SmolStr, format_smolstr};

use crate::model::{BoundCredential, NamedRegistry};
use crate::npm::config::Origin;
use crate::registries::Serves;
use crate::syntax::toml::Value;
use crate::text::Spanned;

/// One registry as written: a text, or a table with `url` and what proves who asks.
struct Written<'a> {
    serves: Serves,
    value: Value<'a>,
}

fn written<'a>(install: Value<'a>) -> impl Iterator<Item = Written<'a>> {
    let default = install.get("registry").map(|value| Written { serves: Serves::Default, value });
    let scopes = install.get("scopes").into_iter().flat_map(Value::members).filter_map(|(name, value)| {
        let scope = SmolStr::from(name.string()?.trim_start_matches('@'));
        Some(Written { serves: Serves::Scope(scope), value })
    });
    default.into_iter().chain(scopes)
}

impl<'a> Written<'a> {
    fn url(&self) -> Option<Spanned<SmolStr>> {
        self.value.spanned().or_else(|| self.text("url"))
    }

    fn text(&self, key: &str) -> Option<Spanned<SmolStr>> {
        self.value.get(key)?.spanned()
    }
}

/// Every registry by what it serves. A scope's table without `url` leaves the registry as it is.
pub(super) fn named(install: Value<'_>) -> Vec<NamedRegistry> {
    let named = written(install).filter_map(|written| {
        let url = written.url()?;
        let bare = Spanned::new(reference(&without_user(&url).0), url.span);
        Some(NamedRegistry { name: None, url: bare, serves: written.serves, mixes: false, part: None, yields: false })
    });
    named.collect()
}

/// Every credential, bound to its registry: a token, or a name and a password, beside the address or in it.
pub(super) fn credentials(install: Value<'_>) -> Vec<BoundCredential> {
    let bound = written(install).filter_map(|written| {
        let url = written.url()?;
        let (registry, user) = without_user(&url);
        let authorization = match written.text("token") {
            Some(token) => format_smolstr!("Bearer {}", reference(&token)),
            None => basic(written.text("username"), written.text("password")).or_else(|| user.map(|user| encoded(&user)))?,
        };
        Some(BoundCredential { registry, authorization, origin: Origin::Project })
    });
    bound.collect()
}

/// A name and a password that are both there in full. A reference to the environment would have to be filled in before it is encoded.
fn basic(username: Option<Spanned<SmolStr>>, password: Option<Spanned<SmolStr>>) -> Option<SmolStr> {
    let (username, password) = (username?, password?);
    let literal = !username.starts_with('$') && !password.starts_with('$');
    literal.then(|| encoded(&format!("{username}:{password}")))
}

fn encoded(user: &str) -> SmolStr {
    format_smolstr!("Basic {}", STANDARD.encode(user))
}

/// An address without the part before `@`, and that part.
fn without_user(url: &str) -> (SmolStr, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.into(), None) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rsplit_once('@') {
        Some((user, host)) => (format_smolstr!("{scheme}://{host}{}", &rest[end..]), Some(user.to_owned())),
        None => (url.into(), None),
    }
}

/// `$NAME`, Bun's reference to the environment, in the form that the rest of Provender knows: `${NAME}`.
fn reference(text: &str) -> SmolStr {
    match text.strip_prefix('$') {
        Some(name) if !name.starts_with('{') => format_smolstr!("${{{name}}}"),
        _ => text.into(),
    }
}
