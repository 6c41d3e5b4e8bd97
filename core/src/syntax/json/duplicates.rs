//! Keys that stand twice in one object: JSON readers disagree about which one counts.

use super::{Tree, Value};
use crate::model::{Problem, ProblemKind};
use crate::syntax::doubled::doubled;

/// Every key that repeats an earlier one of its object.
pub(super) fn problems(tree: &Tree, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut keys: Vec<Value<'_>> = Vec::new();
    for index in 0..tree.nodes.len() as u32 {
        let object = Value::new(tree, text, index);
        if !object.is_object() {
            continue;
        }
        keys.clear();
        keys.extend(object.members().map(|(key, _)| key));
        doubled(&keys, Value::string, same, |earlier, key| problems.push(problem(earlier, key)));
    }
    problems
}

fn same(one: Value<'_>, other: Value<'_>) -> bool {
    one.raw() == other.raw() || ((one.node().escaped || other.node().escaped) && one.string() == other.string())
}

fn problem(earlier: Value<'_>, key: Value<'_>) -> Problem {
    Problem {
        kind: ProblemKind::DuplicateKey,
        span: key.inner(),
        message: format!("`{}` stands twice in the same object; most readers take the last one, some the first", key.raw()),
        related: Some((earlier.inner(), "it stands here first".to_owned())),
        fix: None,
    }
}
