//! What a verification comes to, in numbers.

use std::fmt;

use lsp_types::MessageType;
use provender_core::facts::{Artifact, Facts, Outcome};

/// How many artifacts came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) verified: usize,
    /// Only the registry's record was compared, not the bytes.
    pub(super) recorded: usize,
    pub(super) mismatched: usize,
    pub(super) unverifiable: usize,
}

impl Counts {
    /// Counts the answers about `asked`. What has none could not be verified.
    pub(super) fn of(asked: &[Artifact], facts: &Facts) -> Counts {
        let mut counts = Counts::default();
        for artifact in asked {
            match facts.verdicts.get(artifact).map(|verdict| &verdict.outcome) {
                Some(Outcome::Verified) => counts.verified += 1,
                Some(Outcome::Recorded) => counts.recorded += 1,
                Some(Outcome::Mismatched(_)) => counts.mismatched += 1,
                Some(Outcome::Unverifiable(_)) | None => counts.unverifiable += 1,
            }
        }
        counts
    }

    /// How it is said to the person.
    pub(super) fn kind(self) -> MessageType {
        match self {
            counts if counts.mismatched > 0 => MessageType::ERROR,
            counts if counts.is_clean() => MessageType::INFO,
            _ => MessageType::WARNING,
        }
    }

    /// Whether everything was verified, and there was something to verify.
    pub(super) fn is_clean(self) -> bool {
        self.verified > 0 && self.recorded + self.mismatched + self.unverifiable == 0
    }
}

/// So many packages, in words.
pub(super) fn packages(count: usize) -> String {
    if count == 1 { "1 package".to_owned() } else { format!("{count} packages") }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} verified", self.verified)?;
        for (count, what) in
            [(self.recorded, "recorded only"), (self.mismatched, "mismatched"), (self.unverifiable, "unverifiable")]
        {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}
