//! Manifest confusion as data: where two manifests of one package version differ in what an installer acts on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use smol_str::SmolStr;

use crate::facts::ArtifactManifest;

/// What npm runs as `install` for a package with a `binding.gyp` that names no such script itself (`@npmcli/node-gyp`).
pub const IMPLIED_INSTALL: &str = "node-gyp rebuild";

/// One point on which two manifests of the same version differ. `None`: that side does not name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// They are not of one package.
    Name {
        /// In the one manifest.
        published: SmolStr,
        /// In the other.
        packed: SmolStr,
    },
    /// They are not of one version.
    Version {
        /// In the one manifest.
        published: SmolStr,
        /// In the other.
        packed: SmolStr,
    },
    /// They ask for different dependencies.
    Dependency {
        /// What is depended on.
        name: SmolStr,
        /// The range in the one manifest.
        published: Option<SmolStr>,
        /// The range in the other.
        packed: Option<SmolStr>,
    },
    /// They run different scripts when they are installed.
    InstallScript {
        /// Which script.
        name: SmolStr,
        /// The command in the one manifest.
        published: Option<SmolStr>,
        /// The command in the other.
        packed: Option<SmolStr>,
    },
}

impl fmt::Display for Disagreement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Disagreement::Name { published, packed } => write!(formatter, "it is named `{packed}`, not `{published}`"),
            Disagreement::Version { published, packed } => write!(formatter, "it is version {packed}, not {published}"),
            Disagreement::Dependency { name, published: None, packed: Some(packed) } => {
                write!(formatter, "it depends on `{name}` {packed}, which is not shown")
            }
            Disagreement::Dependency { name, published, packed: None } => {
                write!(formatter, "it does not depend on `{name}` {}, which is shown", published.as_deref().unwrap_or_default())
            }
            Disagreement::Dependency { name, published, packed: Some(packed) } => {
                write!(formatter, "it depends on `{name}` {packed}, not {}", published.as_deref().unwrap_or_default())
            }
            Disagreement::InstallScript { name, published: None, packed: Some(packed) } => {
                write!(formatter, "its {name} script runs `{packed}`, which is not shown")
            }
            Disagreement::InstallScript { name, published, packed: None } => {
                write!(formatter, "it has no {name} script `{}`, which is shown", published.as_deref().unwrap_or_default())
            }
            Disagreement::InstallScript { name, published, packed: Some(packed) } => {
                write!(formatter, "its {name} script runs `{packed}`, not `{}`", published.as_deref().unwrap_or_default())
            }
        }
    }
}

/// Where what the registry shows of a version differs from what its artifact holds; empty if nowhere. Both are expected as the
/// `registry` crate makes them: spellings that mean the same to an installer are already one.
#[must_use]
pub fn disagreements(published: &ArtifactManifest, packed: &ArtifactManifest) -> Vec<Disagreement> {
    let mut found = Vec::new();
    if published.name != packed.name {
        found.push(Disagreement::Name { published: published.name.clone(), packed: packed.name.clone() });
    }
    if published.version != packed.version {
        found.push(Disagreement::Version { published: published.version.clone(), packed: packed.version.clone() });
    }
    differing(&published.dependencies, &packed.dependencies, |name, published, packed| {
        found.push(Disagreement::Dependency { name, published, packed });
    });
    let shows_scripts = !published.install_scripts.is_empty();
    differing(&published.install_scripts, &packed.install_scripts, |name, published, packed| {
        // No manifest names it, so none hides it; and that the package runs something is shown. Where nothing is shown, it is told.
        let implied = name == "install" && published.is_none() && packed.as_deref() == Some(IMPLIED_INSTALL);
        if !(implied && shows_scripts) {
            found.push(Disagreement::InstallScript { name, published, packed });
        }
    });
    found
}

fn differing(
    left: &BTreeMap<SmolStr, SmolStr>,
    right: &BTreeMap<SmolStr, SmolStr>,
    mut found: impl FnMut(SmolStr, Option<SmolStr>, Option<SmolStr>),
) {
    let names: BTreeSet<&SmolStr> = left.keys().chain(right.keys()).collect();
    for name in names {
        let (one, other) = (left.get(name), right.get(name));
        if one != other {
            found(name.clone(), one.cloned(), other.cloned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(dependencies: &[(&str, &str)], scripts: &[(&str, &str)]) -> ArtifactManifest {
        let map = |pairs: &[(&str, &str)]| pairs.iter().map(|&(name, value)| (name.into(), value.into())).collect();
        ArtifactManifest {
            name: "left".into(),
            version: "1.0.0".into(),
            dependencies: map(dependencies),
            install_scripts: map(scripts),
        }
    }

    #[test]
    fn each_point_of_difference_is_told_once_and_in_order() {
        let published = manifest(&[("a", "^1.0.0"), ("b", "1.0.0")], &[]);
        let packed =
            ArtifactManifest { name: "right".into(), ..manifest(&[("b", "2.0.0"), ("c", "*")], &[("postinstall", "node x.js")]) };
        let text = |value: &str| Some(SmolStr::from(value));
        assert_eq!(
            disagreements(&published, &packed),
            [
                Disagreement::Name { published: "left".into(), packed: "right".into() },
                Disagreement::Dependency { name: "a".into(), published: text("^1.0.0"), packed: None },
                Disagreement::Dependency { name: "b".into(), published: text("1.0.0"), packed: text("2.0.0") },
                Disagreement::Dependency { name: "c".into(), published: None, packed: text("*") },
                Disagreement::InstallScript { name: "postinstall".into(), published: None, packed: text("node x.js") },
            ]
        );
        assert_eq!(disagreements(&packed, &packed), []);
    }

    #[test]
    fn a_build_that_no_manifest_names_is_told_where_nothing_is_shown() {
        let built = [("install", IMPLIED_INSTALL), ("postinstall", "node x.js")];
        assert_eq!(disagreements(&manifest(&[], &built[1..]), &manifest(&[], &built)), []);
        assert_eq!(disagreements(&manifest(&[], &[]), &manifest(&[], &built[..1])).len(), 1);
        let other = [("install", "node steal.js"), built[1]];
        assert_eq!(disagreements(&manifest(&[], &built[1..]), &manifest(&[], &other)).len(), 1);
    }
}
