//! The parser's events, turned into statements: a header, a key with its value, an item.
//!
//! In a broken text events come in any order, so nothing here relies on one; what makes no sense is left out.

use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::parser::EventReceiver;
use toml_parser::{ErrorSink, ParseError, Raw, Span as Place};

use super::build::Builder;
use super::error::Error;
use super::grow::Name;
use super::{Kind, Node, Quotes};

/// As deep as the `toml` crate goes. The parser recurses.
const MAX_DEPTH: usize = 80;

/// What receives the events.
pub(super) struct Events<'t> {
    builder: Builder<'t>,
    /// The parts of the key that is being read.
    names: Vec<Name>,
    /// The start of the header that is being read, and whether it is one of an array.
    header: Option<(usize, bool)>,
    /// Whether some bracket was never closed.
    pub(super) unclosed: bool,
}

impl<'t> Events<'t> {
    pub(super) fn new(builder: Builder<'t>) -> Events<'t> {
        Events { builder, names: Vec::new(), header: None, unclosed: false }
    }

    /// Nothing goes on over this place.
    pub(super) fn end_of_piece(&mut self) {
        self.flush();
        self.unclosed |= self.builder.depth() > 0;
        self.builder.close_all();
    }

    pub(super) fn finish(self) -> (Vec<Node>, Vec<Error>) {
        self.builder.finish()
    }

    /// At the end of a line: a header that is not closed still is one, a key without a value still is there.
    fn flush(&mut self) {
        if self.builder.depth() > 0 {
            return;
        }
        if let Some(end) = self.names.last().map(|name| name.end) {
            if self.header.is_some() {
                self.end_header(end as usize);
            } else {
                self.value(Kind::Missing, Quotes::Bare, false, (end as usize, end as usize));
            }
        }
        self.header = None;
    }

    fn end_header(&mut self, end: usize) {
        if let Some((start, array)) = self.header.take() {
            self.builder.header(&self.names, array, (start, end));
        }
        self.names.clear();
    }

    fn value(&mut self, kind: Kind, quotes: Quotes, escaped: bool, place: (usize, usize)) {
        self.builder.begin(&self.names);
        self.names.clear();
        self.builder.scalar(kind, quotes, escaped, place);
    }

    /// Opens an array or inline table, unless it is too deep.
    fn open(&mut self, kind: Kind, span: Place, error: &mut dyn ErrorSink) -> bool {
        self.builder.begin(&self.names);
        self.names.clear();
        self.builder.open(kind, (span.start(), span.end()));
        let allowed = self.builder.depth() <= MAX_DEPTH;
        if !allowed {
            error.report_error(ParseError::new("nested too deeply").with_unexpected(span));
        }
        allowed
    }

    fn close(&mut self, kind: Kind, span: Place) {
        self.unclosed |= span.is_empty();
        self.builder.close(kind, span.end());
    }

    /// The bytes of a token. The parser's spans are all of the same text.
    fn raw(&self, span: Place, encoding: Option<Encoding>) -> Raw<'t> {
        let text = self.builder.text().get(span.start()..span.end()).unwrap_or_default();
        Raw::new_unchecked(text, encoding, span)
    }
}

impl EventReceiver for Events<'_> {
    fn std_table_open(&mut self, span: Place, _: &mut dyn ErrorSink) {
        self.flush();
        self.header = Some((span.start(), false));
    }

    fn array_table_open(&mut self, span: Place, _: &mut dyn ErrorSink) {
        self.flush();
        self.header = Some((span.start(), true));
    }

    fn std_table_close(&mut self, span: Place, _: &mut dyn ErrorSink) {
        self.end_header(span.end());
    }

    fn array_table_close(&mut self, span: Place, _: &mut dyn ErrorSink) {
        self.end_header(span.end());
    }

    fn inline_table_open(&mut self, span: Place, error: &mut dyn ErrorSink) -> bool {
        self.open(Kind::Table, span, error)
    }

    fn inline_table_close(&mut self, span: Place, _: &mut dyn ErrorSink) {
        self.close(Kind::Table, span);
    }

    fn array_open(&mut self, span: Place, error: &mut dyn ErrorSink) -> bool {
        self.open(Kind::Array, span, error)
    }

    fn array_close(&mut self, span: Place, _: &mut dyn ErrorSink) {
        self.close(Kind::Array, span);
    }

    fn simple_key(&mut self, span: Place, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let raw = self.raw(span, encoding);
        if !is_plain_key(raw.as_bytes(), encoding) {
            raw.decode_key(&mut (), error);
        }
        let escaped = has_escapes(raw.as_bytes(), encoding);
        self.names.push(Name { start: span.start() as u32, end: span.end() as u32, quotes: quotes(encoding), escaped });
        if self.names.len() == MAX_DEPTH + 1 {
            error.report_error(ParseError::new("nested too deeply").with_unexpected(span));
        }
    }

    fn scalar(&mut self, span: Place, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let raw = self.raw(span, encoding);
        let kind = if is_plain_string(raw.as_bytes(), encoding) { Kind::String } else { scalar_kind(raw, encoding, span, error) };
        let escaped = has_escapes(raw.as_bytes(), encoding);
        let place = (span.start(), span.end());
        match kind {
            Kind::Missing => self.value(kind, Quotes::Bare, false, place),
            _ => self.value(kind, quotes(encoding), escaped, place),
        }
    }

    fn comment(&mut self, span: Place, error: &mut dyn ErrorSink) {
        self.flush();
        let raw = self.raw(span, None);
        if !is_printable(raw.as_bytes()) {
            raw.decode_comment(error);
        }
    }

    fn newline(&mut self, span: Place, error: &mut dyn ErrorSink) {
        self.flush();
        self.raw(span, None).decode_newline(error);
    }
}

fn quotes(encoding: Option<Encoding>) -> Quotes {
    match encoding {
        None => Quotes::Bare,
        Some(Encoding::BasicString) => Quotes::Basic,
        Some(Encoding::LiteralString) => Quotes::Literal,
        Some(Encoding::MlBasicString) => Quotes::MultilineBasic,
        Some(Encoding::MlLiteralString) => Quotes::MultilineLiteral,
    }
}

/// What a scalar is; nothing readable where the parser objects to one without quotes.
fn scalar_kind(raw: Raw<'_>, encoding: Option<Encoding>, span: Place, error: &mut dyn ErrorSink) -> Kind {
    let mut failed = false;
    let mut watch = |found: ParseError| {
        failed = true;
        error.report_error(found);
    };
    if raw.is_empty() {
        // The parser would ask for quotes around nothing.
        watch(ParseError::new("a value is missing here").with_unexpected(span));
        return Kind::Missing;
    }
    let kind = match raw.decode_scalar(&mut (), &mut watch) {
        ScalarKind::String => Kind::String,
        ScalarKind::Boolean(true) => Kind::True,
        ScalarKind::Boolean(false) => Kind::False,
        ScalarKind::Integer(_) => Kind::Integer,
        ScalarKind::Float => Kind::Float,
        ScalarKind::DateTime => {
            if let Err(found) = raw.as_str().parse::<toml::value::Datetime>() {
                watch(ParseError::new(found.to_string()).with_unexpected(span));
            }
            Kind::Datetime
        }
    };
    if failed && encoding.is_none() { Kind::Missing } else { kind }
}

/// Whether a key is surely right: the parser's own check goes character by character.
fn is_plain_key(raw: &[u8], encoding: Option<Encoding>) -> bool {
    match encoding {
        None => !raw.is_empty() && raw.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')),
        Some(_) => is_plain_string(raw, encoding),
    }
}

/// Whether a string on one line is surely right, as nearly every one in a lockfile is.
fn is_plain_string(raw: &[u8], encoding: Option<Encoding>) -> bool {
    let mark = match encoding {
        Some(Encoding::BasicString) => b'"',
        Some(Encoding::LiteralString) => b'\'',
        _ => return false,
    };
    raw.len() >= 2 && raw[0] == mark && raw[raw.len() - 1] == mark && is_printable(raw) && !has_escapes(raw, encoding)
}

fn is_printable(raw: &[u8]) -> bool {
    // Without an early end the loop works on many bytes at once.
    !raw.iter().fold(false, |bad, &byte| bad | (byte < 0x20) | (byte == 0x7f))
}

fn has_escapes(raw: &[u8], encoding: Option<Encoding>) -> bool {
    matches!(encoding, Some(Encoding::BasicString | Encoding::MlBasicString)) && memchr::memchr(b'\\', raw).is_some()
}
