use super::prelude::*;

rule! {
    /// The address of a locked package is that of another package, or of another version.
    ///
    /// The host is trusted, the digest is right for what lies there, and what is installed is something else than the entry says. npm does not compare
    /// the two.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/right-pad/-/right-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Restore the entry from a commit where it was right, and see who changed it.
    MISMATCHED_SOURCE = {
        id: "mismatched-source",
        threat: 5,
        severity: Error,
        summary: "the address names another package or version",
        fixable: No,
        needs: Files,
        checks: [Package(package)],
    }
}

use crate::model::LockedFile;
use crate::npm::version::exact;
use crate::python::file_name::{Belongs, belongs};
use crate::registries::{is_usual_tarball, tarball_identity};

fn package(package: &Package, cx: &mut Cx<'_>) {
    package.files.iter().for_each(|file| self::file(package, file, cx));
    let Some(source) = package.source.as_ref().filter(|_| matches!(package.kind, SourceKind::Registry | SourceKind::Bundled))
    else {
        return;
    };
    if package.version.as_ref().is_some_and(|version| is_usual_tarball(source, &package.name, version)) {
        return;
    }
    let Some((name, number)) = tarball_identity(source) else { return };
    let what = if name != package.name.value {
        format!("`{name}`")
    } else if package.version.as_ref().is_some_and(|version| is_other(version, &number)) {
        format!("version {number}")
    } else {
        return;
    };
    let (purl, message) = (cx.purl(package), format!("the address of {} is that of {what}", titled(package)));
    cx.report(source.span, message)
        .package(purl)
        .help("restore the entry from a commit where it was right, and see who changed it");
}

/// A file of a release (Python) has its name and version in its own name.
fn file(package: &Package, file: &LockedFile, cx: &mut Cx<'_>) {
    let (Some(name), Some(number)) = (&file.name, &package.version) else { return };
    let what = match belongs(name, &package.name, number) {
        _ if package.kind != SourceKind::Registry => return,
        Belongs::Yes | Belongs::Unknown => return,
        Belongs::OtherName(other) => format!("`{other}`"),
        Belongs::OtherVersion(other) => format!("version {other}"),
    };
    let (purl, message) = (cx.purl(package), format!("`{name}`, a file of {}, is one of {what}", titled(package)));
    cx.report(name.span, message).package(purl).help("restore the entry from a commit where it was right, and see who changed it");
}

/// Whether two versions are two. `v1.0.0` and build metadata do not tell versions apart, and registries drop them.
fn is_other(version: &str, number: &str) -> bool {
    version != number && exact(version).is_none_or(|version| exact(number) != Some(version))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn name_and_version_stand_in_the_address() {
        check(
            "mismatched-source",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.0.0", "resolved": "https://npm.corp.test/b/-/b-1.0.0.tgz" },
    "node_modules/b": { "version": "1.0.0", "resolved": "https://npm.corp.test/b/-/b-1.0.1.tgz" },
    "node_modules/alias": { "name": "@s/real", "version": "1.0.0", "resolved": "https://npm.corp.test/@s%2freal/-/real-1.0.0.tgz" },
    "node_modules/false-alias": { "name": "@s/real", "version": "1.0.0", "resolved": "https://npm.corp.test/false-alias/-/false-alias-1.0.0.tgz" },
    "node_modules/é": { "version": "1.0.0", "resolved": "https://npm.corp.test/x/-/x-1.0.0.tgz" },
    "node_modules/build": { "version": "1.0.0+build", "resolved": "https://npm.corp.test/build/-/build-1.0.0.tgz" },
    "node_modules/v": { "version": "v1.0.0", "resolved": "https://npm.corp.test/v/-/v-1.0.0.tgz" },
    "node_modules/cdn": { "version": "1.0.0", "resolved": "https://npm.corp.test/download/0123456789" },
    "node_modules/folder": { "resolved": "packages/other", "link": true }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:58 [https://npm.corp.test/b/-/b-1.0.0.tgz]
                  the address of `a` 1.0.0 is that of `b`
                error package-lock.json:6:58 [https://npm.corp.test/b/-/b-1.0.1.tgz]
                  the address of `b` 1.0.0 is that of version 1.0.1
                error package-lock.json:8:87 [https://npm.corp.test/false-alias/-/false-alias-1.0.0.tgz]
                  the address of `@s/real` 1.0.0 is that of `false-alias`
                error package-lock.json:9:58 [https://npm.corp.test/x/-/x-1.0.0.tgz]
                  the address of `é` 1.0.0 is that of `x`
            "#]],
        );
    }

    #[test]
    fn the_nested_form_names_packages_too() {
        check(
            "mismatched-source",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 1,
  "dependencies": {
    "a": { "version": "1.0.0", "resolved": "https://npm.corp.test/a/-/a-2.0.0.tgz" },
    "alias": { "version": "npm:real@1.0.0", "resolved": "https://npm.corp.test/real/-/real-1.0.0.tgz" },
    "address": { "version": "https://npm.corp.test/real/-/real-1.0.0.tgz" },
    "none": { "version": "1.0.0", "resolved": false }
  }
}
"#,
            expect![[r#"
                error package-lock.json:4:45 [https://npm.corp.test/a/-/a-2.0.0.tgz]
                  the address of `a` 1.0.0 is that of version 2.0.0
                error package-lock.json:6:30 [https://npm.corp.test/real/-/real-1.0.0.tgz]
                  the address of `address` 1.0.0 is that of `real`
            "#]],
        );
    }
}
