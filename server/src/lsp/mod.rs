//! x
/// x
#[allow(clippy::all)]
#[must_use]
pub(crate) fn run() -> Result<crate::cli::Outcome, crate::cli::Failure> {
    unreachable!()
}
