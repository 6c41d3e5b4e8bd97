//! Manifests that Cargo refuses to read, whatever the lockfile says. What only newer or older versions of Cargo know is not judged.

use crate::model::Ecosystem;
use crate::syntax::toml::Value;
use crate::text::Span;
use crate::versions;

use super::features;

/// Why Cargo refuses a manifest, if it does. `workspace`: the manifest of the workspace that the crate is a member of.
#[must_use]
pub(crate) fn refused(manifest: Value<'_>, workspace: Option<Value<'_>>) -> Vec<(String, Span)> {
    let mut found = features::faults(manifest);
    if let (Some(_), Some(replace)) = (manifest.get("patch"), manifest.get("replace")) {
        found.push(("`[patch]` and `[replace]` do not go together".to_owned(), replace.span()));
    }
    for (key, shared) in manifest.get_path(&["workspace", "dependencies"]).into_iter().flat_map(Value::members) {
        found.extend(dependency(key, shared));
        if let Some(optional) = shared.get("optional").filter(|optional| optional.bool() == Some(true)) {
            found.push((format!("`{}` is optional, which only a member may say", key.raw()), optional.span()));
        }
    }
    for (key, asked) in asked(manifest) {
        found.extend(dependency(key, asked));
        found.extend(inherited(key, asked, workspace, "dependencies"));
    }
    let package = manifest.get("package").or_else(|| manifest.get("project"));
    for (key, value) in package.into_iter().flat_map(Value::members).filter(|(key, _)| !key.is("metadata")) {
        found.extend(inherited(key, value, workspace, "package"));
    }
    if let Some((key, lints)) = manifest.member("lints") {
        let missing = workspace.is_some_and(|workspace| workspace.get_path(&["workspace", "lints"]).is_none());
        if lints.get("workspace").and_then(Value::bool) == Some(true) && missing {
            found.push(("the workspace has no `lints` to take over".to_owned(), key.span()));
        }
    }
    found
}

/// The same packages under two names, which Cargo refuses where both are one crate.
pub(crate) fn twice(manifest: Value<'_>) -> Vec<(String, Span)> {
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut found = Vec::new();
    for (key, value) in manifest.get("dependencies").into_iter().flat_map(Value::members) {
        let (Some(key_name), Some(package)) = (key.string(), value.get("package").or(Some(key)).and_then(Value::string)) else {
            continue;
        };
        if seen.iter().any(|(name, other)| *other == package && *name != key_name) {
            found.push((package.to_string(), key.span()));
        }
        seen.push((key_name.into_owned(), package.into_owned()));
    }
    found
}

/// What a crate asks for, its targets included.
fn asked(manifest: Value<'_>) -> impl Iterator<Item = (Value<'_>, Value<'_>)> {
    let targets = manifest.get("target").into_iter().flat_map(Value::members).map(|(_, target)| target);
    let lists = targets.chain([manifest]).flat_map(|table| {
        ["dependencies", "dev-dependencies", "build-dependencies"].into_iter().filter_map(move |list| table.get(list))
    });
    lists.flat_map(Value::members)
}

/// What is wrong with one dependency.
fn dependency(key: Value<'_>, value: Value<'_>) -> Option<(String, Span)> {
    let name = key.raw();
    let has = |field: &str| value.get(field).is_some();
    let version = if value.is_table() { value.get("version") } else { Some(value) };
    let is_range = |text: &str| !text.trim().is_empty() && versions::satisfies(Ecosystem::Cargo, text, "0.0.0").is_some();
    if let Some(version) = version.filter(|version| version.string().is_some_and(|text| !is_range(&text))) {
        return Some((format!("`{name}`: `{}` is no range of versions", version.raw()), version.span()));
    }
    if !value.is_table() {
        return None;
    }
    let choices = ["branch", "tag", "rev"].into_iter().filter(|field| has(field)).count();
    if has("git") && choices > 1 {
        return Some((format!("`{name}`: only one of `branch`, `tag` and `rev` may choose a commit"), value.span()));
    }
    if !has("git") && choices > 0 {
        return Some((format!("`{name}` chooses a commit of no repository"), value.span()));
    }
    if !["version", "path", "git", "workspace"].into_iter().any(has) {
        return Some((format!("`{name}` says neither a version nor where it comes from"), value.span()));
    }
    None
}

/// What a member takes over from its workspace, and is not there.
fn inherited(key: Value<'_>, value: Value<'_>, workspace: Option<Value<'_>>, table: &str) -> Option<(String, Span)> {
    let takes = value.get("workspace").filter(|_| value.is_table())?;
    if takes.bool() != Some(true) {
        return Some((format!("`{}`: `workspace` can only be `true`", key.raw()), takes.span()));
    }
    let shared = workspace?.get_path(&["workspace", table]);
    let missing = shared.is_none_or(|shared| key.string().is_none_or(|name| shared.get(&name).is_none()));
    missing.then(|| (format!("the workspace has no `{}` to take over (`workspace.{table}`)", key.raw()), value.span()))
}
