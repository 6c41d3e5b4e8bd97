//! `docs/rules.md`: every rule's documentation on one page, as `provender explain` tells it at a terminal.

use provender_core::render::rule_markdown;
use provender_core::rule::Rule;

/// The whole page.
pub(crate) fn page(rules: &[&Rule]) -> String {
    let mut page = "# Rules\n\nWhat Provender reports, why it matters, and what to do about it. `provender explain RULE` prints the same at a terminal.\n\
        This page is generated from the rules themselves: `cargo xtask codegen`.\n"
        .to_owned();
    for rule in rules {
        page.push('\n');
        page.push_str(&rule_markdown(rule));
    }
    page
}
