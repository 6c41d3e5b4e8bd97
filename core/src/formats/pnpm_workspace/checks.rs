//! What does nothing or is refused.

use super::keys::intended;
use crate::model::{Problem, ProblemKind};
use crate::syntax::yaml::{Kind, Value};
use crate::text::{Edit, Span};

/// Misspelt keys, a cooldown in another unit than minutes, and catalogs that are none.
pub(super) fn problems(root: Value<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, value) in root.members() {
        let Some(name) = key.string() else { continue };
        if let Some(meant) = intended(&name) {
            let message = format!("pnpm does not know `{name}`, and passes it over; it is written `{meant}`");
            let fix = root.get(meant).is_none().then(|| (format!("Rename to `{meant}`"), vec![Edit::replace(key.span(), meant)]));
            problems.push(Problem { fix, ..problem(ProblemKind::Ineffective, whole(key, value), message) });
            continue;
        }
        match &*name {
            "minimumReleaseAge" => problems.extend(cooldown(key, value)),
            "catalog" => catalog(value, &mut problems),
            "catalogs" if value.is_mapping() => value.members().for_each(|(_, entries)| catalog(entries, &mut problems)),
            "catalogs" if value.kind() != Kind::Empty => problems.push(no_catalog(value)),
            _ => {}
        }
    }
    problems
}

fn problem(kind: ProblemKind, span: Span, message: String) -> Problem {
    Problem { kind, span, message, related: None, fix: None }
}

/// Key and value, of a longer value its first line.
fn whole(key: Value<'_>, value: Value<'_>) -> Span {
    if matches!(value.kind(), Kind::Mapping | Kind::Sequence) { key.span() } else { key.span().to(value.span()) }
}

fn catalog(entries: Value<'_>, problems: &mut Vec<Problem>) {
    if !entries.is_mapping() {
        problems.extend((entries.kind() != Kind::Empty).then(|| no_catalog(entries)));
        return;
    }
    let wrong = entries.members().filter(|(_, spec)| spec.kind() != Kind::Scalar);
    problems.extend(wrong.map(|(name, spec)| {
        let message = format!("the entry of `{}` is no range or version: pnpm refuses the file", name.raw());
        problem(ProblemKind::Syntax, spec.span(), message)
    }));
}

fn no_catalog(value: Value<'_>) -> Problem {
    problem(ProblemKind::Syntax, value.span(), "this is no list of names and ranges: pnpm refuses the file".to_owned())
}

/// Minutes of a day, which are seconds of one if there are sixty times as many.
const DAY: i64 = 1440;

fn cooldown(key: Value<'_>, value: Value<'_>) -> Option<Problem> {
    let span = key.span().to(value.span());
    let Some(minutes) = value.string().and_then(|text| text.trim().parse::<i64>().ok()) else {
        let message = "pnpm takes `minimumReleaseAge` as a number of minutes, without a unit".to_owned();
        return (value.kind() == Kind::Scalar).then(|| problem(ProblemKind::Ineffective, span, message));
    };
    let (shown, meant) = match minutes {
        1..=30 => (format!("{minutes} minutes"), minutes * DAY),
        seconds if seconds > 0 && seconds % (60 * DAY) == 0 => (format!("{} days", seconds / DAY), seconds / 60),
        _ => return None,
    };
    let message = format!("`minimumReleaseAge` is in minutes: {minutes} is {shown}");
    let fix = Some((format!("Set it to {meant} ({} days)", meant / DAY), vec![Edit::replace(value.span(), meant.to_string())]));
    Some(Problem { fix, ..problem(ProblemKind::Ineffective, span, message) })
}
