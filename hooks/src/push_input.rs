//! What git tells a pre-push hook on standard input: a line for every ref of the push (githooks(5)).

use gix::ObjectId;

use crate::error::{Error, ErrorKind, Result};

/// One line: `<local ref> SP <local id> SP <remote ref> SP <remote id>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) local_ref: String,
    /// `None` for a deletion.
    pub(crate) local: Option<ObjectId>,
    pub(crate) remote_ref: String,
    /// `None` if the remote does not have the ref.
    pub(crate) remote: Option<ObjectId>,
}

/// All lines. They are split from the right, because what was typed as the local side may hold spaces
/// (`HEAD^{/fix bug}`). An id of zeros, of whatever length, stands for nothing.
pub(crate) fn parse(stdin: &str) -> Result<Vec<Line>> {
    stdin.lines().map(|line| line.trim_end_matches('\r')).filter(|line| !line.trim().is_empty()).map(parse_line).collect()
}

fn parse_line(line: &str) -> Result<Line> {
    let malformed = || {
        Error::new(
            ErrorKind::Input,
            format!("git's line {line:?} is not `<local ref> <local id> <remote ref> <remote id>`"),
            "This hook must get git's own standard input: a hook that runs before it may have read it. See `provender hook status`.",
        )
    };
    let mut fields = line.rsplitn(4, ' ');
    let (Some(remote), Some(remote_ref), Some(local), Some(local_ref)) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(malformed());
    };
    let id = |text: &str| {
        if !text.is_empty() && text.bytes().all(|byte| byte == b'0') {
            return Ok(None);
        }
        ObjectId::from_hex(text.as_bytes()).map(Some).map_err(|_| malformed())
    };
    Ok(Line { local_ref: local_ref.to_owned(), local: id(local)?, remote_ref: remote_ref.to_owned(), remote: id(remote)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_from_the_right() {
        let (one, two, zero) = ("1".repeat(40), "2".repeat(64), "0".repeat(64));
        let lines = parse(&format!(
            "HEAD^{{/fix bug}} {one} refs/heads/x {}\n(delete) {zero} refs/heads/y {two}\r\n\nrefs/heads/z {two} refs/heads/z {zero}",
            "0".repeat(40)
        ))
        .unwrap();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].local_ref, "HEAD^{/fix bug}");
        assert_eq!(lines[0].local.unwrap().to_string(), one);
        assert_eq!((lines[0].remote, lines[1].local, lines[2].remote), (None, None, None));
        assert_eq!(lines[1].remote.unwrap().to_string(), two);
        assert_eq!(lines[2].remote_ref, "refs/heads/z");
    }

    #[test]
    fn what_is_no_line_of_gits_is_an_error() {
        for bad in ["x", "refs/heads/x 12 refs/heads/x 00", "a b c", "refs/heads/x zz refs/heads/x 0", "   a  "] {
            assert_eq!(parse(bad).unwrap_err().kind(), ErrorKind::Input, "{bad}");
        }
        assert_eq!(parse("").unwrap(), []);
    }
}
