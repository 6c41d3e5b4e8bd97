//! The Python wheel: the program among the scripts, and no Python in it.

use std::fmt::Write as _;
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::about::{LICENCES, README};
use super::content::Content;
use super::{About, Lot, Platform};
use crate::{Outcome, place};

/// Builds the wheel; gives its path.
pub(super) fn build(lot: &Lot) -> Outcome<PathBuf> {
    let stem = format!("provender-{}", lot.about.version);
    let info = format!("{stem}.dist-info");
    let mut content = Content::default();
    content.program(format!("{stem}.data/scripts/{}", lot.platform.program()), &lot.program)?;
    content.text(format!("{info}/METADATA"), metadata(&lot.about)?);
    content.text(format!("{info}/WHEEL"), wheel(lot.platform));
    for name in LICENCES {
        content.file(format!("{info}/licenses/{name}"), &place::at(name))?;
    }
    let record = format!("{info}/RECORD");
    let bytes = content.zip((&record, record_of(&content, &record).as_bytes()))?;
    let path = lot.out.join(format!("{stem}-py3-none-{}.whl", lot.platform.python.join(".")));
    place::write(&path, bytes)?;
    Ok(path)
}

/// Core metadata 2.4, the first version with licences as expressions.
fn metadata(about: &About) -> Outcome<String> {
    let mut text = format!("Metadata-Version: 2.4\nName: provender\nVersion: {}\nSummary: {}\n", about.version, about.description);
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(text, "{key}: {value}");
    };
    line("Keywords", &about.keywords.join(","));
    line("License-Expression", &about.license);
    for name in LICENCES {
        line("License-File", name);
    }
    if let Some(repository) = &about.repository {
        line("Project-URL", &format!("Repository, {repository}"));
    }
    line("Requires-Python", ">=3.8");
    line("Description-Content-Type", "text/markdown");
    Ok(format!("{text}\n{}", place::read(README)?))
}

/// What installers read: a tag a line, as the wheel's name has them together.
fn wheel(platform: &Platform) -> String {
    let tags: String = platform.python.iter().map(|tag| format!("Tag: py3-none-{tag}\n")).collect();
    format!("Wheel-Version: 1.0\nGenerator: provender-xtask\nRoot-Is-Purelib: false\n{tags}")
}

/// Every file with its digest and size. The record itself has neither.
fn record_of(content: &Content, record: &str) -> String {
    let digest = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
    let files: String = content.files().map(|(path, bytes)| format!("{path},sha256={},{}\n", digest(bytes), bytes.len())).collect();
    format!("{files}{record},,\n")
}
