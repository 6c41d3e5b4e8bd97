//! What Python's package managers have in common, whatever their files look like.

pub(crate) mod condition;
pub(crate) mod content_hash;
pub(crate) mod entries;
pub mod file_name;
pub(crate) mod hold;
pub mod includes;
pub(crate) mod json;
pub mod marker;
pub(crate) mod poetry;
pub mod requirement;
pub(crate) mod uv_sync;

use smol_str::SmolStr;

use crate::spec::Place;
use crate::text::{Span, Spanned};

/// What the address of a direct reference (PEP 508, PEP 440) leads to: a repository with what follows `@` in its path, a folder or file on
/// disk, or an archive.
#[must_use]
pub fn direct(url: &Spanned<SmolStr>) -> Place {
    let lower = url.get(..5).unwrap_or_default().to_ascii_lowercase();
    let is_vcs = ["git+", "hg+", "svn+", "bzr+"].iter().any(|scheme| lower.starts_with(scheme));
    if is_vcs {
        return repository(url);
    }
    match lower.starts_with("file:") || !url.contains("://") {
        true => Place::Path(url.clone()),
        false => Place::Url(url.clone()),
    }
}

fn repository(url: &Spanned<SmolStr>) -> Place {
    let whole = url.split('#').next().unwrap_or_default();
    let path = whole.find("://").map_or(0, |at| at + 3);
    let path = whole[path..].find('/').map_or(whole.len(), |at| path + at);
    let at = whole[path..].rfind('@').map(|at| path + at);
    let address = Spanned::new(SmolStr::from(&whole[..at.unwrap_or(whole.len())]), part(url, 0, at.unwrap_or(whole.len())));
    let chosen = at.map(|at| Spanned::new(SmolStr::from(&whole[at + 1..]), part(url, at + 1, whole.len())));
    let (rev, reference) = match chosen {
        Some(chosen) if crate::spec::is_commit(&chosen) => (Some(chosen), None),
        other => (None, other),
    };
    Place::Git { address, rev, reference }
}

/// The bytes of a part, where no escapes stand in the whole.
fn part(whole: &Spanned<SmolStr>, start: usize, end: usize) -> Span {
    let plain = (whole.span.end - whole.span.start) as usize == whole.len();
    match plain {
        true => Span { start: whole.span.start + start as u32, end: whole.span.start + end as u32 },
        false => whole.span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direct_references_are_told_apart() {
        let read = |text: &str| direct(&Spanned::new(text.into(), Span::new(10, 10 + text.len())));
        let told = |text: &str| match read(text) {
            Place::Git { address, rev, reference } => {
                format!(
                    "{address} {:?} {:?}",
                    rev.map(|rev| rev.value),
                    reference.map(|reference| (reference.span.start, reference.value))
                )
            }
            Place::Url(_) => "url".to_owned(),
            Place::Path(_) => "path".to_owned(),
            _ => String::new(),
        };
        let commit = "0123456789012345678901234567890123456789";
        assert_eq!(
            told(&format!("git+https://u@git.test/a.git@{commit}#egg=a")),
            format!("git+https://u@git.test/a.git Some({commit:?}) None")
        );
        assert_eq!(told("git+ssh://git@git.test/a.git@v1"), "git+ssh://git@git.test/a.git None Some((39, \"v1\"))");
        assert_eq!(told("git+https://git.test/a"), "git+https://git.test/a None None");
        assert_eq!((told("https://f.test/a.whl"), told("file:///a"), told("./a")), ("url".into(), "path".into(), "path".into()));
    }
}
