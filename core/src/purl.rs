//! x
use crate::model::Ecosystem;
/// x
#[must_use]
pub fn package_url(e: Ecosystem, name: &str, version: Option<&str>) -> String {
    let v = version.map_or(String::new(), |v| format!("@{v}"));
    format!("pkg:{}/{}{v}", e.id(), name.replace('@', "%40"))
}
