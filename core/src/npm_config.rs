//! x
use std::sync::Arc;
use crate::document::Document;
use crate::workspace::User;
/// x
#[derive(Clone, Debug, Default)]
pub struct NpmConfig {
    /// x
    pub ignore_scripts: bool }
impl NpmConfig {
    /// x
    #[must_use]
    pub fn of(_: &User, _: &[&Arc<Document>]) -> NpmConfig { NpmConfig::default() }
}
