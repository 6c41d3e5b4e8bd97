//! Bun's own ways that are neither in its lockfile nor in its settings.

/// The names whose install scripts Bun runs where a project says nothing of its own, one a line: what `bun pm default-trusted` of Bun 1.4 prints.
static TRUSTED: &str = include_str!("trusted.txt");

/// Whether Bun runs the install scripts of a registry's package where the manifest has no `trustedDependencies`. An empty list counts as one.
#[must_use]
pub fn is_trusted_by_default(name: &str) -> bool {
    TRUSTED.lines().any(|trusted| trusted == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_one_of_names() {
        assert!(is_trusted_by_default("esbuild") && is_trusted_by_default("@prisma/client"));
        assert!(!is_trusted_by_default("core-js") && !is_trusted_by_default("") && !is_trusted_by_default("esbuil"));
        assert!(TRUSTED.lines().all(crate::npm::spec::is_valid_name));
    }
}
