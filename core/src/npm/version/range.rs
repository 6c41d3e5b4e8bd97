//! Whether a version lies within a range.
//!
//! A range is alternatives joined by `||`; each is comparators that must all hold. npm rewrites the text step by step with regular
//! expressions until only comparators are left. Here each word is judged as it is read, without building anything; the few texts
//! that need npm's rewriting first (hyphens, operators standing apart, build metadata) go through [`super::rewrite`].

use std::cmp::Ordering;

use super::rewrite::{alternative, white_space};
use super::{MAX_LENGTH, Part, Partial, TooLarge, Version, usual};

/// Whether prereleases count that the range does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prereleases {
    /// Only those of a version that the range names with a prerelease: how npm installs.
    OnlyAskedFor,
    /// All of them: how npm matches advisories.
    Included,
}

/// Whether `version` lies within `range`. `None`: `range` is not a range to npm (it may be a tag); `Some(false)` also where
/// `version` is not a version.
#[must_use]
pub fn satisfies(range: &str, version: &str, prereleases: Prereleases) -> Option<bool> {
    usual::satisfies(range, version).or_else(|| judge(range, Version::parse(version), prereleases).ok().flatten())
}

/// Whether npm takes the text for a range; an exact version is one too.
#[must_use]
pub fn is_range(range: &str) -> bool {
    matches!(judge(range, None, Prereleases::OnlyAskedFor), Ok(Some(_)))
}

pub(super) fn judge(range: &str, version: Option<Version<'_>>, prereleases: Prereleases) -> Result<Option<bool>, TooLarge> {
    let range = white_space(range);
    let mut verdict = None;
    let mut anything = false;
    let mut rest = Some(&*range);
    while let Some(text) = rest {
        let words;
        (words, rest) = match memchr::memmem::find(text.as_bytes(), b"||") {
            Some(at) => (&text[..at], Some(&text[at + 2..])),
            None => (text, None),
        };
        let mut set = Set::new(version, prereleases);
        set.read(&alternative(words.trim_matches(' '), prereleases)?)?;
        anything |= set.is_anything();
        if let Some(matches) = set.verdict() {
            verdict = Some(verdict.unwrap_or(false) | matches);
        }
    }
    if anything {
        // Beside an alternative that takes everything npm forgets the others, also the prereleases they name.
        let mut set = Set::new(version, prereleases);
        set.anything = true;
        verdict = set.verdict();
    }
    Ok(verdict)
}

/// What a comparator demands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Operator {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Operator::Equal => order.is_eq(),
            Operator::Less => order.is_lt(),
            Operator::LessEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterEqual => order.is_ge(),
        }
    }

    /// Splits the operator off a word, and whether one was written (`=` is and changes nothing).
    fn split(word: &str) -> (Option<Operator>, &str) {
        match word.as_bytes() {
            [b'<', b'=', ..] => (Some(Operator::LessEqual), &word[2..]),
            [b'>', b'=', ..] => (Some(Operator::GreaterEqual), &word[2..]),
            [b'<', ..] => (Some(Operator::Less), &word[1..]),
            [b'>', ..] => (Some(Operator::Greater), &word[1..]),
            [b'=', ..] => (None, &word[1..]),
            _ => (None, word),
        }
    }
}

/// One alternative under judgement.
struct Set<'v> {
    version: Option<Version<'v>>,
    prereleases: Prereleases,
    /// A comparator was read that demands something.
    demanding: bool,
    /// A comparator was read that takes everything.
    anything: bool,
    /// All comparators so far hold.
    holds: bool,
    /// A comparator names a prerelease of the very version.
    asked_for: bool,
}

/// The prerelease that comes before all others.
const LOWEST: &str = "0";

impl<'v> Set<'v> {
    fn new(version: Option<Version<'v>>, prereleases: Prereleases) -> Set<'v> {
        Set { version, prereleases, demanding: false, anything: false, holds: version.is_some(), asked_for: false }
    }

    fn is_anything(&self) -> bool {
        self.anything && !self.demanding
    }

    /// `None`: nothing in the alternative was a comparator, npm drops it.
    fn verdict(&self) -> Option<bool> {
        let released = self.version.is_some_and(|version| version.prerelease.is_empty());
        let allowed = released || self.asked_for || self.prereleases == Prereleases::Included;
        (self.demanding || self.anything).then_some(self.holds && allowed)
    }

    fn read(&mut self, text: &str) -> Result<(), TooLarge> {
        let mut words = text.split(' ').peekable();
        let mut first = true;
        while let Some(word) = words.next() {
            // A word that takes everything leaves an empty one behind, and npm's splitting loses empty words in the middle.
            let outer = first || words.peek().is_none();
            self.word(word, outer)?;
            first = false;
        }
        Ok(())
    }

    fn word(&mut self, word: &str, outer: bool) -> Result<(), TooLarge> {
        match word.as_bytes().first() {
            None => self.anything |= outer,
            Some(b'^') => {
                if let Some(partial) = parse_within_length(&word[1..])? {
                    return self.caret(&partial, outer);
                }
            }
            Some(b'~') => {
                let rest = word[1..].strip_prefix('>').unwrap_or(&word[1..]);
                if let Some(partial) = parse_within_length(rest)? {
                    return self.tilde(&partial, outer);
                }
            }
            Some(_) => {
                let (operator, rest) = Operator::split(word);
                match Partial::parse(rest.trim_start_matches(['v', '='])) {
                    Some(partial) if is_ordered(&partial) => return self.plain(word, operator, &partial, outer),
                    _ => return self.without_star(word, outer),
                }
            }
        }
        if word.contains('*') { self.without_star(word, outer) } else { Ok(()) }
    }

    /// A word that is no comparator until its first star, and an operator before that, is taken out: npm does that to all.
    fn without_star(&mut self, word: &str, outer: bool) -> Result<(), TooLarge> {
        let Some(star) = word.find('*') else { return Ok(()) };
        let before = &word[..star];
        let before = before.strip_suffix('=').unwrap_or(before);
        let before = before.strip_suffix(['<', '>']).unwrap_or(before);
        let left = format!("{before}{}", &word[star + 1..]);
        if left.is_empty() {
            self.anything |= outer;
            return Ok(());
        }
        let (operator, rest) = Operator::split(&left);
        if let Some(version) = Version::untrimmed(rest)? {
            self.literal(&left, operator, version);
        }
        Ok(())
    }

    fn caret(&mut self, partial: &Partial<'_>, outer: bool) -> Result<(), TooLarge> {
        let (Part::Number(major), Part::Number(minor)) = (partial.major, partial.minor) else {
            return self.tilde(partial, outer);
        };
        // By its text, as npm does: `^00.1.2` is not held to 0.1.
        let zero_major = major.text == "0";
        let upper = match partial.patch {
            Part::Number(patch) if zero_major && minor.text == "0" => self.below(0, 0, patch.next()?),
            _ if zero_major => minor.next()?.and_then(|minor| self.below(0, minor, Some(0))),
            _ => major.next()?.and_then(|major| self.below(major, 0, Some(0))),
        };
        self.lower(partial)?;
        self.upper(upper);
        Ok(())
    }

    fn tilde(&mut self, partial: &Partial<'_>, outer: bool) -> Result<(), TooLarge> {
        let Part::Number(major) = partial.major else {
            self.anything |= outer;
            return Ok(());
        };
        let upper = match partial.minor {
            Part::Number(minor) => {
                let (major, minor) = (major.value()?, minor.next()?);
                minor.and_then(|minor| self.below(major, minor, Some(0)))
            }
            Part::Any => major.next()?.and_then(|major| self.below(major, 0, Some(0))),
        };
        self.lower(partial)?;
        self.upper(upper);
        Ok(())
    }

    fn below(&self, major: u64, minor: u64, patch: Option<u64>) -> Option<Version<'static>> {
        patch.map(|patch| Version { major, minor, patch, prerelease: LOWEST })
    }

    fn upper(&mut self, upper: Option<Version<'_>>) {
        if let Some(upper) = upper {
            self.compare(Operator::Less, upper);
        }
    }

    /// The lower end of `^`, `~` and open places: what is open counts as 0, and its prereleases count if all do.
    fn lower(&mut self, partial: &Partial<'_>) -> Result<(), TooLarge> {
        let mut open = false;
        let mut zeros = true;
        let mut place = |part: Part<'_>| match part {
            Part::Number(number) if !open => {
                zeros &= number.text == "0";
                number.value()
            }
            _ => {
                open = true;
                Ok(0)
            }
        };
        let (major, minor, patch) = (place(partial.major)?, place(partial.minor)?, place(partial.patch)?);
        let prerelease = match (open, self.prereleases) {
            (true, Prereleases::Included) => LOWEST,
            (true, Prereleases::OnlyAskedFor) => "",
            (false, _) => partial.prerelease,
        };
        self.at_least(Version { major, minor, patch, prerelease }, zeros);
        Ok(())
    }

    /// `>=`, which npm turns into "anything" where it is written with plain zeros.
    fn at_least(&mut self, version: Version<'_>, zeros: bool) {
        let lowest = if self.prereleases == Prereleases::Included { LOWEST } else { "" };
        if zeros && version.prerelease == lowest {
            self.anything = true;
        } else {
            self.compare(Operator::GreaterEqual, version);
        }
    }

    /// A version, whole or with open places, behind an operator or none.
    fn plain(&mut self, word: &str, operator: Option<Operator>, partial: &Partial<'_>, outer: bool) -> Result<(), TooLarge> {
        let Part::Number(major) = partial.major else {
            match operator {
                Some(Operator::Less | Operator::Greater) => self.nothing(),
                _ => self.anything |= outer,
            }
            return Ok(());
        };
        if let (Part::Number(minor), Part::Number(patch)) = (partial.minor, partial.patch) {
            if word.len() > MAX_LENGTH {
                return Err(TooLarge);
            }
            let (major, minor, patch) = (major.value()?, minor.value()?, patch.value()?);
            self.literal(word, operator, Version { major, minor, patch, prerelease: partial.prerelease });
            return Ok(());
        }
        let version = |major, minor, prerelease| Version { major, minor, patch: 0, prerelease };
        let lowest = if self.prereleases == Prereleases::Included { LOWEST } else { "" };
        match operator {
            None => return self.tilde(partial, outer),
            Some(Operator::Equal | Operator::GreaterEqual) => self.lower(partial)?,
            Some(Operator::Less) => {
                let minor = if let Part::Number(minor) = partial.minor { minor.value()? } else { 0 };
                self.compare(Operator::Less, version(major.value()?, minor, LOWEST));
            }
            Some(operator @ (Operator::Greater | Operator::LessEqual)) => {
                let next = match partial.minor {
                    Part::Number(minor) => {
                        let (major, minor) = (major.value(), minor.next()?);
                        minor.map(|minor| major.map(|major| (major, minor))).transpose()?
                    }
                    Part::Any => major.next()?.map(|major| (major, 0)),
                };
                match next {
                    Some((major, minor)) if operator == Operator::Greater => {
                        self.compare(Operator::GreaterEqual, version(major, minor, lowest));
                    }
                    Some((major, minor)) => self.compare(Operator::Less, version(major, minor, LOWEST)),
                    None => {}
                }
            }
        }
        Ok(())
    }

    /// A comparator with a whole version, as written in `word`.
    fn literal(&mut self, word: &str, operator: Option<Operator>, version: Version<'_>) {
        match operator {
            Some(Operator::GreaterEqual) => self.at_least(version, matches!(word, ">=0.0.0" | ">=0.0.0-0")),
            Some(Operator::Less) if (version.major, version.minor, version.patch) == (0, 0, 0) => {
                if version.prerelease.bytes().all(|byte| byte == b'0') && !version.prerelease.is_empty() {
                    self.nothing();
                } else {
                    self.compare(Operator::Less, version);
                }
            }
            operator => self.compare(operator.unwrap_or(Operator::Equal), version),
        }
    }

    fn nothing(&mut self) {
        self.demanding = true;
        self.holds = false;
    }

    fn compare(&mut self, operator: Operator, bound: Version<'_>) {
        self.demanding = true;
        let Some(version) = self.version else { return };
        self.holds &= operator.holds(version.cmp(&bound));
        self.asked_for |= !bound.prerelease.is_empty()
            && (version.major, version.minor, version.patch) == (bound.major, bound.minor, bound.patch);
    }
}

fn parse_within_length(text: &str) -> Result<Option<Partial<'_>>, TooLarge> {
    let bare = text.trim_start_matches(['v', '=']);
    let partial = Partial::parse(bare);
    if partial.is_some() && bare.len() > MAX_LENGTH { Err(TooLarge) } else { Ok(partial) }
}

/// No number after an open place: npm leaves `1.x.3` as it is.
fn is_ordered(partial: &Partial<'_>) -> bool {
    let open = |part: Part<'_>| matches!(part, Part::Any);
    let minor_out_of_place = open(partial.major) && !open(partial.minor);
    !minor_out_of_place && (!open(partial.minor) || open(partial.patch))
}
