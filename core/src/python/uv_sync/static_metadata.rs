//! What the settings say of packages in place of the packages themselves (`dependency-metadata`).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::str::FromStr as _;

use pep440_rs::Version;

use super::super::requirement::parse;
use super::{Around, Disagreement, Place};
use crate::syntax::toml::Value;
use crate::text::Span;
use crate::versions::pypi::normalized;

/// What the settings and their copy disagree about. Packages that neither the lockfile nor its copy has do not count.
pub(super) fn metadata(around: &Around<'_>, locked: &BTreeSet<String>) -> Option<Disagreement> {
    let asked = around.table().and_then(|table| table.get("dependency-metadata"));
    let copied = around.lock.get_path(&["manifest", "dependency-metadata"]);
    let known: BTreeSet<Entry> = copied.into_iter().flat_map(Value::items).filter_map(Entry::of).collect();
    let counts = |entry: &Entry| locked.contains(&entry.name) || known.iter().any(|known| known.name == entry.name);
    let wanted: BTreeSet<Entry> = asked.into_iter().flat_map(Value::items).filter_map(Entry::of).filter(counts).collect();
    let place = match asked.filter(|_| around.settings.is_none()) {
        Some(asked) => Place::Manifest(asked.span()),
        None => Place::Lockfile(copied.map_or(Span::at(0), Value::span)),
    };
    (wanted != known).then(|| Disagreement {
        what: "`dependency-metadata` says other things of locked packages than when this was locked".to_owned(),
        place,
        name: None,
        copied: copied.map(Value::span),
    })
}

/// What is said of a package, in one spelling.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    name: String,
    version: Option<String>,
    requirements: Vec<String>,
    python: Option<String>,
    extras: Vec<String>,
}

impl Entry {
    fn of(entry: Value<'_>) -> Option<Entry> {
        let text = |key: &str| entry.get(key).and_then(Value::string);
        let list = |key: &str| entry.get(key).into_iter().flat_map(Value::items).filter_map(Value::string);
        let version =
            |text: Cow<'_, str>| Version::from_str(&text).map_or_else(|_| text.to_string(), |version| version.to_string());
        let extras = list("provides-extra").chain(list("provides-extras"));
        Some(Entry {
            name: normalized(&text("name")?).into_owned(),
            version: text("version").map(version),
            requirements: list("requires-dist").map(|text| spelled(&text)).collect(),
            python: text("requires-python").map(|range| plain(&range)),
            extras: extras.map(|extra| normalized(&extra).into_owned()).collect(),
        })
    }
}

fn spelled(text: &str) -> String {
    let Ok(requirement) = parse(text) else { return text.to_owned() };
    let extras: BTreeSet<Cow<'_, str>> = requirement.extras.iter().map(|extra| normalized(extra.text)).collect();
    let part = |part: Option<&str>| part.map(|text| plain(&text.replace('"', "'"))).unwrap_or_default();
    let (url, marker) = (part(requirement.url.map(|url| url.text)), part(requirement.marker.map(|marker| marker.text)));
    format!("{} {extras:?} {} {url} {marker}", normalized(requirement.name.text), plain(requirement.specifier.text))
}

/// Without white space, clauses in one order.
fn plain(text: &str) -> String {
    let text: String = text.split_whitespace().collect();
    let clauses: BTreeSet<&str> = text.split(',').collect();
    clauses.into_iter().collect::<Vec<_>>().join(",")
}
