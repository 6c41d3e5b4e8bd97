//! Generated parts of files that people write: what stands between two markers, such as `<!-- NAME: begin -->` and `<!-- NAME: end -->`.

use crate::Outcome;

/// Puts `part` between the markers of that name, which are comments of Markdown.
pub(crate) fn fill(text: &str, name: &str, part: &str) -> Outcome<String> {
    between(text, &format!("<!-- {name}: begin -->\n"), &format!("<!-- {name}: end -->"), part)
}

/// Puts `part` between two markers. They must be there once, in order: a lost marker would silently end the part's upkeep.
pub(crate) fn between(text: &str, begin: &str, end: &str, part: &str) -> Outcome<String> {
    let Some((head, rest)) = text.split_once(begin) else {
        return Err(format!("the marker `{}` is missing", begin.trim_end()).into());
    };
    let Some((_, tail)) = rest.split_once(end) else {
        return Err(format!("the marker `{end}` is missing").into());
    };
    if tail.contains(begin) {
        return Err(format!("the marker `{}` is there twice", begin.trim_end()).into());
    }
    Ok(format!("{head}{begin}{}\n{end}{tail}", part.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_part_is_put_between_its_own_markers_only() {
        let text = "# t\n<!-- a: begin -->\nx\n<!-- a: end -->\n<!-- b: begin -->\n<!-- b: end -->\n";
        assert_eq!(
            fill(text, "b", "new\nlines\n").unwrap(),
            "# t\n<!-- a: begin -->\nx\n<!-- a: end -->\n<!-- b: begin -->\nnew\nlines\n<!-- b: end -->\n"
        );
    }

    #[test]
    fn a_lost_marker_is_an_error() {
        for text in ["", "<!-- a: begin -->\n", "<!-- a: end -->\n", "<!-- a: end -->\n<!-- a: begin -->\n"] {
            assert!(fill(text, "a", "x").is_err(), "{text}");
        }
        let twice = "<!-- a: begin -->\n<!-- a: end -->\n";
        assert!(fill(&twice.repeat(2), "a", "x").is_err());
    }
}
