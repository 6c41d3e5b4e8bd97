//! Reading tree objects where they lie, entry by entry, without building anything.

use std::cmp::Ordering;
use std::sync::Arc;

use gix::ObjectId;

use crate::error::{Error, Result};

/// What stands at a name in a tree or the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Directory,
    File,
    Link,
    Submodule,
}

impl Kind {
    /// The kind that git's mode bits say; only the type bits count, as old repositories hold odd permissions.
    pub(crate) fn from_mode(mode: u32) -> Option<Self> {
        match mode & 0o170_000 {
            0o040_000 => Some(Kind::Directory),
            0o100_000 => Some(Kind::File),
            0o120_000 => Some(Kind::Link),
            0o160_000 => Some(Kind::Submodule),
            _ => None,
        }
    }
}

/// One entry of a directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a [u8],
    /// The object id, binary. Empty for a directory of the index whose tree was not written yet.
    pub(crate) id: &'a [u8],
}

impl Entry<'_> {
    /// Git's order within a tree: by bytes, a directory as if its name ended in `/`.
    pub(crate) fn order(&self, other: &Entry<'_>) -> Ordering {
        let common = self.name.len().min(other.name.len());
        self.name[..common].cmp(&other.name[..common]).then_with(|| {
            let end = |entry: &Entry<'_>| match entry.name.get(common) {
                Some(byte) => *byte,
                None if entry.kind == Kind::Directory => b'/',
                None => 0,
            };
            end(self).cmp(&end(other)).then_with(|| self.name.len().cmp(&other.name.len()))
        })
    }

    pub(crate) fn object_id(&self) -> ObjectId {
        ObjectId::from_bytes_or_panic(self.id)
    }
}

/// The entries of a tree object that are still to be read.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    hash_len: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(tree: &'a [u8], hash: gix::hash::Kind) -> Self {
        Cursor { rest: tree, hash_len: hash.len_in_bytes() }
    }

    /// The next entry and how many bytes it takes; `None` at the end.
    fn parse(&self) -> Result<Option<(Entry<'a>, usize)>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let malformed = || Error::damaged("a tree object of this repository does not follow git's format");
        let space = self.rest.iter().take(8).position(|byte| *byte == b' ').ok_or_else(malformed)?;
        let mut mode = 0u32;
        for digit in &self.rest[..space] {
            if !(b'0'..=b'7').contains(digit) {
                return Err(malformed());
            }
            mode = mode << 3 | u32::from(digit - b'0');
        }
        let kind = Kind::from_mode(mode).ok_or_else(malformed)?;
        let after_mode = &self.rest[space + 1..];
        let name_len = after_mode.iter().position(|byte| *byte == 0).ok_or_else(malformed)?;
        let id = after_mode.get(name_len + 1..name_len + 1 + self.hash_len).ok_or_else(malformed)?;
        Ok(Some((Entry { kind, name: &after_mode[..name_len], id }, space + 1 + name_len + 1 + self.hash_len)))
    }

    /// Steps over the entries that both sides start with, byte for byte. Comparing in blocks first keeps the cost of a
    /// large directory with one changed file near that of comparing memory.
    pub(crate) fn skip_common(&mut self, other: &mut Cursor<'_>) -> Result<()> {
        const BLOCK: usize = 64;
        let (mine, theirs) = (self.rest, other.rest);
        if mine == theirs {
            self.rest = &[];
            other.rest = &[];
            return Ok(());
        }
        let blocks = mine.chunks_exact(BLOCK).zip(theirs.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
        let mut common = blocks * BLOCK;
        common += mine[common..].iter().zip(&theirs[common..]).take_while(|(a, b)| a == b).count();
        while let Some((_, len)) = self.parse()?
            && len <= common
        {
            common -= len;
            self.rest = &self.rest[len..];
            other.rest = &other.rest[len..];
        }
        Ok(())
    }
}

/// A side of the merge-join: a tree object, or a directory of the index.
pub(crate) trait Entries<'a> {
    /// The entry that is due, left in place.
    fn peek(&self) -> Result<Option<Entry<'a>>>;
    /// Steps over the entry that is due.
    fn advance(&mut self) -> Result<()>;
    /// Steps over what is equal at the front, where that can be done at once.
    fn skip_equal(&mut self, base: &mut Cursor<'_>) -> Result<()>;
}

impl<'a> Entries<'a> for Cursor<'a> {
    fn peek(&self) -> Result<Option<Entry<'a>>> {
        Ok(self.parse()?.map(|(entry, _)| entry))
    }

    fn advance(&mut self) -> Result<()> {
        if let Some((_, len)) = self.parse()? {
            self.rest = &self.rest[len..];
        }
        Ok(())
    }

    fn skip_equal(&mut self, base: &mut Cursor<'_>) -> Result<()> {
        self.skip_common(base)
    }
}

/// Walks the new side and all bases together in git's order and hands every name to `visit` with what stands there.
/// A file and a directory of one name are two names to git, and come apart. An unsorted tree can only add visits.
pub(crate) fn join<'n, 'b, N: Entries<'n>>(
    new: &mut N,
    bases: &mut [Cursor<'b>],
    mut visit: impl FnMut(Option<Entry<'n>>, &[Option<Entry<'b>>]) -> Result<()>,
) -> Result<()> {
    let mut found: Vec<Option<Entry<'b>>> = vec![None; bases.len()];
    loop {
        if let [base] = bases {
            new.skip_equal(base)?;
        }
        let due = new.peek()?;
        let mut least: Option<Entry<'_>> = due;
        for (slot, base) in found.iter_mut().zip(&*bases) {
            *slot = base.peek()?;
            if let Some(entry) = slot
                && least.is_none_or(|least| entry.order(&least) == Ordering::Less)
            {
                least = Some(*entry);
            }
        }
        let Some(least) = least else { return Ok(()) };
        let due = due.filter(|entry| entry.order(&least) == Ordering::Equal);
        for (slot, base) in found.iter_mut().zip(bases.iter_mut()) {
            *slot = slot.filter(|entry| entry.order(&least) == Ordering::Equal);
            if slot.is_some() {
                base.advance()?;
            }
        }
        if due.is_some() {
            new.advance()?;
        }
        visit(due, &found)?;
    }
}

/// A tree object that is kept alive while it is read; `None` stands for a directory that is not there.
pub(crate) fn bytes(tree: Option<&Arc<Vec<u8>>>) -> &[u8] {
    tree.map_or(&[], |tree| tree.as_slice())
}
