//! Lines of a pip.conf that read as one thing and do another, or nothing.

use super::options::{COMMANDS, Kind, Known, boolean, by_name, intended};
use crate::model::{Problem, ProblemKind};
use crate::syntax::python_ini::{DEFAULT, File, Section, Setting};
use crate::text::{Edit, Span};

/// Every such line.
pub(super) fn check(file: &File) -> Vec<Problem> {
    let mut problems = Vec::new();
    for section in &file.sections {
        match section.name.as_str() {
            "global" | DEFAULT => {}
            command if COMMANDS.contains(&command) => {}
            _ => {
                problems.push(unknown_section(file, section));
                continue;
            }
        }
        problems.extend(section.options.iter().filter_map(|setting| option(section, setting)));
    }
    problems
}

fn problem(span: Span, message: String, fix: Option<(String, Vec<Edit>)>) -> Problem {
    Problem { kind: ProblemKind::Ineffective, span, message, related: None, fix }
}

fn unknown_section(file: &File, section: &Section) -> Problem {
    let name = section.name.as_str();
    let near = |known: &&&str| name.eq_ignore_ascii_case(known) || crate::spelling::within_one_edit(known, name);
    let meant = ["global", "install"].iter().chain(&COMMANDS).find(near).copied();
    let free = meant.filter(|meant| !file.sections.iter().any(|other| *other.name == **meant));
    let fix = free.map(|meant| (format!("Rename to `[{meant}]`"), vec![Edit::replace(section.name.span, meant)]));
    let hint = meant.map_or(String::new(), |meant| format!("; `[{meant}]` is one"));
    problem(
        section.name.span,
        format!("pip reads nothing below `[{name}]`: it is neither `[global]` nor one of its commands{hint}"),
        fix,
    )
}

fn option(section: &Section, setting: &Setting) -> Option<Problem> {
    let (name, span) = (setting.pip_name(), setting.name.span);
    let Some(known) = by_name(&name) else {
        let meant = intended(&name).filter(|meant| !section.options.iter().any(|other| other.pip_name() == **meant));
        let fix = meant.map(|meant| (format!("Rename to `{meant}`"), vec![Edit::replace(span, meant)]));
        let hint = intended(&name).map_or(String::new(), |meant| format!("; it is called `{meant}`"));
        return Some(problem(span, format!("`{name}` has no effect: no command of pip has an option of that name{hint}"), fix));
    };
    let command = section.name.as_str();
    if COMMANDS.contains(&command) && !known.is_read_by(command) {
        let message = format!("`{name}` has no effect below `[{command}]`: {}", readers(known));
        return Some(problem(span, message, None));
    }
    value(known, setting)
}

fn readers(known: &Known) -> String {
    let commands: Vec<_> = known.commands.iter().map(|command| format!("`pip {command}`")).collect();
    match commands.split_last() {
        Some((last, [])) => format!("only {last} reads it"),
        Some((last, others)) => format!("only {} and {last} read it", others.join(", ")),
        None => "every command reads it".to_owned(),
    }
}

fn value(known: &Known, setting: &Setting) -> Option<Problem> {
    let text = setting.value();
    let span = setting.lines.iter().find(|line| !line.value.is_empty()).map_or(setting.name.span, |line| line.span);
    if text.is_empty() {
        return Some(problem(
            setting.name.span,
            format!("`{}` has no effect: pip drops a setting without a value", known.name),
            None,
        ));
    }
    if known.kind == Kind::Flag && boolean(&text).is_none() {
        let message = format!("pip stops with an error here: `{}` takes `true` or `false`, not `{text}`", known.name);
        return Some(problem(span, message, None));
    }
    if text.contains("${") {
        let message = "pip fills in no variables in its settings: this is taken letter by letter".to_owned();
        return Some(problem(span, message, None));
    }
    None
}
