//! Installing, removing and showing hooks.

use super::super::output::{Failure, Outcome};

pub(super) fn install() -> Result<Outcome, Failure> {
    unreachable!()
}
pub(super) fn uninstall() -> Result<Outcome, Failure> {
    unreachable!()
}
pub(super) fn status() -> Result<Outcome, Failure> {
    unreachable!()
}
