//! What an entry's `resolution` says: where a package comes from, with parameters behind `::`.

use percent_encoding::percent_decode_str;

use super::super::descriptor::Descriptor;

/// Where a package comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// A version of a registry's package; where the lockfile says so, from an archive at another address than the registry's usual one.
    Registry {
        /// The version.
        version: &'a str,
        /// The value of `__archiveUrl`, still escaped.
        archive: Option<&'a str>,
    },
    /// A member of the workspace, by its folder.
    Workspace(&'a str),
    /// A package with patches over it.
    Patch(Patch),
    /// A folder that is linked to.
    Link(&'a str),
    /// A folder or an archive on disk that is copied.
    File(&'a str),
    /// A commit of a git repository.
    Git(&'a str),
    /// An archive at an address.
    Url(&'a str),
}

/// A package with patches over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Patch {
    /// What it is made of, as a descriptor or locator.
    pub(super) of: String,
    /// The patches: paths, or `builtin<name>` for those that come with Yarn.
    pub(super) files: Vec<String>,
}

impl Patch {
    /// Whether it is the patch that Yarn puts over `name` by itself.
    pub(super) fn is_of_yarn(&self, name: &str) -> bool {
        let known = ["fsevents", "resolve", "typescript"].contains(&name) && Descriptor::parse(&self.of).name == name;
        known && self.files.len() == 1 && self.files[0].ends_with(&format!("builtin<compat/{name}>"))
    }

    /// Whether all its patches come with Yarn.
    pub(super) fn is_builtin(&self) -> bool {
        self.files.iter().all(|file| file.contains("builtin<"))
    }
}

/// Reads the part of a resolution behind the name.
pub(super) fn place(reference: &str) -> Place<'_> {
    let (bare, parameters) = reference.split_once("::").unwrap_or((reference, ""));
    if let Some(version) = bare.strip_prefix("npm:") {
        let archive = parameters.split('&').find_map(|parameter| parameter.strip_prefix("__archiveUrl="));
        return Place::Registry { version, archive };
    }
    if let Some(patch) = patch(reference) {
        return Place::Patch(patch);
    }
    let path = |start: &str| bare.strip_prefix(start);
    if let Some(folder) = path("workspace:") {
        Place::Workspace(folder)
    } else if let Some(folder) = path("link:").or_else(|| path("portal:")) {
        Place::Link(folder)
    } else if let Some(file) = path("file:") {
        Place::File(file)
    } else if is_git(bare) {
        Place::Git(bare)
    } else if is_path(bare) {
        Place::File(bare)
    } else {
        Place::Url(bare)
    }
}

/// `patch:NAME@REFERENCE#FILES`, whose first part is escaped, with or without parameters.
pub(super) fn patch(reference: &str) -> Option<Patch> {
    let rest = reference.strip_prefix("patch:")?;
    let rest = rest.split("::").next().unwrap_or(rest);
    let (of, files) = rest.split_once('#').unwrap_or((rest, ""));
    let of = percent_decode_str(of).decode_utf8_lossy().into_owned();
    Some(Patch { of, files: files.split('&').map(str::to_owned).collect() })
}

fn is_git(bare: &str) -> bool {
    bare.contains("#commit=") || ["git@", "git:", "git+", "ssh:"].iter().any(|start| bare.starts_with(start))
}

fn is_path(bare: &str) -> bool {
    ["./", "../", "/", "~/"].iter().any(|start| bare.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_place_is_told() {
        let found = place("npm:1.0.0::__archiveUrl=https%3A%2F%2Fh.test%2Fa.tgz&x=1");
        assert_eq!(found, Place::Registry { version: "1.0.0", archive: Some("https%3A%2F%2Fh.test%2Fa.tgz") });
        assert_eq!(place("npm:1.0.0"), Place::Registry { version: "1.0.0", archive: None });
        assert_eq!(place("workspace:packages/a"), Place::Workspace("packages/a"));
        assert_eq!(place("portal:../a::locator=root%40workspace%3A."), Place::Link("../a"));
        assert_eq!(place("file:a.tgz#a.tgz::hash=1"), Place::File("a.tgz#a.tgz"));
        assert_eq!(place("https://h.test/a.git#commit=01"), Place::Git("https://h.test/a.git#commit=01"));
        assert_eq!(place("git@h.test:o/n.git#commit=01"), Place::Git("git@h.test:o/n.git#commit=01"));
        assert_eq!(place("https://h.test/a.tgz"), Place::Url("https://h.test/a.tgz"));
        let Place::Patch(own) = place("patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch::version=1.0.0&hash=1") else { panic!() };
        assert_eq!((own.of.as_str(), own.is_builtin()), ("a@npm:1.0.0", false));
        let builtin = patch("patch:typescript@npm%3A6.0.3#optional!builtin<compat/typescript>").unwrap();
        assert_eq!((builtin.of.as_str(), builtin.is_builtin()), ("typescript@npm:6.0.3", true));
        let resolve = patch("patch:resolve@^1.1.6#~builtin<compat/resolve>").unwrap();
        assert!(resolve.is_builtin() && resolve.is_of_yarn("resolve") && !resolve.is_of_yarn("evil"));
        assert!(!patch("patch:evil@^1.1.6#~builtin<compat/evil>").unwrap().is_of_yarn("evil"));
    }
}
