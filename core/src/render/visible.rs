//! Text of strangers, made safe to show.
//!
//! A repository's file must not drive the terminal it is shown on: escape sequences, text that reorders or hides itself, and line
//! breaks where one line is promised are written out as what they are.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Writes control, bidirectional, zero-width and other unseen characters as `\u{…}`; line breaks and tabs as `\n`, `\r`, `\t`.
///
/// Borrows where there is nothing to do, which is nearly always.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    escape(text, is_unseen)
}

/// As [`visible`], but leaves tabs, which mean what they show in a source line.
pub(super) fn visible_line(text: &str) -> Cow<'_, str> {
    escape(text, |c| c != '\t' && is_unseen(c))
}

fn escape(text: &str, unseen: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&unseen) else { return Cow::Borrowed(text) };
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(&text[..first]);
    for c in text[first..].chars() {
        match c {
            '\n' if unseen(c) => shown.push_str("\\n"),
            '\r' if unseen(c) => shown.push_str("\\r"),
            '\t' if unseen(c) => shown.push_str("\\t"),
            c if unseen(c) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Whether a character acts on the terminal or on its neighbours, or takes no room that one could see.
///
/// Unicode's control characters, its bidirectional controls, its default-ignorable code points (UAX 44: zero-width ones, joiners,
/// fillers, variation selectors, tags) and its line separators.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_unseen_is_written_out() {
        let cases = [
            ("plain é 😀 中", "plain é 😀 中"),
            ("a\x1b[2Jb", "a\\u{1b}[2Jb"),
            ("\u{9b}31m\u{7f}\0", "\\u{9b}31m\\u{7f}\\u{0}"),
            ("user\u{202e}nimda", "user\\u{202e}nimda"),
            ("lo\u{200b}dash\u{feff}", "lo\\u{200b}dash\\u{feff}"),
            ("one\r\ntwo\tthree\u{2028}", "one\\r\\ntwo\\tthree\\u{2028}"),
            ("x\u{fe01}\u{e0101}", "x\\u{fe01}\\u{e0101}"),
        ];
        for (text, shown) in cases {
            assert_eq!(visible(text), shown);
        }
        assert!(matches!(visible("plain"), Cow::Borrowed(_)));
        assert_eq!(visible_line("\ta\x07"), "\ta\\u{7}");
    }
}
