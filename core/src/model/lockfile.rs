//! What was chosen: a lockfile as a whole, who asks, and what leads where.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Dependency, Manager, Package};
use crate::text::{Span, Spanned};

/// What a lockfile records.
#[derive(Clone, Debug)]
pub struct Lockfile {
    /// The manager that wrote it, which tells the ecosystem of its packages.
    pub manager: Manager,
    /// The format's version as written.
    pub version: Option<Spanned<SmolStr>>,
    /// Every entry, in file order.
    pub packages: Vec<Package>,
    /// What the lockfile says the project and its members ask for.
    pub importers: Vec<Importer>,
    /// For each package of `packages`, which entry each of its `dependencies` leads to.
    pub edges: Edges,
    /// The index of the entry for every text that one answers to, `name@spec`, in formats whose entries are found by what is asked for.
    pub answers: FxHashMap<SmolStr, u32>,
    /// Entries of a second tree in the same file that older versions of the manager read (npm's `dependencies` in version 2).
    pub legacy: Vec<Package>,
    /// The digest of what the manifest asks for, as the lockfile recorded it (Poetry, PDM, Pipenv).
    pub content_hash: Option<Spanned<SmolStr>>,
    /// Whether its entries only bound what others ask for, and install nothing by themselves (pip's constraints).
    pub constrains: bool,
    /// Other facts about the whole lockfile that its manager goes by (overrides, patches, catalogs, settings it copied), by a name of the
    /// format's choosing and as written: for the comparison with the manifest and for the change rules.
    pub facts: Vec<(SmolStr, Spanned<SmolStr>)>,
}

impl Lockfile {
    /// A lockfile that records nothing yet.
    #[must_use]
    pub fn new(manager: Manager) -> Lockfile {
        Lockfile {
            manager,
            version: None,
            packages: Vec::new(),
            importers: Vec::new(),
            edges: Edges::default(),
            answers: FxHashMap::default(),
            legacy: Vec::new(),
            content_hash: None,
            constrains: false,
            facts: Vec::new(),
        }
    }

    /// The index of the entry that answers what is asked for, in formats that have [`Lockfile::answers`].
    #[must_use]
    pub fn answer(&self, asked: &Dependency) -> Option<u32> {
        let of = |spec: &str| self.answers.get(format!("{}@{spec}", asked.name).as_str()).copied();
        // Some write a range's protocol out.
        of(&asked.spec).or_else(|| of(asked.spec.strip_prefix("npm:")?))
    }
}

/// A project or workspace member as the lockfile has it.
#[derive(Clone, Debug, Default)]
pub struct Importer {
    /// Its folder, relative to the lockfile's; empty for the root.
    pub path: SmolStr,
    /// The place of the entry's key.
    pub span: Span,
    /// The manifest's name as the lockfile copied it.
    pub name: Option<Spanned<SmolStr>>,
    /// The manifest's version as the lockfile copied it.
    pub version: Option<Spanned<SmolStr>>,
    /// Names of the packages that are packed into its own artifact, as the lockfile copied them.
    pub bundles: Vec<SmolStr>,
    /// What it asks for, as the lockfile copied it. `None`: this format (npm's version 1) copies nothing.
    pub dependencies: Option<Vec<Dependency>>,
    /// The index of the entry each dependency leads to; as long as `dependencies`.
    pub targets: Vec<Option<u32>>,
    /// Other facts that the lockfile copied of the manifest, by the names that [`Manifest::facts`] has.
    pub facts: Vec<(SmolStr, Spanned<SmolStr>)>,
}

/// Which entry each dependency leads to, flat: the targets of package `i` are `targets[starts[i]..starts[i + 1]]`.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    /// Where each package's targets begin; one more than there are packages.
    pub starts: Vec<u32>,
    /// The index of the package, or `None` where nothing in the lockfile answers.
    pub targets: Vec<Option<u32>>,
}

impl Edges {
    /// Joins a list of targets for each package, in the packages' order.
    #[must_use]
    pub fn of_lists(lists: impl IntoIterator<Item = Vec<Option<u32>>>) -> Edges {
        let mut edges = Edges { starts: vec![0], targets: Vec::new() };
        for list in lists {
            edges.targets.extend(list);
            edges.starts.push(edges.targets.len() as u32);
        }
        edges
    }

    /// The targets of package `index`, in the order of its dependencies.
    #[must_use]
    pub fn of(&self, index: usize) -> &[Option<u32>] {
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(&start), Some(&end)) => &self.targets[start as usize..end as usize],
            _ => &[],
        }
    }
}
