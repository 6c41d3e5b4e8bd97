//! The lies and failures that a registry, a proxy or a line can produce.

/// How a package is served wrongly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The tarball's last byte is another one.
    WrongBytes,
    /// The connection ends after half of the tarball.
    Truncated,
    /// The headers come, and then nothing for as long as the client waits.
    Stalls,
    /// The connection is closed before any answer.
    HangsUp,
    /// Every request for the package is redirected to that address; `{path}` in it stands for the path asked for.
    Redirects(String),
    /// Only tarballs are redirected to that address; `{path}` in it stands for the path asked for.
    RedirectsTarball(String),
    /// A redirect to itself.
    RedirectsForever,
    /// Every answer has this status.
    Status(u16),
    /// Version documents are answered with this status; packuments and tarballs are served.
    NoVersionDocuments(u16),
    /// As before, and packuments are abbreviated for who asks for that, as npm's own registry does.
    Abbreviates,
    /// The first answers have this status (with `Retry-After` in seconds, if given), then all is well.
    Passing {
        /// How many answers.
        times: u32,
        /// Their status.
        status: u16,
        /// The header's value.
        retry_after: Option<String>,
    },
    /// The tarball is said to be this many bytes long.
    Claims(u64),
    /// The tarball goes on for this many bytes, with no length stated.
    Endless(u64),
    /// The metadata states a digest of other bytes.
    OtherDigest,
    /// The metadata states only a sha1, as ten years ago.
    OnlyShasum,
    /// The metadata states no digest at all.
    NoDigest,
    /// The metadata is a web page.
    NotJson,
    /// The metadata names another package.
    OtherName,
    /// The metadata is for another version.
    OtherVersion,
    /// The metadata is this many bytes long.
    HugeMetadata(usize),
    /// The metadata states another address of the tarball.
    TarballAt(String),
}
