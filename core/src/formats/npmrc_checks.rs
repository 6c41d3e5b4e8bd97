//! Lines of an `.npmrc` that read as one thing and do another, or nothing.
//!
//! Each check says what npm 11 really does with the line and names the spelling that has effect. Values of credentials never
//! appear in a message or an edit. Keys that npm does not know and that resemble none of its own are left alone: other package
//! managers read the same file.

use super::npmrc::boolean;
use super::npmrc_keys::{CREDENTIALS, Kind, REMOVED, intended, kind, loose_boolean, number};
use crate::model::{Problem, ProblemKind, Setting, Settings};
use crate::syntax::ini::{Assignment, Content, File, parse, trim};
use crate::syntax::ini_edit;
use crate::text::{Edit, Span};

type Fix = Option<(String, Vec<Edit>)>;

/// Every such line.
#[must_use]
pub(super) fn check(text: &str, file: &File, settings: &Settings) -> Vec<Problem> {
    let check = Check { text, file, settings };
    let mut problems = Vec::new();
    problems.extend(check.below_sections());
    for (line, assignment) in file.settings() {
        let problem = check.colon(line, assignment).or_else(|| check.key(line, assignment));
        problems.extend(problem.or_else(|| check.value(line, assignment)));
    }
    problems.extend(check.overridden());
    problems.extend(check.advisory_allowlist());
    problems.extend(check.cooldown_without_effect());
    problems.sort_by_key(|problem| problem.span);
    problems
}

fn problem(span: Span, message: String, fix: Fix) -> Problem {
    Problem { kind: ProblemKind::Ineffective, span, message, related: None, fix }
}

struct Check<'a> {
    text: &'a str,
    file: &'a File,
    settings: &'a Settings,
}

impl Check<'_> {
    fn below_sections(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut header = None;
        for line in &self.file.lines {
            match &line.content {
                Content::Section(name) => header = Some(name),
                Content::Assignment(assignment) if line.in_section => {
                    let section = header.map_or("", |name| name.as_str());
                    let key = &assignment.key;
                    let message = format!("`{key}` has no effect: npm reads no settings below the header `[{section}]`");
                    let related = header.map(|name| (name.span, "everything below this line is hidden from npm".to_owned()));
                    problems.push(Problem { related, ..problem(key.span, message, None) });
                }
                _ => {}
            }
        }
        problems
    }

    /// `key: value`, which npm takes for a key of that whole name.
    fn colon(&self, line: usize, assignment: &Assignment) -> Option<Problem> {
        let written = assignment.key.as_str();
        let (key, rest) =
            written.match_indices(':').map(|(at, _)| (trim(&written[..at]), &written[at + 1..])).find(|(key, rest)| {
                let scoped = key.starts_with('@') && key.ends_with(":registry");
                let credential = key.starts_with("//") && key.rsplit_once(':').is_some_and(|(_, base)| CREDENTIALS.contains(&base));
                // `registry:` may be the tail of `@scope:registry`, but then the text before it is no key.
                (kind(key).is_some() || scoped || credential) && !rest.starts_with("//:")
            })?;
        let secret = key.starts_with("//") || key.starts_with('_');
        let value = value_of(rest).filter(|_| assignment.value.is_none() && !assignment.list && !secret);
        let edits = value.and_then(|value| ini_edit::replace_line(self.file, self.text, line, key, &value));
        let message = format!("`{key}:` sets nothing: npm takes the whole line for the name of a setting; write `{key}=`");
        Some(problem(assignment.key.span, message, edits.map(|edits| (format!("Write `{key}=`"), edits))))
    }

    fn key(&self, line: usize, assignment: &Assignment) -> Option<Problem> {
        let key = assignment.key.as_str();
        let (prefix, base) = key.rsplit_once(':').map_or((None, key), |(prefix, base)| (Some(prefix), base));
        if let Some((_, since)) = REMOVED.iter().find(|(name, _)| *name == base) {
            let edits = ini_edit::remove_line(self.file, self.text, line);
            let fix = edits.map(|edits| ("Remove the line".to_owned(), edits));
            return Some(problem(
                assignment.key.span,
                format!("`{base}` has no effect: npm has not read it since version {since}"),
                fix,
            ));
        }
        let right = match prefix {
            None => intended(base)?.to_owned(),
            Some(prefix) => bound(prefix, base)?,
        };
        let message = format!("`{key}` has no effect: npm does not know this name; it reads `{right}`");
        Some(problem(assignment.key.span, message, self.rename(line, &right)))
    }

    fn rename(&self, line: usize, right: &str) -> Fix {
        let (title, edits) = match self.settings.get(right) {
            None => (format!("Rename to `{right}`"), ini_edit::set_key(self.file, self.text, line, right)),
            Some(_) => (format!("Remove the line (`{right}` is set)"), ini_edit::remove_line(self.file, self.text, line)),
        };
        edits.map(|edits| (title, edits))
    }

    fn value(&self, line: usize, assignment: &Assignment) -> Option<Problem> {
        let key = assignment.key.as_str();
        let span = assignment.value.as_ref().map_or(assignment.key.span, |value| value.text.span);
        let span = if span.start == span.end { assignment.key.span } else { span };
        let value = assignment.value.as_ref().map_or("true", |value| value.text.as_str());
        if value.contains("${") {
            return None;
        }
        let kind = kind(key)?;
        match kind {
            Kind::OneOf(words) | Kind::OneOfOrNone(words) | Kind::ListOf(words) => {
                let none = matches!(kind, Kind::OneOfOrNone(_)) && matches!(value, "null" | "false");
                if none || words.contains(&value) {
                    return None;
                }
                let near = words.iter().find(|word| word.eq_ignore_ascii_case(value));
                let message = format!("`{key}={value}` has no effect: npm takes only {} here, spelt exactly so", listed(words));
                Some(problem(span, message, near.and_then(|word| self.set(line, word))))
            }
            Kind::Number => self.number(line, key, value, span),
            Kind::Url if !matches!(value, "null" | "false" | "") && !value.contains("://") => {
                let message = format!("`{key}` has no effect: npm drops an address without a scheme; write it with `https://`");
                Some(problem(span, message, None))
            }
            Kind::Boolean | Kind::OptionalBoolean if reads_as_off(value) && loose_boolean(Some(value)) => {
                let written = if value.is_empty() { "an empty value".to_owned() } else { format!("`{value}`") };
                let message = format!("`{key}` is on: npm takes {written} for `true`; only `false` and `0` turn a setting off");
                Some(problem(span, message, None))
            }
            _ => None,
        }
    }

    fn number(&self, line: usize, key: &str, value: &str, span: Span) -> Option<Problem> {
        const MINUTES_A_DAY: f64 = 1440.0;
        match number(value) {
            _ if value == "null" => None,
            None if key == "min-release-age" => {
                let days = value.trim_end_matches(|character: char| character.is_ascii_alphabetic()).trim_end();
                let unit = value[days.len()..].trim_start();
                let edits = matches!(unit, "d" | "day" | "days").then(|| number(days)).flatten().and_then(|_| self.set(line, days));
                Some(problem(span, format!("`{key}={value}` has no effect: npm takes a plain number of days"), edits))
            }
            None => Some(problem(span, format!("`{key}={value}` has no effect: npm takes only a number here"), None)),
            Some(found) if key == "min-release-age" && found > 366.0 => {
                let days = found / MINUTES_A_DAY;
                let fix = (days.fract() == 0.0).then(|| self.set(line, &days.to_string())).flatten();
                Some(problem(span, format!("`{key}={value}` means {value} days: npm counts days, not minutes or seconds"), fix))
            }
            Some(_) => None,
        }
    }

    fn set(&self, line: usize, value: &str) -> Fix {
        let edits = ini_edit::set_value(self.file, self.text, line, value)?;
        Some((format!("Write `{value}`"), edits))
    }

    /// An earlier assignment of a key that is assigned again, to something else.
    fn overridden(&self) -> Vec<Problem> {
        let mut last = rustc_hash::FxHashMap::default();
        let mut problems = Vec::new();
        for setting in self.settings.entries.iter().rev() {
            let Some(later) = last.insert(setting.key.as_str(), setting) else { continue };
            let header = later.line.contains(later.key.span) && later.implied && later.key.span == later.value.span;
            if setting.list || later.list || setting.value.value == later.value.value || (header && setting.implied) {
                continue;
            }
            let line = self.file.lines.iter().position(|line| line.span == setting.line);
            let edits = line.and_then(|line| ini_edit::remove_line(self.file, self.text, line));
            let message = format!("this line has no effect: `{}` is set again below, and the last one counts", setting.key);
            let related = Some((later.line, "this one counts".to_owned()));
            let fix = edits.map(|edits| ("Remove the line".to_owned(), edits));
            problems.push(Problem { related, ..problem(setting.line, message, fix) });
        }
        problems
    }

    fn on(&self, key: &str) -> bool {
        boolean(self.settings, key).is_some_and(|switch| switch.on)
    }

    /// npm 11 runs the scripts that are not on the list all the same.
    fn advisory_allowlist(&self) -> Option<Problem> {
        let list: &Setting = self.settings.get("allow-scripts").filter(|setting| !setting.value.is_empty())?;
        if self.on("strict-allow-scripts") || self.on("ignore-scripts") {
            return None;
        }
        let edits = ini_edit::set(self.file, self.text, "strict-allow-scripts", "true");
        let message = "`allow-scripts` alone stops nothing: npm 11 only warns about a script that is not on the list and runs it; \
                       `strict-allow-scripts=true` makes it an error";
        let fix = edits.map(|edits| ("Add `strict-allow-scripts=true`".to_owned(), edits));
        Some(problem(list.key.span, message.to_owned(), fix))
    }

    fn cooldown_without_effect(&self) -> Option<Problem> {
        let age = self.settings.get("min-release-age").filter(|age| number(&age.value).is_some_and(|days| days > 0.0))?;
        let before = self.settings.get("before").filter(|before| before.value.value != "null")?;
        let message = "`min-release-age` has no effect: `before` in the same file takes its place".to_owned();
        let related = Some((before.line, "this one counts".to_owned()));
        Some(Problem { related, ..problem(age.key.span, message, None) })
    }
}

/// The effective spelling of a key that is bound to a host or a scope, if it is not spelt so.
fn bound(prefix: &str, base: &str) -> Option<String> {
    let credential = CREDENTIALS.iter().find(|name| name.eq_ignore_ascii_case(base));
    if let (Some(name), Some((_, host))) = (credential, prefix.split_once("//")) {
        let right = format!("//{host}:{name}");
        let known = prefix.starts_with("//") && *name == base;
        return (!known && !host.contains("${")).then_some(right);
    }
    let registry = base == "registry" || intended(base) == Some("registry");
    let scope = prefix.trim_end_matches('/').trim_start_matches('@');
    let plain = !scope.is_empty() && !scope.contains(['/', ':', '@', ' ', '$']);
    let right = format!("@{scope}:registry");
    (registry && plain && (base != "registry" || prefix[..] != right[..=scope.len()])).then_some(right)
}

/// What would be the value if the text stood behind `=`.
fn value_of(rest: &str) -> Option<String> {
    let line = format!("k={}", trim(rest));
    let file = parse(&line);
    let (_, assignment) = file.settings().next()?;
    assignment.value.as_ref().map(|value| value.text.to_string())
}

/// Whether a person would take the value for "no".
fn reads_as_off(value: &str) -> bool {
    ["", "no", "off", "n", "f", "false", "none", "never", "disable", "disabled", "null"]
        .contains(&value.to_ascii_lowercase().as_str())
}

/// `a`, `b` or `c`.
fn listed(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
#[path = "npmrc_checks_tests.rs"]
mod tests;
