//! Whole trees against another reader's, on real files and on small ones that try every corner.

#![allow(clippy::disallowed_methods)]

use std::collections::HashMap;
use std::fmt::Write;
use std::path::PathBuf;

use proptest::prelude::*;
use saphyr_parser::{Event, Parser, ScalarStyle};

use super::*;

const FOLDERS: [&str; 6] =
    ["npm/pnpm-lock", "npm/pnpm-workspace", "npm/yarn-berry", "npm/yarnrc-yml", "ci/github-workflows", "policy/kyverno"];

/// Every YAML file of the collection.
pub(super) fn corpus() -> Vec<(PathBuf, String)> {
    let is_yaml = |path: &PathBuf| [".yaml", ".yml", "yarn.lock"].iter().any(|end| path.to_string_lossy().ends_with(end));
    let files = crate::collection::files(&FOLDERS).into_iter().filter(is_yaml);
    files.filter_map(|path| Some((std::fs::read_to_string(&path).ok()?, path))).map(|(text, path)| (path, text)).collect()
}

/// What the other reader says: one event a word. `None` if it refuses the text.
fn oracle(text: &str) -> Option<String> {
    let mut events = String::new();
    for event in Parser::new_from_str(text) {
        let event = match event.ok()?.0 {
            Event::DocumentStart(_) => "\n---".to_owned(),
            Event::Alias(id) => format!("*{id}"),
            Event::Scalar(value, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain if value.is_empty() || (value == "~" && anchor + usize::from(tag.is_some()) > 0) => {
                        continue_empty(anchor, tag.is_some())
                    }
                    ScalarStyle::Plain => ":".to_owned(),
                    ScalarStyle::SingleQuoted => "'".to_owned(),
                    ScalarStyle::DoubleQuoted => "\"".to_owned(),
                    ScalarStyle::Literal => "|".to_owned(),
                    ScalarStyle::Folded => ">".to_owned(),
                };
                if style.contains("null") { style } else { format!("{}{style}{value:?}", properties(anchor, tag.is_some())) }
            }
            Event::SequenceStart(anchor, tag) => format!("{}[", properties(anchor, tag.is_some())),
            Event::MappingStart(anchor, tag) => format!("{}{{", properties(anchor, tag.is_some())),
            Event::SequenceEnd => "]".to_owned(),
            Event::MappingEnd => "}".to_owned(),
            _ => continue,
        };
        write!(events, "{event} ").unwrap();
    }
    Some(if events.is_empty() { "\n--- null ".to_owned() } else { events })
}

fn continue_empty(anchor: usize, tag: bool) -> String {
    format!("{}null", properties(anchor, tag))
}

fn properties(anchor: usize, tag: bool) -> String {
    let anchor = if anchor > 0 { format!("&{anchor}") } else { String::new() };
    anchor + if tag { "!" } else { "" }
}

/// What our tree says, in the same words.
fn ours(text: &str) -> String {
    let tree = parse(text);
    let mut events = String::new();
    let mut last = 0;
    for root in tree.documents(text) {
        events += "\n--- ";
        node(root, &mut HashMap::new(), &mut last, &mut events);
    }
    events
}

fn node<'a>(value: Value<'a>, anchors: &mut HashMap<&'a str, usize>, last: &mut usize, events: &mut String) {
    if let Some(anchor) = value.anchor() {
        *last += 1;
        anchors.insert(&anchor[1..], *last);
    }
    *events += &properties(value.anchor().map_or(0, |anchor| anchors[&anchor[1..]]), value.tag().is_some());
    match value.kind() {
        Kind::Alias => write!(events, "*{} ", anchors.get(value.raw()).unwrap_or(&0)).unwrap(),
        Kind::Empty => *events += "null ",
        Kind::Missing => *events += "missing ",
        Kind::Scalar => {
            let style = match value.style() {
                Style::Single => "'",
                Style::Double => "\"",
                Style::Literal => "|",
                Style::Folded => ">",
                _ => ":",
            };
            write!(events, "{style}{:?} ", value.string().unwrap()).unwrap();
        }
        Kind::Mapping => {
            *events += "{ ";
            for (key, value) in value.members() {
                node(key, anchors, last, events);
                node(value, anchors, last, events);
            }
            *events += "} ";
        }
        Kind::Sequence => {
            *events += "[ ";
            value.items().for_each(|item| node(item, anchors, last, events));
            *events += "] ";
        }
    }
}

#[test]
fn every_real_file_reads_as_the_other_reader_reads_it() {
    for (path, text) in corpus() {
        let tree = parse(&text);
        assert_eq!(tree.errors(), [], "{}", path.display());
        let (ours, oracle) = (ours(&text), oracle(&text));
        let oracle = oracle.unwrap_or_else(|| panic!("{}: refused", path.display()));
        if ours != oracle {
            let at = ours.bytes().zip(oracle.bytes()).position(|(one, other)| one != other).unwrap_or(0);
            let near = |text: &str| text.chars().skip(at.saturating_sub(100)).take(250).collect::<String>();
            panic!("{}\nours:   {}\ntheirs: {}", path.display(), near(&ours), near(&oracle));
        }
        let crlf = text.replace("\r\n", "\n").replace('\n', "\r\n");
        assert_eq!(self::ours(&crlf), ours, "{} with CRLF", path.display());
        assert_eq!(parse(&crlf).errors(), []);
    }
}

proptest! {
    #[test]
    fn what_we_read_without_an_error_reads_the_same_elsewhere(text in r#"(a|b|c|: |:|\n|\n  |\n    |\n |- |-|\? |\n- |\n: |, |,|\[|\]|\{|\}|"|'|\||>|#| # | |&a |\*a|!t |---|\n---\n|\n\.\.\.\n|<<|\\|\n\n|\+|é){0,14}\n"#) {
        if parse(&text).errors().is_empty() {
            // Brackets may close at the column of the block around them: the other reader alone minds.
            let closes = text.lines().any(|line| line.trim_start().starts_with([']', '}']));
            if let Some(oracle) = oracle(&text) { prop_assert_eq!(ours(&text), oracle, "{}", text); }
            else { prop_assert!(closes, "refused {text:?}"); }
        }
    }
    #[test]
    fn what_others_read_we_read(text in r#"(a|b|c|: |:|\n|\n  |\n    |\n |- |-|\? |\n- |\n: |, |,|\[|\]|\{|\}|"|'|\||>|#| # | |&a |\*a|!t |---|\n---\n|\n\.\.\.\n|<<|\\|\n\n|\+|é){0,14}\n"#) {
        if oracle(&text).is_some() {
            use ErrorKind::*;
            let outlandish = |error: &Error| matches!(error.kind, ExpectedKey | ComplexKey | UnterminatedString | BadPlain | UnknownAlias | CutOff);
            let tree = parse(&text);
            prop_assert!(tree.errors().is_empty() || tree.errors().iter().any(outlandish), "{:?} {:?}", text, tree.errors());
        }
    }
}
