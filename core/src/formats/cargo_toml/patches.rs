//! `[patch]` and the older `[replace]`: other sources in the place of those that are asked for. They reach everything that is built, so each is
//! a dependency as well, of the kind that replaces what others ask for.

use smol_str::SmolStr;

use super::dependency;
use crate::model::{Dependency, Destination, Group, Manifest, Place, Redirect, Redirected};
use crate::syntax::toml::Value;
use crate::text::{Span, Spanned};

/// Reads the table under a key `patch` or `replace`.
pub(super) fn read(key: Value<'_>, table: Value<'_>, manifest: &mut Manifest) {
    let (dependencies, redirects) = if key.is("patch") { patches(table) } else { replacements(table) };
    manifest.dependencies.extend(dependencies);
    manifest.redirects.extend(redirects);
}

/// The entries of a table `patch`, under the sources that they are for.
pub(crate) fn patches(table: Value<'_>) -> (Vec<Dependency>, Vec<Redirect>) {
    let entries = table.members().flat_map(|(_, source)| source.members());
    let read = |(key, value): (Value<'_>, Value<'_>)| {
        let dependency = dependency::read(key.spanned()?, value, Group::Override)?;
        let redirect = redirect(&dependency, "[patch]", key.span())?;
        Some((Dependency { loose: true, ..dependency }, redirect))
    };
    entries.filter_map(read).unzip()
}

/// The entries of a table `replace`, whose keys are package ids: `name:version`, with an address before them where that is needed.
fn replacements(table: Value<'_>) -> (Vec<Dependency>, Vec<Redirect>) {
    let read = |(key, value): (Value<'_>, Value<'_>)| {
        let id = key.spanned()?;
        let name = id.rsplit(['#', '/']).next().and_then(|id| id.split([':', '@']).next()).unwrap_or_default();
        let dependency = dependency::read(Spanned::new(name.into(), id.span), value, Group::Override)?;
        let redirect = redirect(&dependency, "[replace]", key.span())?;
        Some((Dependency { loose: true, ..dependency }, redirect))
    };
    table.members().filter_map(read).unzip()
}

fn redirect(dependency: &Dependency, by: &'static str, key: Span) -> Option<Redirect> {
    let (to, kind): (Spanned<SmolStr>, _) = match (dependency.place.as_deref(), &dependency.registry) {
        (Some(Place::Git { address, .. }), _) => (address.clone(), Destination::Address),
        (Some(Place::Path(path)), _) => (path.clone(), Destination::Path),
        (_, Some(registry)) if registry.contains("://") => ((**registry).clone(), Destination::Address),
        (_, Some(registry)) => ((**registry).clone(), Destination::Name),
        _ => return None,
    };
    let span = key.to(to.span);
    Some(Redirect { what: Redirected::Package(dependency.name.value.clone()), to, kind, by, span })
}
