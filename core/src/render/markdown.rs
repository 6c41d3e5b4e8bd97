//! A rule's documentation as Markdown: a chapter of the page with all of them, and what an editor shows.

use std::fmt::Write as _;

use super::threats::threat;
use crate::rule::{Fixable, Needs, Rule};

/// The whole chapter of a rule, from its heading on.
#[must_use]
pub fn rule_markdown(rule: &Rule) -> String {
    let mut page = format!("## {}\n\n{}\n\n", rule.id, facts(rule));
    body(&mut page, rule.docs);
    page
}

fn facts(rule: &Rule) -> String {
    let needs = match rule.needs {
        Needs::Files => "",
        Needs::Base => " · needs a base to compare with",
        Needs::Registry => " · asks the registry",
    };
    let fix = match rule.fixable {
        Fixable::No => "no fix is offered",
        Fixable::Offline => "some findings can be fixed",
        Fixable::Online => "some findings can be fixed after asking the registry",
    };
    format!("**{}** · threat {} ({}){needs} · {fix}", rule.severity.id(), rule.threat, threat(rule.threat))
}

/// The documentation, one heading level down, with the file that an example shows named above it.
fn body(page: &mut String, docs: &str) {
    let mut in_code = false;
    let text: Vec<&str> = docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    for line in text.join("\n").trim().lines() {
        let fence = line.strip_prefix("```");
        match fence {
            Some(info) if !in_code => open_example(page, info),
            None if !in_code && line.starts_with("## ") => {
                let _ = writeln!(page, "#{line}\n");
            }
            _ => {
                page.push_str(line);
                page.push('\n');
            }
        }
        in_code ^= fence.is_some();
    }
}

/// A fence says its language, then its file, then whether it is the file's former state, or `facts` for what the registry answered.
fn open_example(page: &mut String, info: &str) {
    let (language, shown) = info.split_once(' ').unwrap_or((info, ""));
    if !page.ends_with("\n\n") {
        page.push('\n');
    }
    let _ = match shown.trim() {
        "" => Ok(()),
        "facts" => writeln!(page, "What the registry answered:\n"),
        file => match file.strip_suffix(" base") {
            Some(file) => writeln!(page, "`{file}`, before:\n"),
            None => writeln!(page, "`{file}`:\n"),
        },
    };
    let _ = writeln!(page, "```{language}");
}

#[cfg(test)]
mod tests {
    use super::body;

    #[test]
    fn headings_go_down_and_examples_name_their_file() {
        let mut page = String::new();
        body(&mut page, " Why.\n\n ## Bad\n ```json a.json base\n ## no heading\n ```\n ```json a.json\n {}\n ```\n");
        assert_eq!(page, "Why.\n\n### Bad\n\n`a.json`, before:\n\n```json\n## no heading\n```\n\n`a.json`:\n\n```json\n{}\n```\n");
    }
}
