//! Keys that stand twice, in any syntax.

use std::borrow::Cow;

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Up to this many keys are compared pair by pair, which costs no memory.
const FEW: usize = 12;

/// Hands on every key that repeats an earlier one, with that one. `same` compares two keys as `text` decodes them, without decoding them where it need not.
pub(super) fn doubled<'a, K: Copy>(
    keys: &[K],
    text: impl Fn(K) -> Option<Cow<'a, str>>,
    same: impl Fn(K, K) -> bool,
    mut tell: impl FnMut(K, K),
) {
    if keys.len() <= FEW {
        for (at, key) in keys.iter().enumerate() {
            if let Some(earlier) = keys[..at].iter().find(|earlier| same(**earlier, *key)) {
                tell(*earlier, *key);
            }
        }
        return;
    }
    let mut seen = FxHashMap::with_capacity_and_hasher(keys.len(), FxBuildHasher);
    for key in keys {
        if let Some(earlier) = text(*key).and_then(|text| seen.insert(text, *key)) {
            tell(earlier, *key);
        }
    }
}
