//! Keys that stand twice in one object: JSON readers disagree about which one counts.

use rustc_hash::FxHashMap;

use super::{Tree, Value};
use crate::model::{Problem, ProblemKind};

/// Objects of up to this many members are compared pair by pair, which costs no memory.
const FEW: usize = 12;

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
        if keys.len() <= FEW { few(&keys, &mut problems) } else { many(&keys, &mut problems) }
    }
    problems
}

fn few(keys: &[Value<'_>], problems: &mut Vec<Problem>) {
    for (at, key) in keys.iter().enumerate() {
        let earlier = keys[..at].iter().find(|earlier| same(**earlier, *key));
        problems.extend(earlier.map(|earlier| problem(*earlier, *key)));
    }
}

fn many(keys: &[Value<'_>], problems: &mut Vec<Problem>) {
    let mut seen = FxHashMap::with_capacity_and_hasher(keys.len(), rustc_hash::FxBuildHasher);
    for key in keys {
        if let Some(earlier) = key.string().and_then(|text| seen.insert(text, *key)) {
            problems.push(problem(earlier, *key));
        }
    }
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
