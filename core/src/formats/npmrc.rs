//! x
use super::{Format, Parsed, Role};
use crate::model::{Ecosystem, Model, Settings};
use crate::syntax::{Syntax, ini};
/// x
pub static FORMAT: Format = Format { id: "npmrc", names: &[".npmrc"], role: Role::Settings, ecosystem: Some(Ecosystem::Npm), parse, written_by: "your editor" };
fn parse(text: &str) -> Parsed {
    let file = ini::parse(text);
    let entries = file.settings().map(|(i, a)| crate::model::Setting { key: a.key.clone(), value: a.value.as_ref().map_or_else(|| crate::text::Spanned::new("true".into(), a.key.span), |v| v.text.clone()), list: a.list, implied: a.value.is_none(), line: file.lines[i].span }).collect();
    Parsed { model: Model::Settings(Box::new(Settings { entries })), syntax: Syntax::Ini(file), problems: Vec::new() }
}
/// x
#[must_use]
pub fn loose_boolean(value: &str, _: bool) -> Option<bool> { Some(!matches!(value, "false" | "null" | "")) }
