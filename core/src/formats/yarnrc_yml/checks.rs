//! Settings that do not do what they read as.

use super::duration::minutes;
use super::keys::{intended, is_known};
use crate::model::{Problem, ProblemKind, Setting};
use crate::syntax::yaml::Value;
use crate::text::{Edit, Span};

/// Every such setting.
pub(super) fn problems(root: Value<'_>, entries: &[Setting]) -> Vec<Problem> {
    let mut found: Vec<Problem> = root.members().filter_map(|(key, _)| misspelt(root, key)).collect();
    found.extend(entries.iter().filter_map(value));
    found.extend(root.members().filter_map(|(key, value)| flag(key, value)));
    found
}

/// Yarn 1 looks for flags of its commands in this file too; where there is no `yarnPath`, it adds them, and they win over everything else.
fn flag(key: Value<'_>, value: Value<'_>) -> Option<Problem> {
    let written = key.string().filter(|key| key.starts_with("--"))?;
    let message =
        format!("Yarn 1 takes `{written}` for a flag of its commands, which wins over every setting; later ones refuse the file");
    Some(Problem { kind: ProblemKind::Ambiguous, ..problem(key.span().to(value.span()), message) })
}

fn problem(span: Span, message: String) -> Problem {
    Problem { kind: ProblemKind::Ineffective, span, message, related: None, fix: None }
}

/// A key that no version of Yarn knows and that resembles one of its own. What resembles none may be a plugin's.
fn misspelt(root: Value<'_>, key: Value<'_>) -> Option<Problem> {
    let written = key.string()?;
    let right = intended(&written)?;
    let message = format!("Yarn does not know `{written}`, and refuses to run; it reads `{right}`");
    // Another manager's setting has another meaning of its values.
    let same_meaning =
        !written.contains('-') && crate::spelling::within_one_edit(&written.to_ascii_lowercase(), &right.to_ascii_lowercase());
    let fix = (same_meaning && root.get(right).is_none())
        .then(|| (format!("Rename to `{right}`"), vec![Edit::replace(key.inner(), right)]));
    Some(Problem { fix, ..problem(key.inner(), message) })
}

fn value(setting: &Setting) -> Option<Problem> {
    let text = setting.value.as_str();
    let message = match setting.key.as_str() {
        _ if text.contains("${") => return None,
        "npmMinimalAgeGate" => match minutes(text) {
            None => format!(
                "`{text}` is no duration that Yarn reads: write minutes (`4320`), or a number with `m`, `h`, `d` or `w` (`3d`)"
            ),
            Some(minutes) if minutes > 0.0 && minutes < 60.0 => {
                format!("`{text}` is less than an hour: a number alone is one of minutes; write `{text}d` for days")
            }
            Some(_) => return None,
        },
        key if key.starts_with("enable") && is_known(key) && !matches!(text, "true" | "false" | "1" | "0" | "null" | "~" | "") => {
            format!("`{text}` is neither `true` nor `false`, and Yarn refuses to run")
        }
        "checksumBehavior" if !matches!(text, "throw" | "ignore" | "update" | "reset") => {
            format!("`{text}` is none of `throw`, `reset`, `update` and `ignore`")
        }
        _ => return None,
    };
    Some(problem(setting.value.span, message))
}
