//! A new rule: a file from the template, and its line in the catalogue.
//!
//! The template compiles, and its tests fail until the rule is written: the examples of its documentation are executed.

use crate::{Outcome, place};

const TEMPLATE: &str = include_str!("new_rule/template.txt");
const CATALOGUE: &str = "core/src/rules/mod.rs";

/// Writes the rule's file and adds it to the catalogue.
pub(crate) fn run(id: &str) -> Outcome {
    let names = Names::of(id)?;
    let path = format!("core/src/rules/{}.rs", names.file);
    if place::at(&path).exists() {
        return Err(format!("{path} is there already").into());
    }
    let catalogue = listed(&place::read(CATALOGUE)?, &names).ok_or(format!("{CATALOGUE} has no `rules![ … ];`"))?;
    place::write(&place::at(&path), rule(&names))?;
    place::write(&place::at(CATALOGUE), catalogue)?;
    println!("wrote {path} and its line in {CATALOGUE}\nnext: its examples, its check, its tests; then `cargo xtask codegen`");
    Ok(())
}

/// The three spellings of a rule's name.
struct Names {
    id: String,
    file: String,
    constant: String,
}

impl Names {
    fn of(id: &str) -> Outcome<Names> {
        let words = id.split('-').all(|word| word.starts_with(|first: char| first.is_ascii_lowercase()));
        if !words || !id.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            return Err(format!("`{id}` is no rule id: lower-case words joined by hyphens, such as `mutable-source`").into());
        }
        let file = id.replace('-', "_");
        Ok(Names { id: id.to_owned(), constant: file.to_uppercase(), file })
    }
}

fn rule(names: &Names) -> String {
    TEMPLATE.replace("{id}", &names.id).replace("{CONSTANT}", &names.constant)
}

/// The catalogue with one more line at its end; where in it the rule belongs, a person decides.
fn listed(catalogue: &str, names: &Names) -> Option<String> {
    let start = catalogue.find("\nrules![")?;
    let end = start + catalogue[start..].find("\n];")?;
    Some(format!("{}\n    {}::{},{}", &catalogue[..end], names.file, names.constant, &catalogue[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_words_joined_by_hyphens() {
        for id in ["", "a--b", "-a", "a-", "A-b", "a_b", "a/b", "1a", "../x"] {
            assert!(Names::of(id).is_err(), "{id}");
        }
        let names = Names::of("mutable-source").unwrap();
        assert_eq!((names.file.as_str(), names.constant.as_str()), ("mutable_source", "MUTABLE_SOURCE"));
    }

    #[test]
    fn a_rule_is_added_to_the_list_and_to_nothing_else() {
        let names = Names::of("b-c").unwrap();
        let catalogue = "macro_rules! rules {\n    () => {};\n}\n\nrules![\n    a::A,\n];\n\nfn f() -> [u8; 1] {\n    [1]\n}\n";
        assert_eq!(listed(catalogue, &names).unwrap(), catalogue.replace("    a::A,\n", "    a::A,\n    b_c::B_C,\n"));
        assert!(listed("", &names).is_none());
    }

    #[test]
    fn the_template_has_no_hole_left() {
        let text = rule(&Names::of("b-c").unwrap());
        assert!(text.contains("id: \"b-c\"") && text.contains("B_C = {") && !text.contains("{id}") && !text.contains("{CONSTANT}"));
    }
}
