//! Whether environment markers (PEP 508) mean the same to uv.
//!
//! uv writes markers into its lockfile in a form of its own: simplified, other variables in place of those written, and the part that the
//! project's own range of Python settles left out. So markers are not compared as texts, but by what they say about every environment
//! that can make a difference: each version and each text that any of them names, what lies between, and something else. As for uv, variables
//! have nothing to do with each other (`os_name` may be `nt` on any `sys_platform`), and neither has `in` with `==`.
//! Source: `crates/uv-pep508/src/marker/algebra.rs`.

mod parse;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifiers};

use self::parse::parse;

/// Above this, it is not told.
const MOST_ENVIRONMENTS: usize = 20_000;

/// Whether two markers hold in the same environments, among those with a Python of the given range. `None`: it cannot be told.
pub(crate) fn equivalent(one: Option<&str>, other: Option<&str>, python: &str) -> Option<bool> {
    let holds = holding(&[one, other], python)?;
    Some(holds.iter().all(|holds| holds[0] == holds[1]))
}

/// Whether a marker certainly holds in no environment with a Python of the given range.
pub(crate) fn never(marker: Option<&str>, python: &str) -> bool {
    holding(&[marker], python).is_some_and(|holds| holds.iter().all(|holds| !holds[0]))
}

/// Which of some markers hold, for each environment that can make a difference. `None`: it cannot be told.
pub(crate) fn holding(markers: &[Option<&str>], python: &str) -> Option<Vec<Vec<bool>>> {
    let read = |text: &Option<&str>| text.map_or(Some(Node::All(Vec::new())), parse);
    let nodes = markers.iter().map(read).collect::<Option<Vec<Node>>>()?;
    let mut names = Names::default();
    nodes.iter().for_each(|node| names.collect(node));
    let environments = names.environments(python)?;
    environments.iter().map(|environment| nodes.iter().map(|node| node.holds(environment)).collect()).collect()
}

#[derive(Debug)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// A variable of Python's version.
    Version {
        of: VersionOf,
        operator: String,
        text: String,
    },
    /// A variable with a text, which is compared.
    Text {
        variable: String,
        operator: String,
        text: String,
    },
    /// Something that holds or does not, whatever else does.
    Alone(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum VersionOf {
    /// `python_version`, which has two parts.
    Minor,
    Full,
}

/// One environment: a version of Python, a text for each variable that is named, and what holds by itself.
#[derive(Clone)]
struct Environment {
    python: (u64, u64, u64),
    texts: BTreeMap<String, String>,
    alone: BTreeSet<String>,
}

impl Environment {
    fn version(&self, of: VersionOf) -> Version {
        let (major, minor, micro) = self.python;
        match of {
            VersionOf::Minor => Version::new([major, minor]),
            VersionOf::Full => Version::new([major, minor, micro]),
        }
    }
}

impl Node {
    fn holds(&self, environment: &Environment) -> Option<bool> {
        match self {
            Node::All(nodes) => nodes.iter().try_fold(true, |all, node| Some(node.holds(environment)? && all)),
            Node::Any(nodes) => nodes.iter().try_fold(false, |any, node| Some(node.holds(environment)? || any)),
            Node::Not(node) => Some(!node.holds(environment)?),
            Node::Version { of, operator, text } => {
                let specifiers = VersionSpecifiers::from_str(&format!("{operator}{text}")).ok()?;
                Some(specifiers.contains(&environment.version(*of)))
            }
            Node::Text { variable, operator, text } => {
                let value = environment.texts.get(variable)?;
                Some(match operator.as_str() {
                    "==" | "===" => value == text,
                    "!=" => value != text,
                    "<" => value < text,
                    "<=" => value <= text,
                    ">" => value > text,
                    ">=" => value >= text,
                    _ => return None,
                })
            }
            Node::Alone(what) => Some(environment.alone.contains(what)),
        }
    }
}

/// The versions and texts that markers name.
#[derive(Default)]
struct Names {
    versions: BTreeSet<(u64, u64, u64)>,
    texts: BTreeMap<String, BTreeSet<String>>,
    alone: BTreeSet<String>,
}

impl Names {
    fn collect(&mut self, node: &Node) {
        match node {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| self.collect(node)),
            Node::Not(node) => self.collect(node),
            Node::Version { text, .. } => self.add_version(text),
            Node::Text { variable, text, .. } => {
                let texts = self.texts.entry(variable.clone()).or_default();
                texts.extend(["?".to_owned(), text.clone()]);
            }
            Node::Alone(what) => drop(self.alone.insert(what.clone())),
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
        let inside = |(major, minor, micro): &(u64, u64, u64)| range.contains(&Version::new([*major, *minor, *micro]));
        let plain = |python| Environment { python, texts: BTreeMap::new(), alone: BTreeSet::new() };
        let mut found: Vec<Environment> = self.versions.iter().copied().filter(inside).map(plain).collect();
        for (variable, texts) in &self.texts {
            let with = |environment: &Environment, text: &String| {
                let mut environment = environment.clone();
                environment.texts.insert(variable.clone(), text.clone());
                environment
            };
            found = spread(&found, texts.len(), |environment| texts.iter().map(|text| with(environment, text)).collect())?;
        }
        for what in &self.alone {
            let with = |environment: &Environment| {
                let mut environment = environment.clone();
                environment.alone.insert(what.clone());
                environment
            };
            found = spread(&found, 2, |environment| vec![environment.clone(), with(environment)])?;
        }
        Some(found)
    }
}

/// Every environment in each of its forms, unless these are too many.
fn spread(all: &[Environment], forms: usize, of: impl Fn(&Environment) -> Vec<Environment>) -> Option<Vec<Environment>> {
    (all.len().checked_mul(forms)? <= MOST_ENVIRONMENTS).then(|| all.iter().flat_map(of).collect())
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
            ("platform_system != 'Linux'", "sys.platform != 'linux'", ">=3.9", Some(true)),
            ("platform_system == 'FreeBSD'", "sys_platform == 'freebsd'", ">=3.9", Some(false)),
            ("sys_platform == 'win32' and extra == 'A_b'", "extra == 'a-b' and sys_platform == 'win32'", ">=3.9", Some(true)),
            ("extra == 'a' and extra == 'b'", "extra == 'a' and extra != 'a'", ">=3.9", Some(false)),
            ("os_name == 'nt'", "sys_platform == 'win32'", ">=3.9", Some(false)),
            ("sys_platform == 'win32' and os_name == 'nt'", "sys_platform == 'win32'", ">=3.9", Some(false)),
            ("sys_platform != 'win32'", "sys_platform == 'linux'", ">=3.9", Some(false)),
            ("'linux' in sys_platform", "sys_platform == 'linux'", ">=3.9", Some(false)),
            ("sys_platform in 'linux'", "'linux' in sys_platform", ">=3.9", Some(false)),
            ("sys_platform not in 'linux'", "not (sys_platform in 'linux')", ">=3.9", Some(true)),
            ("'linux' == sys_platform", "sys_platform == 'linux'", ">=3.9", Some(true)),
            ("'3.10' > python_version", "python_version < '3.10'", ">=3.9", Some(true)),
            (
                "(os_name == 'nt' or os_name == 'posix') and python_version > '3.9'",
                "os_name == 'nt' and python_version >= '3.10' or os_name == 'posix' and python_version >= '3.10'",
                ">=3.7",
                Some(true),
            ),
            ("platform_machine == 'x86_64'", "platform_machine == 'arm64'", ">=3.9", Some(false)),
            ("python_version in '3.9 3.10'", "python_version == '3.9'", ">=3.9", None),
            ("implementation_version > '3'", "implementation_version > '4'", ">=3.9", None),
            ("nonsense", "", ">=3.9", None),
        ] {
            let read = |text: &'static str| Some(text).filter(|text| !text.is_empty());
            assert_eq!(equivalent(read(one), read(other), python), expected, "{one} | {other}");
        }
        assert_eq!(equivalent(Some(&"(".repeat(100_000)), None, ""), None);
        let many: Vec<String> = (0..20).map(|count| format!("extra == 'e{count}'")).collect();
        assert_eq!(equivalent(Some(&many.join(" or ")), None, ""), None);
    }

    #[test]
    fn a_marker_may_hold_nowhere() {
        let windows = Some("sys_platform == 'win32'");
        assert!(never(Some("sys_platform == 'linux' and sys_platform == 'win32'"), ">=3.9"));
        assert!(never(Some("python_version < '3.9'"), ">=3.9"));
        assert!(!never(windows, ">=3.9") && !never(None, ">=3.9") && !never(Some("nonsense"), ">=3.9"));
    }
}
