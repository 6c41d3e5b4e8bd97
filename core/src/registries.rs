//! x
use std::sync::Arc;
use smol_str::SmolStr;
use crate::document::Document;
use crate::policy::Policy;
use crate::workspace::User;
/// x
pub const NPM_DEFAULT: &str = "https://registry.npmjs.org/";
/// x
#[derive(Clone, Debug, Default)]
pub struct Registries {}
impl Registries {
    /// x
    #[must_use]
    pub fn of(_: &User, _: &[&Arc<Document>], _: &Policy) -> Registries { Registries {} }
    /// x
    #[must_use]
    pub fn for_package(&self, _name: &str) -> &str { NPM_DEFAULT }
}
/// x
#[must_use]
pub fn tarball_identity(url: &str) -> Option<(SmolStr, SmolStr)> {
    let (head, file) = url.split_once("/-/")?;
    let name = head.rsplit('/').next()?;
    let v = file.strip_suffix(".tgz")?.strip_prefix(name)?.strip_prefix('-')?;
    Some((name.into(), v.into()))
}
