//! The package managers beside npm, each with a project as it would write it itself, and the person's own settings that name its registry.

use registry_double::{Crate, Module, Registry, Release, ReleaseFile};

use super::Sandbox;
use super::project::Locked;

/// Where nothing may come from.
const EVIL: &str = "https://evil.test/";

/// A package manager as these tests play it.
#[derive(Clone, Copy)]
pub(crate) struct World {
    pub(crate) name: &'static str,
    /// The file that records digests.
    pub(crate) lockfile: &'static str,
    /// How many artifacts a package has.
    pub(crate) artifacts: usize,
    /// What a lockfile says to have a package from elsewhere, in the words that the commit is blocked with.
    pub(crate) stranger: &'static [&'static str],
    /// A file below the person's home that names the registry.
    settings: fn(&Registry) -> (&'static str, String),
    publish: fn(&Registry, &str) -> Part,
    files: fn(&[Part]) -> Vec<(&'static str, String)>,
}

/// A package that a lockfile records.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// Its digests, as the lockfile has them.
    pub(crate) digests: Vec<String>,
    /// Where it comes from, as the lockfile has it.
    from: String,
}

impl Part {
    /// With one character of one of its digests changed.
    pub(crate) fn tampered(mut self, which: usize) -> Part {
        let digest = &mut self.digests[which];
        let at = digest.find([':', '-', '/']).map_or(0, |sign| sign + 1);
        let flipped = if digest[at..].starts_with('a') { "b" } else { "a" };
        digest.replace_range(at..=at, flipped);
        self
    }

    /// From a host that nobody named.
    pub(crate) fn stranger(mut self) -> Part {
        let (scheme, rest) = self.from.split_once("http://").expect("an address");
        let path = rest.split_once('/').map_or("", |(_, path)| path);
        self.from = format!("{scheme}{EVIL}{path}");
        self
    }

    fn is_strange(&self) -> bool {
        self.from.contains(EVIL)
    }
}

impl World {
    /// Lets the sandbox's person name the registry in their own settings.
    pub(crate) fn settle(self, sandbox: &Sandbox, registry: &Registry) {
        let (path, text) = (self.settings)(registry);
        super::write(&sandbox.path("home"), path, &text);
    }

    /// Publishes an honest package.
    pub(crate) fn publish(self, registry: &Registry, name: &str) -> Part {
        (self.publish)(registry, name)
    }

    /// Writes the project with these packages.
    pub(crate) fn write(self, sandbox: &Sandbox, parts: &[Part]) {
        for (path, text) in (self.files)(parts) {
            sandbox.write(path, &text);
        }
    }
}

pub(crate) const WORLDS: [World; 8] = [
    World {
        name: "pip",
        lockfile: "requirements.txt",
        artifacts: 1,
        stranger: &["weakened-policy", "evil.test", "requirements.txt:1:"],
        settings: |registry| (".config/pip/pip.conf", format!("[global]\nindex-url = {}\n", registry.pypi())),
        publish: release,
        files: requirements,
    },
    World {
        name: "uv",
        lockfile: "uv.lock",
        artifacts: 1,
        stranger: &["untrusted-registry", "evil.test", "`right`", "uv.lock:"],
        settings: |registry| (".config/uv/uv.toml", format!("[[index]]\nurl = \"{}\"\ndefault = true\n", registry.pypi())),
        publish: release,
        files: uv,
    },
    World {
        name: "Cargo",
        lockfile: "Cargo.lock",
        artifacts: 1,
        stranger: &["untrusted-registry", "evil.test", "`right`", "Cargo.lock:"],
        settings: |registry| (".cargo/config.toml", format!("[registries.corp]\nindex = \"sparse+{}\"\n", registry.cargo())),
        publish: |registry, name| Part {
            name: name.to_owned(),
            digests: vec![registry.publish_crate(&Crate::new(name, "1.0.0", name.as_bytes()))],
            from: format!("sparse+{}", registry.cargo()),
        },
        files: cargo,
    },
    World {
        name: "Go",
        lockfile: "go.sum",
        artifacts: 2,
        // A module is named after its source, and what takes its place is named in `go.mod`.
        stranger: &["redirected-source", "evil.test", "right", "go.mod:"],
        settings: |registry| {
            let (proxy, key, database) = (registry.go_proxy(), registry.sumdb_key(), registry.sumdb());
            (".config/go/env", format!("GOPROXY={proxy}\nGOSUMDB={key} {database}\n"))
        },
        publish: |registry, name| {
            let module = Module::new(&format!("corp.test/{name}"), "v1.0.0");
            let sums = registry.publish_module(&module.file("it.go", format!("package {name}\n").as_bytes()));
            Part { name: name.to_owned(), digests: vec![sums.zip, sums.go_mod], from: registry.url() }
        },
        files: go,
    },
    World {
        name: "pnpm",
        lockfile: "pnpm-lock.yaml",
        artifacts: 1,
        stranger: &["untrusted-registry", "evil.test", "`right`", "pnpm-lock.yaml:"],
        settings: npmrc,
        publish: tarball,
        files: pnpm,
    },
    World {
        name: "Yarn 1",
        lockfile: "yarn.lock",
        artifacts: 1,
        stranger: &["untrusted-registry", "evil.test", "`right`", "yarn.lock:"],
        // The flag wins over the person's `.npmrc`.
        settings: |registry| (".yarnrc", format!("--registry \"{}\"\n", registry.url())),
        publish: tarball,
        files: yarn,
    },
    World {
        name: "Yarn 4",
        lockfile: "yarn.lock",
        artifacts: 1,
        stranger: &["redirected-source", "evil.test", "`right`", "yarn.lock:"],
        settings: |registry| (".yarnrc.yml", format!("npmRegistryServer: \"{}\"\n", registry.url())),
        publish: |registry, name| {
            let checksums = BERRY.into_iter().filter(|(of, _)| *of == name).map(|(_, checksum)| format!("10c0/{checksum}"));
            Part { digests: checksums.collect(), ..tarball(registry, name) }
        },
        files: berry,
    },
    World {
        name: "Bun",
        lockfile: "bun.lock",
        artifacts: 1,
        stranger: &["untrusted-registry", "evil.test", "`right`", "bun.lock:"],
        settings: npmrc,
        publish: tarball,
        files: bun,
    },
];

fn npmrc(registry: &Registry) -> (&'static str, String) {
    (".npmrc", format!("registry={}\n", registry.url()))
}

fn tarball(registry: &Registry, name: &str) -> Part {
    let locked = Locked::published(registry, name, "1.0.0");
    Part { name: name.to_owned(), digests: vec![locked.integrity], from: locked.resolved }
}

fn release(registry: &Registry, name: &str) -> Part {
    let file = ReleaseFile::new(&format!("{name}-1.0.0.tar.gz"), format!("the source of {name}").as_bytes());
    registry.release(&Release::new(name, std::slice::from_ref(&file)));
    Part { name: name.to_owned(), digests: vec![file.hash()], from: registry.pypi() }
}

/// A line for each package.
fn each(parts: &[Part], line: impl Fn(&str, &Part) -> String) -> String {
    parts.iter().map(|part| line(&part.name, part)).collect()
}

fn requirements(parts: &[Part]) -> Vec<(&'static str, String)> {
    let elsewhere = parts.iter().find(|part| part.is_strange());
    let index = elsewhere.map_or_else(String::new, |part| format!("--index-url {}\n", part.from));
    let lines = each(parts, |name, part| format!("{name}==1.0.0 \\\n    --hash={}\n", part.digests[0]));
    vec![("requirements.txt", index + &lines)]
}

fn uv(parts: &[Part]) -> Vec<(&'static str, String)> {
    let asked = each(parts, |name, _| format!("    \"{name}==1.0.0\",\n"));
    let project =
        format!("[project]\nname = \"app\"\nversion = \"1.0.0\"\nrequires-python = \">=3.12\"\ndependencies = [\n{asked}]\n");
    let dependencies = each(parts, |name, _| format!("    {{ name = \"{name}\" }},\n"));
    let metadata = each(parts, |name, _| format!("    {{ name = \"{name}\", specifier = \"==1.0.0\" }},\n"));
    let packages = each(parts, |name, part| {
        let file = format!("{}files/{name}/{name}-1.0.0.tar.gz", part.from.trim_end_matches("simple/"));
        let (from, hash) = (&part.from, &part.digests[0]);
        format!(
            "\n[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = {{ registry = \"{from}\" }}\nsdist = {{ url = \"{file}\", hash = \"{hash}\" }}\n"
        )
    });
    let lockfile = format!(
        "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"app\"\nversion = \"1.0.0\"\nsource = {{ virtual = \".\" }}\ndependencies = [\n{dependencies}]\n\n[package.metadata]\nrequires-dist = [\n{metadata}]\n{packages}"
    );
    vec![("pyproject.toml", project), ("uv.lock", lockfile)]
}

fn cargo(parts: &[Part]) -> Vec<(&'static str, String)> {
    let asked = each(parts, |name, _| format!("{name} = {{ version = \"=1.0.0\", registry = \"corp\" }}\n"));
    let manifest = format!("[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{asked}");
    let dependencies = each(parts, |name, _| format!(" \"{name}\",\n"));
    let packages = each(parts, |name, part| {
        let (from, checksum) = (&part.from, &part.digests[0]);
        format!("\n[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = \"{from}\"\nchecksum = \"{checksum}\"\n")
    });
    let lockfile = format!(
        "# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 4\n\n[[package]]\nname = \"app\"\nversion = \"1.0.0\"\ndependencies = [\n{dependencies}]\n{packages}"
    );
    vec![("Cargo.toml", manifest), ("Cargo.lock", lockfile)]
}

fn go(parts: &[Part]) -> Vec<(&'static str, String)> {
    let asked = each(parts, |name, _| format!("require corp.test/{name} v1.0.0\n"));
    let replaced = each(parts, |name, part| match part.is_strange() {
        true => format!("replace corp.test/{name} => evil.test/{name} v1.0.0\n"),
        false => String::new(),
    });
    let sums = each(parts, |name, part| {
        let host = if part.is_strange() { "evil" } else { "corp" };
        format!("{host}.test/{name} v1.0.0 {}\n{host}.test/{name} v1.0.0/go.mod {}\n", part.digests[0], part.digests[1])
    });
    vec![("go.mod", format!("module app.test/app\n\ngo 1.24\n\n{asked}{replaced}")), ("go.sum", sums)]
}

fn package_json(parts: &[Part], manager: &str) -> (&'static str, String) {
    let dependencies: serde_json::Map<_, _> = parts.iter().map(|part| (part.name.clone(), "1.0.0".into())).collect();
    let manifest = serde_json::json!({ "name": "app", "private": true, "packageManager": manager, "dependencies": dependencies });
    ("package.json", format!("{manifest:#}\n"))
}

fn pnpm(parts: &[Part]) -> Vec<(&'static str, String)> {
    let asked = each(parts, |name, _| format!("      {name}:\n        specifier: 1.0.0\n        version: 1.0.0\n"));
    let packages = each(parts, |name, part| {
        let address = if part.is_strange() { format!(", tarball: {}", part.from) } else { String::new() };
        format!("  {name}@1.0.0:\n    resolution: {{integrity: {}{address}}}\n\n", part.digests[0])
    });
    let snapshots = each(parts, |name, _| format!("  {name}@1.0.0: {{}}\n\n"));
    let lockfile = format!(
        "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n\nimporters:\n\n  .:\n    dependencies:\n{asked}\npackages:\n\n{packages}snapshots:\n\n{}\n",
        snapshots.trim_end()
    );
    vec![package_json(parts, "pnpm@10.20.0"), ("pnpm-lock.yaml", lockfile)]
}

fn yarn(parts: &[Part]) -> Vec<(&'static str, String)> {
    let entries = each(parts, |name, part| {
        let (from, integrity) = (&part.from, &part.digests[0]);
        format!("\n{name}@1.0.0:\n  version \"1.0.0\"\n  resolved \"{from}\"\n  integrity {integrity}\n")
    });
    let lockfile = format!("# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n{entries}");
    vec![package_json(parts, "yarn@1.22.22"), ("yarn.lock", lockfile)]
}

/// What Yarn 4.18.1 itself locks for the packages that are published here.
const BERRY: [(&str, &str); 2] = [
    (
        "left",
        "0149d7b4adc3982c779281ed5cbe06dc4ecaed5eb7ef1175aa037a7538f577b0588b2078a7a2663dcbaf6b98408780e4de4e156413660320398849bb12fd96c2",
    ),
    (
        "right",
        "79cc9de516ed4e1f2a92e0b5f038a52ade5912570acc871e9da81384b4212cb75889390452cb883c98d0a76a1fd7d26d6fc9e8c7f68541fb12a29b76410f81b3",
    ),
];

fn berry(parts: &[Part]) -> Vec<(&'static str, String)> {
    let asked = each(parts, |name, _| format!("    {name}: \"npm:1.0.0\"\n"));
    let root = format!(
        "\n\"app@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"app@workspace:.\"\n  dependencies:\n{asked}  languageName: unknown\n  linkType: soft\n"
    );
    let entries = each(parts, |name, part| {
        let escaped = part.from.replace(':', "%3A").replace('/', "%2F");
        let elsewhere = if part.is_strange() { format!("::__archiveUrl={escaped}") } else { String::new() };
        let checksum = &part.digests[0];
        format!(
            "\n\"{name}@npm:1.0.0\":\n  version: 1.0.0\n  resolution: \"{name}@npm:1.0.0{elsewhere}\"\n  checksum: {checksum}\n  languageName: node\n  linkType: hard\n"
        )
    });
    let head = "# This file is generated by running \"yarn install\" inside your project.\n# Manual changes might be lost - proceed with caution!\n";
    let lockfile = format!("{head}\n__metadata:\n  version: 10\n  cacheKey: 10c0\n{root}{entries}");
    vec![package_json(parts, "yarn@4.18.1"), ("yarn.lock", lockfile)]
}

fn bun(parts: &[Part]) -> Vec<(&'static str, String)> {
    let asked = each(parts, |name, _| format!("        \"{name}\": \"1.0.0\",\n"));
    let packages = each(parts, |name, part| {
        let address = if part.is_strange() { part.from.as_str() } else { "" };
        format!("    \"{name}\": [\"{name}@1.0.0\", \"{address}\", {{}}, \"{}\"],\n", part.digests[0])
    });
    let lockfile = format!(
        "{{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {{\n    \"\": {{\n      \"name\": \"app\",\n      \"dependencies\": {{\n{asked}      }},\n    }},\n  }},\n  \"packages\": {{\n{packages}  }}\n}}\n"
    );
    vec![package_json(parts, "bun@1.3.0"), ("bun.lock", lockfile)]
}
