//! Hosts that look like another.

use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

/// Which of the known hosts a host looks like without being it: the same letters to the eye, the same name under another ending or
/// in front of another host, or one letter off.
pub(super) fn reads_like<'k>(host: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let shown = shape(host);
    known.filter(|known| *known != host).find(|known| {
        let plain = shape(known);
        shown == plain || extends(host, known) || other_ending(host, known) || (known.len() >= 8 && is_near(&shown, &plain))
    })
}

/// Whether a part of the host mixes letters of several scripts, which no honest name does.
pub(super) fn mixes_scripts(host: &str) -> bool {
    url::quirks::domain_to_unicode(host).split('.').any(|label| !label.is_single_script())
}

/// What the host looks like to the eye, as far as Unicode's tables of confusable letters know.
fn shape(host: &str) -> String {
    skeleton(&url::quirks::domain_to_unicode(host)).collect::<String>().to_lowercase()
}

/// `npm.example.test.other.test`, `npm.example.test-cdn.test`.
fn extends(host: &str, known: &str) -> bool {
    known.contains('.') && host.strip_prefix(known).is_some_and(|rest| rest.starts_with(['.', '-']))
}

/// `npm.example.other` for `npm.example.test`, `npm-example.test` likewise.
fn other_ending(host: &str, known: &str) -> bool {
    let (Some((host_name, host_end)), Some((known_name, known_end))) = (host.rsplit_once('.'), known.rsplit_once('.')) else {
        return false;
    };
    let dashed = |name: &str| name.replace('.', "-");
    known_name.contains('.') && (host_name == known_name || (host_end == known_end && dashed(host_name) == dashed(known_name)))
}

fn is_near(one: &str, other: &str) -> bool {
    crate::spelling::within_one_edit(one, other)
}
