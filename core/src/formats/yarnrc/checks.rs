//! Lines of a `.yarnrc` that read as one thing and do another, or nothing.

use super::Written;
use super::keys::{Kind, intended, kind};
use crate::model::{Problem, ProblemKind};
use crate::syntax::yarnrc::Value;
use crate::text::{Edit, Span};

/// Every such line, and what is not read at all.
pub(super) fn problems(written: &[Written], cut: Option<Span>) -> Vec<Problem> {
    let mut found: Vec<_> = written.iter().enumerate().filter_map(|(at, one)| line(one, &written[at + 1..], written)).collect();
    found.extend(cut.map(|span| {
        let message = "Yarn reads nothing from here on: this line is indented and belongs to nothing".to_owned();
        Problem { kind: ProblemKind::Syntax, ..ineffective(span, message) }
    }));
    found
}

fn ineffective(span: Span, message: String) -> Problem {
    Problem { kind: ProblemKind::Ineffective, span, message, related: None, fix: None }
}

fn line(one: &Written, below: &[Written], all: &[Written]) -> Option<Problem> {
    let key = one.key.as_str();
    let is_credential = key.starts_with("//") || key.starts_with("_auth") || key == "_password";
    if is_credential {
        return Some(ineffective(one.key.span, "Yarn 1 takes credentials from `.npmrc` alone: here this does nothing".to_owned()));
    }
    if key == "--use-yarnrc" {
        let message =
            "Yarn takes further settings from a file of another name, which nobody looks at here: write them into this one"
                .to_owned();
        return Some(Problem { kind: ProblemKind::Ambiguous, ..ineffective(one.span, message) });
    }
    let later = below.iter().find(|other| *other.key == *one.key && other.value != one.value);
    if let Some(later) = later {
        let message = format!("`{key}` is set again below, and the last one counts");
        return Some(Problem { related: Some((later.span, "this one counts".to_owned())), ..ineffective(one.span, message) });
    }
    misspelt(one, all).or_else(|| value(one))
}

fn misspelt(one: &Written, all: &[Written]) -> Option<Problem> {
    let right = intended(&one.key)?;
    let message = format!("Yarn does not know `{}`; it is written `{right}`", one.key);
    let free = !all.iter().any(|other| *other.key == *right);
    let plain = (one.key.span.end - one.key.span.start) as usize == one.key.len();
    let fix = (free && plain).then(|| (format!("Rename to `{right}`"), vec![Edit::replace(one.key.span, right)]));
    Some(Problem { fix, ..ineffective(one.key.span, message) })
}

/// A truth value of the wrong type.
fn value(one: &Written) -> Option<Problem> {
    let Value::Text(text) = &one.value else { return None };
    let message = match kind(&one.name())? {
        Kind::Flag => format!("`{}` does nothing: Yarn gives a flag only for `true` without quotes", one.key),
        Kind::Switch if matches!(text.as_str(), "false" | "no" | "off" | "0" | "null") => {
            format!("`{}` is on: Yarn takes any text for true, and only `false` without quotes for false", one.key)
        }
        Kind::Switch => return None,
    };
    Some(ineffective(one.key.span.to(one.inner), message))
}
