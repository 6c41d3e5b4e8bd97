//! Projects of any size as npm 11 writes them, the same at every run.
//!
//! The shapes are those of real lockfiles: a tenth of the packages is asked for by the project, a fifth is scoped, a twentieth
//! sits below another package in a version of its own, most have engines, licences, commands or funding notes, a few run install scripts.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use provender_core::registries::PUBLIC;
use sha2::{Digest as _, Sha512};

/// A package of the project.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Where it lies: `node_modules/…`.
    key: String,
    /// The packages it asks for, with their ranges.
    dependencies: Vec<(String, String)>,
    /// The range that the project itself asks for, if it does.
    asked: Option<String>,
    shape: u64,
}

impl Package {
    /// What the package asks for, with ranges.
    pub(crate) fn dependencies(&self) -> &[(String, String)] {
        &self.dependencies
    }
}

/// What a lockfile records of a package's artifact.
pub(crate) struct Recorded {
    pub(crate) address: String,
    pub(crate) integrity: String,
}

/// A project that asks for so many packages.
pub(crate) struct Project {
    pub(crate) packages: Vec<Package>,
}

impl Project {
    /// Of so many packages.
    pub(crate) fn new(count: usize) -> Project {
        let direct = (count / 10).max(1);
        let mut packages: Vec<Package> = (0..count).map(|index| package(index, index < direct)).collect();
        for index in direct..count {
            // Every other package is asked for by an earlier one, and so by the project in the end.
            let parent = (mix(index as u64) % index as u64) as usize;
            if index % 20 == 7 {
                shadow(&mut packages, index, parent);
            }
            let wanted = (packages[index].name.clone(), format!("^{}", packages[index].version));
            packages[parent].dependencies.push(wanted);
        }
        for package in &mut packages {
            package.dependencies.sort();
        }
        packages.sort_by(|one, other| one.key.cmp(&other.key));
        Project { packages }
    }

    /// `package.json`.
    pub(crate) fn manifest(&self) -> String {
        let lines: Vec<_> = self.asked().map(|(name, range)| format!("    \"{name}\": \"{range}\"")).collect();
        format!(
            "{{\n  \"name\": \"@bench/app\",\n  \"version\": \"1.0.0\",\n  \"private\": true,\n  \"dependencies\": {{\n{}\n  }}\n}}\n",
            lines.join(",\n")
        )
    }

    /// `package-lock.json` of version 3, with what `recorded` says of each package.
    pub(crate) fn lockfile(&self, mut recorded: impl FnMut(&Package) -> Recorded) -> String {
        let mut text =
            "{\n  \"name\": \"@bench/app\",\n  \"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,\n  \"requires\": true,\n  \
                        \"packages\": {\n    \"\": {\n      \"name\": \"@bench/app\",\n      \"version\": \"1.0.0\",\n"
                .to_owned();
        let asked: Vec<_> = self.asked().map(|(name, range)| (name.to_owned(), range.to_owned())).collect();
        map(&mut text, "dependencies", &asked);
        text.push_str("\n    }");
        for package in &self.packages {
            let recorded = recorded(package);
            let _ = write!(
                text,
                ",\n    \"{}\": {{\n      \"version\": \"{}\",\n      \"resolved\": \"{}\",\n      \"integrity\": \"{}\"",
                package.key, package.version, recorded.address, recorded.integrity
            );
            details(&mut text, package);
            text.push_str("\n    }");
        }
        text.push_str("\n  }\n}\n");
        text
    }

    /// A lockfile of the public registry's addresses and of digests of nothing real.
    pub(crate) fn public_lockfile(&self) -> String {
        self.lockfile(|package| Recorded {
            address: address(PUBLIC[0].url, package),
            integrity: integrity(format!("{}@{}", package.name, package.version).as_bytes()),
        })
    }

    /// Updates one package to its next patch release, which everyone who asks for it accepts.
    pub(crate) fn update(&mut self, index: usize) {
        let at = index % self.packages.len();
        let version = &mut self.packages[at].version;
        let next = version.rsplit_once('.').and_then(|(line, patch)| Some(format!("{line}.{}", patch.parse::<u64>().ok()? + 1)));
        *version = next.unwrap_or_default();
    }

    fn asked(&self) -> impl Iterator<Item = (&str, &str)> {
        self.packages.iter().filter_map(|package| Some((package.name.as_str(), package.asked.as_deref()?)))
    }
}

/// Where a registry has a package's archive.
pub(crate) fn address(registry: &str, package: &Package) -> String {
    let bare = package.name.rsplit('/').next().unwrap_or(&package.name);
    format!("{registry}{}/-/{bare}-{}.tgz", package.name, package.version)
}

/// The digest of some bytes, as a lockfile writes it.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha512-{}", STANDARD.encode(Sha512::digest(bytes)))
}

/// A number without a pattern, from a number.
pub(crate) fn mix(number: u64) -> u64 {
    // splitmix64's finaliser.
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn package(index: usize, direct: bool) -> Package {
    const WORDS: &[&str] =
        &["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "juniper", "kelp", "lagoon"];
    const SCOPES: &[&str] = &["@alder", "@bracken", "@cobalt", "@drift"];
    let shape = mix(index as u64);
    let word = |shift: u32| WORDS[(shape >> shift) as usize % WORDS.len()];
    let bare = format!("{}-{}-{index}", word(8), word(16));
    let name = if shape.is_multiple_of(5) { format!("{}/{bare}", SCOPES[(shape >> 24) as usize % SCOPES.len()]) } else { bare };
    let version = format!("{}.{}.{}", 1 + shape % 7, (shape >> 4) % 20, (shape >> 9) % 12);
    let asked = direct.then(|| format!("^{version}"));
    Package { key: format!("node_modules/{name}"), name, version, dependencies: Vec::new(), asked, shape }
}

/// Makes a package another version of an earlier one, below the package that asks for it.
fn shadow(packages: &mut [Package], index: usize, parent: usize) {
    let Some(earlier) =
        (1..parent).rev().find(|earlier| !packages[parent].dependencies.iter().any(|(name, _)| *name == packages[*earlier].name))
    else {
        return;
    };
    let (name, key) = (packages[earlier].name.clone(), packages[parent].key.clone());
    packages[index].key = format!("{key}/node_modules/{name}");
    packages[index].version = format!("{}.0.1", 20 + index % 9);
    packages[index].name = name;
}

fn details(text: &mut String, package: &Package) {
    let shape = package.shape;
    if shape % 50 == 3 {
        text.push_str(",\n      \"hasInstallScript\": true");
    }
    let _ = write!(text, ",\n      \"license\": \"{}\"", ["MIT", "ISC", "Apache-2.0", "BSD-3-Clause"][(shape >> 3) as usize % 4]);
    if !package.dependencies.is_empty() {
        text.push_str(",\n");
        map(text, "dependencies", &package.dependencies);
    }
    let bare = package.name.rsplit('/').next().unwrap_or(&package.name);
    if shape % 8 == 1 {
        let _ = write!(text, ",\n      \"bin\": {{\n        \"{bare}\": \"bin/cli.js\"\n      }}");
    }
    if !shape.is_multiple_of(3) {
        let _ = write!(text, ",\n      \"engines\": {{\n        \"node\": \">={}\"\n      }}", 10 + 2 * (shape % 6));
    }
    if shape % 4 == 1 {
        let _ = write!(text, ",\n      \"funding\": {{\n        \"url\": \"https://fund.example/{bare}\"\n      }}");
    }
}

fn map(text: &mut String, key: &str, entries: &[(String, String)]) {
    let lines: Vec<_> = entries.iter().map(|(name, range)| format!("        \"{name}\": \"{range}\"")).collect();
    let _ = write!(text, "      \"{key}\": {{\n{}\n      }}", lines.join(",\n"));
}

#[cfg(test)]
mod tests {
    use provender_core::analyze::analyze;
    use provender_core::finding::Severity;
    use provender_core::path::RelPath;
    use provender_core::workspace::Workspace;

    use super::*;

    #[test]
    fn a_project_is_one_that_the_rules_let_pass() {
        for count in [1, 100, 1000] {
            let mut project = Project::new(count);
            project.update(count / 2);
            project.update(count / 2);
            assert_eq!(project.packages.len(), count);
            let mut workspace = Workspace::default();
            workspace.set(RelPath::new("package.json"), project.manifest().into_bytes());
            workspace.set(RelPath::new("package-lock.json"), project.public_lockfile().into_bytes());
            let report = analyze(&workspace);
            let errors: Vec<_> =
                report.findings.iter().filter(|found| found.severity == Severity::Error).map(|found| &found.message).collect();
            assert!(errors.is_empty(), "{count}: {:?}", errors.iter().take(5).collect::<Vec<_>>());
            // What is measured is work: the packages were read and judged.
            assert!(count < 100 || report.findings.iter().any(|found| found.rule.id == "install-script"));
        }
    }

    #[test]
    fn it_is_the_same_every_time() {
        assert_eq!(Project::new(50).public_lockfile(), Project::new(50).public_lockfile());
    }
}
