//! What a setting protects from, and how to tell whether it does: one table a settings format, read by the rules about settings.
//!
//! A rule knows what it wants kept ([`Aspect`]); how this manager spells it, what it takes for on, and what holds where nothing is set, are the
//! format's to say. So a new settings format gets every rule of the group by a table of its own.

use crate::finding::Severity;
use crate::model::{Setting, Settings};
use crate::project::Project;
use crate::text::Span;

/// What a setting protects from; one rule stands for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// Install scripts of every package run (`install-scripts-enabled`).
    InstallScripts,
    /// The lockfile is switched off (`lockfile-disabled`).
    Lockfile,
    /// New dependencies are saved as ranges (`floating-saves`).
    Saves,
    /// Engine ranges are only a warning (`engines-not-enforced`).
    Engines,
    /// No level at which an audit fails (`audit-threshold-unset`).
    Audit,
    /// Certificates are not checked (`tls-verification-disabled`).
    Tls,
    /// Digests are not checked (`integrity-checks-disabled`).
    Integrity,
    /// Releases of the last minutes are installed (`no-release-cooldown`).
    Cooldown,
    /// Hashes are not required (`hashes-not-required`).
    Hashes,
    /// Dependencies are resolved at install (`dependencies-resolved-at-install`).
    Resolution,
    /// An index beside the first is asked for every name (`extra-index`).
    ExtraIndex,
    /// A setting that this project's manager does not read (`ineffective-setting`).
    Ineffective,
}

/// One setting that a rule looks at.
#[derive(Debug)]
pub struct Guard {
    /// What it protects from.
    pub aspect: Aspect,
    /// The key as [`Settings`] has it.
    pub key: &'static str,
    /// Whether a value protects.
    pub protects: fn(&Setting) -> bool,
    /// What holds where no file of the project sets it.
    pub unset: Unset,
    /// How a fix mends it.
    pub mend: Mend,
    /// What is wrong, for the message.
    pub message: &'static str,
    /// What to do.
    pub help: &'static str,
    /// Another severity than the rule's own.
    pub severity: Option<Severity>,
    /// Whether it matters in this project at all (its manager's version, what else it sets).
    pub applies: fn(&Project<'_>, &Settings) -> bool,
}

/// What holds where a setting is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// Nothing protects: its absence is the finding.
    Exposed,
    /// The manager's default protects.
    Safe,
}

/// How a setting is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mend {
    /// By setting the key to this value, in the file's own syntax.
    Set(&'static str),
    /// By taking the setting out.
    Remove,
    /// Only a person can tell.
    No,
}

/// A guard that does not hold, and where that is to be seen.
#[derive(Clone, Copy, Debug)]
pub struct Gap<'s> {
    /// The guard.
    pub guard: &'static Guard,
    /// The setting that undoes it; `None` where nothing is set.
    pub setting: Option<&'s Setting>,
}

impl Gap<'_> {
    /// What to underline: key and value, or the start of the file.
    #[must_use]
    pub fn span(&self) -> Span {
        self.setting.map_or(Span::at(0), |setting| setting.key.span.to(setting.value.span))
    }
}

/// The guards of one aspect that do not hold in a settings file.
pub fn gaps<'s>(guards: &'static [Guard], aspect: Aspect, settings: &'s Settings, project: &Project<'_>) -> Vec<Gap<'s>> {
    let applying = guards.iter().filter(|guard| guard.aspect == aspect && (guard.applies)(project, settings));
    let open = |guard: &'static Guard| match settings.get(guard.key) {
        None if guard.unset == Unset::Exposed => vec![Gap { guard, setting: None }],
        None => Vec::new(),
        // What is to go away goes value by value.
        Some(setting) if setting.list && guard.mend == Mend::Remove => {
            let all = settings.entries.iter().filter(|entry| *entry.key == guard.key && !(guard.protects)(entry));
            all.map(|setting| Gap { guard, setting: Some(setting) }).collect()
        }
        Some(last) => {
            let setting = opening(guard, settings, last);
            setting.map(|setting| Gap { guard, setting: Some(setting) }).into_iter().collect()
        }
    };
    applying.flat_map(open).collect()
}

/// The setting that undoes a guard: of a list, the first item that does; else the last assignment, which counts.
fn opening<'s>(guard: &Guard, settings: &'s Settings, last: &'s Setting) -> Option<&'s Setting> {
    let mut items = settings.entries.iter().filter(|setting| last.list && *setting.key == guard.key);
    if last.list { items.find(|item| !(guard.protects)(item)) } else { Some(last).filter(|last| !(guard.protects)(last)) }
}

/// Whether a guard holds in a file by itself, whatever the project.
#[must_use]
pub fn holds(guard: &Guard, settings: &Settings) -> bool {
    settings.get(guard.key).map_or(guard.unset == Unset::Safe, |last| opening(guard, settings, last).is_none())
}
