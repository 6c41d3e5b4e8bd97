//! The script that git runs, and the hook that stood in its place.

use std::path::{Path, PathBuf};

use super::{beside, mode, read, refuse, write};
use crate::error::{Error, Result};

/// The line by which our own script is known.
const MARK: &str = "# Installed by `provender hook install`; `provender hook uninstall` removes it.";

/// The name under which an earlier hook is kept.
const CHAINED: &str = "provender-chained";

/// Whether a script is ours.
pub(super) fn is_ours(text: &str) -> bool {
    text.lines().nth(1) == Some(MARK)
}

/// The path of the hook that ours runs first, whether it is there or not.
pub(super) fn chained(path: &Path) -> PathBuf {
    beside(path, CHAINED)
}

/// The program that a script of ours runs.
pub(super) fn binary(text: &str) -> Option<PathBuf> {
    let quoted = text.lines().find_map(|line| line.strip_prefix("provender='"))?;
    Some(PathBuf::from(quoted.strip_suffix('\'')?.replace("'\\''", "'")))
}

/// Writes our script; what stood there is kept and runs first. Says what was done.
pub(super) fn put(path: &Path, hook: &str, binary: &Path) -> Result<String> {
    let kept = chained(path);
    let there = read(path)?;
    let foreign = there.as_deref().filter(|text| !is_ours(text));
    if let Some(text) = foreign
        && let Some(before) = read(&kept)?
        && !same_tool(text, &before)
    {
        return Err(refuse(
            format!("{} was written anew by another tool, and {} keeps the hook from before", path.display(), kept.display()),
            "Look at both; remove the one that is no longer wanted, then install again.",
        ));
    }
    if foreign.is_some() {
        // Where the tool wrote its own hook anew, the new one takes the place of the one that was kept.
        std::fs::rename(path, &kept).map_err(|error| Error::io("keep", path, &error))?;
    }
    if let Err(error) = write(path, &script(hook, binary)?, None) {
        if foreign.is_some() {
            // The hook from before must not be lost because ours could not be written.
            let _ = std::fs::rename(&kept, path);
        }
        return Err(error);
    }
    drop_moved(path)?;
    Ok(match (kept.exists(), there.is_some()) {
        (true, _) => format!("{hook}: installed; {} runs first", kept.display()),
        (false, true) => format!("{hook}: renewed"),
        (false, false) => format!("{hook}: installed"),
    })
}

/// Removes our script and puts back what stood there. Says what was done.
pub(super) fn take(path: &Path) -> Result<Option<String>> {
    drop_moved(path)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let kept = chained(path);
    match read(path)? {
        Some(text) if is_ours(&text) => {}
        // Our script was removed by hand: what it kept is still owed.
        None if kept.exists() => {}
        Some(text) if read(&kept)?.is_some_and(|before| same_tool(&text, &before)) => {
            std::fs::remove_file(&kept).map_err(|error| Error::io("remove", &kept, &error))?;
            return Ok(Some(format!("{name}: the earlier hook that was kept is removed; its tool has written it anew")));
        }
        _ => return Ok(None),
    }
    if kept.exists() {
        std::fs::rename(&kept, path).map_err(|error| Error::io("put back", &kept, &error))?;
        return Ok(Some(format!("{name}: removed; the hook from before is back")));
    }
    std::fs::remove_file(path).map_err(|error| Error::io("remove", path, &error))?;
    Ok(Some(format!("{name}: removed")))
}

/// Where tools move a hook that they find in their place: pre-commit and prek run it, lefthook does not.
pub(super) fn moved(path: &Path) -> [PathBuf; 2] {
    [beside(path, "legacy"), beside(path, "old")]
}

/// Removes our script where another tool has put it aside: it would run twice, or never.
fn drop_moved(path: &Path) -> Result<()> {
    for aside in moved(path) {
        if read(&aside)?.is_some_and(|text| is_ours(&text)) {
            std::fs::remove_file(&aside).map_err(|error| Error::io("remove", &aside, &error))?;
        }
    }
    Ok(())
}

/// Whether one known tool generated both hooks.
fn same_tool(one: &str, other: &str) -> bool {
    tool(one).is_some_and(|name| tool(other) == Some(name))
}

/// The tool that wrote a hook, by what it writes.
pub(super) fn tool(text: &str) -> Option<&'static str> {
    let known = [
        ("lefthook", "lefthook"),
        ("prek", "prek"),
        ("pre-commit.com", "pre-commit"),
        ("hook-impl", "pre-commit"),
        ("husky", "husky"),
        ("simple-git-hooks", "simple-git-hooks"),
    ];
    known.iter().find(|(mark, _)| text.contains(mark)).map(|(_, tool)| *tool)
}

/// The text of the script. It must run under any `sh`, from any folder, without a terminal; and it must block when the program is gone.
fn script(hook: &str, binary: &Path) -> Result<String> {
    let path = binary.to_str().filter(|path| !path.contains('\n')).ok_or_else(|| {
        refuse(
            format!("the path {} cannot stand in a script", binary.display()),
            "Install the program at a path that is plain text.",
        )
    })?;
    // Only pre-push is given something on standard input; reading it elsewhere could wait for a person.
    let (keep, feed) = match hook {
        // Nothing must stay nothing: an empty line is not what git gives a hook of a push that is up to date.
        "pre-push" => ("input=$(cat)\nfeed() { [ -z \"$input\" ] || printf '%s\\n' \"$input\"; }\n", "feed | "),
        _ => ("", ""),
    };
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let quoted = path.replace('\'', "'\\''");
    Ok(format!(
        r#"#!/bin/sh
{MARK}
{keep}chained="$0.{CHAINED}"
if [ -x "$chained" ]; then
  {feed}"$chained" "$@" || exit $?
fi
provender='{quoted}'
[ -x "$provender" ] || provender=$(command -v provender) || provender="${{HOME:-}}/.cargo/bin/provender"
if [ ! -x "$provender" ]; then
  if [ "${{PROVENDER:-}}" = 0 ]; then
    echo "provender: skipped, since PROVENDER=0 is set; nothing was looked at" >&2
    exit 0
  fi
  echo "provender: blocked, since the program is gone: install it again, or remove $0" >&2
  exit 1
fi
{feed}"$provender" hook run {hook} "$@"
"#
    ))
}

/// The mode of the hook that is kept, for the status.
pub(super) fn chained_runs(path: &Path) -> Option<bool> {
    let kept = chained(path);
    kept.exists().then(|| mode(&kept).is_some_and(|mode| mode & 0o111 != 0))
}
