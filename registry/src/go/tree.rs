//! The checksum database's tree (`golang.org/x/mod/sumdb/tlog`, RFC 6962): whether a record is really in the tree whose root was signed.
//!
//! Whoever serves the tree's inner hashes need not be believed: hashes that are wrong do not lead to the signed root.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

pub(crate) type Hash = [u8; 32];

/// How many levels of the tree a tile holds.
const HEIGHT: u32 = 8;
/// How many hashes a full tile holds.
pub(crate) const WIDTH: u64 = 1 << HEIGHT;
/// No tree is larger; beyond, the arithmetic would not be safe.
const LARGEST: u64 = 1 << 62;

/// The head of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// How many records it has.
    pub(crate) size: u64,
    root: Hash,
}

/// A part of the tree as it is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Tile {
    /// Its level among tiles.
    pub(crate) level: u32,
    /// Its number in the level.
    pub(crate) number: u64,
    /// How many hashes it has.
    pub(crate) width: u64,
}

impl Head {
    /// Reads a signed note's text.
    pub(crate) fn read(text: &str) -> Option<Head> {
        let mut lines = text.lines();
        if lines.next()? != "go.sum database tree" {
            return None;
        }
        let size = lines.next()?.parse().ok().filter(|size| *size <= LARGEST)?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        Some(Head { size, root })
    }

    /// The tiles that it takes to tell whether record `index` is in the tree.
    pub(crate) fn tiles(&self, index: u64) -> Vec<Tile> {
        let mut nodes = Vec::new();
        self.walk(index, 0, self.size, &mut |level, number| nodes.push((level, number)));
        let mut tiles: Vec<Tile> = nodes.into_iter().map(|(level, number)| self.tile(level, number)).collect();
        tiles.sort_unstable();
        tiles.dedup();
        tiles
    }

    /// Whether the record is in the tree, by the hashes of those tiles.
    pub(crate) fn holds(&self, index: u64, record: &[u8], tiles: &HashMap<Tile, Vec<Hash>>) -> bool {
        index < self.size && self.hash(index, record, 0, self.size, tiles) == Some(self.root)
    }

    /// Calls `node` for each stored hash beside the way from the root to the record.
    fn walk(&self, index: u64, low: u64, high: u64, node: &mut impl FnMut(u32, u64)) {
        let count = high - low;
        if (low..high).contains(&index) && count == 1 || count == 0 {
            return;
        }
        if !(low..high).contains(&index) && count.is_power_of_two() {
            return node(count.trailing_zeros(), low / count);
        }
        let middle = low + split(count);
        self.walk(index, low, middle, node);
        self.walk(index, middle, high, node);
    }

    fn hash(&self, index: u64, record: &[u8], low: u64, high: u64, tiles: &HashMap<Tile, Vec<Hash>>) -> Option<Hash> {
        let count = high - low;
        match (low..high).contains(&index) {
            true if count == 1 => return Some(leaf(record)),
            false if count.is_power_of_two() => return self.stored(count.trailing_zeros(), low / count, tiles),
            _ => {}
        }
        let middle = low + split(count);
        Some(inner(&self.hash(index, record, low, middle, tiles)?, &self.hash(index, record, middle, high, tiles)?))
    }

    fn tile(&self, level: u32, number: u64) -> Tile {
        let (tile_level, first) = (level / HEIGHT, number << (level % HEIGHT));
        let there = (self.size >> (tile_level * HEIGHT)) - first / WIDTH * WIDTH;
        Tile { level: tile_level, number: first / WIDTH, width: there.min(WIDTH) }
    }

    /// The hash of a whole subtree, from the tile that holds the hashes below it.
    fn stored(&self, level: u32, number: u64, tiles: &HashMap<Tile, Vec<Hash>>) -> Option<Hash> {
        let hashes = tiles.get(&self.tile(level, number))?;
        let count = 1 << (level % HEIGHT);
        let first = usize::try_from((number << (level % HEIGHT)) % WIDTH).ok()?;
        let mut row = hashes.get(first..first + count)?.to_vec();
        while row.len() > 1 {
            row = row.chunks_exact(2).map(|pair| inner(&pair[0], &pair[1])).collect();
        }
        row.pop()
    }
}

impl Tile {
    /// Its address below the database's.
    pub(crate) fn path(&self) -> String {
        let mut number = self.number;
        let mut path = format!("{:03}", number % 1000);
        while number >= 1000 {
            number /= 1000;
            path = format!("x{:03}/{path}", number % 1000);
        }
        let part = if self.width == WIDTH { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{HEIGHT}/{}/{path}{part}", self.level)
    }

    /// The hashes in a tile's bytes; a tile that has grown since has more.
    pub(crate) fn hashes(&self, bytes: &[u8]) -> Option<Vec<Hash>> {
        let width = usize::try_from(self.width).ok()?;
        let (hashes, rest) = bytes.as_chunks::<32>();
        (rest.is_empty() && hashes.len() >= width).then(|| hashes[..width].to_vec())
    }
}

/// Where a tree of `count` records is parted: the largest power of two below it.
fn split(count: u64) -> u64 {
    1 << (u64::BITS - 1 - (count - 1).leading_zeros())
}

fn leaf(record: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(record).finalize().into()
}

fn inner(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The root of a tree, by the definition of RFC 6962.
    fn root(records: &[Vec<u8>]) -> Hash {
        match records {
            [one] => leaf(one),
            many => {
                let (left, right) = many.split_at(split(many.len() as u64) as usize);
                inner(&root(left), &root(right))
            }
        }
    }

    fn tile(records: &[Vec<u8>], tile: Tile) -> Vec<Hash> {
        let span = 1_usize << (tile.level * HEIGHT);
        let first = tile.number * WIDTH;
        (first..first + tile.width).map(|at| root(&records[at as usize * span..(at as usize + 1) * span])).collect()
    }

    #[test]
    fn every_record_of_every_tree_is_found_and_no_other() {
        let records: Vec<Vec<u8>> = (0..700_u32).map(|at| format!("record {at}\n").into_bytes()).collect();
        for size in [1, 2, 3, 7, 255, 256, 257, 511, 513, 700] {
            let records = &records[..size];
            let head = Head { size: size as u64, root: root(records) };
            for index in [0, size / 3, size - 1] {
                let mut tiles: HashMap<_, _> = head.tiles(index as u64).into_iter().map(|one| (one, tile(records, one))).collect();
                assert!(head.holds(index as u64, &records[index], &tiles), "{index} of {size}");
                assert!(!head.holds(index as u64, b"another\n", &tiles));
                assert!(!head.holds(size as u64, &records[index], &tiles));
                if let Some(hashes) = tiles.values_mut().next() {
                    hashes.iter_mut().for_each(|hash| hash[0] ^= 1);
                    assert!(!head.holds(index as u64, &records[index], &tiles), "a hash was changed");
                }
            }
        }
    }

    #[test]
    fn tiles_are_addressed_as_the_protocol_has_it() {
        let path = |level, number, width| Tile { level, number, width }.path();
        assert_eq!(path(0, 5, WIDTH), "tile/8/0/005");
        assert_eq!(path(1, 1_234_067, 17), "tile/8/1/x001/x234/067.p/17");
        assert_eq!(path(2, 1000, WIDTH), "tile/8/2/x001/000");
    }

    #[test]
    fn a_head_is_read_from_its_note() {
        let root = "pyzYmVDJwz/P8+x9rLEIKvHxYIgZCdWqxVfwyL8b5Q4=";
        let text = |size: &str| format!("go.sum database tree\n{size}\n{root}\n");
        assert_eq!(Head::read(&text("7")).map(|head| head.size), Some(7));
        for odd in [text("x"), text("-1"), text("9223372036854775807"), "another tree\n7\n".to_owned(), String::new()] {
            assert_eq!(Head::read(&odd), None, "{odd}");
        }
    }
}
