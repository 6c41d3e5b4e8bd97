//! The tables that the packaging standards define.

use super::listed;
use crate::model::{Group, Manifest};
use crate::python::requirement;
use crate::syntax::toml::Value;
use crate::text::Spanned;

pub(super) fn read(root: Value<'_>, manifest: &mut Manifest) {
    if let Some(project) = root.get("project") {
        manifest.name = project.get("name").and_then(Value::spanned);
        manifest.version = project.get("version").and_then(Value::spanned);
        let mut classifiers = project.get("classifiers").into_iter().flat_map(Value::items);
        // The index refuses a package of this class.
        let private = classifiers.find(|classifier| classifier.raw().starts_with("Private ::"));
        manifest.private = private.map(|classifier| Spanned::new(true, classifier.inner()));
        manifest.announced = project.get("urls").is_some() || project.get("classifiers").is_some();
        let direct = project.get("dependencies").into_iter().flat_map(Value::items);
        manifest.dependencies.extend(direct.filter_map(|item| requirement::in_toml(item, Group::Normal)));
        let extras = project.get("optional-dependencies").into_iter();
        manifest.dependencies.extend(extras.flat_map(|lists| listed(lists, |item| requirement::in_toml(item, Group::Optional))));
    }
    let groups = root.get("dependency-groups").into_iter();
    manifest.dependencies.extend(groups.flat_map(|lists| listed(lists, |item| requirement::in_toml(item, Group::Dev))));
    let build = root.get_path(&["build-system", "requires"]).into_iter().flat_map(Value::items);
    manifest.dependencies.extend(build.filter_map(|item| requirement::in_toml(item, Group::Build)));
}
