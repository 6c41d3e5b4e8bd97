//! Scalars without quotes, and those of several lines after `|` or `>`.

use super::parse::Parser;
use super::{ErrorKind, Kind, Node, Style};

/// Bytes at which a scalar without quotes may end: outside of brackets (bit 0), within them (bit 1).
const STOPS: [u8; 256] = {
    let mut stops = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        stops[byte] = 3;
        byte += 1;
    }
    stops[b'\t' as usize] = 0;
    stops[0x7f] = 3;
    stops[b':' as usize] = 3;
    stops[b'#' as usize] = 3;
    stops[b',' as usize] = 2;
    stops[b'[' as usize] = 2;
    stops[b']' as usize] = 2;
    stops[b'{' as usize] = 2;
    stops[b'}' as usize] = 2;
    stops
};

impl Parser<'_> {
    /// The part of a scalar without quotes that is on this line, as a node.
    pub(super) fn plain_start(&mut self, flow: bool) -> bool {
        let start = self.at;
        let bad = match self.bytes[start] {
            b'-' | b'?' | b':' => self.is_end(start + 1, flow),
            byte => b",[]{}#&*!|>'\"%@`".contains(&byte),
        };
        self.at = self.piece(start, flow);
        // At least one byte is read, that the parser gets on.
        if self.at == start {
            self.at = self.piece(start + 1, flow);
        }
        let end = self.trimmed(start + 1, self.at);
        if bad {
            self.error(ErrorKind::BadPlain, start, end);
        }
        self.push(Kind::Scalar, Style::Plain, start, end);
        self.at = end;
        true
    }

    /// The lines that a scalar without quotes goes on over. They are indented further than `indent`.
    pub(super) fn plain_rest(&mut self, node: usize, indent: i64, flow: bool) {
        loop {
            self.blanks();
            let Some((line, start)) = self.next_text(indent) else { break };
            let stop = self.piece(start, flow);
            // A key is no part of the text before it.
            if stop == start || (!flow && self.bytes.get(stop) == Some(&b':')) {
                break;
            }
            if flow && self.bytes[start] == b'-' && self.is_end(start + 1, true) {
                self.error(ErrorKind::BadPlain, start, stop);
            }
            self.line = line;
            self.at = self.trimmed(start, stop);
            self.last = self.at;
            self.tree.nodes[node].end = self.at as u32;
            self.tree.nodes[node].flags |= Node::ENCODED;
        }
        self.at = self.last;
    }

    /// The next line that has text, and the place of the text, if a scalar that reaches this line's end can go on there.
    fn next_text(&self, indent: i64) -> Option<(usize, usize)> {
        let mut at = self.at;
        let mut line;
        loop {
            at += usize::from(self.bytes.get(at) == Some(&b'\r'));
            if self.bytes.get(at) != Some(&b'\n') {
                return None;
            }
            at += 1;
            line = at;
            let spaces = self.bytes[at..].iter().take_while(|&&byte| byte == b' ').count();
            at += spaces + self.bytes[at + spaces..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            match self.bytes.get(at) {
                None | Some(b'#') => return None,
                Some(b'\n' | b'\r') => {}
                Some(_) if (spaces as i64) <= indent => return None,
                Some(_) => break,
            }
        }
        let special = at == line && (b"-.<=>|".contains(&self.bytes[at])) && self.is_special(at);
        (!special).then_some((line, at))
    }

    /// Whether a document marker or a conflict marker begins here.
    fn is_special(&self, at: usize) -> bool {
        let Some(first) = self.bytes.get(at..at + 3) else { return false };
        (matches!(first, b"---" | b"...") && self.is_blank(at + 3))
            || (b"<=>|".contains(&first[0])
                && self.bytes.get(at..at + 7).is_some_and(|line| line.iter().all(|&byte| byte == line[0])))
    }

    /// Whether the scalar just read stopped before a line that is a key at its own column: then it is most likely a key itself.
    pub(super) fn key_follows(&self, node: usize, column: i64) -> bool {
        let node = self.tree.nodes[node];
        let alone = !node.has(Node::ENCODED) && self.bytes[self.line..node.start as usize].iter().all(|&byte| byte == b' ');
        let next = if alone { self.next_text(column - 1) } else { None };
        next.is_some_and(|(line, at)| (at - line) as i64 == column && self.bytes.get(self.piece(at, false)) == Some(&b':'))
    }

    /// Where the part of a scalar that begins at `start` stops on its line, white space included.
    pub(super) fn piece(&self, start: usize, flow: bool) -> usize {
        let mask = if flow { 2 } else { 1 };
        let mut at = start;
        loop {
            at += self.bytes[at..].iter().take_while(|&&byte| STOPS[byte as usize] & mask == 0).count();
            let stops = match self.bytes.get(at) {
                None | Some(b'\n') => true,
                Some(b'\r') => matches!(self.bytes.get(at + 1), None | Some(b'\n')),
                Some(b':') => self.is_end(at + 1, flow),
                Some(b'#') => at > start && self.is_blank(at - 1),
                Some(byte) => b",[]{}".contains(byte),
            };
            if stops {
                return at;
            }
            at += 1;
        }
    }

    /// Whether an indicator that ends at `at` stands alone.
    pub(super) fn is_end(&self, at: usize, flow: bool) -> bool {
        self.is_blank(at) || (flow && matches!(self.bytes[at], b',' | b'[' | b']' | b'{' | b'}'))
    }

    /// `end` without the white space before it.
    pub(super) fn trimmed(&self, start: usize, mut end: usize) -> usize {
        while end > start && matches!(self.bytes[end - 1], b' ' | b'\t' | b'\r') {
            end -= 1;
        }
        end
    }

    /// A scalar from its `|` or `>`, whose lines are indented further than `indent`.
    pub(super) fn block_scalar(&mut self, indent: i64) {
        let start = self.at;
        let style = if self.bytes[start] == b'|' { Style::Literal } else { Style::Folded };
        self.at += 1;
        let (mut digit, mut keep, mut chomped) = (None, false, false);
        while let Some(byte @ (b'+' | b'-' | b'1'..=b'9')) = self.peek() {
            let again = if byte.is_ascii_digit() { digit.is_some() } else { chomped };
            if again {
                break;
            }
            match byte {
                b'+' | b'-' => (keep, chomped) = (byte == b'+', true),
                _ => digit = Some(usize::from(byte - b'0')),
            }
            self.at += 1;
        }
        let blank = self.is_blank(self.at);
        self.blanks();
        if !blank || !self.at_line_end() {
            self.error(ErrorKind::BadBlockScalar, start, self.at);
        }
        self.skip_line();
        let header = self.at;
        let given = digit.map(|digit| indent.max(0) as usize + digit);
        let content = given.or_else(|| self.first_indent(indent));
        let end = match content {
            Some(content) => self.block_lines(content, keep),
            None if keep => self.blank_lines(header),
            None => header,
        };
        self.at = end;
        let node = self.push(Kind::Scalar, style, start, end) as usize;
        self.tree.nodes[node].flags |= Node::ENCODED;
        // Without a line that has text, blank lines are blank however long they are.
        self.tree.nodes[node].indent = u8::MAX;
        match content.map(u8::try_from) {
            Some(Ok(content)) => self.tree.nodes[node].indent = content,
            Some(Err(_)) => self.error(ErrorKind::BadBlockScalar, start, header),
            None => {}
        }
    }

    /// The indentation of the first line with text, if that belongs to the scalar whose header's line ends here.
    fn first_indent(&mut self, indent: i64) -> Option<usize> {
        let mut at = self.at;
        let mut widest = 0;
        loop {
            at += usize::from(self.bytes.get(at) == Some(&b'\r'));
            at += usize::from(self.bytes.get(at) == Some(&b'\n'));
            let spaces = self.bytes.get(at..)?.iter().take_while(|&&byte| byte == b' ').count();
            match self.bytes.get(at + spaces)? {
                b'\n' => widest = widest.max(spaces),
                b'\r' if self.bytes.get(at + spaces + 1) == Some(&b'\n') => widest = widest.max(spaces),
                _ if (spaces as i64) <= indent => return None,
                _ => {
                    if widest > spaces {
                        self.error(ErrorKind::BadBlockScalar, at, at + spaces);
                    }
                    return Some(spaces);
                }
            }
            at += spaces;
        }
    }

    /// Goes over the scalar's lines; returns the end of the last with text, or of all if `keep`.
    fn block_lines(&mut self, indent: usize, keep: bool) -> usize {
        let mut end = self.at;
        let mut line = self.line;
        loop {
            self.at += usize::from(self.peek() == Some(b'\r'));
            if self.peek() != Some(b'\n') {
                break;
            }
            self.newline();
            let rest = &self.bytes[self.line..];
            let spaces = rest.iter().take(indent).take_while(|&&byte| byte == b' ').count();
            self.at += spaces;
            let blank = match self.peek() {
                None => spaces < indent,
                Some(b'\n') => true,
                Some(b'\r') => self.bytes.get(self.at + 1) == Some(&b'\n'),
                Some(_) => false,
            };
            if blank {
                continue;
            }
            let special = self.at == self.line && self.is_special(self.at);
            if spaces < indent || special || self.peek().is_none() {
                break;
            }
            self.skip_line();
            (end, line) = (self.at, self.line);
        }
        self.line = line;
        if keep { self.blank_lines(end) } else { end }
    }

    /// The end of the blank lines after the line that ends at `end`: the start of the next one.
    fn blank_lines(&mut self, end: usize) -> usize {
        let mut after = end;
        loop {
            let mut at = after + self.bytes[after..].iter().take_while(|&&byte| byte == b' ').count();
            at += usize::from(self.bytes.get(at) == Some(&b'\r'));
            if self.bytes.get(at) != Some(&b'\n') {
                return after;
            }
            after = at + 1;
            self.line = after;
        }
    }
}
