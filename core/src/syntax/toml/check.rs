//! Edits read back: the new text must say what the old one said, with the one difference that was asked for.

use rustc_hash::FxHashMap;

use super::{Form, Kind, Tree, Value, parse};
use crate::text::{Edit, apply};

/// The one difference that an edit makes, told at a place of the text before it.
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    /// A value says something else.
    Replaced(Value<'a>),
    /// A table has one key more.
    Added(Value<'a>, &'a str),
    /// A table has one key less; tables that only that key's dots spoke of go with it.
    Removed(Value<'a>, &'a str),
    /// An array has one item more, at its end.
    Pushed(Value<'a>),
}

/// A value that is to stand in a text, in TOML, parsed by itself.
pub(super) struct Wanted {
    text: String,
    tree: Tree,
}

impl Wanted {
    /// `None` if it is not one value.
    pub(super) fn new(value: &str) -> Option<Wanted> {
        let text = format!("value = {value}\n");
        let tree = parse(&text);
        let root = tree.root(&text);
        let one = tree.errors().is_empty() && root.members().count() == 1;
        // Nothing but the value: a comment at its end would swallow what follows.
        let whole = one && root.get("value").is_some_and(|read| &text[read.span().range()] == value);
        whole.then_some(Wanted { text, tree })
    }

    fn value(&self) -> Option<Value<'_>> {
        self.tree.root(&self.text).get("value")
    }
}

/// The edits, if they change exactly that. Texts with errors are not edited: what they say is a guess.
pub(super) fn checked(before: Value<'_>, edits: Vec<Edit>, change: Change<'_>, wanted: Option<&Wanted>) -> Option<Vec<Edit>> {
    if !before.is_sound() {
        return None;
    }
    let text = apply(before.text(), &edits)?;
    let tree = parse(&text);
    let proved = tree.errors().is_empty() && differ(before.root(), tree.root(&text), change, wanted);
    proved.then_some(edits)
}

/// Whether two documents differ in that change alone.
fn differ(before: Value<'_>, after: Value<'_>, change: Change<'_>, wanted: Option<&Wanted>) -> bool {
    let mut rest = vec![(before, after)];
    let mut seen = false;
    let mut is_wanted = |found: Option<Value<'_>>| {
        seen = true;
        found.zip(wanted.and_then(Wanted::value)).is_some_and(|(found, wanted)| same(wanted, found))
    };
    while let Some((old, new)) = rest.pop() {
        let right = match change {
            Change::Replaced(place) if place == old => {
                if !is_wanted(Some(new)) {
                    return false;
                }
                continue;
            }
            Change::Pushed(place) if place == old => {
                is_wanted(new.items().last()) && new.items().count() == old.items().count() + 1 && old.kind() == new.kind()
            }
            Change::Added(place, key) if place == old => {
                old.get(key).is_none() && is_wanted(new.get(key)) && old.kind() == new.kind()
            }
            _ => alike(old, new),
        };
        if !right || !pair(old, new, Some(change), &mut rest) {
            return false;
        }
    }
    seen || matches!(change, Change::Removed(..))
}

/// Puts the parts of two values side by side; `false` if one has a part that the other has not.
fn pair<'o, 'n>(old: Value<'o>, new: Value<'n>, change: Option<Change<'_>>, rest: &mut Vec<(Value<'o>, Value<'n>)>) -> bool {
    rest.extend(old.items().zip(new.items()));
    let mut members: FxHashMap<_, _> = new.members().filter_map(|(key, value)| Some((key.string()?, value))).collect();
    if let Some(Change::Added(place, key)) = change
        && place == old
    {
        members.remove(key);
    }
    for (key, value) in old.members() {
        if is_removed(old, key, change) || is_emptied(value, change) {
            continue;
        }
        let Some(new) = key.string().and_then(|key| members.remove(&key)) else { return false };
        rest.push((value, new));
    }
    members.is_empty()
}

fn is_removed(table: Value<'_>, key: Value<'_>, change: Option<Change<'_>>) -> bool {
    matches!(change, Some(Change::Removed(place, name)) if place == table && key.is(name))
}

/// Whether a table is there only by what was removed.
fn is_emptied(table: Value<'_>, change: Option<Change<'_>>) -> bool {
    matches!(change, Some(Change::Removed(..)))
        && matches!(table.form(), Form::Dotted | Form::Implied)
        && table.members().all(|(key, value)| is_removed(table, key, change) || is_emptied(value, change))
}

fn same(one: Value<'_>, other: Value<'_>) -> bool {
    let mut rest = vec![(one, other)];
    while let Some((one, other)) = rest.pop() {
        if !alike(one, other) || !pair(one, other, None, &mut rest) {
            return false;
        }
    }
    true
}

/// Whether two values are the same but for their parts.
fn alike(one: Value<'_>, other: Value<'_>) -> bool {
    let scalars = match one.kind() {
        Kind::Table => true,
        Kind::Array => one.items().count() == other.items().count(),
        Kind::String => one.string() == other.string(),
        _ => one.raw() == other.raw(),
    };
    scalars && one.kind() == other.kind()
}
