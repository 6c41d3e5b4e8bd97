//! The lines of the text, gathered into entries.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::line::{Line, Piece, Pieces, lines};
use crate::model::{Problem, ProblemKind};
use crate::text::{Span, Spanned};

/// A text of the file, decoded, with its place.
pub(super) type Text<'t> = Spanned<Cow<'t, str>>;

/// What stands between one line of patterns and the next.
#[derive(Debug, Default)]
pub(super) struct RawEntry<'t> {
    /// What it answers to.
    pub(super) patterns: Vec<Text<'t>>,
    /// Key and value of its simple fields; the last of a kind counts.
    pub(super) fields: Vec<(Text<'t>, Text<'t>)>,
    /// The members of its blocks, each with the index of the block's name in `blocks`.
    pub(super) members: Vec<(usize, Text<'t>, Text<'t>)>,
    /// The names of its blocks.
    pub(super) blocks: Vec<Text<'t>>,
    /// From its first pattern to the end of its last line.
    pub(super) span: Span,
}

/// The version of the format that Yarn 1 reads and writes.
const VERSION: u64 = 1;

/// More problems than anybody reads; what follows is broken in the same way.
const ENOUGH: usize = 100;

/// Every entry in file order, the version that a comment tells, and what is wrong.
pub(super) fn read(text: &str) -> (Vec<RawEntry<'_>>, Option<Spanned<SmolStr>>, Vec<Problem>) {
    let mut reader = Reader { entries: Vec::with_capacity(text.len() / 256), ..Reader::default() };
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    for line in lines(&text[mark..]) {
        reader.line(Line { start: line.start + mark, ..line });
    }
    reader.doubled();
    (reader.entries, reader.version, reader.problems)
}

#[derive(Default)]
struct Reader<'t> {
    entries: Vec<RawEntry<'t>>,
    version: Option<Spanned<SmolStr>>,
    problems: Vec<Problem>,
    /// Whether a field may follow.
    in_entry: bool,
    /// Whether the member of a block may follow.
    in_block: bool,
}

impl<'t> Reader<'t> {
    fn line(&mut self, line: Line<'t>) {
        let bytes = line.text.as_bytes();
        match bytes.first() {
            // An empty line or a comment at the border ends the entry: whatever is indented below, Yarn stops reading there.
            None => self.in_entry = false,
            Some(b'#') => {
                self.comment(line);
                self.in_entry = false;
            }
            Some(b'<' | b'|' | b'=' | b'>') if is_conflict_marker(line.text) => self.tell(
                ProblemKind::Ambiguous,
                line.content(),
                "a conflict that was not resolved; Yarn merges both sides by itself, and takes the second one where they differ",
            ),
            Some(_) => match line.indent() {
                indent if indent == bytes.len() => {}
                0 => self.patterns(line),
                2 if self.in_entry => self.field(line),
                4 if self.in_entry && self.in_block => self.member(line),
                indent if bytes[indent] == b'#' => self.comment(line),
                _ => self.tell(
                    ProblemKind::Syntax,
                    line.content(),
                    "this line belongs to nothing: its indentation is not that of a field",
                ),
            },
        }
    }

    fn comment(&mut self, line: Line<'t>) {
        let comment = line.text.trim_start_matches([' ', '#']).trim();
        let Some(number) = comment.strip_prefix("yarn lockfile v").filter(|number| is_number(number)) else { return };
        let at = line.text.len() - line.text.trim_end().len();
        let end = line.text.len() - at;
        let span = line.place(end - number.len(), end);
        if number.parse().ok() != Some(VERSION) {
            let message = format!("lockfile version `{number}` is not 1, the only one that is known; Yarn 1 refuses later ones");
            self.tell(ProblemKind::UnknownVersion, span, message);
        }
        self.version.get_or_insert_with(|| Spanned::new(number.into(), span));
    }

    /// `name@spec, name@spec:`
    fn patterns(&mut self, line: Line<'t>) {
        let mut pieces = Pieces::new(line);
        let mut patterns = Vec::new();
        loop {
            patterns.push(match pieces.next() {
                Piece::Word(word, span) => Spanned::new(word, span),
                Piece::Odd(fault, word, span) => {
                    self.tell(ProblemKind::Syntax, span, fault);
                    Spanned::new(word, span)
                }
                Piece::Comma | Piece::Colon | Piece::End => {
                    self.tell(ProblemKind::Syntax, line.content(), "a package's name and version have to stand here");
                    break;
                }
            });
            match pieces.next() {
                Piece::Comma => {}
                Piece::Colon => break self.nothing_more(&mut pieces, "the fields of a package belong on lines of their own"),
                _ => break self.tell(ProblemKind::Syntax, line.content(), "a colon has to end this line"),
            }
        }
        self.in_entry = true;
        self.in_block = false;
        self.entries.push(RawEntry { patterns, span: line.content(), ..RawEntry::default() });
    }

    /// `key value` or `key:` with a block below.
    fn field(&mut self, line: Line<'t>) {
        let Some((key, value)) = self.pair(line, true) else { return };
        let Some(entry) = self.entries.last_mut() else { return };
        entry.span = entry.span.to(line.content());
        self.in_block = value.is_none();
        match value {
            Some(value) => entry.fields.push((key, value)),
            None => entry.blocks.push(key),
        }
    }

    fn member(&mut self, line: Line<'t>) {
        let Some((key, Some(value))) = self.pair(line, false) else { return };
        let Some(entry) = self.entries.last_mut() else { return };
        entry.span = entry.span.to(line.content());
        entry.members.push((entry.blocks.len().saturating_sub(1), key, value));
    }

    /// A key and its value; none where a block follows.
    fn pair(&mut self, line: Line<'t>, may_open: bool) -> Option<(Text<'t>, Option<Text<'t>>)> {
        let mut pieces = Pieces::new(line);
        let key = match pieces.next() {
            Piece::Word(word, span) => Spanned::new(word, span),
            Piece::End => return None,
            Piece::Odd(fault, word, span) => {
                self.tell(ProblemKind::Syntax, span, fault);
                Spanned::new(word, span)
            }
            Piece::Comma | Piece::Colon => {
                self.tell(ProblemKind::Syntax, line.content(), "a key has to stand here");
                return None;
            }
        };
        let mut value = pieces;
        let mut piece = pieces.next();
        if matches!(piece, Piece::Colon) {
            value = pieces;
            piece = pieces.next();
            if may_open && matches!(piece, Piece::End) {
                return Some((key, None));
            }
        }
        let (rest, place) = value.rest();
        match piece {
            Piece::Word(word, span) => {
                let before = self.problems.len();
                self.nothing_more(&mut pieces, "one value belongs here; one with spaces, commas or colons has to stand in quotes");
                let broken = self.problems.len() > before;
                Some((key, Some(if broken { Spanned::new(rest.into(), place) } else { Spanned::new(word, span) })))
            }
            Piece::Odd(fault, ..) => {
                self.tell(ProblemKind::Syntax, place, fault);
                Some((key, Some(Spanned::new(rest.trim_matches('"').into(), place))))
            }
            Piece::Comma | Piece::Colon | Piece::End => {
                self.tell(ProblemKind::Syntax, line.content(), "the value is missing");
                None
            }
        }
    }

    fn nothing_more(&mut self, pieces: &mut Pieces<'t>, fault: &str) {
        let (_, place) = pieces.rest();
        if !matches!(pieces.next(), Piece::End) {
            self.tell(ProblemKind::Syntax, place, fault);
        }
    }

    /// Patterns, fields and members that stand twice: Yarn takes the last.
    fn doubled(&mut self) {
        let mut found = Vec::new();
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        for pattern in self.entries.iter().flat_map(|entry| &entry.patterns) {
            note(&mut seen, pattern, &mut found);
        }
        let mut seen: FxHashMap<(usize, &str), Span> = FxHashMap::default();
        for entry in &self.entries {
            seen.clear();
            let fields = entry.fields.iter().map(|(key, _)| key).chain(&entry.blocks).map(|key| (usize::MAX, key));
            for (block, key) in fields.chain(entry.members.iter().map(|(block, key, _)| (*block, key))) {
                if let Some(first) = seen.insert((block, &key.value), key.span) {
                    found.push((key.value.to_string(), key.span, first));
                }
            }
        }
        for (key, span, first) in found.into_iter().take(ENOUGH) {
            self.problems.push(Problem {
                kind: ProblemKind::DuplicateKey,
                span,
                message: format!("`{key}` stands here a second time; Yarn takes the last, and readers need not"),
                related: Some((first, "the first one".to_owned())),
                fix: None,
            });
        }
    }

    fn tell(&mut self, kind: ProblemKind, span: Span, message: impl Into<String>) {
        if self.problems.len() < ENOUGH {
            self.problems.push(Problem { kind, span, message: message.into(), related: None, fix: None });
        }
    }
}

fn note<'s>(seen: &mut FxHashMap<&'s str, Span>, key: &'s Text<'_>, found: &mut Vec<(String, Span, Span)>) {
    if let Some(first) = seen.insert(&key.value, key.span) {
        found.push((key.value.to_string(), key.span, first));
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_conflict_marker(line: &str) -> bool {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker))
}
