//! `.yarnrc`: the settings of Yarn 1. Yarn 2 and later do not read it.
//!
//! Besides settings (`registry`, `ignore-scripts`) it holds flags that Yarn adds to its commands (`--install.frozen-lockfile true`), and those
//! win over everything else, the environment included. Registries of plain settings yield to those of any `.npmrc`, the person's own as well;
//! credentials are taken from `.npmrc` alone, and references to the environment are not filled in. Observed with Yarn 1.22.22.

mod checks;
mod guards;
mod keys;

use smol_str::SmolStr;

use super::{Format, Parsed, Role, no_hold, yaml_settings};
use crate::model::{Ecosystem, Manager, NamedRegistry, Problem, ProblemKind, Setting, Settings};
use crate::registries::Serves;
use crate::syntax::yarnrc::{self, File, Value};
use crate::syntax::{Syntax, yaml};
use crate::text::{Span, Spanned};

pub(crate) use guards::{is_there, names_exact_saves, scripts_are_off};

/// Yarn 1's settings file, of a project or a person.
pub static FORMAT: Format = Format {
    id: "yarnrc",
    names: &[".yarnrc"],
    patterns: &[],
    role: Role::Settings,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: guards::GUARDS,
    hold: no_hold,
};

fn parse(text: &str) -> Parsed {
    let file = yarnrc::parse(text);
    match file.fault {
        Some((span, fault)) => match as_yaml(text) {
            Some(parsed) => parsed,
            None => unread(file, span, fault),
        },
        None => {
            let written: Vec<_> = file.assignments.iter().map(Written::of).collect();
            let problems = checks::problems(&written, file.cut);
            Parsed { model: settings(&written).into(), problems, syntax: Syntax::Yarnrc(file) }
        }
    }
}

/// A file that is none for Yarn, which stops or goes on without it. What stands before the fault is looked at, and vouches for nothing.
fn unread(file: File, span: Span, fault: &str) -> Parsed {
    let written: Vec<_> = file.assignments.iter().map(Written::of).collect();
    let model = Settings { registries: Vec::new(), ..settings(&written) }.into();
    let message = format!("Yarn cannot read this, and stops or goes on without the whole file: {fault}");
    let problem = Problem { kind: ProblemKind::Syntax, span, message, related: None, fix: None };
    Parsed { model, problems: vec![problem], syntax: Syntax::Yarnrc(file) }
}

/// The file as YAML, if it is that and a mapping. Every value is a text then.
fn as_yaml(text: &str) -> Option<Parsed> {
    let tree = yaml::parse(text);
    let root = tree.root(text);
    let mut problems = tree.problems(text, false);
    if root.kind() != yaml::Kind::Mapping || problems.iter().any(|problem| problem.kind == ProblemKind::Syntax) {
        return None;
    }
    let entries = yaml_settings::entries(root);
    let written: Vec<_> = entries.iter().filter(|entry| !entry.list).map(Written::of_yaml).collect();
    problems.extend(checks::problems(&written, None));
    Some(Parsed { model: settings(&written).into(), problems, syntax: Syntax::Yaml(tree) })
}

/// A setting as it stands in the file.
struct Written {
    key: Spanned<SmolStr>,
    value: Value,
    inner: Span,
    span: Span,
}

impl Written {
    fn of(one: &yarnrc::Assignment) -> Written {
        Written { key: one.key.clone(), value: one.value.clone(), inner: one.inner, span: one.span }
    }

    fn of_yaml(entry: &Setting) -> Written {
        let value = Value::Text(entry.value.value.clone());
        Written { key: entry.key.clone(), value, inner: entry.value.span, span: entry.line }
    }

    /// The key, with a flag's in its shortest form: what `install` and every command is given is written in three ways.
    fn name(&self) -> SmolStr {
        let flag = self.key.strip_prefix("--*.").or_else(|| self.key.strip_prefix("--install."));
        flag.map_or_else(|| self.key.value.clone(), |flag| smol_str::format_smolstr!("--{flag}"))
    }

    /// What Yarn takes the value for.
    fn means(&self) -> SmolStr {
        let truth = |on: bool| if on { "true" } else { "false" };
        match keys::kind(&self.name()) {
            // A switch of a command is on by `true` itself; a text is none.
            Some(keys::Kind::Flag) => truth(self.value == Value::Truth(true)).into(),
            Some(keys::Kind::Switch) => truth(self.value.is_truthy()).into(),
            None => self.value.text(),
        }
    }
}

fn settings(written: &[Written]) -> Settings {
    let entry = |one: &Written| Setting {
        key: Spanned::new(one.name(), one.key.span),
        value: Spanned::new(one.means(), one.inner),
        list: false,
        implied: false,
        line: one.span,
    };
    let entries: Vec<_> = written.iter().map(entry).collect();
    Settings { registries: registries(&entries), runs: runs(&entries), entries, ..Settings::default() }
}

/// The Yarn that `yarn-path` names. Whatever else the file says, a later Yarn does not read it.
fn runs(entries: &[Setting]) -> Option<Manager> {
    let path = &entries.iter().rev().find(|setting| *setting.key == *"yarn-path")?.value;
    let name = path.rsplit('/').next()?.strip_prefix("yarn-")?;
    let is_later = name.starts_with("berry") || ["2.", "3.", "4."].iter().any(|start| name.starts_with(start));
    is_later.then_some(Manager::Berry)
}

/// The registries of every package, of scopes, and of the flag that wins over all.
fn registries(entries: &[Setting]) -> Vec<NamedRegistry> {
    let serves = |key: &str| match key {
        "registry" => Some((Serves::Default, true)),
        "--registry" => Some((Serves::Default, false)),
        _ => {
            let scope = key.strip_prefix('@')?.strip_suffix(":registry")?;
            (!scope.is_empty() && !scope.contains(['/', ':'])).then(|| (Serves::Scope(scope.into()), true))
        }
    };
    let named = entries.iter().filter(|setting| !setting.value.is_empty());
    let named = named.filter_map(|setting| Some((serves(&setting.key)?, setting.value.clone())));
    named.map(|((serves, yields), url)| NamedRegistry { name: None, url, serves, mixes: false, part: None, yields }).collect()
}

#[cfg(test)]
mod tests;
