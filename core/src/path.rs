//! Paths as every part of the house writes them: relative to the workspace's root, with `/`.

use std::fmt;
use std::sync::Arc;

/// A path relative to the workspace's root, with `/` and without `.` or `..` parts. Cheap to clone.
///
/// The user's own files outside of the workspace are named with a leading `~/` or `/`; no edit is ever made to them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// From text that is already in that form.
    pub fn new(path: impl AsRef<str>) -> RelPath {
        RelPath(path.as_ref().into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The folder it lies in; empty for the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Joins a folder and what lies below it, resolving `.` and `..`. `None` if it leaves the workspace.
    #[must_use]
    pub fn join(folder: &str, below: &str) -> Option<RelPath> {
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in below.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(RelPath::new(parts.join("/")))
    }
}

/// The folder and every folder above it, nearest first, down to the root (`""`).
pub fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder);
    std::iter::from_fn(move || {
        let here = next?;
        next = (!here.is_empty()).then(|| here.rsplit_once('/').map_or("", |(above, _)| above));
        Some(here)
    })
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_upwards() {
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
        assert_eq!(RelPath::new("a/b/c.json").folder(), "a/b");
        assert_eq!(RelPath::new("c.json").folder(), "");
        assert_eq!(RelPath::join("a/b", "../c/./d"), Some(RelPath::new("a/c/d")));
        assert_eq!(RelPath::join("a", "../../c"), None);
    }
}
