//! `uv.lock`: what uv chose.
//!
//! Every entry names its source; the project and the members of its workspace are entries like any other, with a copy of what they ask for
//! under `metadata`. A dependency names version and source only where the name alone would be ambiguous. Revisions within version 1 only add.
//! Source: `crates/uv-resolver/src/lock/mod.rs`.

use smol_str::SmolStr;

use super::{Format, Parsed, Proven, Role};
use crate::document::Document;
use crate::model::{
    Dependency, Digest, Ecosystem, Edges, Group, Importer, Integrity, LockedFile, Lockfile, Manager, Package, Problem, ProblemKind,
    SourceKind,
};
use crate::npm::resolve::normal;
use crate::python::entries::{Entries, take_files};
use crate::python::{file_name, hold};
use crate::spec::Place;
use crate::syntax::Syntax;
use crate::syntax::toml::{self, Value};
use crate::text::{Edit, Span, Spanned};

/// The lockfile of uv.
pub static FORMAT: Format = Format {
    id: "uv-lock",
    names: &["uv.lock"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Pypi),
    parse,
    guards: &[],
    hold,
};

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let mut problems = tree.problems(text);
    let lockfile = lockfile(tree.root(text), &mut problems);
    Parsed { syntax: Syntax::Toml(tree), model: lockfile.into(), problems }
}

fn lockfile(root: Value<'_>, problems: &mut Vec<Problem>) -> Lockfile {
    let mut lockfile = Lockfile::new(Manager::Uv);
    lockfile.version = version(root, problems);
    for (name, path) in [
        ("requires-python", ["requires-python", ""]),
        ("exclude-newer", ["options", "exclude-newer"]),
        ("exclude-newer-span", ["options", "exclude-newer-span"]),
        ("prerelease-mode", ["options", "prerelease-mode"]),
        ("resolution-mode", ["options", "resolution-mode"]),
    ] {
        let path: Vec<&str> = path.into_iter().filter(|key| !key.is_empty()).collect();
        let fact = root.get_path(&path).and_then(Value::spanned);
        lockfile.facts.extend(fact.map(|fact| (name.into(), fact)));
    }
    let members: Vec<SmolStr> = root
        .get_path(&["manifest", "members"])
        .map_or_else(Vec::new, |members| members.items().filter_map(|member| member.string().map(SmolStr::from)).collect());
    let entries: Vec<Entry<'_>> =
        root.get("package").into_iter().flat_map(Value::items).filter_map(|value| entry(value, &members)).collect();
    connect(&mut lockfile, entries, root.get("manifest"));
    lockfile
}

fn version(root: Value<'_>, problems: &mut Vec<Problem>) -> Option<Spanned<SmolStr>> {
    let value = root.get("version").filter(|version| !version.is_table())?;
    if value.integer() != Some(1) {
        problems.push(Problem {
            kind: ProblemKind::UnknownVersion,
            span: value.span(),
            message: format!("lockfile version `{}` is not 1, the only one that is known", value.raw()),
            related: None,
            fix: None,
        });
    }
    Some(Spanned::new(value.raw().into(), value.inner()))
}

/// An entry, and what of it is for the projects of the workspace alone.
struct Entry<'a> {
    package: Package,
    /// The source that each dependency names, where the name alone is ambiguous.
    sources: Vec<Option<Value<'a>>>,
    /// The entry's own source.
    source: Option<Value<'a>>,
    /// The copy of what a project asks for.
    metadata: Option<Value<'a>>,
}

fn entry<'a>(value: Value<'a>, members: &[SmolStr]) -> Option<Entry<'a>> {
    let name = value.get("name")?.spanned()?;
    let mut package = Package::new(name.clone(), name, value.span());
    let (mut asked, mut files) = (Vec::new(), None::<(Vec<LockedFile>, Span)>);
    let (mut own, mut metadata) = (None, None);
    for (key, field) in value.members() {
        match key.raw() {
            "version" => package.version = field.spanned(),
            "source" => {
                own = Some(field);
                source(&mut package, field, members);
            }
            "dependencies" => asked.extend(field.items().filter_map(|item| dependency(item, Group::Normal))),
            "optional-dependencies" => asked.extend(listed(field, Group::Optional)),
            "dev-dependencies" => asked.extend(listed(field, Group::Dev)),
            "sdist" => add_files(&mut files, std::iter::once(file(field)), field.span()),
            "wheels" => add_files(&mut files, field.items().map(file), field.span()),
            "metadata" => metadata = Some(field),
            _ => {}
        }
    }
    if let Some((files, field)) = files {
        take_files(&mut package, files, field);
    }
    if package.kind != SourceKind::Registry {
        asked.iter_mut().for_each(|(dependency, source)| place(dependency, *source, metadata));
    }
    let (dependencies, sources) = asked.into_iter().unzip();
    package.dependencies = dependencies;
    Some(Entry { package, sources, source: own, metadata })
}

/// What a project that is built from its source asks for may come from anywhere, which only the copy of its requirements tells.
fn place(dependency: &mut Dependency, source: Option<Value<'_>>, metadata: Option<Value<'_>>) {
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key));
    let groups = field("requires-dev").into_iter().flat_map(Value::members).flat_map(|(_, list)| list.items());
    let all = field("requires-dist").into_iter().flat_map(Value::items).chain(groups);
    let mut named = all.filter(|item| item.get("name").is_some_and(|name| name.is(&dependency.name))).peekable();
    let of_registry =
        named.peek().is_some() && named.all(|item| requirement(item, Group::Normal).is_some_and(|asked| asked.place.is_none()));
    if source.is_none() && !of_registry {
        dependency.place = Some(Box::new(Place::Elsewhere));
    }
}

fn add_files(files: &mut Option<(Vec<LockedFile>, Span)>, more: impl Iterator<Item = LockedFile>, field: Span) {
    files.get_or_insert_with(|| (Vec::new(), field)).0.extend(more);
}

/// The items of every list of a table, one for each extra or group.
fn listed<'a>(lists: Value<'a>, group: Group) -> impl Iterator<Item = (Dependency, Option<Value<'a>>)> {
    lists.members().flat_map(|(_, list)| list.items()).filter_map(move |item| dependency(item, group))
}

fn dependency(item: Value<'_>, group: Group) -> Option<(Dependency, Option<Value<'_>>)> {
    let name = item.get("name")?.spanned()?;
    let version = item.get("version").and_then(Value::spanned);
    let spec = version.unwrap_or_else(|| Spanned::new(SmolStr::default(), Span::at(name.span.end as usize)));
    let condition = item.get("marker").and_then(Value::spanned).map(Box::new);
    let source = item.get("source");
    let place = source.filter(|source| source.get("registry").is_none()).map(|_| Box::new(Place::Elsewhere));
    Some((Dependency { condition, place, ..Dependency::new(name, spec, group) }, source))
}

fn source(package: &mut Package, source: Value<'_>, members: &[SmolStr]) {
    let Some((kind, value)) = source.members().find_map(|(key, value)| Some((key.raw(), value.spanned()?))) else { return };
    match kind {
        "registry" => package.registry = Some(Box::new(value)),
        "git" => (package.kind, package.source) = (SourceKind::Git, Some(value)),
        "url" => (package.kind, package.source) = (SourceKind::Url, Some(value)),
        "path" => (package.kind, package.source) = (SourceKind::File, Some(value)),
        "editable" | "virtual" | "directory" => {
            let own = *value == "." || members.contains(&package.name.value);
            package.kind = if own { SourceKind::Workspace } else { SourceKind::File };
            package.source = Some(value);
        }
        _ => {}
    }
}

fn file(item: Value<'_>) -> LockedFile {
    let mut file = LockedFile::default();
    for (key, field) in item.members() {
        match key.raw() {
            "url" => file.url = field.spanned(),
            "path" | "filename" => {
                file.name = field.spanned().map(|path| Spanned::new(file_name::of_address(&path).into(), path.span))
            }
            "hash" => file.integrity = digest(field),
            "size" => {
                let size = field.integer().and_then(|size| u64::try_from(size).ok());
                file.size = size.map(|size| Spanned::new(size, field.span()));
            }
            _ => {}
        }
    }
    if let (None, Some(url)) = (&file.name, &file.url) {
        file.name = Some(Spanned::new(file_name::of_address(url).into(), url.span));
    }
    file
}

/// The edits that write the digests of a release's files to those that are listed. Files that are not would need their addresses too.
fn hold(document: &Document, package: &Package, proven: Proven<'_>) -> Option<Vec<Edit>> {
    let Syntax::Toml(tree) = &document.syntax else { return None };
    let entry = tree.root(&document.text).get("package")?.items().find(|entry| entry.span() == package.span)?;
    let wheels = entry.get("wheels").into_iter().flat_map(Value::items);
    let files = entry.get("sdist").into_iter().chain(wheels);
    hold::fill(files, file, proven, |item, hex| hold::member(item, &["url", "path", "filename"], "hash", &hold::word(hex)))
}

fn digest(field: Value<'_>) -> Integrity {
    match field.spanned().filter(|word| !word.is_empty()) {
        Some(word) => Integrity { field: Some(word.span), digests: vec![Digest::parse(&word, word.span)] },
        None => Integrity { field: Some(field.span()), digests: Vec::new() },
    }
}

/// Finds the entries that each entry's dependencies lead to, and makes importers of the projects of the workspace.
fn connect(lockfile: &mut Lockfile, entries: Vec<Entry<'_>>, manifest: Option<Value<'_>>) {
    let (mut sources, mut own, mut metadata) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        lockfile.packages.push(entry.package);
        sources.push(entry.sources);
        own.push(entry.source);
        metadata.push(entry.metadata);
    }
    let (mut spread, mut targets) = (Vec::new(), Vec::new());
    {
        let packages = &lockfile.packages;
        let named = Entries::of(packages);
        let same = |index: u32, source: Option<Value<'_>>| source.is_none_or(|source| is_same(own[index as usize], source));
        for (package, sources) in packages.iter().zip(&sources) {
            let (mut dependencies, mut leads) = (Vec::new(), Vec::new());
            for (dependency, source) in package.dependencies.iter().zip(sources) {
                let mut answering = named.answering(packages, dependency);
                answering.retain(|index| same(*index, *source));
                let count = answering.len().max(1);
                dependencies.extend(std::iter::repeat_n(dependency, count).cloned());
                leads.push(answering.first().copied());
                leads.extend(answering.into_iter().skip(1).map(Some));
            }
            spread.push(dependencies);
            targets.push(leads);
        }
        let projects = packages.iter().zip(&metadata).filter(|(package, _)| package.kind == SourceKind::Workspace);
        lockfile.importers = projects.map(|(package, metadata)| importer(package, *metadata, packages, &named)).collect();
        if let Some(manifest) = manifest {
            let root = root_of(manifest, packages, &named);
            add_root(&mut lockfile.importers, root);
        }
    }
    for (package, dependencies) in lockfile.packages.iter_mut().zip(spread) {
        package.dependencies = dependencies;
    }
    lockfile.edges = Edges::of_lists(targets);
}

fn is_same(own: Option<Value<'_>>, named: Value<'_>) -> bool {
    let told =
        |source: Value<'_>| source.members().find_map(|(key, value)| Some((key.raw().to_owned(), value.string()?.into_owned())));
    own.and_then(told) == told(named)
}

fn importer(package: &Package, metadata: Option<Value<'_>>, packages: &[Package], named: &Entries<'_>) -> Importer {
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key));
    let asked = field("requires-dist").into_iter().flat_map(Value::items).filter_map(|item| requirement(item, Group::Normal));
    let groups = field("requires-dev").into_iter().flat_map(Value::members).flat_map(|(_, list)| list.items());
    let asked = asked.chain(groups.filter_map(|item| requirement(item, Group::Dev))).collect();
    let (dependencies, targets) = named.spread(packages, asked);
    let path = package.source.as_ref().map_or_else(SmolStr::default, |source| match source.as_str() {
        "." => SmolStr::default(),
        path => normal(path).into(),
    });
    Importer {
        path,
        span: package.key.span,
        name: Some(package.name.clone()),
        version: package.version.clone(),
        bundles: Vec::new(),
        dependencies: Some(dependencies),
        targets,
        facts: Vec::new(),
    }
}

/// What a workspace without a project of its own asks for.
fn root_of(manifest: Value<'_>, packages: &[Package], named: &Entries<'_>) -> Importer {
    let asked = manifest.get("requirements").into_iter().flat_map(Value::items).filter_map(|item| requirement(item, Group::Normal));
    let groups = manifest.get("dependency-groups").into_iter().flat_map(Value::members).flat_map(|(_, list)| list.items());
    let asked = asked.chain(groups.filter_map(|item| requirement(item, Group::Dev))).collect();
    let (dependencies, targets) = named.spread(packages, asked);
    Importer { span: manifest.span(), dependencies: Some(dependencies), targets, ..Importer::default() }
}

fn add_root(importers: &mut Vec<Importer>, root: Importer) {
    match importers.iter_mut().find(|importer| importer.path.is_empty()) {
        Some(project) => {
            project.dependencies.get_or_insert_default().extend(root.dependencies.into_iter().flatten());
            project.targets.extend(root.targets);
        }
        None => importers.insert(0, root),
    }
}

/// One item of a project's copied requirements.
fn requirement(item: Value<'_>, group: Group) -> Option<Dependency> {
    let text = |key: &str| item.get(key).and_then(Value::spanned);
    let name = text("name")?;
    let place = if let Some(address) = text("git") {
        Some(Place::Git { rev: commit(&address), reference: None, address })
    } else if let Some(url) = text("url") {
        Some(Place::Url(url))
    } else {
        ["path", "directory", "editable", "virtual"].iter().find_map(|key| text(key)).map(Place::Path)
    };
    let spec = match &place {
        Some(Place::Git { address, .. } | Place::Url(address) | Place::Path(address)) => address.clone(),
        _ => text("specifier").unwrap_or_else(|| Spanned::new(SmolStr::default(), Span::at(name.span.end as usize))),
    };
    Some(Dependency {
        place: place.map(Box::new),
        registry: text("index").map(Box::new),
        condition: text("marker").map(Box::new),
        loose: true,
        ..Dependency::new(name, spec, group)
    })
}

/// The commit in a repository's address as uv writes it: `?rev=`.
fn commit(address: &Spanned<SmolStr>) -> Option<Spanned<SmolStr>> {
    let (_, rest) = address.split_once("rev=")?;
    let rev = rest.split(['&', '#']).next()?;
    Some(Spanned::new(rev.into(), address.span))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"version = 1
revision = 3
requires-python = ">=3.9"

[options]
exclude-newer = "2025-01-01T00:00:00Z"

[manifest]
members = ["app", "lib"]

[[package]]
name = "app"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "lib" },
    { name = "numpy", version = "1.0", source = { registry = "https://pypi.org/simple" }, marker = "python_full_version < '3.10'" },
    { name = "numpy", version = "2.0", source = { registry = "https://pypi.corp.test/simple" } },
    { name = "g" },
]

[package.optional-dependencies]
x = [{ name = "away" }]

[package.metadata]
requires-dist = [
    { name = "away", marker = "extra == 'x'", specifier = ">=1" },
    { name = "g", git = "https://git.test/g?rev=main" },
    { name = "lib", editable = "packages/lib" },
    { name = "numpy", specifier = ">=1" },
]

[[package]]
name = "g"
version = "0.1"
source = { git = "https://git.test/g?rev=main#0123456789012345678901234567890123456789" }

[[package]]
name = "lib"
version = "0.1.0"
source = { editable = "packages/lib" }

[[package]]
name = "numpy"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.test/numpy-1.0.tar.gz", hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", size = 12, upload-time = "2024-01-01T00:00:00Z" }
wheels = [
    { url = "https://files.test/numpy-1.0-py3-none-any.whl", hash = "" },
]

[[package]]
name = "numpy"
version = "2.0"
source = { registry = "https://pypi.corp.test/simple" }
wheels = [{ path = "numpy-2.0-py3-none-any.whl" }]

[[package]]
name = "other"
source = { directory = "../other" }
"#;

    #[test]
    fn entries_importers_and_ambiguous_names() {
        let parsed = parse(TEXT);
        let lockfile = *parsed.model.lockfile.unwrap();
        assert_eq!(parsed.problems, []);
        let kinds: Vec<_> = lockfile.packages.iter().map(|package| (package.name.as_str(), package.kind)).collect();
        use SourceKind::{File, Git, Registry, Workspace};
        assert_eq!(
            kinds,
            [("app", Workspace), ("g", Git), ("lib", Workspace), ("numpy", Registry), ("numpy", Registry), ("other", File)]
        );
        assert_eq!(lockfile.edges.of(0), [Some(2), Some(3), Some(4), Some(1), None]);
        let importers: Vec<_> =
            lockfile.importers.iter().map(|importer| (importer.path.as_str(), importer.targets.clone())).collect();
        assert_eq!(importers, [("", vec![None, Some(1), Some(2), Some(4), Some(3)]), ("packages/lib", vec![])]);
        let numpy = &lockfile.packages[3];
        assert_eq!((numpy.files.len(), numpy.integrity.digests.len()), (2, 1));
        assert_eq!(numpy.files[0].size.as_ref().unwrap().value, 12);
        let span = numpy.files[0].integrity.digests[0].text.span;
        assert!(TEXT[span.range()].starts_with("sha256:e3b0"));
        assert_eq!(lockfile.facts.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["requires-python", "exclude-newer"]);
    }

    #[test]
    fn other_versions_are_not_known() {
        let parsed = parse("version = 2\n");
        assert_eq!(parsed.problems.len(), 1);
        assert_eq!(parsed.problems[0].kind, ProblemKind::UnknownVersion);
    }
}
