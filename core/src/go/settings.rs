//! The settings of the `go` command, which are environment variables: as `go env -w` writes them to the person's own file, and as pipelines set
//! them. A repository has no file of them that Go would read.

use smol_str::SmolStr;

use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Setting, Settings};
use crate::text::{Span, Spanned};

/// Reads a file of `NAME=value` lines, as Go reads its own: no quotes, no references, `#` starts a comment.
#[must_use]
pub fn read(text: &str) -> Settings {
    let base = text.as_ptr() as usize;
    let span = |part: &str| Span::new(part.as_ptr() as usize - base, part.as_ptr() as usize - base + part.len());
    let setting = |line: &str| {
        let (name, value) = line.split_once('=').filter(|(name, _)| name.starts_with(|first: char| first.is_ascii_uppercase()))?;
        let spanned = |part: &str| Spanned::new(SmolStr::from(part), span(part));
        Some(Setting { key: spanned(name), value: spanned(value), list: false, implied: false, line: span(line) })
    };
    Settings { entries: text.lines().filter_map(setting).collect(), ..Settings::default() }
}

/// What Go's settings protect from. `GOPRIVATE` is no guard of these: it says which modules are the person's own, whose names the checksum database
/// need not hear.
pub static GUARDS: &[Guard] = &[
    guard("GOSUMDB", Aspect::Integrity, |setting| *setting.value != "off", SUMDB, UNSET),
    guard("GONOSUMDB", Aspect::Integrity, |setting| !everything(setting), SUMDB, UNSET),
    guard("GONOSUMCHECK", Aspect::Integrity, |setting| matches!(setting.value.as_str(), "" | "0"), SUMDB, UNSET),
    guard(
        "GOPRIVATE",
        Aspect::Integrity,
        |setting| !everything(setting),
        SUMDB,
        "name the modules that are yours, as `corp.example/*`",
    ),
    guard(
        "GOINSECURE",
        Aspect::Tls,
        |setting| setting.value.is_empty(),
        "Go fetches modules without checking who serves them",
        UNSET,
    ),
    guard(
        "GOFLAGS",
        Aspect::Integrity,
        |setting| !setting.value.split_ascii_whitespace().any(|flag| flag == "-insecure"),
        "Go fetches modules without checking who serves them, and asks no checksum database",
        UNSET,
    ),
];

const SUMDB: &str = "new modules are not held against the checksum database: whatever is served first is taken";
const UNSET: &str = "remove it";

/// A pattern that every module fits.
fn everything(setting: &Setting) -> bool {
    setting.value.split(',').any(|pattern| matches!(pattern.trim(), "*" | "*/*" | "*.*"))
}

const fn guard(
    key: &'static str,
    aspect: Aspect,
    protects: fn(&Setting) -> bool,
    message: &'static str,
    help: &'static str,
) -> Guard {
    Guard { aspect, key, protects, unset: Unset::Safe, mend: Mend::Remove, message, help, severity: None, applies: |_, _| true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::holds;

    #[test]
    fn what_turns_the_checksum_database_off() {
        for (text, expected) in [
            ("GOPROXY=https://proxy.test\nGOPRIVATE=corp.example/*\n", &[][..]),
            ("GONOSUMDB=corp.example\nGOFLAGS=-mod=readonly\nGOSUMDB=sum.test\n", &[]),
            ("GOSUMDB=off", &["GOSUMDB"]),
            ("# GOSUMDB=off\nGONOSUMDB=*\nGOPRIVATE=a,*\n", &["GONOSUMDB", "GOPRIVATE"]),
            ("GONOSUMCHECK=1\nGOINSECURE=corp.example\nGOFLAGS=-mod=mod -insecure\n", &["GONOSUMCHECK", "GOINSECURE", "GOFLAGS"]),
        ] {
            let settings = read(text);
            let open: Vec<&str> = GUARDS.iter().filter(|guard| !holds(guard, &settings)).map(|guard| guard.key).collect();
            assert_eq!(open, expected, "{text}");
        }
    }
}
