use super::prelude::*;

rule! {
    /// A package whose name is the project's own comes from a public registry.
    ///
    /// (An entry without an address comes from the registry of the settings, which here is the public one.)
    ///
    /// That is dependency confusion as it looks once it has happened: somebody has published the name, and an install took it from there.
    ///
    /// ## Bad
    /// ```toml provender.toml
    /// [internal]
    /// scopes = ["@corp"]
    /// ```
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "@corp/ui": "9.9.9" } },
    ///     "node_modules/@corp/ui": {
    ///       "version": "9.9.9",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```toml provender.toml
    /// [internal]
    /// scopes = ["@corp"]
    /// ```
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "@corp/ui": "1.0.0" } },
    ///     "node_modules/@corp/ui": {
    ///       "version": "1.0.0",
    ///       "resolved": "https://npm.corp.test/@corp/ui/-/ui-1.0.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Do not install it. Map the scope to your registry in `.npmrc`, lock the package anew, and look at what the public package does: somebody may have
    /// put it there for you.
    CONFUSED_SOURCE = {
        id: "confused-source",
        threat: 2,
        severity: Error,
        summary: "a package of ours from a public registry",
        fixable: No,
        needs: Files,
        checks: [Package(package)],
    }
}

use crate::registries::public_registry;

fn package(package: &Package, cx: &mut Cx<'_>) {
    if !is_confused(package, cx) {
        return;
    }
    let (purl, message) = (cx.purl(package), format!("`{}` is a name of ours, and comes from a public registry", package.name));
    let span = package.source.as_ref().map_or(package.key.span, |source| source.span);
    cx.report(span, message).package(purl).help("do not install it: map the scope to your registry in `.npmrc`, and lock it anew");
}

/// Whether a package of ours is taken from a public registry, by its address or, without one, by the settings.
pub(super) fn is_confused(package: &Package, cx: &Cx<'_>) -> bool {
    if !matches!(package.kind, SourceKind::Registry | SourceKind::Url) {
        return false;
    }
    let registries = &cx.project.registries;
    let mapped = registries.mapped_scope(&package.name).and_then(|_| registries.registry_for(&package.name).ok());
    if !cx.policy.is_internal(&package.name) && mapped.is_none() {
        return false;
    }
    let configured = registries.registry_for(&package.name).ok().map(|registry| registry.url.as_str());
    let address = package.source.as_ref().map(|source| source.as_str()).or(configured);
    let Some(public) = address.and_then(public_registry) else { return false };
    // A scope that is mapped to a public registry on purpose lives there.
    mapped.and_then(|registry| public_registry(registry.url.as_str())).is_none_or(|chosen| chosen.url != public.url)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn a_name_of_ours_from_a_public_registry() {
        check(
            "confused-source",
            r#"
//- /provender.toml
[internal]
scopes = ["@corp"]
names = ["billing-core"]
//- /.npmrc
@mapped:registry=https://npm.corp.test/
@public:registry=https://registry.npmjs.org/
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/@corp/a": { "version": "1.0.0", "resolved": "https://registry.npmjs.org/@corp/a/-/a-1.0.0.tgz" },
    "node_modules/@corp/no-address": { "version": "1.0.0" },
    "node_modules/@mapped/a": { "version": "1.0.0", "resolved": "https://registry.yarnpkg.com/@mapped/a/-/a-1.0.0.tgz" },
    "node_modules/@mapped/right": { "version": "1.0.0", "resolved": "https://npm.corp.test/@mapped/right/-/right-1.0.0.tgz" },
    "node_modules/@mapped/no-address": { "version": "1.0.0" },
    "node_modules/@public/a": { "version": "1.0.0", "resolved": "https://registry.npmjs.org/@public/a/-/a-1.0.0.tgz" },
    "node_modules/billing-core": { "version": "1.0.0", "resolved": "https://registry.npmjs.org/billing-core/-/billing-core-1.0.0.tgz" },
    "node_modules/alias": { "name": "@corp/é", "version": "1.0.0", "resolved": "https://registry.npmjs.org/@corp/é/-/é-1.0.0.tgz" },
    "node_modules/@corp/link": { "resolved": "packages/link", "link": true },
    "node_modules/@corpus/a": { "version": "1.0.0", "resolved": "https://registry.npmjs.org/@corpus/a/-/a-1.0.0.tgz" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:64 [https://registry.npmjs.org/@corp/a/-/a-1.0.0.tgz]
                  `@corp/a` is a name of ours, and comes from a public registry
                error package-lock.json:6:6 [node_modules/@corp/no-address]
                  `@corp/no-address` is a name of ours, and comes from a public registry
                error package-lock.json:7:66 [https://registry.yarnpkg.com/@mapped/a/-/a-1.0.0.tgz]
                  `@mapped/a` is a name of ours, and comes from a public registry
                error package-lock.json:11:69 [https://registry.npmjs.org/billing-core/-/billing-core-1.0.0.tgz]
                  `billing-core` is a name of ours, and comes from a public registry
                error package-lock.json:12:81 [https://registry.npmjs.org/@corp/é/-/é-1.0.0.tgz]
                  `@corp/é` is a name of ours, and comes from a public registry
            "#]],
        );
    }
}
