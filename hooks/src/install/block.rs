//! A marked block in a hook file that belongs to the user (husky's layout).

use std::path::Path;

use super::{mode, read, write};
use crate::error::{Error, Result};

const BEGIN: &str = "# >>> provender (`provender hook uninstall` removes this block)";
const END: &str = "# <<< provender";

/// Whether a file has our block.
pub(super) fn is_in(text: &str) -> bool {
    text.lines().any(|line| line == BEGIN)
}

/// Puts the block at the file's beginning, so that nothing before it can end the hook or read its input. Says what was done.
pub(super) fn put(path: &Path, hook: &str) -> Result<String> {
    let there = read(path)?;
    let rest = there.as_deref().map(without).unwrap_or_default();
    let (first, rest) = match rest.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") => (format!("{first}\n"), rest),
        _ => (String::new(), rest.as_str()),
    };
    write(path, &format!("{first}{}{rest}", block(hook)), mode(path))?;
    Ok(match there {
        Some(text) if is_in(&text) => format!("{hook}: renewed in {}", path.display()),
        _ => format!("{hook}: installed in {}", path.display()),
    })
}

/// Takes the block out; a file that held nothing else goes with it. Says what was done.
pub(super) fn take(path: &Path) -> Result<Option<String>> {
    let Some(text) = read(path)?.filter(|text| is_in(text)) else { return Ok(None) };
    let rest = without(&text);
    if rest.trim().is_empty() {
        std::fs::remove_file(path).map_err(|error| Error::io("remove", path, &error))?;
        return Ok(Some(format!("{} removed", path.display())));
    }
    write(path, &rest, mode(path))?;
    Ok(Some(format!("{}: the block is removed", path.display())))
}

/// The text without our block.
fn without(text: &str) -> String {
    let mut inside = false;
    let mut rest = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        match (inside, bare) {
            (false, BEGIN) => inside = true,
            (true, END) => inside = false,
            (false, _) => rest.push_str(line),
            (true, _) => {}
        }
    }
    rest
}

/// The block. The file is shared with everybody who works on the repository, so the program is looked up by its name.
fn block(hook: &str) -> String {
    // Only pre-push is given something on standard input: both are given all of it, and nothing stays nothing.
    let (keep, feed, restore) = match hook {
        "pre-push" => (
            "provender_input=$(cat)\nprovender_feed() { [ -z \"$provender_input\" ] || printf '%s\\n' \"$provender_input\"; }\n",
            "provender_feed | ",
            "if [ -n \"$provender_input\" ]; then\n  exec <<PROVENDER_INPUT\n$provender_input\nPROVENDER_INPUT\nelse\n  exec </dev/null\nfi\n",
        ),
        _ => ("", "", ""),
    };
    format!(
        r#"{BEGIN}
{keep}provender=$(command -v provender) || provender="${{HOME:-}}/.cargo/bin/provender"
if [ -x "$provender" ]; then
  {feed}"$provender" hook run {hook} "$@" || exit $?
elif [ "${{PROVENDER:-}}" = 0 ]; then
  echo "provender: skipped, since PROVENDER=0 is set; nothing was looked at" >&2
else
  echo "provender: blocked, since the program is not installed: install it, or go on once with PROVENDER=0" >&2
  exit 1
fi
{restore}{END}
"#
    )
}
