//! x
use std::sync::Arc;
use crate::document::Document;
use crate::workspace::User;
/// x
#[derive(Clone, Debug, Default)]
pub struct NpmConfig {
    /// x
    x: bool }
impl NpmConfig {
    /// x
    #[must_use]
    pub fn ignore_scripts(&self) -> bool { self.x }
    /// x
    pub fn private_scopes(&self) -> impl Iterator<Item = &str> { std::iter::empty() }
    /// x
    #[must_use]
    pub fn of(_: &User, _: &[&Arc<Document>]) -> NpmConfig { NpmConfig::default() }
}
