//! `pyproject.toml`: what a Python project asks for, in the standard's tables (PEP 621, PEP 735, PEP 518) and in those of Poetry, uv and PDM;
//! and how these are to behave.

mod guards;
mod pdm;
mod poetry;
mod standard;
mod uv;

use smol_str::SmolStr;

use super::{Format, Parsed, Role, no_hold, toml_settings};
use crate::model::{Dependency, Ecosystem, Manager, Manifest, Model, NamedRegistry, Setting, Settings};
use crate::redirect::{Destination, Redirect, Redirected};
use crate::registries::Serves;
use crate::syntax::Syntax;
use crate::syntax::toml::{self, Value};
use crate::text::Spanned;

/// The manifest of a Python project, and the settings of its manager.
pub static PYPROJECT: Format = Format {
    id: "pyproject",
    names: &["pyproject.toml"],
    patterns: &[],
    role: Role::Manifest,
    ecosystem: Some(Ecosystem::Pypi),
    parse,
    guards: guards::PYPROJECT,
    hold: no_hold,
};

/// uv's settings in a file of their own; beside it, uv leaves the table in `pyproject.toml` aside.
pub static UV_TOML: Format = Format {
    id: "uv-toml",
    names: &["uv.toml"],
    patterns: &[],
    role: Role::Settings,
    ecosystem: Some(Ecosystem::Pypi),
    parse: parse_uv,
    guards: guards::UV_TOML,
    hold: no_hold,
};

/// Poetry's settings in a file of their own.
pub static POETRY_TOML: Format = Format {
    id: "poetry-toml",
    names: &["poetry.toml"],
    patterns: &[],
    role: Role::Settings,
    ecosystem: Some(Ecosystem::Pypi),
    parse: parse_poetry,
    guards: guards::POETRY_TOML,
    hold: no_hold,
};

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let problems = tree.problems(text);
    let root = tree.root(text);
    let model = Model { manifest: Some(Box::new(manifest(root))), settings: settings(root).map(Box::new), ..Model::default() };
    Parsed { syntax: Syntax::Toml(tree), model, problems }
}

fn parse_uv(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let problems = tree.problems(text);
    let mut settings = Settings::default();
    uv::settings(tree.root(text), "", &mut settings);
    Parsed { model: settings.into(), problems, syntax: Syntax::Toml(tree) }
}

fn parse_poetry(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let problems = tree.problems(text);
    let settings = poetry::settings(tree.root(text));
    Parsed { model: settings.into(), problems, syntax: Syntax::Toml(tree) }
}

fn manifest(root: Value<'_>) -> Manifest {
    let mut manifest = Manifest { manager: manager(root), ..Manifest::default() };
    standard::read(root, &mut manifest);
    if let Some(tool) = root.get("tool") {
        if let Some(table) = tool.get("poetry") {
            poetry::read(table, &mut manifest);
        }
        if let Some(table) = tool.get("uv") {
            uv::read(table, &mut manifest);
        }
        if let Some(table) = tool.get("pdm") {
            pdm::read(table, &mut manifest);
        }
    }
    for dependency in &mut manifest.dependencies {
        // A library's ranges are its interface, and a project's are what its lockfile is made from.
        dependency.loose = true;
    }
    manifest.dependencies.sort_by_key(|dependency| dependency.name.span);
    manifest
}

/// The manager that the project is written for: the one whose table is there, else the one that its build backend comes from.
fn manager(root: Value<'_>) -> Option<Manager> {
    let has = |name: &str| root.get_path(&["tool", name]).is_some_and(Value::is_table);
    let backend = root.get_path(&["build-system", "build-backend"]).and_then(Value::string).unwrap_or_default();
    let tables = [("poetry", Manager::Poetry), ("pdm", Manager::Pdm), ("uv", Manager::Uv)];
    let backends = [("poetry", Manager::Poetry), ("pdm", Manager::Pdm), ("uv_build", Manager::Uv)];
    let by_table = tables.iter().find(|(name, _)| has(name));
    by_table.or_else(|| backends.iter().find(|(start, _)| backend.starts_with(start))).map(|(_, manager)| *manager)
}

/// The settings of all managers, or nothing where the file has none: then it is only a manifest.
fn settings(root: Value<'_>) -> Option<Settings> {
    let tool = root.get("tool")?;
    let mut settings = Settings::default();
    if let Some(table) = tool.get("uv") {
        uv::settings(table, "tool.uv.", &mut settings);
    }
    if let Some(table) = tool.get("poetry") {
        poetry::sources(table, &mut settings);
    }
    if let Some(table) = tool.get("pdm") {
        pdm::settings(table, &mut settings);
    }
    let empty = settings.entries.is_empty() && settings.registries.is_empty() && settings.redirects.is_empty();
    (!empty).then_some(settings)
}

/// The entries of a table but for some keys, each under a path of its own.
fn entries(table: Value<'_>, prefix: &str, skipped: &[&str]) -> Vec<Setting> {
    let wanted = |setting: &Setting| {
        let first = setting.key.split('.').next().unwrap_or_default();
        !skipped.contains(&first)
    };
    let mut found = toml_settings::entries(table);
    found.retain(wanted);
    for setting in &mut found {
        setting.key.value = format!("{prefix}{}", setting.key.value).into();
    }
    found
}

/// One index of a list, as every manager writes them alike: `name`, `url`.
fn index(item: Value<'_>, serves: Serves, mixes: bool) -> Option<NamedRegistry> {
    Some(NamedRegistry {
        name: item.get("name").and_then(Value::spanned),
        url: item.get("url")?.spanned()?,
        serves,
        mixes,
        part: None,
        yields: false,
    })
}

/// What `verify_ssl = false` says of one of several indexes. That it is `true` anywhere else does not help.
fn unverified(item: Value<'_>, key: &str) -> Option<Setting> {
    let (name, value) = item.member("verify_ssl").filter(|(_, value)| value.bool() == Some(false))?;
    Some(entry(key, name, value))
}

/// A member of a table that is one of a list, as a setting.
fn entry(key: &str, name: Value<'_>, value: Value<'_>) -> Setting {
    Setting {
        key: Spanned::new(key.into(), name.inner()),
        value: Spanned::new(value.string().map_or_else(|| value.raw().into(), SmolStr::from), value.inner()),
        list: false,
        implied: false,
        line: name.span().to(value.span()),
    }
}

/// Files from a page or folder beside every index.
fn found_at(place: Spanned<SmolStr>, by: &'static str) -> Redirect {
    let kind = if place.contains("://") && !place.starts_with("file:") { Destination::Address } else { Destination::Path };
    Redirect { what: Redirected::Anything, span: place.span, to: place, kind, by }
}

/// Every dependency of the lists under a table, one list for each extra or group; items that only include another group are none.
fn listed<'a>(lists: Value<'a>, read: impl Fn(Value<'a>) -> Option<Dependency> + 'a) -> impl Iterator<Item = Dependency> + 'a {
    lists.members().flat_map(|(_, list)| list.items()).filter_map(read)
}

#[cfg(test)]
mod tests;
