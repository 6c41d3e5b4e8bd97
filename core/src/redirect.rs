//! A source that is put in another's place: what a file says, in one form for every manager.

use smol_str::SmolStr;

use crate::text::{Span, Spanned};

/// A source that is put in another's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// What comes from elsewhere.
    pub what: Redirected,
    /// Where it comes from instead, as written.
    pub to: Spanned<SmolStr>,
    /// What kind of place that is.
    pub kind: Destination,
    /// What the file calls it, for the message: `[patch]`, `replace`, `--find-links`.
    pub by: &'static str,
    /// What to underline.
    pub span: Span,
}

/// What comes from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redirected {
    /// One package, by its true name.
    Package(SmolStr),
    /// Everything of a registry or another source, by the name that the file has for it.
    Source(SmolStr),
    /// Any package may: another place is looked in as well.
    Anything,
    /// The list of what is asked for.
    List,
}

/// The kinds of places that something is redirected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Destination {
    /// A folder or file on disk, relative to the folder that the file belongs to.
    Path,
    /// An address: of an archive, a repository, an index, a registry.
    Address,
    /// Another registry or another package, by a name that says nothing of the address.
    Name,
}
