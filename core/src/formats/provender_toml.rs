//! `provender.toml`, Provender's own policy.

use super::{Format, Parsed, Role};
use crate::model::Model;
use crate::policy;
use crate::syntax::Syntax;

/// The policy file at a repository's root, and the person's own.
pub static FORMAT: Format = Format {
    id: "provender-policy",
    names: &["provender.toml"],
    role: Role::Policy,
    ecosystem: None,
    parse,
    written_by: "your editor",
};

fn parse(text: &str) -> Parsed {
    let (policy, problems) = policy::parse(text);
    Parsed { syntax: Syntax::Text, model: Model::Policy(Box::new(policy)), problems }
}
