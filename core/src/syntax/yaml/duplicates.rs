//! Keys that stand twice in one mapping: YAML forbids it, and readers disagree about which one counts.

use rustc_hash::FxHashMap;

use super::{Kind, Tree, Value};
use crate::model::{Problem, ProblemKind};

/// Mappings of up to this many members are compared pair by pair, which costs no memory.
const FEW: usize = 12;

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
