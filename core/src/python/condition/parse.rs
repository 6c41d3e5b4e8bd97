//! A marker's text.

use super::{Node, VersionOf};
use crate::versions::pypi::normalized;

/// Brackets may nest as deep as this.
const DEEPEST: usize = 50;

/// `platform_system` and `sys_platform` of the platforms that uv takes for the same.
const PLATFORMS: [(&str, &str); 6] = [
    ("Windows", "win32"),
    ("Darwin", "darwin"),
    ("Linux", "linux"),
    ("AIX", "aix"),
    ("Emscripten", "emscripten"),
    ("Android", "android"),
];

/// The variables by the names that uv has for them.
const VARIABLES: [(&str, &str); 15] = [
    ("os_name", "os_name"),
    ("os.name", "os_name"),
    ("sys_platform", "sys_platform"),
    ("sys.platform", "sys_platform"),
    ("platform_system", "platform_system"),
    ("platform_machine", "platform_machine"),
    ("platform.machine", "platform_machine"),
    ("platform_release", "platform_release"),
    ("platform_version", "platform_version"),
    ("platform.version", "platform_version"),
    ("platform_python_implementation", "platform_python_implementation"),
    ("platform.python_implementation", "platform_python_implementation"),
    ("python_implementation", "platform_python_implementation"),
    ("implementation_name", "implementation_name"),
    ("extra", EXTRA),
];

const EXTRA: &str = "extra";

/// A marker. `not (…)` is understood as well, which is no part of the standard. `None`: it is none, or not one that is understood.
pub(super) fn parse(text: &str) -> Option<Node> {
    let mut parser = Parser { text, at: 0 };
    let node = parser.any(0)?;
    parser.skip_space();
    parser.rest().is_empty().then_some(node)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

enum Operand<'a> {
    Python(VersionOf),
    Variable(&'static str),
    Text(&'a str),
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, wanted: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    fn word(&mut self, wanted: &str) -> bool {
        self.skip_space();
        let ends = |rest: &str| rest.chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '_');
        let found = self.rest().strip_prefix(wanted).is_some_and(ends);
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    fn any(&mut self, depth: usize) -> Option<Node> {
        let mut nodes = vec![self.all(depth)?];
        while self.word("or") {
            nodes.push(self.all(depth)?);
        }
        Some(Node::Any(nodes))
    }

    fn all(&mut self, depth: usize) -> Option<Node> {
        let mut nodes = vec![self.one(depth)?];
        while self.word("and") {
            nodes.push(self.one(depth)?);
        }
        Some(Node::All(nodes))
    }

    fn one(&mut self, depth: usize) -> Option<Node> {
        if self.word("not") {
            let node = (depth < DEEPEST).then(|| self.one(depth + 1)).flatten()?;
            return Some(Node::Not(Box::new(node)));
        }
        if !self.eat("(") {
            return self.comparison();
        }
        let node = (depth < DEEPEST).then(|| self.any(depth + 1)).flatten()?;
        self.eat(")").then_some(node)
    }

    fn comparison(&mut self) -> Option<Node> {
        let left = self.operand()?;
        let operator = self.operator()?;
        let right = self.operand()?;
        match (left, right) {
            (Operand::Python(of), Operand::Text(text)) => version(of, operator, text),
            (Operand::Text(text), Operand::Python(of)) => version(of, turned(operator), text),
            (Operand::Variable(variable), Operand::Text(text)) => Some(compared(variable, operator, text, "in")),
            (Operand::Text(text), Operand::Variable(variable)) => Some(compared(variable, turned(operator), text, "contains")),
            _ => None,
        }
    }

    fn operator(&mut self) -> Option<&'static str> {
        let signs = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];
        if let Some(sign) = signs.into_iter().find(|sign| self.eat(sign)) {
            return Some(sign);
        }
        if self.word("in") {
            return Some("in");
        }
        (self.word("not") && self.word("in")).then_some("not in")
    }

    fn operand(&mut self) -> Option<Operand<'a>> {
        self.skip_space();
        let rest = self.rest();
        if let Some(quote) = rest.chars().next().filter(|character| matches!(character, '\'' | '"')) {
            let length = rest[1..].find(quote)?;
            self.at += length + 2;
            return Some(Operand::Text(&rest[1..=length]));
        }
        let length = rest.find(|character: char| !character.is_ascii_alphanumeric() && !matches!(character, '_' | '.'));
        let name = &rest[..length.unwrap_or(rest.len())];
        self.at += name.len();
        match name {
            "python_version" => Some(Operand::Python(VersionOf::Minor)),
            "python_full_version" => Some(Operand::Python(VersionOf::Full)),
            _ => VARIABLES.iter().find(|(written, _)| *written == name).map(|(_, variable)| Operand::Variable(variable)),
        }
    }
}

/// `'3.9' <= python_version` is the other way round.
fn turned(operator: &'static str) -> &'static str {
    match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        other => other,
    }
}

fn version(of: VersionOf, operator: &str, text: &str) -> Option<Node> {
    (!operator.contains("in")).then(|| Node::Version { of, operator: operator.to_owned(), text: text.to_owned() })
}

/// A text compared with a variable's; `within` says which of the two is in the other one.
fn compared(variable: &str, operator: &str, text: &str, within: &str) -> Node {
    let not = |node: Node, is: bool| if is { node } else { Node::Not(Box::new(node)) };
    match operator {
        "in" | "not in" => not(Node::Alone(format!("{variable} {within} {text}")), operator == "in"),
        "==" | "!=" if variable == EXTRA => not(Node::Alone(format!("{EXTRA} {}", normalized(text))), operator == "=="),
        _ => {
            let same = PLATFORMS.iter().find(|(system, _)| variable == "platform_system" && *system == text);
            let (variable, text) = same.map_or((variable, text), |(_, platform)| ("sys_platform", platform));
            Node::Text { variable: variable.to_owned(), operator: operator.to_owned(), text: text.to_owned() }
        }
    }
}
