//! How to write a text so that every reader takes it for that very text.

use super::Style;
use super::resolve::{Resolved, resolve};

/// A text as a YAML scalar: without quotes where that is safe, else in single ones, else in double ones.
#[must_use]
pub fn quote(text: &str) -> String {
    written(text, Style::Plain)
}

/// A text as a scalar of a style, or of the nearest one that can hold it.
pub(super) fn written(text: &str, style: Style) -> String {
    let one_line =
        !text.chars().any(|character| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}'));
    match style {
        Style::Plain if one_line && is_plain(text) => text.to_owned(),
        Style::Plain | Style::Single if one_line => format!("'{}'", text.replace('\'', "''")),
        // JSON's escapes are YAML's too.
        _ => escape(text),
    }
}

fn escape(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let mut quoted = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                quoted.extend(format!("\\u{:04x}", u32::from(character)).chars())
            }
            _ => quoted.push(character),
        }
    }
    quoted
}

/// Whether a text of one line may stand without quotes, in brackets or not, for readers of YAML 1.1 too.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let marked = "-?:,[]{}#&*!|>'\"%@`=<~".contains(first) || text.starts_with("...");
    let cut = text.contains(": ") || text.contains(" #") || text.ends_with(':') || text.contains([',', '[', ']', '{', '}']);
    let bare = text.trim_matches([' ', '\t', '\u{85}', '\u{a0}']).len() == text.len();
    !marked && !cut && bare && resolve(text) == Resolved::String && !is_old_word(text) && !is_old_number(text)
}

/// What YAML 1.1 takes for true or false.
fn is_old_word(text: &str) -> bool {
    ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// What YAML 1.1 takes for a number or a date: with `_`, binary, of base 60.
fn is_old_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = &text.replace('_', "");
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let date = unsigned.split('-').next().is_some_and(|year| year.len() == 4 && digits(year) && unsigned.len() > 4);
    let sixty = unsigned.contains(':') && unsigned.split([':', '.']).all(|part| part.is_empty() || digits(part));
    let binary = unsigned.strip_prefix("0b").is_some_and(digits);
    resolve(text) != Resolved::String || resolve(unsigned) != Resolved::String || date || sixty || binary
}
