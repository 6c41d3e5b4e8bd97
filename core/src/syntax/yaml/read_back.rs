//! Edits are read back: the new text has to say what the old one said, with the one difference that was asked for.

use std::ops::Range;

use super::{Kind, Resolved, Tree, Value, parse};
use crate::text::{Edit, apply};

/// What one node says; with their depths, a tree's nodes in order say the whole tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    depth: usize,
    kind: Kind,
    text: Option<String>,
    resolved: Option<Resolved>,
    properties: [Option<String>; 2],
}

/// What the whole tree says.
pub(super) fn said(tree: &Tree, text: &str) -> Vec<Said> {
    let mut open: Vec<u32> = Vec::new();
    let mut said = Vec::with_capacity(tree.nodes.len());
    for index in 0..tree.nodes.len() as u32 {
        while open.last().is_some_and(|&end| end <= index) {
            open.pop();
        }
        let value = Value::new(tree, text, index);
        let alias = (value.kind() == Kind::Alias).then(|| value.raw().to_owned());
        said.push(Said {
            depth: open.len(),
            kind: value.kind(),
            text: value.string().map(std::borrow::Cow::into_owned).or(alias),
            resolved: value.resolve(),
            properties: [value.anchor(), value.tag()].map(|property| property.map(str::to_owned)),
        });
        open.push(value.node().next);
    }
    said
}

/// What a text with one value says; `None` if there is anything more to it.
pub(super) fn said_alone(text: &str) -> Option<Vec<Said>> {
    let tree = parse(text);
    let span = tree.root(text).span();
    let whole = span.start == 0 && span.end as usize == text.trim_end_matches(['\r', '\n']).len();
    let plain = whole && tree.errors.is_empty() && tree.notes.is_empty() && tree.documents.len() == 1;
    (plain && tree.problems(text, false).is_empty()).then(|| said(&tree, text))
}

/// What a text says that is written as a scalar.
pub(super) fn said_text(text: &str) -> Vec<Said> {
    let text = Some(text.to_owned());
    vec![Said { depth: 0, kind: Kind::Scalar, text, resolved: Some(Resolved::String), properties: [None, None] }]
}

/// What nothing says.
pub(super) fn said_nothing() -> Vec<Said> {
    vec![Said { depth: 0, kind: Kind::Empty, text: None, resolved: Some(Resolved::Null), properties: [None, None] }]
}

/// What a mapping or sequence around some nodes says.
pub(super) fn said_within(kind: Kind, nodes: Vec<Said>) -> Vec<Said> {
    let outer = Said { depth: 0, kind, text: None, resolved: None, properties: [None, None] };
    std::iter::once(outer).chain(nodes.into_iter().map(|node| Said { depth: node.depth + 1, ..node })).collect()
}

/// The edits, if the new text says `new` at `depth` in place of the nodes `range`, and the rest as before.
pub(super) fn verified(value: Value<'_>, edits: Vec<Edit>, range: Range<u32>, depth: usize, new: Vec<Said>) -> Option<Vec<Edit>> {
    let edited = apply(value.text(), &edits)?;
    let read = parse(&edited);
    let kinds = |tree: &Tree| tree.errors.iter().map(|error| error.kind).collect::<Vec<_>>();
    let mut expected = said(value.tree(), value.text());
    let new = new.into_iter().map(|node| Said { depth: node.depth + depth, ..node });
    expected.splice(range.start as usize..range.end as usize, new);
    (kinds(value.tree()) == kinds(&read) && expected == said(&read, &edited)).then_some(edits)
}
