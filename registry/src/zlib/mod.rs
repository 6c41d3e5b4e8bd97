//! Deflate as zlib 1.2 does it at its highest level, bit for bit.
//!
//! A compressor is free to choose among many encodings of the same bytes, and Yarn 3 locks the digest of what zlib 1.2 chose. Newer compressors
//! (zlib-ng, and zlib-rs, which follows it) choose otherwise, so the choices are made here again, those of
//! zlib's `deflate.c` and `trees.c` with level 9, 15 bits of window and memory level 9, which is how libzip asks for it. They are held against
//! zlib 1.2.13 itself, and against an archive that Yarn 3.8.7 made.
//!
//! - this file: what repeats what (`deflate_slow` and `longest_match`);
//! - [`block`]: one block of the output, in the shortest of three forms (`_tr_flush_block`);
//! - [`huffman`]: a code for each symbol by how often it stands there (`build_tree`).

mod block;
mod huffman;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use block::Blocks;

/// How far back a repetition may lie, and how much the window moves on at once.
const SIZE: usize = 1 << 15;
const SHORTEST: usize = 3;
const LONGEST: usize = 258;
/// So much has to be ahead, or more is read first: the longest repetition, one byte on, and the next three.
const AHEAD: usize = LONGEST + SHORTEST + 1;
const FARTHEST: usize = SIZE - AHEAD;
/// A repetition of three bytes from farther away costs more than the bytes.
const TOO_FAR: usize = 4096;
/// From this length on a repetition is good: a better one, a byte later, is looked for in a quarter of the places only.
const GOOD: usize = 32;
/// How many places are looked at.
const PLACES: usize = 4096;
const HASHES: usize = 1 << 16;

/// A compression under way.
pub(crate) struct Deflate<W> {
    /// Two times [`SIZE`] bytes, of which the first is behind and the second ahead.
    window: Box<[u8]>,
    /// The last place of each three bytes, by their hash. 0 is none: what stands at the very start is never found again.
    last: Box<[u16]>,
    /// For each place the one before it with the same hash, by the place's low bits.
    former: Box<[u16]>,
    /// The place that is looked at.
    at: usize,
    /// How many bytes of the window lie from there on.
    ahead: usize,
    /// The best repetition that was found at `at`, and before that at the place before.
    found: Repetition,
    /// The byte before `at` is not written yet: a repetition from `at` on may be better than one from there.
    pending: bool,
    /// Where the block began; below zero once that has left the window.
    block_start: isize,
    blocks: Blocks<W>,
}

/// Bytes that stood somewhere before. `from` wraps below zero where it has just left the window.
#[derive(Clone, Copy)]
struct Repetition {
    from: usize,
    length: usize,
}

/// None that is worth anything.
const NONE: usize = SHORTEST - 1;

impl<W: Write> Deflate<W> {
    pub(crate) fn new(out: W) -> Deflate<W> {
        Deflate {
            window: vec![0; 2 * SIZE].into(),
            last: vec![0; HASHES].into(),
            former: vec![0; SIZE].into(),
            at: 0,
            ahead: 0,
            found: Repetition { from: 0, length: NONE },
            pending: false,
            block_start: 0,
            blocks: Blocks::new(out),
        }
    }

    /// Takes bytes. How they are cut makes a difference only to what is stored as it is, so cut them as the other side did.
    ///
    /// # Errors
    /// Those of writing.
    pub(crate) fn push(&mut self, mut input: &[u8]) -> io::Result<()> {
        loop {
            self.fill(&mut input);
            if self.ahead < AHEAD {
                return Ok(());
            }
            self.step()?;
        }
    }

    /// Ends the stream, and gives back what it was written to.
    ///
    /// # Errors
    /// Those of writing.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        loop {
            self.fill(&mut &[][..]);
            if self.ahead == 0 {
                break;
            }
            self.step()?;
        }
        if self.pending {
            self.blocks.literal(self.window[self.at - 1]);
        }
        self.flush(true)?;
        self.blocks.finish()
    }

    /// Reads what there is room for, once little is ahead.
    fn fill(&mut self, input: &mut &[u8]) {
        while self.ahead < AHEAD {
            if self.at >= SIZE + FARTHEST {
                self.slide();
            }
            if input.is_empty() {
                return;
            }
            let end = self.at + self.ahead;
            let count = input.len().min(self.window.len() - end);
            let (taken, rest) = input.split_at(count);
            self.window[end..end + count].copy_from_slice(taken);
            *input = rest;
            self.ahead += count;
        }
    }

    /// Forgets the older half of the window.
    fn slide(&mut self) {
        self.window.copy_within(SIZE.., 0);
        self.found.from = self.found.from.wrapping_sub(SIZE);
        self.at -= SIZE;
        self.block_start -= SIZE as isize;
        for place in self.last.iter_mut().chain(self.former.iter_mut()) {
            *place = place.saturating_sub(SIZE as u16);
        }
    }

    /// Decides about the byte before `at`, when it is known what would begin at `at`.
    fn step(&mut self) -> io::Result<()> {
        let former = self.found;
        let head = if self.ahead >= SHORTEST { self.remember(self.at) } else { 0 };
        self.found.length = NONE;
        if head != 0 && former.length < LONGEST && self.at - head <= FARTHEST {
            self.found = self.longest(head, former);
            if self.found.length == SHORTEST && self.at.wrapping_sub(self.found.from) > TOO_FAR {
                self.found.length = NONE;
            }
        }
        if former.length >= SHORTEST && self.found.length <= former.length {
            self.repeat(former);
            return self.flush_if_full();
        }
        if self.pending {
            self.blocks.literal(self.window[self.at - 1]);
            self.flush_if_full()?;
        }
        self.pending = true;
        self.at += 1;
        self.ahead -= 1;
        Ok(())
    }

    /// Writes the repetition that began a byte before `at`, and goes on behind it.
    fn repeat(&mut self, found: Repetition) {
        let last = self.at + self.ahead - SHORTEST;
        self.blocks.repetition((self.at - 1).wrapping_sub(found.from), found.length);
        self.ahead -= found.length - 1;
        for _ in 0..found.length - 2 {
            self.at += 1;
            if self.at <= last {
                self.remember(self.at);
            }
        }
        self.at += 1;
        self.pending = false;
        self.found.length = NONE;
    }

    /// Notes where three bytes stand, and says where they stood last.
    fn remember(&mut self, at: usize) -> usize {
        let byte = |offset: usize| usize::from(self.window[at + offset]);
        let hash = (byte(0) << 12 ^ byte(1) << 6 ^ byte(2)) & (HASHES - 1);
        let head = self.last[hash];
        self.former[at & (SIZE - 1)] = head;
        self.last[hash] = at as u16;
        usize::from(head)
    }

    /// The longest repetition at `at` that is longer than `former`'s, from the nearest place; else where the last one was found, as long as that.
    fn longest(&self, mut place: usize, former: Repetition) -> Repetition {
        let mut best = former;
        let scan = &self.window[self.at..self.at + self.ahead.min(LONGEST)];
        if best.length >= scan.len() {
            return Repetition { length: scan.len(), ..best };
        }
        let limit = self.at.saturating_sub(FARTHEST);
        let places = if best.length >= GOOD { PLACES / 4 } else { PLACES };
        for _ in 0..places {
            let other = &self.window[place..place + scan.len()];
            if other[best.length] == scan[best.length] && other[best.length - 1] == scan[best.length - 1] {
                let length = scan.iter().zip(other).take_while(|(one, other)| one == other).count();
                if length > best.length {
                    best = Repetition { from: place, length };
                    if length == scan.len() {
                        break;
                    }
                }
            }
            place = usize::from(self.former[place & (SIZE - 1)]);
            if place <= limit {
                break;
            }
        }
        best
    }

    fn flush_if_full(&mut self) -> io::Result<()> {
        if self.blocks.is_full() { self.flush(false) } else { Ok(()) }
    }

    /// Writes the block.
    fn flush(&mut self, last: bool) -> io::Result<()> {
        // A block whose beginning has left the window cannot be stored as it is.
        let bytes = usize::try_from(self.block_start).ok().map(|start| &self.window[start..self.at]);
        self.blocks.flush(bytes, last)?;
        self.block_start = self.at as isize;
        Ok(())
    }
}
