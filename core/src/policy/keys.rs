//! Every key of `provender.toml`, once: the reader, the JSON schema and the documentation are all made from this table.

/// One key of a table.
#[derive(Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it does, in Markdown.
    pub doc: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Whether its table counts for nothing without it.
    pub required: bool,
    /// What holds where nobody sets it.
    pub default: Option<&'static str>,
}

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// The number of the format's version.
    Schema,
    /// `true` or `false`.
    Flag,
    /// A string.
    Text(Text),
    /// A list of strings.
    List(Text),
    /// A table of any keys of one kind to strings of one kind.
    Map(Text, Text),
    /// A table of these keys.
    Table(&'static [Key]),
    /// A list of tables of these keys. One with anything wrong in it counts for nothing.
    Entries(&'static [Key]),
}

/// What a string has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// One of these words.
    Word(&'static [&'static str]),
    /// The id of a rule.
    Rule,
    /// The exact name of a package.
    Name,
    /// Names of packages, with `*` and `**`.
    Names,
    /// Names of packages, with `*` and `**`, and a version after an `@` if one is meant.
    Packages,
    /// Paths, with `*` and `**`.
    Paths,
    /// A scope, `@` and name.
    Scope,
    /// The base address of a registry.
    Registry,
    /// A host, with a port where that is not the usual one.
    Host,
    /// Exact versions, joined by `||`.
    Versions,
    /// A day, `2027-01-31`; TOML's own date as well as a string.
    Date,
    /// Words for people; not blank.
    Reason,
}

/// The levels of a rule.
pub const LEVELS: &[&str] = &["off", "info", "warning", "error"];
/// The severities a hook can block at.
pub const SEVERITIES: &[&str] = &["error", "warning", "info"];
/// What to do with what cannot be verified.
pub const UNVERIFIABLE: &[&str] = &["block", "warn"];
/// How far a verification goes.
pub const DEPTHS: &[&str] = &["verified", "recorded"];
/// The version of this format.
pub const SCHEMA: u32 = 1;

const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, doc, shape, required: false, default: None }
}

const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, doc, shape, required: true, default: None }
}

const fn usual(name: &'static str, shape: Shape, default: &'static str, doc: &'static str) -> Key {
    Key { name, doc, shape, required: false, default: Some(default) }
}

/// The keys of the whole file.
pub static KEYS: &[Key] = &[
    key("schema", Shape::Schema, "The version of this format. May be left out."),
    key("registries", Shape::Table(REGISTRIES), "Who may serve which packages."),
    key("internal", Shape::Table(INTERNAL), "Names that are ours: they must never come from a public registry."),
    key("scripts", Shape::Table(SCRIPTS), "Packages that may run a script when they are installed."),
    key(
        "rules",
        Shape::Map(Text::Rule, Text::Word(LEVELS)),
        "How bad the findings of a rule are: `off`, `info`, `warning` or `error`, by the rule's id.",
    ),
    key(
        "exception",
        Shape::Entries(EXCEPTION),
        "Findings of one rule that are accepted for a while. Without `package` and `path` it is all of the rule's findings.",
    ),
    key("hooks", Shape::Table(HOOKS), "What the git hooks block on."),
    key("verify", Shape::Table(VERIFY), "What is verified, and what happens when it cannot be."),
    key(
        "network",
        Shape::Table(NETWORK),
        "Which hosts may be contacted. Read only from your own policy file, never from a repository's.",
    ),
];

static REGISTRIES: &[Key] = &[
    key(
        "trusted",
        Shape::List(Text::Registry),
        "Registries that are trusted for every package, besides the ecosystem's own and the ones that `.npmrc` names.",
    ),
    key("scopes", Shape::Map(Text::Scope, Text::Registry), "Packages of this scope come from this registry and nowhere else."),
];

static INTERNAL: &[Key] = &[
    key("scopes", Shape::List(Text::Scope), "Scopes that are ours, such as `@corp`."),
    key(
        "names",
        Shape::List(Text::Names),
        "Names that are ours, compared without regard to case. `*` stands for any text without a `/`.",
    ),
];

static SCRIPTS: &[Key] = &[key("allow", Shape::Entries(ALLOW), "Each package that may run its install scripts, and why.")];

static ALLOW: &[Key] = &[
    required("package", Shape::Text(Text::Name), "The exact name of the package."),
    key(
        "version",
        Shape::Text(Text::Versions),
        "The versions that were looked at, joined by `||`. Without it: every version, those to come included.",
    ),
    required("reason", Shape::Text(Text::Reason), "Why it may."),
];

static EXCEPTION: &[Key] = &[
    required("rule", Shape::Text(Text::Rule), "The id of the rule."),
    key(
        "package",
        Shape::Text(Text::Packages),
        "The package, `name` or `name@version`. `*` stands for any text without a `/`; `**` alone for every name.",
    ),
    key(
        "path",
        Shape::Text(Text::Paths),
        "The files, from the root of the repository. `*` stands for any text within a folder's or file's name, `**` for any folders.",
    ),
    required("reason", Shape::Text(Text::Reason), "Why it is accepted."),
    required("expires", Shape::Text(Text::Date), "The last day on which it counts."),
];

static HOOKS: &[Key] = &[
    usual(
        "commit",
        Shape::Text(Text::Word(SEVERITIES)),
        "error",
        "A commit is blocked by new findings of this severity or a worse one.",
    ),
    usual(
        "push",
        Shape::Text(Text::Word(SEVERITIES)),
        "error",
        "A push is blocked by new findings of this severity or a worse one.",
    ),
];

static VERIFY: &[Key] = &[
    usual(
        "unverifiable",
        Shape::Text(Text::Word(UNVERIFIABLE)),
        "block",
        "What happens when a package cannot be verified: `block` stops the push, `warn` lets it pass with a warning.",
    ),
    key(
        "leave-out",
        Shape::List(Text::Names),
        "Packages that no registry is ever asked about. They are counted as left out by policy, never as verified.",
    ),
    usual(
        "depth",
        Shape::Text(Text::Word(DEPTHS)),
        "verified",
        "How far the push hook goes: `verified` hashes every new artifact, `recorded` compares the lockfile with what the registry publishes.",
    ),
];

static NETWORK: &[Key] = &[
    key("allow-hosts", Shape::List(Text::Host), "Hosts that may be contacted though only a repository's files name them."),
    usual("editor", Shape::Flag, "false", "Whether the editor may use the network without being asked each time."),
];
