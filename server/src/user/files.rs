//! The person's own settings files of each package manager, and where they lie.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use provender_core::document::Document;
use provender_core::formats::Format;
use provender_core::npm::config::Origin;
use provender_core::path::RelPath;

use super::variable;

/// A file that may be there: whose word it is, the known name whose format it has, and its place.
type Place = (Origin, &'static str, PathBuf);

/// Every settings file that is there, in rising order of precedence.
pub(super) fn documents(home: Option<&Path>) -> Vec<(Origin, Arc<Document>)> {
    places(home).into_iter().filter_map(|(origin, name, path)| Some((origin, document(name, &path, home)?))).collect()
}

fn places(home: Option<&Path>) -> Vec<Place> {
    let mut places: Vec<Place> = vec![
        (Origin::Global, "pip.conf", "/etc/xdg/pip/pip.conf".into()),
        (Origin::Global, "pip.conf", "/etc/pip.conf".into()),
        (Origin::Global, "uv.toml", "/etc/uv/uv.toml".into()),
        (Origin::Global, ".yarnrc", "/usr/etc/yarnrc".into()),
        (Origin::Global, ".yarnrc", "/usr/local/etc/yarnrc".into()),
    ];
    if let Some(home) = home {
        let config = super::config_folder(home);
        let mut own = |name, path: PathBuf| places.push((Origin::User, name, path));
        own("pip.conf", home.join(".pip/pip.conf"));
        own("pip.conf", home.join("Library/Application Support/pip/pip.conf"));
        own("pip.conf", config.join("pip/pip.conf"));
        own("uv.toml", config.join("uv/uv.toml"));
        own(".yarnrc", home.join(".yarnrc"));
        own(".yarnrc.yml", home.join(".yarnrc.yml"));
        own("bunfig.toml", config.join(".bunfig.toml"));
        own("bunfig.toml", home.join(".bunfig.toml"));
        own(".cargo/config.toml", cargo_home(home).join("config"));
        own(".cargo/config.toml", cargo_home(home).join("config.toml"));
        if let Some(roaming) = variable("APPDATA").map(PathBuf::from) {
            own("pip.conf", roaming.join("pip/pip.ini"));
            own("uv.toml", roaming.join("uv/uv.toml"));
        }
    }
    let chosen = [("pip.conf", "PIP_CONFIG_FILE"), ("uv.toml", "UV_CONFIG_FILE")];
    places.extend(chosen.into_iter().filter_map(|(name, name_of)| Some((Origin::User, name, variable(name_of)?.into()))));
    places
}

/// Cargo's folder of the person's own.
pub(super) fn cargo_home(home: &Path) -> PathBuf {
    variable("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from)
}

fn document(name: &str, path: &Path, home: Option<&Path>) -> Option<Arc<Document>> {
    let format = Format::of_name(name)?;
    let bytes = crate::disk::read(path).ok()?;
    let shown = match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    };
    let document = Document::parse(RelPath::new(shown), format, bytes);
    document.settings().is_some().then(|| Arc::new(document))
}
