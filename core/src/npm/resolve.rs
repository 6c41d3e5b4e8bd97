//! Which entry of a lockfile answers when a package asks for another: Node's walk up the `node_modules` folders, done on keys.
//!
//! The keys of npm's `packages` are the folders themselves (`node_modules/a/node_modules/b`, `packages/x`), so the walk needs no
//! tree. For version 1 the reader makes the same keys of its nested lists. A probe costs one hash of a buffer that is used again.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::model::Edges;

/// Finds entries by who asks and for what.
#[derive(Clone, Debug)]
pub struct Resolver<'a> {
    entries: FxHashMap<&'a str, u32>,
    /// For each entry where a link leads; [`Link::None`] if it is none.
    links: Vec<Link>,
    probe: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    None,
    To(u32),
    Dangling,
}

const FOLDER: &str = "node_modules/";

impl<'a> Resolver<'a> {
    /// Takes the keys of all entries, in the order of their indices, and for links the folder they lead to (`resolved`),
    /// relative to the lockfile. Of two equal keys the last counts, as for npm.
    pub fn new(entries: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Resolver<'a> {
        let entries = entries.into_iter();
        let mut by_key = FxHashMap::with_capacity_and_hasher(entries.size_hint().0, rustc_hash::FxBuildHasher);
        let mut targets = Vec::with_capacity(entries.size_hint().0);
        for (index, (key, target)) in entries.enumerate() {
            // A text of less than 4 GiB has fewer entries than that.
            by_key.insert(key, u32::try_from(index).unwrap_or(u32::MAX));
            targets.push(target);
        }
        let follow = |target: &str| by_key.get(&*normal(target)).map_or(Link::Dangling, |&index| Link::To(index));
        let links = targets.into_iter().map(|target| target.map_or(Link::None, follow)).collect();
        Resolver { entries: by_key, links, probe: String::new() }
    }

    /// The entry with exactly this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<u32> {
        self.entries.get(key).copied()
    }

    /// The package that answers when the one at `from` asks for `name`; links are followed. `None`: nothing answers, or the link
    /// that does leads nowhere.
    pub fn resolve(&mut self, from: &str, name: &str) -> Option<u32> {
        let found = self.find(from, name)?;
        self.follow(found)
    }

    /// Like [`Resolver::resolve`], but a link is the answer itself.
    pub fn find(&mut self, from: &str, name: &str) -> Option<u32> {
        let Resolver { entries, probe, .. } = self;
        let mut folder = from;
        loop {
            probe.clear();
            probe.push_str(folder);
            if !folder.is_empty() {
                probe.push('/');
            }
            probe.push_str(FOLDER);
            probe.push_str(name);
            if let Some(&index) = entries.get(probe.as_str()) {
                return Some(index);
            }
            folder = parent(folder)?;
        }
    }

    /// Where an entry leads: itself if it is no link. Links to links are followed to the end.
    #[must_use]
    pub fn follow(&self, mut index: u32) -> Option<u32> {
        // No path of links is longer than there are entries, so a circle ends.
        for _ in 0..=self.links.len() {
            match self.links.get(index as usize)? {
                Link::None => return Some(index),
                Link::To(target) => index = *target,
                Link::Dangling => return None,
            }
        }
        None
    }
}

/// The next folder up that may hold a `node_modules`; `None` above the lockfile's own.
fn parent(folder: &str) -> Option<&str> {
    if folder.is_empty() || folder == ".." || folder.ends_with("/..") {
        return None;
    }
    let up = folder.rsplit_once('/').map_or("", |(up, _)| up);
    // Node looks into no `node_modules/node_modules` and into no scope's folder.
    let up = match up.rsplit_once('/') {
        Some((above, scope)) if scope.starts_with('@') && is_modules(above) => above,
        _ => up,
    };
    Some(up.strip_suffix("node_modules").filter(|_| is_modules(up)).map_or(up, |above| above.strip_suffix('/').unwrap_or(above)))
}

fn is_modules(folder: &str) -> bool {
    folder == "node_modules" || folder.ends_with("/node_modules")
}

/// A link's target as a key: no `./`, no doubled or trailing slashes, `..` resolved where it can be.
pub(crate) fn normal(target: &str) -> Cow<'_, str> {
    let target = target.strip_prefix("file:").unwrap_or(target);
    if !target.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Cow::Borrowed(target);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|&last| last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Cow::Owned(parts.join("/"))
}

/// A set of entries by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indices {
    words: Vec<u64>,
}

impl Indices {
    /// Whether the entry is in the set.
    #[must_use]
    pub fn contains(&self, index: u32) -> bool {
        self.words.get(index as usize / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Adds an entry; whether it is new.
    pub fn insert(&mut self, index: u32) -> bool {
        let word = index as usize / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let bit = 1 << (index % 64);
        let new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        new
    }
}

/// Every entry that someone asks for, from `roots` on.
#[must_use]
pub fn reachable(roots: impl IntoIterator<Item = u32>, edges: &Edges) -> Indices {
    let mut reached = Indices::default();
    let mut open: Vec<u32> = Vec::new();
    let mut visit = |index: u32, open: &mut Vec<u32>| {
        if reached.insert(index) {
            open.push(index);
        }
    };
    for root in roots {
        visit(root, &mut open);
    }
    while let Some(index) = open.pop() {
        for target in edges.of(index as usize).iter().flatten() {
            visit(*target, &mut open);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[(&str, Option<&str>)] = &[
        ("", None),
        ("node_modules/a", None),
        ("node_modules/a/node_modules/@s/b", None),
        ("node_modules/@s/b", None),
        ("node_modules/@s/b/node_modules/a", None),
        ("node_modules/x", Some("packages/x")),
        ("packages/x", None),
        ("packages/x/node_modules/a", None),
        ("node_modules/out", Some("./../shared/")),
        ("../shared", None),
        ("node_modules/lost", Some("packages/lost")),
        ("node_modules/circle", Some("node_modules/circle")),
        ("node_modules/home", Some("")),
    ];

    fn key(from: &str, name: &str) -> Option<&'static str> {
        Resolver::new(KEYS.iter().copied()).resolve(from, name).map(|index| KEYS[index as usize].0)
    }

    #[test]
    fn the_nearest_folder_answers() {
        assert_eq!(key("", "a"), Some("node_modules/a"));
        assert_eq!(key("node_modules/a", "@s/b"), Some("node_modules/a/node_modules/@s/b"));
        assert_eq!(key("", "@s/b"), Some("node_modules/@s/b"));
        assert_eq!(key("node_modules/@s/b", "a"), Some("node_modules/@s/b/node_modules/a"));
        // From a scoped package inside another: the sibling's folder is no `@s/node_modules`.
        assert_eq!(key("node_modules/a/node_modules/@s/b", "a"), Some("node_modules/a"));
        assert_eq!(key("node_modules/a/node_modules/@s/b", "none"), None);
    }

    #[test]
    fn members_ask_from_their_own_folder_and_links_are_followed() {
        assert_eq!(key("packages/x", "a"), Some("packages/x/node_modules/a"));
        assert_eq!(key("packages/x", "@s/b"), Some("node_modules/@s/b"));
        assert_eq!(key("packages/deep/er", "a"), Some("node_modules/a"));
        assert_eq!(key("", "x"), Some("packages/x"));
        assert_eq!(key("", "out"), Some("../shared"));
        assert_eq!(key("", "home"), Some(""));
        // A folder outside is not below the root.
        assert_eq!(key("../shared", "a"), None);
    }

    #[test]
    fn links_that_lead_nowhere_answer_nothing() {
        assert_eq!(key("", "lost"), None);
        assert_eq!(key("", "circle"), None);
        let mut resolver = Resolver::new(KEYS.iter().copied());
        assert_eq!(resolver.find("", "lost"), Some(10));
        assert_eq!(resolver.get("packages/x"), Some(6));
    }

    #[test]
    fn what_nobody_asks_for_is_not_reached() {
        // 0 asks for 1, 1 for 2 and 0; 3 asks for 1.
        let edges = Edges { starts: vec![0, 1, 3, 3, 4], targets: vec![Some(1), Some(2), Some(0), Some(1)] };
        let reached = reachable([0], &edges);
        assert_eq!((0..5).filter(|&index| reached.contains(index)).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(!Indices::default().contains(700));
    }
}
