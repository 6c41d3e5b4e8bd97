//! What the policy lets pass: findings accepted for a while, and install scripts that may run.

use jiff::civil::Date;
use smol_str::SmolStr;

use super::value::split_versions;
use crate::glob::Glob;
use crate::path::RelPath;
use crate::text::{Span, Spanned};

/// Findings of one rule that are accepted until a day. Only one that is right in every part is ever read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The id of the rule; not known to be one that exists.
    pub rule: Spanned<SmolStr>,
    /// The packages; `None` means all, and findings about no package too.
    pub package: Option<Spanned<PackageGlob>>,
    /// The files; `None` means all.
    pub path: Option<Spanned<Glob>>,
    /// Why.
    pub reason: Spanned<SmolStr>,
    /// The last day on which it counts.
    pub expires: Spanned<Date>,
    /// The place to point at: its header, or the whole of an inline table.
    pub span: Span,
}

impl Exception {
    /// Whether it is about such a finding, whatever the day.
    #[must_use]
    pub fn covers(&self, rule: &str, package: Option<(&str, Option<&str>)>, path: &RelPath) -> bool {
        *self.rule == rule
            && self.package.as_ref().is_none_or(|glob| package.is_some_and(|(name, version)| glob.matches(name, version)))
            && self.path.as_ref().is_none_or(|glob| glob.matches(path.as_str()))
    }

    /// Whether everything that `other` lets pass is let pass by this too, as far as can be told without guessing.
    #[must_use]
    pub fn includes(&self, other: &Exception) -> bool {
        self.is_as_wide_as(other) && self.expires.value >= other.expires.value
    }

    /// The same, whatever the days.
    #[must_use]
    pub fn is_as_wide_as(&self, other: &Exception) -> bool {
        self.rule.value == other.rule.value
            && covers(self.package.as_ref(), other.package.as_ref(), PackageGlob::covers)
            && covers(self.path.as_ref(), other.path.as_ref(), Glob::covers)
    }

    /// What it is about, for a message: `untrusted-registry` for `left-pad` in `legacy/**`.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut words = format!("`{}`", self.rule);
        if let Some(package) = &self.package {
            words.push_str(&format!(" for `{}`", package.as_str()));
        }
        if let Some(path) = &self.path {
            words.push_str(&format!(" in `{}`", path.as_str()));
        }
        words
    }
}

/// `None` stands for everything.
fn covers<T>(wide: Option<&Spanned<T>>, narrow: Option<&Spanned<T>>, covers: fn(&T, &T) -> bool) -> bool {
    match (wide, narrow) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => covers(wide, narrow),
    }
}

/// Packages by name, and by version where one is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageGlob {
    source: SmolStr,
    name: Glob,
    version: Option<Glob>,
}

impl PackageGlob {
    /// Takes `name` or `name@version` apart; both may hold `*`.
    ///
    /// # Errors
    /// Says in words what cannot be.
    pub fn new(source: &str) -> Result<PackageGlob, String> {
        let at = source.char_indices().skip(1).find(|&(_, c)| c == '@').map(|(at, _)| at);
        let (name, version) = match at {
            Some(at) => (&source[..at], Some(&source[at + 1..])),
            None => (source, None),
        };
        let version = version.map(Glob::new).transpose()?;
        Ok(PackageGlob { source: source.into(), name: Glob::new(name)?, version })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether it means this package. One that names a version does not mean a package whose version is not known.
    #[must_use]
    pub fn matches(&self, name: &str, version: Option<&str>) -> bool {
        self.name.matches(name) && self.version.as_ref().is_none_or(|glob| version.is_some_and(|version| glob.matches(version)))
    }

    fn covers(&self, other: &PackageGlob) -> bool {
        let version = match (&self.version, &other.version) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(wide), Some(narrow)) => wide.covers(narrow),
        };
        version && self.name.covers(&other.name)
    }
}

/// A package that may run its install scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptPermission {
    /// Its exact name.
    pub package: Spanned<SmolStr>,
    /// The versions, joined by `||`; `None` means every one.
    pub version: Option<Spanned<SmolStr>>,
    /// Why.
    pub reason: Spanned<SmolStr>,
    /// The place to point at.
    pub span: Span,
}

impl ScriptPermission {
    /// Whether it lets this version of this package run its scripts.
    #[must_use]
    pub fn allows(&self, name: &str, version: &str) -> bool {
        *self.package == name && self.version.as_ref().is_none_or(|versions| split_versions(versions).any(|one| one == version))
    }

    /// The versions it lets run; `None` means every one.
    pub fn versions(&self) -> Option<impl Iterator<Item = &str>> {
        self.version.as_ref().map(|versions| split_versions(versions))
    }
}

/// An exception with the file it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedException {
    /// The policy file.
    pub path: RelPath,
    /// What it says.
    pub exception: Exception,
}

/// What the policy says of one finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionMatch {
    /// It is accepted, by the exception of this index in [`super::Policy::exceptions`].
    Active(usize),
    /// It was accepted by the exception of this index, whose last day is over.
    Expired(usize),
    /// No exception is about it.
    None,
}
