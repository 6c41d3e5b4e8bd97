//! From a scalar's bytes to its text.

const BLANKS: [char; 2] = [' ', '\t'];

/// A scalar without quotes over several lines.
pub(super) fn plain(raw: &str) -> String {
    fold(raw, false, |line, text| text.push_str(line))
}

/// A scalar in single quotes.
pub(super) fn single(raw: &str) -> String {
    fold(raw, false, |line, text| text.push_str(&line.replace("''", "'")))
}

/// A scalar in double quotes.
pub(super) fn double(raw: &str) -> String {
    fold(raw, true, unescape)
}

/// Joins lines: one line end is a space, each further one a line feed. `escapes`: a backslash at a line's end takes that end away.
fn fold(raw: &str, escapes: bool, add: impl Fn(&str, &mut String)) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut breaks = 0;
    let mut joined = false;
    let mut lines = raw.split('\n').enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        let last = lines.peek().is_none();
        let line = if at > 0 { line.trim_start_matches(BLANKS) } else { line };
        let (line, escaped) = if last { (line, false) } else { trim_end(line, escapes) };
        if at > 0 {
            breaks += 1;
            if line.is_empty() && !escaped && !last {
                continue;
            }
            match breaks {
                1 if joined => {}
                1 => text.push(' '),
                _ => text.extend(std::iter::repeat_n('\n', breaks - 1)),
            }
        }
        add(line, &mut text);
        breaks = 0;
        joined = escaped;
    }
    text
}

/// A line without the white space at its end, and whether a backslash stands there; white space after a backslash stays.
fn trim_end(line: &str, escapes: bool) -> (&str, bool) {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let ends_escaped = |line: &str| line.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 1;
    if escapes && ends_escaped(line) {
        return (&line[..line.len() - 1], true);
    }
    let trimmed = line.trim_end_matches(BLANKS);
    if escapes && ends_escaped(trimmed) && trimmed.len() < line.len() {
        return (&line[..trimmed.len() + 1], false);
    }
    (trimmed, false)
}

/// Decodes escapes. What is not an escape stays as it is; half a surrogate pair becomes the replacement character.
fn unescape(line: &str, text: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let (decoded, length) = escape(&rest[at..]);
        text.push(decoded);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
}

/// The character that an escape at the start of `rest` stands for, and the escape's length.
fn escape(rest: &str) -> (char, usize) {
    let simple = match rest.as_bytes().get(1) {
        Some(b'0') => '\0',
        Some(b'a') => '\u{7}',
        Some(b'b') => '\u{8}',
        Some(b't' | b'\t') => '\t',
        Some(b'n') => '\n',
        Some(b'v') => '\u{b}',
        Some(b'f') => '\u{c}',
        Some(b'r') => '\r',
        Some(b'e') => '\u{1b}',
        Some(b'N') => '\u{85}',
        Some(b'_') => '\u{a0}',
        Some(b'L') => '\u{2028}',
        Some(b'P') => '\u{2029}',
        Some(&byte @ (b' ' | b'"' | b'/' | b'\\')) => char::from(byte),
        Some(b'x') => return code(rest, 2),
        Some(b'u') => return code(rest, 4),
        Some(b'U') => return code(rest, 8),
        _ => return ('\\', 1),
    };
    (simple, 2)
}

fn code(rest: &str, digits: usize) -> (char, usize) {
    let unit = |at: usize, digits: usize| u32::from_str_radix(rest.get(at..at + digits)?, 16).ok();
    let whole = |code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    match (unit(2, digits), rest.get(6..8), unit(8, 4)) {
        // JSON is YAML, and its surrogate pairs are read as one character.
        (Some(high @ 0xd800..0xdc00), Some("\\u"), Some(low @ 0xdc00..0xe000)) if digits == 4 => {
            (whole(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 12)
        }
        (Some(code), _, _) => (whole(code), 2 + digits),
        (None, _, _) => ('\\', 1),
    }
}

/// A scalar from its `|` or `>`, with the indentation of its lines.
pub(super) fn block(span: &str, indent: u8) -> String {
    let (header, lines) = span.split_once('\n').unwrap_or((span, ""));
    let header = header.split('#').next().unwrap_or_default();
    let folded = header.starts_with('>');
    let mut text = String::with_capacity(lines.len());
    let mut blank = 0;
    let (mut some, mut deeper) = (false, false);
    for line in lines.split_terminator('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let spaces = line.bytes().take(usize::from(indent)).take_while(|&byte| byte == b' ').count();
        let line = &line[spaces..];
        if line.is_empty() {
            blank += 1;
            continue;
        }
        let deep = line.starts_with(BLANKS);
        // Lines that are indented further, and their neighbours, are not joined.
        let breaks = if folded && !deep && !deeper && some { blank } else { blank + usize::from(some) };
        if breaks == 0 && some {
            text.push(' ');
        }
        text.extend(std::iter::repeat_n('\n', breaks));
        text.push_str(line);
        (blank, some, deeper) = (0, true, deep);
    }
    let end = match header {
        _ if header.contains('+') => blank + usize::from(some),
        _ if header.contains('-') => 0,
        _ => usize::from(some),
    };
    text.extend(std::iter::repeat_n('\n', end));
    text
}
