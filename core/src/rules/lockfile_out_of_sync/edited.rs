//! What the rule says of a locked project after an edit, for tables of what managers do with it.

use super::super::testing::{of_rule, workspace};
use crate::analyze::analyze;

/// What a frozen install does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Nothing: all agree.
    Nothing,
    /// It installs, though they do not.
    Passes,
    /// It refuses.
    Refuses,
}

/// A project as its manager locked it: paths and texts. `DIGEST` stands for some digest.
pub(super) struct Locked(pub(super) &'static [(&'static str, &'static str)]);

/// What is expected, what is edited, the file, and the text that is put in another's place.
pub(super) type Row = (Says, &'static str, &'static str, &'static str, &'static str);

impl Locked {
    /// What the rule says of the project with one text in a file put in another's place, and with more files.
    #[track_caller]
    pub(super) fn say(&self, file: &str, old: &str, new: &str, more: &str) -> (Says, String) {
        let digest = "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==";
        let mut fixture = String::new();
        for (name, text) in self.0 {
            assert!(*name != file || text.contains(old), "{file} has no {old}");
            let text = if *name == file { text.replacen(old, new, 1) } else { (*text).to_owned() };
            fixture.push_str(&format!("//- /{name}\n{}\n", text.replace("DIGEST", digest)));
        }
        let report = analyze(&workspace(&(fixture + more), str::to_owned));
        let messages: Vec<_> = of_rule(&report, "lockfile-out-of-sync").iter().map(|found| found.message.clone()).collect();
        let says = match &messages[..] {
            [] => Says::Nothing,
            messages if messages.iter().any(|message| message.ends_with("refuses it")) => Says::Refuses,
            _ => Says::Passes,
        };
        (says, messages.join("; "))
    }

    /// Holds the rule against a table.
    #[track_caller]
    pub(super) fn hold(&self, table: impl IntoIterator<Item = Row>) {
        let said = table.into_iter().map(|(expected, what, file, old, new)| (expected, what, self.say(file, old, new, "")));
        let wrong: Vec<_> = said.filter(|(expected, _, (said, _))| expected != said).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
