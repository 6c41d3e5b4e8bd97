//! `provender.toml`, Provender's own policy.

use super::{Format, Parsed, Role, no_hold};
use crate::policy;
use crate::syntax::Syntax;

/// The policy file at a repository's root, and the person's own.
pub static FORMAT: Format = Format {
    id: "provender-policy",
    names: &["provender.toml"],
    patterns: &[],
    role: Role::Policy,
    ecosystem: None,
    parse,
    guards: &[],
    hold: no_hold,
};

fn parse(text: &str) -> Parsed {
    let (policy, problems) = policy::parse(text);
    Parsed { syntax: Syntax::Text, model: policy.into(), problems }
}
