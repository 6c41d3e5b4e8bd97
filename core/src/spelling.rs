//! Words that are a slip of the pen apart.

/// Whether one letter put in, left out, changed, or swapped with its neighbour makes one word of the other.
#[must_use]
pub fn within_one_edit(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let common = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    match (&one[common..], &other[common..]) {
        ([a, b, one @ ..], [c, d, other @ ..]) if a == d && b == c && one == other => true,
        (one @ [_, one_rest @ ..], other @ [_, other_rest @ ..]) => {
            one_rest == other_rest || one_rest == other || one == other_rest
        }
        (one, other) => one.len() + other.len() <= 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_near_and_two_are_not() {
        for (one, other) in
            [("abc", "abc"), ("abc", "ab"), ("ab", "abc"), ("abc", "axc"), ("abc", "acb"), ("abc", "bac"), ("", "a")]
        {
            assert!(within_one_edit(one, other), "{one} {other}");
        }
        for (one, other) in [("abc", "a"), ("abc", "cba"), ("abcd", "badc"), ("", "ab"), ("abc", "xbx")] {
            assert!(!within_one_edit(one, other), "{one} {other}");
        }
    }
}
