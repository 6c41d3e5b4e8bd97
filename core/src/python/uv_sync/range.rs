//! The range of Python that a workspace is locked for.

use std::str::FromStr as _;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

use super::{Disagreement, Place};
use crate::syntax::toml::Value;

/// The range of Python: what all projects of the workspace have in common. `manifests`: theirs, the root's first.
pub(crate) fn python<'a>(lock: Value<'_>, manifests: impl Iterator<Item = Value<'a>>) -> Option<Disagreement> {
    let ranges: Vec<Value<'a>> = manifests.filter_map(|manifest| manifest.get_path(&["project", "requires-python"])).collect();
    let place = ranges.first()?;
    let asked = Bounds::of(ranges.iter().copied())?;
    let Some(locked) = lock.get("requires-python") else {
        return Some(Disagreement {
            what: "the lockfile does not say for which Python it is".to_owned(),
            place: Place::Manifest(place.inner()),
            name: None,
            copied: lock.get("version").map(Value::inner),
        });
    };
    let copy = Bounds::of(std::iter::once(locked))?;
    (asked != copy).then(|| Disagreement {
        what: format!("the lockfile is for Python `{}`, and the project for another range", locked.raw()),
        place: Place::Manifest(place.inner()),
        name: None,
        copied: Some(locked.inner()),
    })
}

/// The highest lower and the lowest upper bound, each with whether the version itself is outside: what uv compares. Holes between do not count.
#[derive(Debug, Default, PartialEq, Eq)]
struct Bounds {
    lower: Option<(Version, bool)>,
    upper: Option<(Version, bool)>,
}

impl Bounds {
    /// `None` where a clause is none that is known.
    fn of<'a>(ranges: impl Iterator<Item = Value<'a>>) -> Option<Bounds> {
        let mut bounds = Bounds::default();
        let mut holes = Vec::new();
        for range in ranges {
            for specifier in VersionSpecifiers::from_str(&range.string()?).ok()?.iter() {
                bounds.add(specifier, &mut holes)?;
            }
        }
        bounds.skip(&holes);
        Some(bounds)
    }

    fn add(&mut self, specifier: &VersionSpecifier, holes: &mut Vec<Version>) -> Option<()> {
        let version = Version::new(specifier.version().release());
        match specifier.operator() {
            Operator::GreaterThanEqual => self.raise(version, false),
            Operator::GreaterThan => self.raise(version, true),
            Operator::LessThan => self.limit(version, true),
            Operator::LessThanEqual => self.limit(version, false),
            Operator::Equal | Operator::ExactEqual => {
                self.raise(version.clone(), false);
                self.limit(version, false);
            }
            Operator::EqualStar => {
                self.limit(next(version.release())?, true);
                self.raise(version, false);
            }
            Operator::TildeEqual => {
                let (_, family) = version.release().split_last()?;
                self.limit(next(family)?, true);
                self.raise(version, false);
            }
            Operator::NotEqualStar => holes.push(version),
            // One version less moves no bound.
            Operator::NotEqual => {}
        }
        Some(())
    }

    fn raise(&mut self, version: Version, outside: bool) {
        self.lower = self.lower.take().max(Some((version, outside)));
    }

    fn limit(&mut self, version: Version, outside: bool) {
        // Of two that name the same version, the one that leaves it out is lower.
        let key = |(version, outside): &(Version, bool)| (version.clone(), !outside);
        let bound = (version, outside);
        self.upper = Some(self.upper.take().map_or(bound.clone(), |upper| if key(&bound) < key(&upper) { bound } else { upper }));
    }

    /// Moves the bounds out of families of versions that are left out.
    fn skip(&mut self, holes: &[Version]) {
        let mut holes: Vec<(Version, Version)> =
            holes.iter().filter_map(|hole| Some((hole.clone(), next(hole.release())?))).collect();
        holes.sort();
        for (start, end) in &holes {
            if self.lower.as_ref().is_some_and(|(lower, _)| lower >= start && lower < end) {
                self.lower = Some((end.clone(), false));
            }
        }
        for (start, end) in holes.iter().rev() {
            if self.upper.as_ref().is_some_and(|(upper, outside)| upper > start && (upper < end || upper == end && *outside)) {
                self.upper = Some((start.clone(), true));
            }
        }
    }
}

/// The first version behind those that begin so.
fn next(family: &[u64]) -> Option<Version> {
    let (last, rest) = family.split_last()?;
    Some(Version::new(rest.iter().copied().chain([last.checked_add(1)?])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::toml;

    /// What uv 0.13.9 writes for a range, or takes for the same.
    #[test]
    fn ranges_come_down_to_their_bounds() {
        let bounds = |text: &str| {
            let text = format!("a = \"{text}\"");
            let tree = toml::parse(&text);
            Bounds::of(tree.root(&text).get("a").into_iter())
        };
        for (one, other) in [
            ("~=3.10", ">=3.10, <4"),
            ("~=3.10.2", ">=3.10.2, <3.11"),
            ("==3.11.*", ">=3.11,<3.12"),
            ("==3.11.7", ">=3.11.7,<=3.11.7"),
            (">=3.9,!=3.9.*", ">=3.10"),
            (">=3.9,!=3.10.*,!=3.9.*", ">=3.11"),
            (">=3.9,!=3.10.*", ">=3.9"),
            (">=3.9,<3.13,!=3.12.*", ">=3.9,<3.12"),
            (">=3.10,<3.13,!=3.12.1", ">=3.10, <3.13"),
            (">=3.10,<3.12.0a1", ">=3.10, <3.12.0"),
        ] {
            assert_eq!(bounds(one), bounds(other), "{one} | {other}");
        }
        for (one, other) in [("~=3.10", ">=3.10"), (">3.9", ">=3.9"), ("==3.11.*", "==3.11.7"), ("<3.12", "<=3.12")] {
            assert_ne!(bounds(one), bounds(other), "{one} | {other}");
        }
    }
}
