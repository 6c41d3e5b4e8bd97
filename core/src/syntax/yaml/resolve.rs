//! What a scalar without quotes stands for: the core schema of YAML 1.2.

/// What a scalar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int,
    /// Any other number.
    Float,
    /// A text.
    String,
}

/// What a scalar without quotes that reads so stands for.
#[must_use]
pub fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "true" | "True" | "TRUE" => Resolved::Bool(true),
        "false" | "False" | "FALSE" => Resolved::Bool(false),
        _ if is_int(text) => Resolved::Int,
        _ if is_float(text) => Resolved::Float,
        _ => Resolved::String,
    }
}

/// The whole number that a text is, if it is small enough.
pub(super) fn int(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [b'0', b'o', ..] => i64::from_str_radix(&text[2..], 8).ok().filter(|_| is_int(text)),
        [b'0', b'x', ..] => i64::from_str_radix(&text[2..], 16).ok().filter(|_| is_int(text)),
        _ if is_int(text) => text.parse().ok(),
        _ => None,
    }
}

fn is_int(text: &str) -> bool {
    let all = |digits: &str, test: fn(&u8) -> bool| !digits.is_empty() && digits.as_bytes().iter().all(test);
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |byte| matches!(byte, b'0'..=b'7'));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, u8::is_ascii_hexdigit);
    }
    all(text.strip_prefix(['+', '-']).unwrap_or(text), u8::is_ascii_digit)
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (number, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let some = !(whole.is_empty() && fraction.is_empty());
    some && digits(whole) && digits(fraction) && !exponent.is_empty() && digits(exponent)
}
