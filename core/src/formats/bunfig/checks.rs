//! Settings that read as protection and do nothing.

use super::keys::{PROTECTIVE, intended};
use crate::model::{Problem, ProblemKind};
use crate::syntax::toml::{Kind, Value};
use crate::text::{Edit, Span};

/// Keys that are misspelt or stand in the wrong table, and a cooldown in another unit than seconds.
pub(super) fn problems(root: Value<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, value) in root.members() {
        if let Some(name) = key.string().filter(|name| PROTECTIVE.contains(&&**name)) {
            let message = format!("Bun reads `{name}` under `[install]` only: here it does nothing");
            problems.push(ineffective(key.span().to(value.span()), message, None));
        }
    }
    let Some(install) = root.get("install") else { return problems };
    for (key, value) in install.members() {
        let Some(name) = key.string() else { continue };
        if let Some(meant) = intended(&name) {
            let message = format!("Bun does not know `{name}`; it is written `{meant}`");
            let fix =
                install.get(meant).is_none().then(|| (format!("Rename to `{meant}`"), vec![Edit::replace(key.span(), meant)]));
            problems.push(ineffective(key.span().to(value.span()), message, fix));
        } else if name == "minimumReleaseAge" {
            problems.extend(cooldown(key, value));
        }
    }
    problems
}

/// Shorter than an hour is a day or a week in another unit.
const SHORTEST: i64 = 3600;

/// Minutes of a day: multiples of it are what pnpm's setting of the same name is given.
const MINUTES: i64 = 1440;

fn cooldown(key: Value<'_>, value: Value<'_>) -> Option<Problem> {
    if !matches!(value.kind(), Kind::Integer | Kind::Float) {
        let message = "Bun takes `minimumReleaseAge` as a number of seconds, without quotes or unit".to_owned();
        return Some(ineffective(key.span().to(value.span()), message, None));
    }
    // Whole hours are meant as they stand, though some of them are whole days of minutes too.
    let days = |seconds: i64| seconds % MINUTES == 0 && seconds % SHORTEST != 0 && seconds <= 14 * MINUTES;
    let seconds = value.integer().filter(|&seconds| seconds > 0 && (seconds < SHORTEST || days(seconds)))?;
    let message = format!("`minimumReleaseAge` is in seconds: {seconds} is {} minutes", seconds / 60);
    let in_minutes = seconds % MINUTES == 0;
    let fix = in_minutes.then(|| {
        let meant = seconds * 60;
        (format!("Set it to {meant} seconds"), vec![Edit::replace(value.span(), meant.to_string())])
    });
    Some(ineffective(key.span().to(value.span()), message, fix))
}

fn ineffective(span: Span, message: String, fix: Option<(String, Vec<Edit>)>) -> Problem {
    Problem { kind: ProblemKind::Ineffective, span, message, related: None, fix }
}
