//! The lines of a text and how it writes them: `\n` ends one, and a `\r` before it belongs to the end.

/// The text's own line ending.
pub(crate) fn newline(text: &str) -> &'static str {
    match memchr::memchr(b'\n', text.as_bytes()) {
        Some(at) if at > 0 && text.as_bytes()[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}

/// The same where a `\r` alone ends a line as well, as in what Python reads (universal newlines).
pub(crate) fn universal_newline(text: &str) -> &'static str {
    match memchr::memchr2(b'\n', b'\r', text.as_bytes()) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text.as_bytes()[at] == b'\r' => "\r",
        _ => "\n",
    }
}

/// Where the line of a place begins; a byte-order mark is not part of it.
pub(crate) fn line_start(text: &str, from: usize) -> usize {
    text[..from].rfind('\n').map_or_else(|| mark(text).min(from), |newline| newline + 1)
}

/// The length of the byte-order mark that a text begins with.
pub(crate) fn mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// Where the line of a place ends, before its ending.
pub(crate) fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |newline| {
        let end = from + newline;
        if text[from..end].ends_with('\r') { end - 1 } else { end }
    })
}

/// Where the next line begins, or the end.
pub(crate) fn next_line(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |newline| from + newline + 1)
}

/// The white space that the line of a place begins with.
pub(crate) fn indent(text: &str, from: usize) -> &str {
    let start = line_start(text, from);
    let line = text[start..].trim_start_matches([' ', '\t']);
    &text[start..text.len() - line.len()]
}

/// Whether the line of a place is blank; the end of the text is no line.
pub(crate) fn is_blank(text: &str, start: usize) -> bool {
    start < text.len() && text[start..line_end(text, start)].trim().is_empty()
}

/// What to put before a block at the end of the text so that one empty line comes before it.
pub(crate) fn gap(text: &str) -> String {
    let newline = newline(text);
    let content = text.trim_start_matches('\u{feff}');
    if content.trim().is_empty() || content.ends_with(&newline.repeat(2)) {
        String::new()
    } else if content.ends_with('\n') {
        newline.to_owned()
    } else {
        newline.repeat(2)
    }
}
