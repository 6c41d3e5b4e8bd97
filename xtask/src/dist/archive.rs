//! The program with its manual pages and completions, and the archive's checksum: for releases, for the action, for packagers.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::Lot;
use super::about::{LICENCES, README};
use super::content::Content;
use crate::{Outcome, generate, place};

/// Builds the archive; gives the paths of it and of its checksum.
pub(super) fn build(lot: &Lot) -> Outcome<[PathBuf; 2]> {
    let mut content = Content::default();
    content.program(lot.platform.program(), &lot.program)?;
    content.file("README.md", &place::at(README))?;
    for name in ["CHANGELOG.md"].iter().chain(LICENCES) {
        content.file(*name, &place::at(name))?;
    }
    generated(&mut content, &lot.out.join("generated"))?;

    let folder = format!("provender-{}-{}", lot.about.version, lot.platform.target);
    let name = format!("{folder}.tar.gz");
    let bytes = content.tar_gz(&folder)?;
    let (archive, checksum) = (lot.out.join(&name), lot.out.join(format!("{name}.sha256")));
    place::write(&checksum, format!("{}  {name}\n", hex(&bytes)))?;
    place::write(&archive, bytes)?;
    Ok([archive, checksum])
}

/// Adds the manual pages and completions.
fn generated(content: &mut Content, stage: &Path) -> Outcome {
    if stage.exists() {
        std::fs::remove_dir_all(stage)?;
    }
    generate::manual(&stage.join("man"))?;
    generate::completions(&stage.join("completions"))?;
    for folder in ["man", "completions"] {
        for entry in std::fs::read_dir(stage.join(folder))? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name that is no text")?;
            content.file(format!("{folder}/{name}"), &path)?;
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
