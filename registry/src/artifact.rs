//! An artifact's bytes, in one pass: every digest that is asked for, and what an ecosystem wants to see inside.
//!
//! The pass runs on a thread that may block. Pieces come to it through a short channel, so that an artifact is never whole in memory;
//! each is hashed before the archive reader sees it, and what the archive reader does not want is hashed all the same.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use provender_core::facts::{ArtifactManifest, Reason};
use provender_core::integrity::Algorithm;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::digest::{Hashes, Known};
use crate::options::Limits;

/// What was seen of an artifact.
pub(crate) struct Seen {
    /// The digests of its bytes, one for each algorithm asked for, and those of what is made of them.
    pub(crate) digests: Vec<Known>,
    /// What was seen inside.
    pub(crate) manifest: Option<Arc<ArtifactManifest>>,
    /// Why a digest of what is made of the bytes is not among the digests.
    pub(crate) fault: Option<Reason>,
}

/// What is to be seen inside.
#[derive(Default)]
pub(crate) struct Inside {
    /// The manifest in it; `None` where it does not read as an archive with one, or where nobody asks.
    pub(crate) manifest: Option<Arc<ArtifactManifest>>,
    /// Digests of what an ecosystem makes of the bytes (a tree, another archive).
    pub(crate) digests: Vec<Known>,
    /// Why such a digest could not be made.
    pub(crate) fault: Option<Reason>,
}

/// Looks inside: it reads as much of the stream as it likes; the rest is hashed without it.
pub(crate) type Look = Arc<dyn Fn(&mut dyn BufRead, Limits) -> Inside + Send + Sync>;

/// Hashes and looks at nothing.
pub(crate) fn blind() -> Look {
    Arc::new(|_, _| Inside::default())
}

/// How many pieces may wait: enough to keep both sides busy, few enough that a hundred artifacts fit.
const WAITING: usize = 2;

/// How much of a file is read at once, in bytes.
const PIECE: usize = 128 << 10;

/// Starts a pass over pieces that are sent. It ends when the sender is dropped; whoever saw the stream break drops it too, and
/// leaves the result alone.
pub(crate) fn pass(algorithms: &[Algorithm], limits: Limits, inside: Look) -> (mpsc::Sender<Bytes>, JoinHandle<Seen>) {
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let hashes = Hashes::new(algorithms.iter().copied());
    let task = tokio::task::spawn_blocking(move || look(Pieces::new(|| receiver.blocking_recv(), hashes), limits, &inside));
    (sender, task)
}

/// A pass over a file, on this thread. `None` where the file cannot be read to its end, or where `stopped` says so.
pub(crate) fn of_file(
    file: File,
    algorithms: &[Algorithm],
    limits: Limits,
    inside: &Look,
    stopped: impl Fn() -> bool,
) -> Option<Seen> {
    let mut broken = false;
    let mut file = file;
    let source = || {
        let mut piece = vec![0; PIECE];
        let count = if stopped() { Err(io::ErrorKind::Interrupted.into()) } else { file.read(&mut piece) };
        broken |= count.is_err();
        piece.truncate(count.unwrap_or_default());
        (!piece.is_empty()).then(|| Bytes::from(piece))
    };
    let seen = look(Pieces::new(source, Hashes::new(algorithms.iter().copied())), limits, inside);
    (!broken).then_some(seen)
}

fn look(mut pieces: Pieces<impl FnMut() -> Option<Bytes>>, limits: Limits, inside: &Look) -> Seen {
    let Inside { manifest, digests, fault } = inside(&mut pieces, limits);
    while pieces.next() {}
    let mut all = pieces.hashes.finish();
    all.extend(digests);
    Seen { digests: all, manifest, fault }
}

/// The pieces as one stream; each is hashed as it comes in.
struct Pieces<S> {
    source: S,
    piece: Bytes,
    hashes: Hashes,
}

impl<S: FnMut() -> Option<Bytes>> Pieces<S> {
    fn new(source: S, hashes: Hashes) -> Pieces<S> {
        Pieces { source, piece: Bytes::new(), hashes }
    }

    fn next(&mut self) -> bool {
        let Some(piece) = (self.source)() else { return false };
        self.hashes.update(&piece);
        self.piece = piece;
        true
    }
}

impl<S: FnMut() -> Option<Bytes>> BufRead for Pieces<S> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.piece.is_empty() && self.next() {}
        Ok(&self.piece)
    }

    fn consume(&mut self, amount: usize) {
        self.piece.advance(amount);
    }
}

impl<S: FnMut() -> Option<Bytes>> Read for Pieces<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let count = available.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}
