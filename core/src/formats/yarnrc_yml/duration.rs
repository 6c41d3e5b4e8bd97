//! Durations as Yarn reads them: a number, of minutes where a setting counts those, or a number and a unit.

/// The minutes that a text means to a setting that counts minutes. `None`: Yarn refuses it.
pub(super) fn minutes(text: &str) -> Option<f64> {
    let end = text.find(|character: char| !(character.is_ascii_digit() || character == '.')).unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let unit = match &text[end..] {
        "ms" => 1.0 / 60_000.0,
        "s" => 1.0 / 60.0,
        "" | "m" => 1.0,
        "h" => 60.0,
        "d" => 1440.0,
        "w" => 10080.0,
        _ => return None,
    };
    Some(number * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_minutes_and_units_are_letters() {
        for (text, expected) in [
            ("1440", Some(1440.0)),
            ("3d", Some(4320.0)),
            ("90s", Some(1.5)),
            ("0", Some(0.0)),
            ("1w", Some(10080.0)),
            ("3 days", None),
            ("", None),
            ("d", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }
}
