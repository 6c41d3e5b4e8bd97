//! Keys that stand twice in one mapping: YAML forbids it, and readers disagree about which one counts.

use super::{Kind, Tree, Value};
use crate::model::{Problem, ProblemKind};
use crate::syntax::doubled::doubled;

/// Every key that repeats an earlier one of its mapping.
pub(super) fn problems(tree: &Tree, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut keys: Vec<Value<'_>> = Vec::new();
    for index in 0..tree.nodes.len() as u32 {
        let mapping = Value::new(tree, text, index);
        if !mapping.is_mapping() {
            continue;
        }
        keys.clear();
        keys.extend(mapping.members().map(|(key, _)| key).filter(|key| key.kind() == Kind::Scalar));
        doubled(&keys, Value::string, same, |earlier, key| problems.push(problem(earlier, key)));
    }
    problems
}

fn same(one: Value<'_>, other: Value<'_>) -> bool {
    if one.is_encoded() || other.is_encoded() { one.string() == other.string() } else { one.raw() == other.raw() }
}

fn problem(earlier: Value<'_>, key: Value<'_>) -> Problem {
    Problem {
        kind: ProblemKind::DuplicateKey,
        span: key.inner(),
        message: format!(
            "`{}` stands twice in the same mapping; some readers refuse the file, others take the last one",
            key.raw()
        ),
        related: Some((earlier.inner(), "it stands here first".to_owned())),
        fix: None,
    }
}
