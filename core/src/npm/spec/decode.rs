//! Percent escapes as JavaScript decodes them.

use std::borrow::Cow;

/// The characters that JavaScript's `encodeURIComponent` leaves alone.
pub(super) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte)
}

/// JavaScript's `decodeURIComponent`. `None` where it throws.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        if *byte == b'%' {
            let [high, low, tail @ ..] = rest else { return None };
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            bytes.push(digit(*high)? * 16 + digit(*low)?);
            rest = tail;
        } else {
            bytes.push(*byte);
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// Decodes a part of a borrowed text and keeps it borrowed where nothing is escaped.
pub(super) fn decode_cow(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    match text {
        Cow::Borrowed(text) => decode(text),
        Cow::Owned(text) => decode(&text).map(|decoded| Cow::Owned(decoded.into_owned())),
    }
}
