//! `Pipfile`: what a project of Pipenv asks for, and from which sources.
//!
//! The tables are those of `Pipfile.lock`'s categories; whatever is no table that Pipenv knows is a category. Source: `plette/models`,
//! `pipenv/utils/dependencies.py`.

use smol_str::SmolStr;

use super::{Format, Parsed, Role, no_hold, toml_settings};
use crate::finding::Severity;
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Dependency, Ecosystem, Group, Manager, Manifest, Model, NamedRegistry, Setting, Settings};
use crate::registries::Serves;
use crate::spec::Place;
use crate::syntax::Syntax;
use crate::syntax::toml::{self, Value};
use crate::text::{Span, Spanned};

/// The manifest of Pipenv, with its sources and settings.
pub static FORMAT: Format = Format {
    id: "pipfile",
    names: &["Pipfile"],
    patterns: &[],
    role: Role::Manifest,
    ecosystem: Some(Ecosystem::Pypi),
    parse,
    guards: &[
        Guard {
            aspect: Aspect::Tls,
            key: "source.verify_ssl",
            protects: |_| false,
            unset: Unset::Safe,
            mend: Mend::Set("true"),
            message: "Pipenv does not check this source's certificate (`verify_ssl = false`)",
            help: "set it to `true`; let the machine trust the certificate authority instead",
            severity: None,
            applies: |_, _| true,
        },
        Guard {
            aspect: Aspect::ExtraIndex,
            key: "pipenv.install_search_all_sources",
            protects: |setting| *setting.value != "true",
            unset: Unset::Safe,
            mend: Mend::Remove,
            message: "Pipenv looks for every name in all sources: whoever has the higher version in any of them wins",
            help: "take it out, and name for each private package its source (`index`)",
            severity: None,
            applies: |_, _| true,
        },
        Guard {
            aspect: Aspect::ExtraIndex,
            key: "pipenv.allow_prereleases",
            protects: |setting| *setting.value != "true",
            unset: Unset::Safe,
            mend: Mend::Remove,
            message: "Pipenv takes prereleases of every package",
            help: "ask for a prerelease in the range of the one package that is to have it",
            severity: Some(Severity::Warning),
            applies: |_, _| true,
        },
    ],
    hold: no_hold,
};

/// The tables that are no category of packages.
const OTHERS: [&str; 5] = ["source", "requires", "scripts", "pipenv", "pipfile"];

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let problems = tree.problems(text);
    let root = tree.root(text);
    let model = Model { manifest: Some(Box::new(manifest(root))), settings: Some(Box::new(settings(root))), ..Model::default() };
    Parsed { syntax: Syntax::Toml(tree), model, problems }
}

fn manifest(root: Value<'_>) -> Manifest {
    let mut manifest = Manifest { manager: Some(Manager::Pipenv), ..Manifest::default() };
    for (category, packages) in root.members().filter(|(key, _)| !OTHERS.iter().any(|other| key.is(other))) {
        let group = if category.is("packages") { Group::Normal } else { Group::Dev };
        manifest.dependencies.extend(packages.members().filter_map(|(name, value)| dependency(name, value, group)));
    }
    manifest.dependencies.sort_by_key(|dependency| dependency.name.span);
    manifest
}

fn dependency(name: Value<'_>, value: Value<'_>, group: Group) -> Option<Dependency> {
    let name = name.spanned()?;
    if let Some(spec) = value.spanned() {
        return Some(Dependency { loose: true, ..Dependency::new(name, spec, group) });
    }
    let text = |key: &str| value.get(key).and_then(Value::spanned);
    let place = place(&text);
    let spec = match &place {
        Some(Place::Git { address, .. } | Place::Url(address) | Place::Path(address)) => address.clone(),
        _ => text("version").unwrap_or_else(|| Spanned::new(SmolStr::default(), Span::at(name.span.end as usize))),
    };
    value.is_table().then(|| Dependency {
        place: place.map(Box::new),
        registry: text("index").map(Box::new),
        condition: text("markers").map(Box::new),
        loose: true,
        ..Dependency::new(name, spec, group)
    })
}

fn place(text: &impl Fn(&str) -> Option<Spanned<SmolStr>>) -> Option<Place> {
    if let Some(address) = ["git", "hg", "svn", "bzr"].iter().find_map(|kind| text(kind)) {
        return Some(Place::Git { address, rev: text("ref"), reference: None });
    }
    let of_file = |address: Spanned<SmolStr>| match address.contains("://") && !address.starts_with("file:") {
        true => Place::Url(address),
        false => Place::Path(address),
    };
    text("file").map(of_file).or_else(|| text("path").map(Place::Path))
}

/// The first source serves what names none; the others only what names them, unless all are to be searched.
fn settings(root: Value<'_>) -> Settings {
    let mut settings = Settings::default();
    settings.entries.extend(root.get("pipenv").into_iter().flat_map(toml_settings::entries).map(|mut setting| {
        setting.key.value = format!("pipenv.{}", setting.key.value).into();
        setting
    }));
    let all = settings.get("pipenv.install_search_all_sources").is_some_and(|setting| *setting.value == "true");
    let sources = root.get("source").into_iter().flat_map(Value::items);
    for (source, at) in sources.zip(0..) {
        settings.entries.extend(unverified(source));
        let name = source.get("name").and_then(Value::spanned);
        let serves = match (at, &name) {
            (0, _) => Serves::Default,
            (_, Some(name)) if !all => Serves::Named(name.value.clone()),
            _ => Serves::Any,
        };
        let url = source.get("url").and_then(Value::spanned);
        settings.registries.extend(url.map(|url| NamedRegistry {
            name,
            url,
            serves,
            mixes: all && at > 0,
            part: None,
            yields: false,
        }));
    }
    settings
}

/// What `verify_ssl = false` says of one of several sources. That it is `true` of another does not help.
fn unverified(source: Value<'_>) -> Option<Setting> {
    let (key, value) = source.member("verify_ssl").filter(|(_, value)| value.bool() == Some(false))?;
    Some(Setting {
        key: Spanned::new("source.verify_ssl".into(), key.inner()),
        value: Spanned::new(value.raw().into(), value.inner()),
        list: false,
        implied: false,
        line: key.span().to(value.span()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_sources_and_places() {
        let text = r#"
[[source]]
name = "pypi"
url = "https://pypi.test/simple"
verify_ssl = true

[[source]]
name = "corp"
url = "https://corp.test/simple"
verify_ssl = false

[packages]
a = "*"
B_b = {version = ">=1", extras = ["x"], index = "corp", markers = "os_name == 'nt'"}
g = {git = "https://git.test/g.git", ref = "main"}

[dev-packages]
p = {path = ".", editable = true}

[docs]
u = {file = "https://files.test/u.whl"}

[requires]
python_version = "3.11"

[pipenv]
allow_prereleases = true
"#;
        let model = parse(text).model;
        let manifest = model.manifest.unwrap();
        let told: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|asked| (asked.name.as_str(), asked.spec.as_str(), asked.group, asked.place.is_some(), asked.registry.is_some()))
            .collect();
        assert_eq!(
            told,
            [
                ("a", "*", Group::Normal, false, false),
                ("B_b", ">=1", Group::Normal, false, true),
                ("g", "https://git.test/g.git", Group::Normal, true, false),
                ("p", ".", Group::Dev, true, false),
                ("u", "https://files.test/u.whl", Group::Dev, true, false),
            ]
        );
        let settings = model.settings.unwrap();
        assert_eq!(
            settings.entries.iter().map(|setting| setting.key.as_str()).collect::<Vec<_>>(),
            ["pipenv.allow_prereleases", "source.verify_ssl"]
        );
        assert_eq!(
            settings.registries.iter().map(|named| named.serves.clone()).collect::<Vec<_>>(),
            [Serves::Default, Serves::Named("corp".into())]
        );
    }
}
