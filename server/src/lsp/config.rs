//! The person's settings for the language server, as the editor hands them over.
//!
//! Trust is granted at the start and by nobody else: settings that arrive later may come from a file of the workspace, and a workspace
//! must not vouch for itself. They can only take trust away.

use provender_core::finding::Severity;
use serde_json::Value;

/// A setting of the editors' extensions: their settings pages, the reader here and the documentation are all made from this table.
#[derive(Debug)]
pub struct Setting {
    /// Its name, below `provender.`.
    pub name: &'static str,
    /// What it does, in Markdown.
    pub doc: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What holds where nobody sets it.
    pub default: &'static str,
    /// Whose word counts.
    pub by: By,
    /// Whether the extension acts on it, and not the server.
    pub of_extension: bool,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// The path of a program.
    Program,
    /// One of these words, each with what it means.
    Word(&'static [(&'static str, &'static str)]),
}

/// Whose word counts in a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The person's alone: a file of the workspace cannot set it.
    Person,
    /// A workspace's too, once the person trusts it.
    Trusted,
    /// Anybody's: nothing depends on it.
    Anybody,
}

/// Every setting.
pub static SETTINGS: &[Setting] = &[
    Setting {
        name: "path",
        doc: "The `provender` program to run. Empty: the one that came with the extension, else the one on `PATH`. \
              `~` and `${workspaceFolder}` may stand in it.",
        takes: Takes::Program,
        default: "",
        by: By::Trusted,
        of_extension: true,
    },
    Setting {
        name: "network",
        doc: "When a registry may be asked. Never in a workspace that you do not trust, whatever is chosen here.",
        takes: Takes::Word(&[
            ("off", "Never."),
            ("ask", "When you ask for something that needs it: verifying a lockfile, or a fix that has to look something up."),
            ("on", "Also unasked, about packages that came or changed since the last commit."),
        ]),
        default: "ask",
        by: By::Person,
        of_extension: false,
    },
    Setting {
        name: "severity",
        doc: "From which severity on findings are shown.",
        takes: Takes::Word(&[("info", "All of them."), ("warning", "Warnings and errors."), ("error", "Errors alone.")]),
        default: "info",
        by: By::Trusted,
        of_extension: false,
    },
    Setting {
        name: "trace.server",
        doc: "What of the talk between editor and server goes into the log.",
        takes: Takes::Word(&[("off", "Nothing."), ("messages", "Which messages."), ("verbose", "The messages themselves.")]),
        default: "off",
        by: By::Anybody,
        of_extension: true,
    },
];

/// When the registry may be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Network {
    /// Never.
    Off,
    /// When the person asks for something that needs it.
    #[default]
    Ask,
    /// Whenever a rule has a question about what changed.
    On,
}

/// The settings in effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Config {
    /// What the editor said of the workspace at the start.
    granted: bool,
    /// Whether settings left it at that.
    trusted: bool,
    network: Network,
    /// Findings below it are not shown.
    pub(super) severity: Severity,
}

impl Default for Config {
    fn default() -> Config {
        Config { granted: true, trusted: true, network: Network::default(), severity: Severity::Info }
    }
}

impl Config {
    /// From `initializationOptions`.
    pub(super) fn of(options: Option<&Value>) -> Config {
        let mut config = Config::default();
        if let Some(options) = options.map(section) {
            config.granted = options.get("trusted").and_then(Value::as_bool).unwrap_or(true);
            config.update(options);
        }
        config
    }

    /// Takes in settings that came later; gives whether anything is different now. What is not mentioned stays.
    pub(super) fn update(&mut self, settings: &Value) -> bool {
        let (before, settings) = (*self, section(settings));
        if let Some(trusted) = settings.get("trusted").and_then(Value::as_bool) {
            self.trusted = trusted;
        }
        match settings.get("network").and_then(Value::as_str) {
            Some("off") => self.network = Network::Off,
            Some("ask") => self.network = Network::Ask,
            Some("on") => self.network = Network::On,
            _ => {}
        }
        match settings.get("severity").and_then(Value::as_str) {
            Some("info") => self.severity = Severity::Info,
            Some("warning") => self.severity = Severity::Warning,
            Some("error") => self.severity = Severity::Error,
            _ => {}
        }
        before != *self
    }

    /// Whether the person trusts the workspace.
    pub(super) fn is_trusted(&self) -> bool {
        self.granted && self.trusted
    }

    /// When the registry may be asked: never, where the workspace is not trusted.
    pub(super) fn network(&self) -> Network {
        if self.is_trusted() { self.network } else { Network::Off }
    }
}

/// Editors hand settings over with or without their section's name.
fn section(settings: &Value) -> &Value {
    settings.get("provender").filter(|section| section.is_object()).unwrap_or(settings)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quiet_and_offline_unless_asked() {
        for options in [None, Some(json!(null)), Some(json!({"network": 3, "trusted": "x"})), Some(json!([]))] {
            let config = Config::of(options.as_ref());
            assert_eq!(
                (config.network(), config.is_trusted(), config.severity),
                (Network::Ask, true, Severity::Info),
                "{options:?}"
            );
        }
    }

    #[test]
    fn every_word_of_the_table_is_understood_and_the_defaults_are_as_said() {
        for setting in SETTINGS.iter().filter(|setting| !setting.of_extension) {
            let Takes::Word(words) = setting.takes else { panic!("{}", setting.name) };
            let of = |word: &str| Config::of(Some(&json!({ setting.name: word })));
            assert_eq!(of(setting.default), Config::default(), "{}", setting.name);
            for (word, _) in words {
                assert_eq!(of(word) == Config::default(), *word == setting.default, "{} {word}", setting.name);
            }
        }
    }

    #[test]
    fn an_untrusted_workspace_never_reaches_the_network() {
        let mut config = Config::of(Some(&json!({"trusted": false, "network": "on"})));
        assert_eq!(config.network(), Network::Off);
        config.update(&json!({"provender": {"trusted": true, "network": "on"}}));
        assert_eq!(config.network(), Network::Off, "settings that came later may be the workspace's own");
    }

    #[test]
    fn settings_take_trust_away_and_give_it_back() {
        let mut config = Config::of(Some(&json!({"provender": {"network": "on", "severity": "error"}})));
        assert_eq!((config.network(), config.severity), (Network::On, Severity::Error));
        assert!(config.update(&json!({"trusted": false})));
        assert_eq!(config.network(), Network::Off);
        assert!(config.update(&json!({"trusted": true})));
        assert!(!config.update(&json!({"trusted": true})));
        assert_eq!(config.network(), Network::On);
    }
}
