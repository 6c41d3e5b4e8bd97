//! A block: literals and repetitions, in the shortest of three forms (as they are, with the codes that everybody knows, with codes of its own).

use std::io::{self, Write};
use std::sync::LazyLock;

use super::huffman::{self, Code};

/// A block is written when it has so many symbols: one less than zlib has room for.
const FULL: usize = (1 << 15) - 1;

/// The symbol behind the last one of a block. Lengths follow.
const END: usize = 256;
const LENGTHS: usize = END + 1;

/// How many bits follow a length's symbol, and a distance's.
const LENGTH_EXTRA: [u8; 29] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_EXTRA: [u8; 30] = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
/// The least length (less three) of each symbol, and the least distance (less one).
const LENGTH_BASE: [u16; 29] = bases(&LENGTH_EXTRA);
const DISTANCE_BASE: [u16; 30] = bases(&DISTANCE_EXTRA);

/// Codes are told by their lengths, and these are packed with an alphabet of their own: the lengths 0 to 15, and three kinds of runs.
const AGAIN: usize = 16;
const FEW_ZEROS: usize = 17;
const MANY_ZEROS: usize = 18;
const RUN_EXTRA: [u8; 3] = [2, 3, 7];
/// The order in which that alphabet's own lengths are told: rare ones last, so that they can be left out.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

const fn bases<const N: usize>(extra: &[u8; N]) -> [u16; N] {
    let mut bases = [0; N];
    let mut symbol = 1;
    while symbol < N {
        bases[symbol] = bases[symbol - 1] + (1 << extra[symbol - 1]);
        symbol += 1;
    }
    bases
}

/// A length less three: its symbol from [`LENGTHS`] on. The longest has one of its own.
fn length_symbol(length: u16) -> usize {
    if length == 255 { 28 } else { LENGTH_BASE[..28].partition_point(|base| *base <= length) - 1 }
}

/// A distance less one: its symbol.
fn distance_symbol(distance: u16) -> usize {
    DISTANCE_BASE.partition_point(|base| *base <= distance) - 1
}

#[derive(Clone, Copy)]
enum Symbol {
    Literal(u8),
    /// A length less three, from a distance less one.
    Repetition(u16, u16),
}

/// Collects the symbols of a block, and writes it.
pub(super) struct Blocks<W> {
    bits: Bits<W>,
    symbols: Vec<Symbol>,
}

impl<W: Write> Blocks<W> {
    pub(super) fn new(out: W) -> Blocks<W> {
        Blocks { bits: Bits { out, bytes: Vec::new(), held: 0, count: 0 }, symbols: Vec::with_capacity(FULL) }
    }

    pub(super) fn literal(&mut self, byte: u8) {
        self.symbols.push(Symbol::Literal(byte));
    }

    /// 3 to 258 bytes that stood 1 to 32,768 bytes before.
    pub(super) fn repetition(&mut self, distance: usize, length: usize) {
        let less = |value: usize, least: usize| u16::try_from(value - least).unwrap_or(u16::MAX);
        self.symbols.push(Symbol::Repetition(less(length, 3), less(distance, 1)));
    }

    /// Whether the block has to be written before another symbol comes.
    pub(super) fn is_full(&self) -> bool {
        self.symbols.len() >= FULL
    }

    /// Writes the block. `bytes`: what it stands for, if it can be stored as it is.
    pub(super) fn flush(&mut self, bytes: Option<&[u8]>, last: bool) -> io::Result<()> {
        let counts = Counts::of(&self.symbols);
        let own = Codes { literals: huffman::build(&counts.literals, 15), distances: huffman::build(&counts.distances, 15) };
        let told = Told::of(&own);
        let whole_bytes = |bits: usize| (bits + 3).div_ceil(8);
        let (plain, shortest) = (whole_bytes(counts.bits(&PLAIN)), whole_bytes(counts.bits(&own) + told.bits()));
        let (plain, shortest) = (plain <= shortest, shortest.min(plain));
        let stored = bytes.filter(|bytes| bytes.len() + 4 <= shortest);
        let (kind, codes) = if stored.is_some() {
            (0, None)
        } else if plain {
            (1, Some(&*PLAIN))
        } else {
            (2, Some(&own))
        };
        self.bits.put(kind << 1 | u16::from(last), 3);
        if let Some(bytes) = stored {
            self.bits.store(bytes);
        }
        if kind == 2 {
            told.write(&mut self.bits);
        }
        if let Some(codes) = codes {
            self.write(codes);
        }
        self.symbols.clear();
        self.bits.pass_on()
    }

    fn write(&mut self, codes: &Codes) {
        for symbol in &self.symbols {
            match *symbol {
                Symbol::Literal(byte) => self.bits.code(codes.literals[usize::from(byte)]),
                Symbol::Repetition(length, distance) => {
                    let symbol = length_symbol(length);
                    self.bits.code(codes.literals[LENGTHS + symbol]);
                    // The longest is its symbol's only one.
                    self.bits.put(length.saturating_sub(LENGTH_BASE[symbol]), LENGTH_EXTRA[symbol]);
                    let symbol = distance_symbol(distance);
                    self.bits.code(codes.distances[symbol]);
                    self.bits.put(distance - DISTANCE_BASE[symbol], DISTANCE_EXTRA[symbol]);
                }
            }
        }
        self.bits.code(codes.literals[END]);
    }

    /// Writes what is left of the last byte.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.bits.align();
        self.bits.pass_on()?;
        Ok(self.bits.out)
    }
}

/// How often each symbol stands in a block.
struct Counts {
    literals: [u16; LENGTHS + LENGTH_EXTRA.len()],
    distances: [u16; DISTANCE_EXTRA.len()],
}

impl Counts {
    fn of(symbols: &[Symbol]) -> Counts {
        let mut counts = Counts { literals: [0; _], distances: [0; _] };
        counts.literals[END] = 1;
        for symbol in symbols {
            match *symbol {
                Symbol::Literal(byte) => counts.literals[usize::from(byte)] += 1,
                Symbol::Repetition(length, distance) => {
                    counts.literals[LENGTHS + length_symbol(length)] += 1;
                    counts.distances[distance_symbol(distance)] += 1;
                }
            }
        }
        counts
    }

    /// How many bits the block takes with some codes.
    fn bits(&self, codes: &Codes) -> usize {
        let sum = |counts: &[u16], codes: &[Code], extra: &[u8], first: usize| -> usize {
            let used = counts.iter().zip(codes).enumerate().filter(|(_, (count, _))| **count > 0);
            let extra = |symbol: usize| symbol.checked_sub(first).map_or(0, |symbol| extra[symbol]);
            used.map(|(symbol, (count, code))| usize::from(*count) * usize::from(code.length + extra(symbol))).sum()
        };
        sum(&self.literals, &codes.literals, &LENGTH_EXTRA, LENGTHS) + sum(&self.distances, &codes.distances, &DISTANCE_EXTRA, 0)
    }
}

/// The codes of a block, up to the last symbol that is used.
struct Codes {
    literals: Vec<Code>,
    distances: Vec<Code>,
}

/// The codes that everybody knows (RFC 1951, 3.2.6).
static PLAIN: LazyLock<Codes> = LazyLock::new(|| {
    let lengths: Vec<u8> = [(8, 144), (9, 112), (7, 24), (8, 8)].iter().flat_map(|&(length, count)| vec![length; count]).collect();
    Codes { literals: huffman::codes(&lengths), distances: huffman::codes(&[5; 30]) }
});

/// A block's own codes, as it tells them.
struct Told {
    literals: usize,
    distances: usize,
    /// Symbols of the lengths' alphabet, and what follows each.
    runs: Vec<(usize, u16)>,
    codes: Vec<Code>,
    /// How many lengths of that alphabet's codes are told.
    count: usize,
}

impl Told {
    fn of(own: &Codes) -> Told {
        let mut told =
            Told { literals: own.literals.len(), distances: own.distances.len(), runs: Vec::new(), codes: Vec::new(), count: 0 };
        told.add(&own.literals);
        told.add(&own.distances);
        let mut counts = [0; ORDER.len()];
        told.runs.iter().for_each(|(symbol, _)| counts[*symbol] += 1);
        told.codes = huffman::build(&counts, 7);
        told.codes.resize(ORDER.len(), Code::default());
        told.count = ORDER.iter().rposition(|&symbol| told.codes[symbol].length > 0).map_or(4, |last| (last + 1).max(4));
        told
    }

    /// Adds the lengths of some codes: runs of one length, as `scan_tree` cuts them.
    fn add(&mut self, codes: &[Code]) {
        let mut codes = codes.iter().map(|code| code.length).peekable();
        let mut former = None;
        while let Some(length) = codes.next() {
            let most = if length == 0 {
                138
            } else if former == Some(length) {
                6
            } else {
                7
            };
            let least = if length == 0 || former == Some(length) { 3 } else { 4 };
            let mut count = 1;
            while count < most && codes.next_if_eq(&length).is_some() {
                count += 1;
            }
            self.run(length.into(), count, least, former == Some(length));
            former = Some(length);
        }
    }

    fn run(&mut self, length: usize, count: u16, least: u16, goes_on: bool) {
        let once = (length, 0);
        match count {
            _ if count < least => self.runs.extend((0..count).map(|_| once)),
            _ if length != 0 && goes_on => self.runs.push((AGAIN, count - 3)),
            _ if length != 0 => self.runs.extend([once, (AGAIN, count - 4)]),
            ..=10 => self.runs.push((FEW_ZEROS, count - 3)),
            _ => self.runs.push((MANY_ZEROS, count - 11)),
        }
    }

    fn bits(&self) -> usize {
        let run = |(symbol, _): &(usize, u16)| usize::from(self.codes[*symbol].length + extra_of_run(*symbol));
        5 + 5 + 4 + 3 * self.count + self.runs.iter().map(run).sum::<usize>()
    }

    fn write<W: Write>(&self, bits: &mut Bits<W>) {
        let less = |count: usize, least: usize| u16::try_from(count - least).unwrap_or_default();
        bits.put(less(self.literals, LENGTHS), 5);
        bits.put(less(self.distances, 1), 5);
        bits.put(less(self.count, 4), 4);
        for &symbol in &ORDER[..self.count] {
            bits.put(self.codes[symbol].length.into(), 3);
        }
        for &(symbol, more) in &self.runs {
            bits.code(self.codes[symbol]);
            bits.put(more, extra_of_run(symbol));
        }
    }
}

fn extra_of_run(symbol: usize) -> u8 {
    symbol.checked_sub(AGAIN).map_or(0, |run| RUN_EXTRA[run])
}

/// Bits, the first one lowest.
struct Bits<W> {
    out: W,
    bytes: Vec<u8>,
    held: u64,
    count: u8,
}

impl<W: Write> Bits<W> {
    fn put(&mut self, value: u16, bits: u8) {
        self.held |= u64::from(value) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn code(&mut self, code: Code) {
        self.put(code.bits, code.length);
    }

    fn align(&mut self) {
        let missing = self.count.wrapping_neg() % 8;
        self.put(0, missing);
    }

    /// Bytes as they are, after how many they are and, so that a reader notices what is no such number, the same the other way round.
    fn store(&mut self, bytes: &[u8]) {
        self.align();
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        self.put(length, 16);
        self.put(!length, 16);
        self.bytes.extend_from_slice(bytes);
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.out.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }
}
