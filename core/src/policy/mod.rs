//! `provender.toml`: how Provender is to behave in a repository, and for a person.
//!
//! There are at most two such files: the repository's own at its root, and the person's own in their configuration folder. Both have
//! the same keys ([`keys`] is the one list of them, from which the reader and the JSON schema are made); [`Policy`] joins the two.
//! Nothing in a file is passed over in silence: what is not known, not well formed or not right is a problem, and an entry that lets
//! something pass counts only when every part of it is right.

mod edit;
mod effective;
mod exception;
pub mod keys;
mod loosen;
mod read;
mod reference;
mod schema;
mod value;

use jiff::civil::Date;
use smol_str::SmolStr;
use url::Url;

pub use self::edit::{add_exception, allow_script};
pub use self::effective::{Hook, Policy};
pub use self::exception::{Exception, ExceptionMatch, PackageGlob, PlacedException, ScriptPermission};
pub use self::loosen::{Loosening, loosened};
use self::read::{Entries, Section};
pub use self::reference::reference;
pub use self::schema::json_schema;
use crate::facts::Depth;
use crate::finding::Severity;
use crate::glob::Glob;
use crate::model::{Problem, ProblemKind};
use crate::text::{Span, Spanned};

/// A policy file as read. Everything in it is right; what was not is left out, and among the problems.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyFile {
    /// The version of the format, where it is said.
    pub schema: Option<Spanned<u32>>,
    /// Registries that are trusted for every package; each address ends in `/`.
    pub trusted: Vec<Spanned<Url>>,
    /// Scopes and the one registry each comes from.
    pub scopes: Vec<(Spanned<SmolStr>, Spanned<Url>)>,
    /// Scopes that are ours.
    pub internal_scopes: Vec<Spanned<SmolStr>>,
    /// Names that are ours.
    pub internal_names: Vec<Spanned<Glob>>,
    /// Packages that may run their install scripts.
    pub scripts: Vec<ScriptPermission>,
    /// Levels by the rule's id.
    pub rules: Vec<(Spanned<SmolStr>, Spanned<Level>)>,
    /// Findings that are accepted for a while.
    pub exceptions: Vec<Exception>,
    /// What blocks a commit.
    pub commit: Option<Spanned<Severity>>,
    /// What blocks a push.
    pub push: Option<Spanned<Severity>>,
    /// What happens when something cannot be verified.
    pub unverifiable: Option<Spanned<Unverifiable>>,
    /// Packages that no registry is asked about.
    pub leave_out: Vec<Spanned<Glob>>,
    /// How far the push hook goes.
    pub depth: Option<Spanned<Depth>>,
    /// Hosts that may be contacted, lower case, with a port where that is not the usual one.
    pub allow_hosts: Vec<Spanned<SmolStr>>,
    /// Whether the editor may use the network unasked.
    pub editor_network: Option<Spanned<bool>>,
    /// The tables that are there, by name (`hooks`, `registries.scopes`), with their headers.
    pub tables: Vec<(&'static str, Span)>,
}

/// How bad the findings of a rule are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Not reported.
    Off,
    /// Good to know.
    Info,
    /// Should be put right.
    Warning,
    /// Must be looked at before it goes on.
    Error,
}

impl Level {
    /// The severity; `None` where the rule is off.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }

    /// The word used in the policy.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.severity().map_or("off", Severity::id)
    }

    fn of(word: &str) -> Option<Level> {
        [Level::Off, Level::Info, Level::Warning, Level::Error].into_iter().find(|level| level.id() == word)
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Level {
        match severity {
            Severity::Info => Level::Info,
            Severity::Warning => Level::Warning,
            Severity::Error => Level::Error,
        }
    }
}

/// What happens when a package cannot be verified; the later is the stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unverifiable {
    /// The push goes on, with a warning.
    Warn,
    /// The push stops.
    Block,
}

impl Unverifiable {
    /// The word used in the policy.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Unverifiable::Warn => "warn",
            Unverifiable::Block => "block",
        }
    }
}

/// Reads a policy. Never fails: what is wrong is in the problems, in the order of the text, and the rest is there all the same.
///
/// Whether the rules that are named exist is for the caller to say ([`PolicyFile::rule_ids`]).
#[must_use]
pub fn parse(text: &str) -> (PolicyFile, Vec<Problem>) {
    let (root, problems) = read::read(text);
    (PolicyFile::of(root), problems)
}

impl PolicyFile {
    /// Every rule that is named, levels first.
    pub fn rule_ids(&self) -> impl Iterator<Item = &Spanned<SmolStr>> {
        self.rules.iter().map(|(rule, _)| rule).chain(self.exceptions.iter().map(|exception| &exception.rule))
    }

    /// What stands in a repository's file and counts only in a person's own.
    #[must_use]
    pub fn misplaced(&self) -> Vec<Problem> {
        let Some(span) = self.table("network") else { return Vec::new() };
        vec![Problem {
            kind: ProblemKind::Ineffective,
            span,
            message: "a repository cannot allow itself the network: `network` counts only in your own policy file".to_owned(),
            related: None,
            fix: None,
        }]
    }

    /// The header of a table of the file (`hooks`, `scripts`), if it is there.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<Span> {
        self.tables.iter().find(|(table, _)| *table == name).map(|&(_, span)| span)
    }

    fn of(mut root: Section) -> PolicyFile {
        let mut file = PolicyFile { schema: root.schema("schema"), ..PolicyFile::default() };
        let rules = file_map(&mut file.tables, &mut root, "rules", "rules");
        file.rules = rules.into_iter().filter_map(|(rule, word)| Some((rule, convert(word, Level::of)?))).collect();
        file.exceptions = root.entries("exception").unwrap_or_default().into_iter().filter_map(exception).collect();
        let registries = file_table(&mut file.tables, &mut root, "registries");
        file.registries(registries);
        let mut internal = file_table(&mut file.tables, &mut root, "internal");
        file.internal_scopes = internal.list("scopes").unwrap_or_default();
        file.internal_names = globs(internal.list("names"));
        let mut scripts = file_table(&mut file.tables, &mut root, "scripts");
        file.scripts = scripts.entries("allow").unwrap_or_default().into_iter().filter_map(script).collect();
        let mut hooks = file_table(&mut file.tables, &mut root, "hooks");
        file.commit = hooks.text("commit").and_then(|word| convert(word, severity));
        file.push = hooks.text("push").and_then(|word| convert(word, severity));
        let mut verify = file_table(&mut file.tables, &mut root, "verify");
        file.unverifiable = verify.text("unverifiable").and_then(|word| convert(word, unverifiable));
        file.leave_out = globs(verify.list("leave-out"));
        file.depth = verify.text("depth").and_then(|word| convert(word, depth));
        let mut network = file_table(&mut file.tables, &mut root, "network");
        file.allow_hosts = network.list("allow-hosts").unwrap_or_default();
        file.editor_network = network.flag("editor");
        file
    }

    fn registries(&mut self, mut section: Section) {
        let address = |text| convert(text, |text: &str| value::registry(text).ok());
        self.trusted = section.list("trusted").unwrap_or_default().into_iter().filter_map(address).collect();
        let scopes = file_map(&mut self.tables, &mut section, "scopes", "registries.scopes");
        self.scopes = scopes.into_iter().filter_map(|(scope, text)| Some((scope, address(text)?))).collect();
    }
}

/// Takes a table out and remembers its place; an empty one if it is not there.
fn file_table(tables: &mut Vec<(&'static str, Span)>, root: &mut Section, name: &'static str) -> Section {
    let section = root.table(name);
    tables.extend(section.as_ref().map(|section| (name, section.span)));
    section.unwrap_or_default()
}

/// The same for a table of free keys, remembered by its whole name.
fn file_map(tables: &mut Vec<(&'static str, Span)>, within: &mut Section, name: &str, whole_name: &'static str) -> Entries {
    let Some(map) = within.map(name) else { return Vec::new() };
    tables.push((whole_name, map.span));
    map.value
}

/// Another type at the same place. The reader has checked the text, so nothing is lost here.
fn convert<T>(text: Spanned<SmolStr>, to: impl Fn(&str) -> Option<T>) -> Option<Spanned<T>> {
    Some(Spanned::new(to(&text)?, text.span))
}

fn globs(list: Option<Vec<Spanned<SmolStr>>>) -> Vec<Spanned<Glob>> {
    list.unwrap_or_default().into_iter().filter_map(glob).collect()
}

fn glob(text: Spanned<SmolStr>) -> Option<Spanned<Glob>> {
    convert(text, |text| Glob::new(text).ok())
}

fn severity(word: &str) -> Option<Severity> {
    Level::of(word)?.severity()
}

fn unverifiable(word: &str) -> Option<Unverifiable> {
    [Unverifiable::Warn, Unverifiable::Block].into_iter().find(|one| one.id() == word)
}

fn depth(word: &str) -> Option<Depth> {
    match word {
        "recorded" => Some(Depth::Recorded),
        "verified" => Some(Depth::Verified),
        _ => None,
    }
}

fn script(mut section: Section) -> Option<ScriptPermission> {
    Some(ScriptPermission {
        package: section.text("package")?,
        version: section.text("version"),
        reason: section.text("reason")?,
        span: section.span,
    })
}

fn exception(mut section: Section) -> Option<Exception> {
    let expires: Spanned<Date> = convert(section.text("expires")?, |text| value::date(text).ok())?;
    Some(Exception {
        rule: section.text("rule")?,
        package: section.text("package").and_then(|text| convert(text, |text| PackageGlob::new(text).ok())),
        path: section.text("path").and_then(glob),
        reason: section.text("reason")?,
        expires,
        span: section.span,
    })
}

#[cfg(test)]
mod tests;
