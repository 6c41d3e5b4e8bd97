//! Whether two environment markers (PEP 508) mean the same.
//!
//! uv writes markers into its lockfile in a form of its own: simplified, other variables in place of those written, and the part that the
//! project's own range of Python settles left out. So markers are not compared as texts, but by what they say about every environment
//! that can make a difference: each version and each text that either of them names, what lies between, and something else.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifiers};

use crate::versions::pypi::normalized;

/// Above this, it is not told.
const MOST_ENVIRONMENTS: usize = 20_000;

/// Brackets may nest as deep as this.
const DEEPEST: usize = 50;

/// Whether two markers hold in the same environments, among those with a Python of the given range. `None`: it cannot be told.
pub(crate) fn equivalent(one: Option<&str>, other: Option<&str>, python: &str) -> Option<bool> {
    everywhere(one, other, python, |one, other| one == other)
}

/// Whether one marker holds wherever another one does, among environments with a Python of the given range. `None`: it cannot be told.
pub(crate) fn implies(narrow: Option<&str>, wide: Option<&str>, python: &str) -> Option<bool> {
    everywhere(narrow, wide, python, |narrow, wide| !narrow || wide)
}

/// Whether a marker certainly holds in no environment with a Python of the given range.
pub(crate) fn never(marker: Option<&str>, python: &str) -> bool {
    everywhere(marker, None, python, |holds, _| !holds) == Some(true)
}

fn everywhere(one: Option<&str>, other: Option<&str>, python: &str, fits: fn(bool, bool) -> bool) -> Option<bool> {
    let read = |text: Option<&str>| text.map_or(Some(Node::All(Vec::new())), parse);
    let (one, other) = (read(one)?, read(other)?);
    let mut names = Names::default();
    names.collect(&one);
    names.collect(&other);
    let environments = names.environments(python)?;
    for environment in &environments {
        if !fits(one.holds(environment)?, other.holds(environment)?) {
            return Some(false);
        }
    }
    Some(true)
}

#[derive(Debug)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Compare { variable: Variable, operator: String, text: String, reversed: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Variable {
    PythonVersion,
    PythonFullVersion,
    SysPlatform,
    PlatformSystem,
    OsName,
    PlatformMachine,
    PlatformRelease,
    PlatformVersion,
    PythonImplementation,
    ImplementationName,
    ImplementationVersion,
    Extra,
}

impl Variable {
    fn of(name: &str) -> Option<Variable> {
        Some(match name {
            "python_version" => Variable::PythonVersion,
            "python_full_version" => Variable::PythonFullVersion,
            "sys_platform" | "sys.platform" => Variable::SysPlatform,
            "platform_system" => Variable::PlatformSystem,
            "os_name" | "os.name" => Variable::OsName,
            "platform_machine" | "platform.machine" => Variable::PlatformMachine,
            "platform_release" => Variable::PlatformRelease,
            "platform_version" | "platform.version" => Variable::PlatformVersion,
            "platform_python_implementation" | "platform.python_implementation" | "python_implementation" => {
                Variable::PythonImplementation
            }
            "implementation_name" => Variable::ImplementationName,
            "implementation_version" => Variable::ImplementationVersion,
            "extra" => Variable::Extra,
            _ => return None,
        })
    }

    fn is_python(self) -> bool {
        matches!(self, Variable::PythonVersion | Variable::PythonFullVersion | Variable::ImplementationVersion)
    }

    fn is_platform(self) -> bool {
        matches!(self, Variable::SysPlatform | Variable::PlatformSystem | Variable::OsName)
    }
}

/// One environment: a version of Python, a platform, and a text for each other variable.
struct Environment {
    python: (u64, u64, u64),
    platform: [String; 3],
    others: Vec<(Variable, String)>,
}

impl Environment {
    fn text(&self, variable: Variable) -> Option<&str> {
        match variable {
            Variable::SysPlatform => Some(&self.platform[0]),
            Variable::PlatformSystem => Some(&self.platform[1]),
            Variable::OsName => Some(&self.platform[2]),
            _ => self.others.iter().find(|(other, _)| *other == variable).map(|(_, text)| text.as_str()),
        }
    }

    fn version(&self, variable: Variable) -> Version {
        let (major, minor, micro) = self.python;
        match variable {
            Variable::PythonVersion => Version::new([major, minor]),
            _ => Version::new([major, minor, micro]),
        }
    }
}

impl Node {
    fn holds(&self, environment: &Environment) -> Option<bool> {
        match self {
            Node::All(nodes) => nodes.iter().try_fold(true, |all, node| Some(node.holds(environment)? && all)),
            Node::Any(nodes) => nodes.iter().try_fold(false, |any, node| Some(node.holds(environment)? || any)),
            Node::Compare { variable, operator, text, reversed } if variable.is_python() => {
                if *reversed || operator.contains("in") {
                    return None;
                }
                let specifiers = VersionSpecifiers::from_str(&format!("{operator}{text}")).ok()?;
                Some(specifiers.contains(&environment.version(*variable)))
            }
            Node::Compare { variable, operator, text, reversed } => {
                let value = environment.text(*variable)?;
                let (left, right) = if *reversed { (text.as_str(), value) } else { (value, text.as_str()) };
                let same = || match variable {
                    Variable::Extra => normalized(left) == normalized(right),
                    _ => left == right,
                };
                Some(match operator.as_str() {
                    "==" | "===" => same(),
                    "!=" => !same(),
                    "in" => right.contains(left),
                    "not in" => !right.contains(left),
                    "<" => left < right,
                    "<=" => left <= right,
                    ">" => left > right,
                    ">=" => left >= right,
                    _ => return None,
                })
            }
        }
    }
}

/// The versions and texts that markers name.
#[derive(Default)]
struct Names {
    versions: BTreeSet<(u64, u64, u64)>,
    texts: BTreeSet<(Variable, String)>,
}

/// `sys_platform`, `platform_system` and `os_name` of the platforms that packages ask for.
const PLATFORMS: [[&str; 3]; 6] = [
    ["linux", "Linux", "posix"],
    ["darwin", "Darwin", "posix"],
    ["win32", "Windows", "nt"],
    ["aix", "AIX", "posix"],
    ["emscripten", "Emscripten", "posix"],
    ["cygwin", "CYGWIN", "posix"],
];

impl Names {
    fn collect(&mut self, node: &Node) {
        match node {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| self.collect(node)),
            Node::Compare { variable, text, .. } if variable.is_python() => self.add_version(text),
            Node::Compare { variable, text, .. } => drop(self.texts.insert((*variable, text.clone()))),
        }
    }

    fn add_version(&mut self, text: &str) {
        let mut parts = text.trim_end_matches(".*").split('.').map(|part| {
            let digits = part.find(|character: char| !character.is_ascii_digit()).unwrap_or(part.len());
            part[..digits].parse::<u64>().unwrap_or(0)
        });
        let (major, minor, micro) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        let before = match (minor, micro) {
            (0, 0) => (major.saturating_sub(1), 99, 99),
            (minor, 0) => (major, minor - 1, 99),
            (minor, micro) => (major, minor, micro - 1),
        };
        self.versions.extend([
            (major, minor, micro),
            (major, minor, micro.saturating_add(1)),
            (major, minor.saturating_add(1), 0),
            (major.saturating_add(1), 0, 0),
            before,
        ]);
    }

    fn environments(mut self, python: &str) -> Option<Vec<Environment>> {
        for clause in python.split(',') {
            self.add_version(clause.trim().trim_start_matches(['<', '>', '=', '!', '~', '^', ' ']));
        }
        self.versions.insert((3, 99, 0));
        let range = VersionSpecifiers::from_str(python).ok()?;
        let pythons: Vec<_> =
            self.versions.iter().filter(|(major, minor, micro)| range.contains(&Version::new([*major, *minor, *micro]))).collect();
        let mut platforms: Vec<[String; 3]> = PLATFORMS.iter().map(|platform| platform.map(str::to_owned)).collect();
        let mut others: Vec<(Variable, Vec<String>)> = Vec::new();
        for (variable, text) in &self.texts {
            if variable.is_platform() {
                let place = *variable as usize - Variable::SysPlatform as usize;
                if !platforms.iter().any(|platform| platform[place] == *text) {
                    let mut platform = ["?".to_owned(), "?".to_owned(), "?".to_owned()];
                    platform[place].clone_from(text);
                    platforms.push(platform);
                }
                continue;
            }
            match others.iter_mut().find(|(other, _)| other == variable) {
                Some((_, texts)) => texts.push(text.clone()),
                None => others.push((*variable, vec!["?".to_owned(), text.clone()])),
            }
        }
        let count = others.iter().try_fold(pythons.len() * platforms.len(), |count, (_, texts)| count.checked_mul(texts.len()))?;
        if count > MOST_ENVIRONMENTS {
            return None;
        }
        Some(product(&pythons, &platforms, &others))
    }
}

fn product(pythons: &[&(u64, u64, u64)], platforms: &[[String; 3]], others: &[(Variable, Vec<String>)]) -> Vec<Environment> {
    let mut choices: Vec<Vec<(Variable, String)>> = vec![Vec::new()];
    for (variable, texts) in others {
        let with = |choice: &Vec<(Variable, String)>, text: &String| {
            choice.iter().cloned().chain([(*variable, text.clone())]).collect::<Vec<_>>()
        };
        choices = choices.iter().flat_map(|choice| texts.iter().map(move |text| with(choice, text))).collect();
    }
    let mut found = Vec::new();
    for python in pythons {
        for platform in platforms {
            found.extend(choices.iter().map(|others| Environment {
                python: **python,
                platform: platform.clone(),
                others: others.clone(),
            }));
        }
    }
    found
}

fn parse(text: &str) -> Option<Node> {
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
    Variable(Variable),
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
        let (variable, text, reversed) = match (left, right) {
            (Operand::Variable(variable), Operand::Text(text)) => (variable, text, false),
            (Operand::Text(text), Operand::Variable(variable)) => (variable, text, true),
            _ => return None,
        };
        // `'3.9' <= python_version` is the other way round, and for versions best read so.
        let turned = match operator.as_str() {
            "<" => ">",
            "<=" => ">=",
            ">" => "<",
            ">=" => "<=",
            other => other,
        };
        let turn = reversed && variable.is_python() && !operator.contains("in");
        let operator = if turn { turned.to_owned() } else { operator };
        Some(Node::Compare { variable, operator, text: text.to_owned(), reversed: reversed && !turn })
    }

    fn operator(&mut self) -> Option<String> {
        let signs = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];
        if let Some(sign) = signs.iter().find(|sign| self.eat(sign)) {
            return Some((*sign).to_owned());
        }
        if self.word("in") {
            return Some("in".to_owned());
        }
        (self.word("not") && self.word("in")).then(|| "not in".to_owned())
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
        Variable::of(name).map(Operand::Variable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_compared_by_what_they_say() {
        for (one, other, python, expected) in [
            ("python_version < '3.10'", "python_full_version < '3.10'", ">=3.9", Some(true)),
            ("python_version <= '3.9'", "python_full_version < '3.10'", ">=3.8", Some(true)),
            ("python_version < '3.11'", "python_full_version < '3.10'", ">=3.9", Some(false)),
            ("python_version >= '3.9'", "", ">=3.9", Some(true)),
            ("python_version < '3.8'", "python_version < '0'", ">=3.9", Some(true)),
            ("platform_system == 'Windows'", "sys_platform == 'win32'", ">=3.9", Some(true)),
            ("os_name == 'nt' and extra == 'A_b'", "extra == 'a-b' and sys_platform == 'win32'", ">=3.9", Some(true)),
            ("sys_platform != 'win32'", "sys_platform == 'linux'", ">=3.9", Some(false)),
            ("'linux' in sys_platform", "sys_platform == 'linux'", ">=3.9", Some(true)),
            ("'3.10' > python_version", "python_version < '3.10'", ">=3.9", Some(true)),
            (
                "(os_name == 'nt' or os_name == 'posix') and python_version > '3.9'",
                "os_name == 'nt' and python_version >= '3.10' or os_name == 'posix' and python_version >= '3.10'",
                ">=3.7",
                Some(true),
            ),
            ("platform_machine == 'x86_64'", "platform_machine == 'arm64'", ">=3.9", Some(false)),
            ("python_version in '3.9 3.10'", "python_version == '3.9'", ">=3.9", None),
            ("nonsense", "", ">=3.9", None),
        ] {
            let read = |text: &'static str| Some(text).filter(|text| !text.is_empty());
            assert_eq!(equivalent(read(one), read(other), python), expected, "{one} | {other}");
        }
        assert_eq!(equivalent(Some(&"(".repeat(100_000)), None, ""), None);
    }

    #[test]
    fn a_marker_may_hold_wherever_another_one_does() {
        let windows = Some("sys_platform == 'win32'");
        assert_eq!(implies(windows, Some("os_name == 'nt'"), ">=3.9"), Some(true));
        assert_eq!(implies(windows, None, ">=3.9"), Some(true));
        assert_eq!(implies(None, windows, ">=3.9"), Some(false));
        assert!(never(Some("sys_platform == 'linux' and sys_platform == 'win32'"), ">=3.9"));
        assert!(never(Some("python_version < '3.9'"), ">=3.9"));
        assert!(!never(windows, ">=3.9") && !never(None, ">=3.9") && !never(Some("nonsense"), ">=3.9"));
    }
}
