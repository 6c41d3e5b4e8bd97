//! Which entry answers: the names of who asks, from the longest path to the shortest.

use rustc_hash::FxHashMap;

/// Finds entries by who asks and for what.
pub(super) struct Resolver<'a> {
    entries: FxHashMap<&'a str, u32>,
}

impl<'a> Resolver<'a> {
    /// Takes the keys of all entries in the order of their indices. Of two equal keys the last counts.
    pub(super) fn new(keys: impl Iterator<Item = &'a str>) -> Resolver<'a> {
        Resolver { entries: keys.zip(0..).collect() }
    }

    /// The entry that answers when the one at `from` asks for `name`. `probe` is a buffer to use again.
    pub(super) fn resolve(&self, from: &str, name: &str, probe: &mut String) -> Option<u32> {
        let mut path = from;
        loop {
            probe.clear();
            if !path.is_empty() {
                probe.push_str(path);
                probe.push('/');
            }
            probe.push_str(name);
            if let Some(&index) = self.entries.get(probe.as_str()) {
                return Some(index);
            }
            path = parent(path)?;
        }
    }
}

/// A path without its last name, which is two parts where it has a scope; `None` above the project.
fn parent(path: &str) -> Option<&str> {
    if path.is_empty() {
        return None;
    }
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let (before, last) = above.rsplit_once('/').unwrap_or(("", above));
    Some(if last.starts_with('@') { before } else { above })
}

/// The last name of a path.
pub(super) fn last_name(path: &str) -> &str {
    match parent(path) {
        Some("") | None => path,
        Some(above) => &path[above.len() + 1..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_path_answers() {
        let keys = ["a", "@s/b", "a/@s/b", "a/@s/b/c", "c", "@s/b/a"];
        let resolver = Resolver::new(keys.into_iter());
        let find = |from, name| resolver.resolve(from, name, &mut String::new()).map(|index| keys[index as usize]);
        assert_eq!(find("", "a"), Some("a"));
        assert_eq!(find("a", "@s/b"), Some("a/@s/b"));
        assert_eq!(find("a/@s/b", "c"), Some("a/@s/b/c"));
        assert_eq!(find("a/@s/b", "a"), Some("a"));
        assert_eq!(find("@s/b", "a"), Some("@s/b/a"));
        assert_eq!(find("@s/b", "c"), Some("c"));
        assert_eq!(find("c", "none"), None);
        assert_eq!((last_name("a/@s/b"), last_name("@s/b"), last_name("@s/b/a"), last_name("")), ("@s/b", "@s/b", "a", ""));
    }
}
