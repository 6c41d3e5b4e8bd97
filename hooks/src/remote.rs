//! What the remote of a push is known to have: its tracking refs.

use gix::ObjectId;

use crate::error::{Error, Result};
use crate::repository::Repository;

impl Repository {
    /// The commits that tracking refs say the remote has. `name` and `url` are the arguments that git gives a pre-push
    /// hook; where a URL was pushed to, `name` is that URL, and configured remotes with it are looked for.
    pub(crate) fn tracked(&self, name: &str, url: &str) -> Result<Vec<ObjectId>> {
        let remotes: Vec<String> = self.gix.remote_names().iter().map(ToString::to_string).collect();
        let mut ids = Vec::new();
        for remote in remotes.iter().filter(|remote| *remote == name || (name == url && self.has_url(remote, url))) {
            let prefix = format!("refs/remotes/{remote}/");
            // A remote may be named like a directory of another's refs: `team` and `team/fork`.
            let foreign: Vec<String> = remotes
                .iter()
                .filter(|other| other.strip_prefix(remote.as_str()).is_some_and(|rest| rest.starts_with('/')))
                .map(|other| format!("refs/remotes/{other}/"))
                .collect();
            for (name, id) in self.refs_below(&prefix)? {
                if !foreign.iter().any(|prefix| name.starts_with(prefix)) {
                    ids.push(id);
                }
            }
        }
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    fn has_url(&self, remote: &str, url: &str) -> bool {
        let config = self.gix.config_snapshot();
        let plain = |url: &str| url.trim_end_matches('/').to_owned();
        ["url", "pushUrl"].iter().any(|key| {
            config
                .plumbing()
                .strings(format!("remote.{remote}.{key}").as_str())
                .unwrap_or_default()
                .iter()
                .any(|value| plain(&value.to_string()) == plain(url))
        })
    }

    /// Refs below a prefix and what they name. One that cannot be read is left out: that can only add to what is judged.
    fn refs_below(&self, prefix: &str) -> Result<Vec<(String, ObjectId)>> {
        if self.foreign_refs {
            let listing = self.git(["for-each-ref", "--format=%(objectname) %(refname)", prefix])?.text().unwrap_or_default();
            return Ok(listing
                .lines()
                .filter_map(|line| line.split_once(' '))
                .filter_map(|(id, name)| Some((name.to_owned(), ObjectId::from_hex(id.as_bytes()).ok()?)))
                .collect());
        }
        let unreadable = |error: gix::Error| Error::damaged(format!("the refs below {prefix} cannot be read: {error}"));
        let platform = self.gix.references().map_err(unreadable)?;
        let refs = platform.prefixed(prefix).map_err(unreadable)?.peeled().map_err(unreadable)?;
        Ok(refs
            .filter_map(Result::ok)
            .filter_map(|reference| Some((reference.name().as_bstr().to_string(), reference.try_id()?.detach())))
            .collect())
    }
}
