//! `bun.lockb`: Bun's former lockfile, which is binary. Nothing in it is read; that it is there is the finding.

use super::{Format, Parsed, Role, no_hold};
use crate::model::{Ecosystem, Lockfile, Manager, Problem, ProblemKind};
use crate::syntax::Syntax;
use crate::text::Span;

/// The binary lockfile of Bun before 1.2.
pub static FORMAT: Format = Format {
    id: "bun-lockb",
    names: &["bun.lockb"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: &[],
    hold: no_hold,
};

/// Two programs that read it is what no reviewer has. The command is that of Bun 1.2 and later.
const MESSAGE: &str = "a binary lockfile, which nobody can review and Provender does not read: convert it with \
                       `bun install --save-text-lockfile --frozen-lockfile --lockfile-only`, then delete it";

fn parse(text: &str) -> Parsed {
    // The first line is text; a message that underlines it shows no binary data.
    let end = text.find('\n').unwrap_or(0).min(64);
    let span = Span::new(0, if text.is_char_boundary(end) { end } else { 0 });
    let problem = Problem { kind: ProblemKind::Syntax, span, message: MESSAGE.to_owned(), related: None, fix: None };
    Parsed { syntax: Syntax::Binary, model: Lockfile::new(Manager::Bun).into(), problems: vec![problem] }
}
