//! The parser: one loop over the bytes with a stack of open brackets.

use memchr::memchr3;

use super::{Error, ErrorKind, Kind, Node, Tree};
use crate::text::Span;

/// More errors than this say nothing new about a file that is not JSON at all.
const MAX_ERRORS: usize = 100;

/// Reads a text. Never fails, never recurses; takes time in proportion to the text.
#[must_use]
pub fn parse(text: &str) -> Tree {
    let mut parser = Parser {
        bytes: text.as_bytes(),
        at: 0,
        open: Vec::new(),
        // Lockfiles have a node every 17 bytes or so.
        tree: Tree { nodes: Vec::with_capacity(text.len() / 14 + 4), errors: Vec::new() },
    };
    parser.document();
    parser.tree
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Indices of the objects and arrays that are open.
    open: Vec<u32>,
    tree: Tree,
}

/// What belongs next.
enum Expect {
    Value,
    /// A key or the object's end; after a comma the end is one comma too many.
    Key {
        comma: Option<usize>,
    },
    /// An item or the array's end.
    Item {
        comma: Option<usize>,
    },
    Colon,
    CommaOrEnd,
    End,
}

impl Parser<'_> {
    fn document(&mut self) {
        if self.bytes.starts_with("\u{feff}".as_bytes()) {
            self.error(ErrorKind::ByteOrderMark, 0, 3);
            self.at = 3;
        }
        let mut expect = Expect::Value;
        self.trivia();
        if self.at == self.bytes.len() {
            self.error(ErrorKind::Empty, 0, 0);
            self.push(Kind::Missing, self.at, self.at);
            return;
        }
        loop {
            self.trivia();
            let Some(&byte) = self.bytes.get(self.at) else { break };
            if self.conflict_marker(byte) {
                continue;
            }
            expect = match expect {
                Expect::Value => self.value(byte),
                Expect::Key { comma } => self.key(byte, comma),
                Expect::Item { comma } => self.item(byte, comma),
                Expect::Colon => self.colon(byte),
                Expect::CommaOrEnd => self.comma_or_end(byte),
                Expect::End => {
                    self.error(ErrorKind::TextAfterEnd, self.at, self.bytes.len());
                    return;
                }
            };
        }
        self.finish(&expect);
    }

    /// Closes what the end of the text left open.
    fn finish(&mut self, expect: &Expect) {
        let end = self.bytes.len();
        if matches!(expect, Expect::Value | Expect::Colon) {
            self.push(Kind::Missing, end, end);
        }
        if let Some(&index) = self.open.last() {
            let start = self.tree.nodes[index as usize].start as usize;
            self.error(ErrorKind::CutOff, start, start + 1);
        }
        while let Some(index) = self.open.pop() {
            self.close(index, end);
        }
    }

    fn value(&mut self, byte: u8) -> Expect {
        let start = self.at;
        match byte {
            b'{' | b'[' => {
                let kind = if byte == b'{' { Kind::Object } else { Kind::Array };
                self.open.push(self.tree.nodes.len() as u32);
                self.push(kind, start, start + 1);
                self.at += 1;
                if byte == b'{' { Expect::Key { comma: None } } else { Expect::Item { comma: None } }
            }
            b'"' => {
                self.string(Kind::String);
                self.after_value()
            }
            b'}' | b']' | b',' | b':' => {
                self.error(ErrorKind::ExpectedValue, start, start + 1);
                self.push(Kind::Missing, start, start);
                if byte == b':' {
                    self.at += 1;
                }
                self.after_value()
            }
            _ => {
                self.word();
                self.after_value()
            }
        }
    }

    fn key(&mut self, byte: u8, comma: Option<usize>) -> Expect {
        match byte {
            b'"' => {
                self.string(Kind::Key);
                Expect::Colon
            }
            b'}' => {
                self.trailing(comma);
                self.end_bracket(byte)
            }
            b']' => self.end_bracket(byte),
            _ => {
                let start = self.at;
                self.skip_word();
                self.error(ErrorKind::ExpectedKey, start, self.at);
                Expect::Key { comma: None }
            }
        }
    }

    fn item(&mut self, byte: u8, comma: Option<usize>) -> Expect {
        if byte == b']' {
            self.trailing(comma);
            return self.end_bracket(byte);
        }
        self.value(byte)
    }

    fn colon(&mut self, byte: u8) -> Expect {
        if byte == b':' {
            self.at += 1;
        } else {
            self.error(ErrorKind::ExpectedColon, self.at, self.at + 1);
        }
        Expect::Value
    }

    fn comma_or_end(&mut self, byte: u8) -> Expect {
        let object = self.open.last().is_some_and(|&index| self.tree.nodes[index as usize].kind == Kind::Object);
        match byte {
            b',' => {
                let comma = Some(self.at);
                self.at += 1;
                if object { Expect::Key { comma } } else { Expect::Item { comma } }
            }
            b'}' | b']' => self.end_bracket(byte),
            b'"' => {
                self.error(ErrorKind::ExpectedComma, self.at, self.at + 1);
                if object { Expect::Key { comma: None } } else { Expect::Item { comma: None } }
            }
            _ => {
                let start = self.at;
                self.skip_word();
                self.error(ErrorKind::ExpectedComma, start, self.at);
                Expect::CommaOrEnd
            }
        }
    }

    fn end_bracket(&mut self, byte: u8) -> Expect {
        let wanted = if byte == b'}' { Kind::Object } else { Kind::Array };
        let kind = |parser: &Self, index: u32| parser.tree.nodes[index as usize].kind;
        let matching = self.open.last().is_some_and(|&index| kind(self, index) == wanted);
        if !matching {
            self.error(ErrorKind::WrongBracket, self.at, self.at + 1);
            // Close inwards only if the bracket's partner is the next one out; any other guess would swallow the rest of the file.
            let outer = self.open.len().checked_sub(2).map(|at| self.open[at]);
            if outer.is_some_and(|index| kind(self, index) == wanted) {
                let inner = self.open.pop();
                inner.into_iter().for_each(|index| self.close(index, self.at));
            } else {
                self.at += 1;
                return self.after_value();
            }
        }
        self.at += 1;
        if let Some(index) = self.open.pop() {
            self.close(index, self.at);
        }
        self.after_value()
    }

    fn after_value(&self) -> Expect {
        if self.open.is_empty() { Expect::End } else { Expect::CommaOrEnd }
    }

    fn close(&mut self, index: u32, end: usize) {
        let next = self.tree.nodes.len() as u32;
        let node = &mut self.tree.nodes[index as usize];
        node.end = end as u32;
        node.next = next;
    }

    fn trailing(&mut self, comma: Option<usize>) {
        if let Some(at) = comma {
            self.error(ErrorKind::TrailingComma, at, at + 1);
        }
    }

    /// A string or key from its opening quote.
    fn string(&mut self, kind: Kind) {
        let start = self.at;
        let mut at = start + 1;
        let mut escaped = false;
        let closed = loop {
            let Some(found) = memchr3(b'"', b'\\', b'\n', &self.bytes[at..]) else {
                at = self.bytes.len();
                break false;
            };
            at += found;
            match self.bytes[at] {
                b'"' => break true,
                b'\n' => break false,
                _ => {
                    escaped = true;
                    at = (at + 2).min(self.bytes.len());
                    // An escaped line break is a line break all the same; and the byte after the backslash may begin a character.
                    if self.bytes[at - 1] == b'\n' {
                        at -= 1;
                    }
                }
            }
        };
        let inner = start + 1..at;
        self.at = if closed { at + 1 } else { at };
        if !closed {
            self.error(ErrorKind::UnterminatedString, start, at);
        } else if self.bytes[inner.clone()].iter().any(|&byte| byte < 0x20)
            || (escaped && !escapes_are_good(&self.bytes[inner.clone()]))
        {
            self.error(ErrorKind::BadString, start, self.at);
        }
        self.push(kind, start, self.at);
        if let Some(node) = self.tree.nodes.last_mut() {
            node.escaped = escaped;
            node.closed = closed;
        }
    }

    /// A number, `true`, `false`, `null`, or something that JSON does not know.
    fn word(&mut self) {
        let start = self.at;
        self.skip_word();
        let kind = match &self.bytes[start..self.at] {
            b"true" => Kind::True,
            b"false" => Kind::False,
            b"null" => Kind::Null,
            word if is_number(word) => Kind::Number,
            _ => {
                self.error(ErrorKind::BadNumber, start, self.at);
                Kind::Missing
            }
        };
        self.push(kind, start, self.at);
    }

    /// Goes over at least one character, up to the next one that could mean something.
    fn skip_word(&mut self) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            let ends = matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"');
            if ends {
                break;
            }
            self.at += 1;
        }
    }

    /// White space and comments.
    fn trivia(&mut self) {
        loop {
            while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
                self.at += 1;
            }
            let start = self.at;
            let length = match self.bytes.get(start..start + 2) {
                Some(b"//") => memchr::memchr(b'\n', &self.bytes[start..]),
                Some(b"/*") => memchr::memmem::find(&self.bytes[start + 2..], b"*/").map(|found| found + 4),
                _ => return,
            };
            self.at = length.map_or(self.bytes.len(), |length| start + length);
            self.error(ErrorKind::Comment, start, self.at);
        }
    }

    /// A line that git left behind. npm goes over them by itself, other readers fail.
    fn conflict_marker(&mut self, byte: u8) -> bool {
        if !matches!(byte, b'<' | b'=' | b'>' | b'|') || (self.at > 0 && self.bytes[self.at - 1] != b'\n') {
            return false;
        }
        let line = &self.bytes[self.at..];
        let line = &line[..memchr::memchr2(b'\n', b'\r', line).unwrap_or(line.len())];
        let marked = line.len() >= 7 && line[..7].iter().all(|&other| other == byte) && matches!(line.get(7), None | Some(b' '));
        if marked {
            self.error(ErrorKind::ConflictMarker, self.at, self.at + line.len());
            self.at += line.len();
        }
        marked
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let next = self.tree.nodes.len() as u32 + 1;
        self.tree.nodes.push(Node { start: start as u32, end: end as u32, next, kind, escaped: false, closed: true });
    }

    fn error(&mut self, kind: ErrorKind, start: usize, end: usize) {
        if self.tree.errors.len() < MAX_ERRORS {
            // A place may have landed within a character; widen it to whole ones so that every span can slice the text.
            let continues = |at: usize| self.bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
            let mut start = start.min(self.bytes.len());
            let mut end = end.min(self.bytes.len());
            while continues(start) {
                start -= 1;
            }
            while continues(end) {
                end += 1;
            }
            self.tree.errors.push(Error { kind, span: Span::new(start, end) });
        }
    }
}

/// Whether every backslash begins an escape that JSON knows.
fn escapes_are_good(inner: &[u8]) -> bool {
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let good = match rest.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if rest.get(at + 2..at + 6).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => 6,
            _ => return false,
        };
        rest = &rest[at + good..];
    }
    true
}

/// The grammar of numbers of RFC 8259.
fn is_number(word: &[u8]) -> bool {
    let digits = |word: &[u8]| word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let whole = digits(word);
    if whole == 0 || (whole > 1 && word[0] == b'0') {
        return false;
    }
    let mut rest = &word[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}
