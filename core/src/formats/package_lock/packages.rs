//! The flat form: `packages` by install path, of versions 2 and 3.

use smol_str::SmolStr;

use super::entry::{asked, bundles, common, kind_of};
use super::installed_name;
use crate::model::{Importer, Package, SourceKind};
use crate::registries::is_usual_tarball;
use crate::syntax::json::Value;
use crate::text::{Span, Spanned};

/// Every entry but the root's, in file order; and what the root and the workspace members ask for.
pub(super) fn read(packages: Value<'_>) -> (Vec<Package>, Vec<Importer>) {
    let count = packages.members().count();
    let (mut found, mut importers) = (Vec::with_capacity(count), Vec::new());
    for (key, entry) in packages.members() {
        let Some(path) = key.spanned() else { continue };
        if path.is_empty() {
            importers.push(importer(&path, entry));
        } else {
            let package = package(path, entry);
            if package.kind == SourceKind::Workspace {
                importers.push(importer(&package.key, entry));
            }
            found.push(package);
        }
    }
    (found, importers)
}

fn importer(path: &Spanned<SmolStr>, entry: Value<'_>) -> Importer {
    let dependencies = asked(entry);
    let list = entry.get("bundleDependencies").or_else(|| entry.get("bundledDependencies"));
    Importer {
        path: path.value.clone(),
        span: path.span,
        name: entry.get("name").and_then(Value::spanned),
        version: entry.get("version").and_then(Value::spanned),
        bundles: list.map_or_else(Vec::new, |list| bundles(list, &dependencies)),
        dependencies: Some(dependencies),
        targets: Vec::new(),
        facts: Vec::new(),
    }
}

fn package(key: Spanned<SmolStr>, entry: Value<'_>) -> Package {
    let installed = installed_name(&key).map(SmolStr::from);
    let name = match &installed {
        Some(name) => Spanned::new(name.clone(), Span { start: key.span.end - (name.len() as u32).min(key.span.end), ..key.span }),
        None => Spanned::new(key.value.rsplit('/').next().unwrap_or_default().into(), key.span),
    };
    let name = if key.span.end - key.span.start == key.len() as u32 { name } else { Spanned::new(name.value, key.span) };
    let mut package = Package::new(key, name, entry.span());
    let (mut link, mut bundled) = (false, false);
    let mut bundle_list = None;
    for (member, value) in entry.members() {
        let Some(field) = member.string() else { continue };
        if common(&mut package, &field, member, value) {
            continue;
        }
        match &*field {
            "name" => rename(&mut package, value, installed.as_ref()),
            "link" => link = value.bool() == Some(true),
            "inBundle" => bundled = value.bool() == Some(true),
            "bundleDependencies" | "bundledDependencies" => bundle_list = Some(value),
            _ => {}
        }
    }
    package.dependencies = asked(entry);
    package.bundles = bundle_list.map_or_else(Vec::new, |list| bundles(list, &package.dependencies));
    package.install_script.get_or_insert(false);
    package.kind = match &package.source {
        _ if link => SourceKind::Link,
        _ if installed.is_none() => SourceKind::Workspace,
        _ if bundled => SourceKind::Bundled,
        Some(address) => package
            .version
            .as_ref()
            .filter(|version| is_usual_tarball(address, &package.name, version))
            .map_or_else(|| kind_of(address), |_| SourceKind::Registry),
        None => SourceKind::Registry,
    };
    package
}

/// `name` stands in an entry only where it is not the folder's: an alias, or an archive under another name.
fn rename(package: &mut Package, value: Value<'_>, installed: Option<&SmolStr>) {
    if let Some(name) = value.spanned() {
        package.alias = installed.filter(|installed| **installed != *name).cloned();
        package.name = name;
    }
}
