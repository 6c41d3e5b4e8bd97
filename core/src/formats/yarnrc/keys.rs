//! The keys of a `.yarnrc` whose values are truth values, and the names that people write for them.

/// How Yarn reads a truth value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// As JavaScript does: any text but the empty one is true.
    Switch,
    /// A flag of a command, which only `true` without quotes gives.
    Flag,
}

/// Settings that are on or off.
static SWITCHES: &[&str] = &[
    "bin-links",
    "enable-meta-folder",
    "ignore-engines",
    "ignore-optional",
    "ignore-platform",
    "ignore-scripts",
    "production",
    "save-exact",
    "strict-ssl",
    "unsafe-disable-integrity-migration",
    "yarn-offline-mirror-pruning",
];

/// Flags without a value.
static FLAGS: &[&str] = &[
    "check-files",
    "exact",
    "flat",
    "force",
    "frozen-lockfile",
    "ignore-engines",
    "ignore-optional",
    "ignore-platform",
    "ignore-scripts",
    "no-bin-links",
    "no-lockfile",
    "non-interactive",
    "offline",
    "prefer-offline",
    "pure-lockfile",
    "skip-integrity-check",
    "update-checksums",
];

/// How Yarn reads the value of a key, if it is a truth value. Flags may name a command (`--add.exact`).
pub(super) fn kind(key: &str) -> Option<Kind> {
    match flag(key) {
        Some(flag) => FLAGS.contains(&flag).then_some(Kind::Flag),
        None => SWITCHES.contains(&key).then_some(Kind::Switch),
    }
}

/// A flag's own name.
pub(super) fn flag(key: &str) -> Option<&str> {
    let flag = key.strip_prefix("--")?;
    Some(flag.split_once('.').map_or(flag, |(_, flag)| flag))
}

/// What does nothing under this name, and under another one what it says: a flag written as a setting, or a setting in camel case.
pub(super) fn intended(key: &str) -> Option<String> {
    if kind(key).is_some() || flag(key).is_some() {
        return None;
    }
    let kebab: String =
        key.chars().flat_map(|c| if c.is_ascii_uppercase() { vec!['-', c.to_ascii_lowercase()] } else { vec![c] }).collect();
    let plain = kebab.replace('_', "-");
    if SWITCHES.contains(&plain.as_str()) {
        return Some(plain);
    }
    FLAGS.contains(&plain.as_str()).then(|| format!("--install.{plain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_recognised_and_strangers_are_not() {
        assert!(SWITCHES.is_sorted() && FLAGS.is_sorted());
        assert_eq!(intended("ignoreScripts").as_deref(), Some("ignore-scripts"));
        assert_eq!(intended("ignore_scripts").as_deref(), Some("ignore-scripts"));
        assert_eq!(intended("frozen-lockfile").as_deref(), Some("--install.frozen-lockfile"));
        for stranger in
            ["ignore-scripts", "--ignore-scripts", "--install.flat", "registry", "lastUpdateCheck", "yarn-path", "", "é"]
        {
            assert_eq!(intended(stranger), None, "{stranger}");
        }
        assert_eq!((kind("--add.exact"), kind("save-exact"), kind("registry")), (Some(Kind::Flag), Some(Kind::Switch), None));
    }
}
