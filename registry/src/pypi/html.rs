//! The links of a page: as much of HTML as the pages of package indexes are made of (PEP 503).

use std::borrow::Cow;

/// A link, its attributes and text decoded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// Names in lower case, with their values.
    pub(crate) attributes: Vec<(String, String)>,
    /// What a person reads.
    pub(crate) text: String,
}

impl Link {
    /// An attribute's value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Every link of a page, in order. Comments do not count.
pub(crate) fn links(page: &str) -> Vec<Link> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let name = rest.split(|c: char| c.is_ascii_whitespace() || c == '>').next().unwrap_or_default();
        if !name.eq_ignore_ascii_case("a") {
            continue;
        }
        let (attributes, after) = attributes(&rest[name.len()..]);
        let text = after.split('<').next().unwrap_or_default();
        found.push(Link { attributes, text: decoded(text.trim()).into_owned() });
        rest = after;
    }
    found
}

/// The attributes of a tag, and what follows it.
fn attributes(mut rest: &str) -> (Vec<(String, String)>, &str) {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (found, after);
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        if end == 0 && !rest.starts_with('=') {
            return (found, "");
        }
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            found.push((name, String::new()));
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len())),
        };
        found.push((name, decoded(value).into_owned()));
        rest = after;
    }
}

/// Character references, as far as indexes use them.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = rest.find(';').filter(|end| *end < 12).and_then(|end| Some((character(&rest[1..end])?, end)));
        match known {
            Some((character, end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

fn character(reference: &str) -> Option<char> {
    Some(match reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = reference.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_however_they_are_written() {
        let page = "<!DOCTYPE html><html><!-- <a href=no>no</a> --><body><h1>Links</h1>\n\
            <a href=\"../../packages/a/foo-1.0.tar.gz#sha256=ab\" data-requires-python=\"&gt;=3.8\" data-yanked=\"bad &#39;build&#x27; &copy; &\">foo-1.0.tar.gz</a><br/>\n\
            <A HREF='x' data-yanked>x&lt;y</A><a>none</a><abbr href=no>no</abbr><a href=plain>plain</a";
        let found = links(page);
        assert_eq!(found.len(), 4);
        assert_eq!(found[0].get("href"), Some("../../packages/a/foo-1.0.tar.gz#sha256=ab"));
        assert_eq!(found[0].get("data-yanked"), Some("bad 'build' &copy; &"));
        assert_eq!((found[0].get("data-requires-python"), found[0].text.as_str()), (Some(">=3.8"), "foo-1.0.tar.gz"));
        assert_eq!((found[1].get("data-yanked"), found[1].text.as_str()), (Some(""), "x<y"));
        assert_eq!(found[3].get("href"), Some("plain"));
        for broken in ["<a", "<a =", "<a href=\"x", "<a x=", "&", "<!--", "<a href='é", "<a é"] {
            drop(links(broken));
        }
    }
}
