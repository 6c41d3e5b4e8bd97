//! Renders what is generated, from the linked crates, and compares it with what is committed.

mod editors;
mod markers;
mod rules;
mod vscode;

use provender_core::formats::{FORMATS, Role};
use provender_core::model::Ecosystem;
use provender_core::policy;
use provender_core::render::rule_table;
use provender_core::rules::ALL;
use similar::TextDiff;

use crate::{Outcome, place};

/// A generated file: its path, and its whole text.
type Rendered = (&'static str, String);

/// Writes every generated file, or, with `check`, says which are stale.
pub(crate) fn run(check: bool) -> Outcome {
    let mut stale = 0;
    for (path, text) in everything()? {
        let committed = place::read(path)?;
        if committed == text {
            continue;
        }
        stale += 1;
        if check {
            print!("{}", TextDiff::from_lines(&committed, &text).unified_diff().header(path, &format!("{path}, rendered")));
        } else {
            place::write(&place::at(path), text)?;
            println!("wrote {path}");
        }
    }
    match stale {
        0 => println!("everything generated is up to date"),
        _ if check => return Err(format!("{stale} generated files are stale: run `cargo xtask codegen` and commit").into()),
        _ => {}
    }
    Ok(())
}

fn everything() -> Outcome<Vec<Rendered>> {
    let mut files = vec![
        ("README.md", readme()?),
        ("docs/policy.md", markers::fill(&place::read("docs/policy.md")?, "policy", &policy::reference())?),
        ("docs/provender.schema.json", schema()?),
        ("docs/rules.md", rules::page(ALL)),
        ("editors/README.md", markers::fill(&place::read("editors/README.md")?, "settings", &vscode::table())?),
        ("editors/vscode/README.md", markers::fill(&place::read("editors/vscode/README.md")?, "settings", &vscode::table())?),
        ("editors/vscode/package.json", vscode::manifest(&place::read("editors/vscode/package.json")?)?),
        ("editors/vscode/src/files.ts", vscode::files()),
    ];
    files.extend(editors::all()?);
    Ok(files)
}

fn readme() -> Outcome<String> {
    let text = place::read("README.md")?;
    let text = markers::fill(&text, "commands", &commands())?;
    let text = markers::fill(&text, "files", &files())?;
    markers::fill(&text, "rules", &rule_table(ALL))
}

fn schema() -> Outcome<String> {
    let ids: Vec<&str> = ALL.iter().map(|rule| rule.id).collect();
    Ok(serde_json::to_string_pretty(&policy::json_schema(&ids))? + "\n")
}

/// The commands, as a table.
fn commands() -> String {
    let mut table = "| command | does |\n|---|---|\n".to_owned();
    for command in provender::cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        table.push_str(&format!("| `provender {}` | {} |\n", command.get_name(), about.replace('|', "\\|")));
    }
    table
}

/// The files that Provender reads, as a table.
fn files() -> String {
    let mut table = "| file | what it is | of |\n|---|---|---|\n".to_owned();
    for format in FORMATS {
        let names: Vec<_> = format.names.iter().chain(format.patterns).map(|name| format!("`{name}`")).collect();
        let role = match format.role {
            Role::Manifest => "manifest",
            Role::Lockfile => "lockfile",
            Role::Settings => "settings",
            Role::Policy => "policy",
        };
        table.push_str(&format!("| {} | {role} | {} |\n", names.join(", "), format.ecosystem.map_or("Provender", Ecosystem::id)));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_file_and_rule_is_rendered() {
        let table = files();
        for format in FORMATS {
            for name in format.names {
                assert!(table.contains(&format!("`{name}`")), "{name}");
            }
        }
        let page = rules::page(ALL);
        for rule in ALL {
            assert!(page.contains(&format!("\n## {}\n", rule.id)), "{}", rule.id);
        }
    }

    #[test]
    fn the_example_of_a_policy_is_one() {
        let page = place::read("docs/policy.md").unwrap();
        let example = page.split_once("```toml\n").and_then(|(_, rest)| rest.split_once("```")).unwrap().0;
        let (file, problems) = policy::parse(example);
        assert_eq!(problems, []);
        assert!(file.exceptions.len() == 1 && file.scripts.len() == 1 && file.trusted.len() == 1);
    }

    #[test]
    fn what_is_rendered_is_rendered_the_same_again() {
        let text = "a\n<!-- files: begin -->\nold\n<!-- files: end -->\nz\n";
        let once = markers::fill(text, "files", &files()).unwrap();
        assert_eq!(markers::fill(&once, "files", &files()).unwrap(), once);
        assert!(!once.contains("old") && once.starts_with("a\n") && once.ends_with("\nz\n"));
    }
}
