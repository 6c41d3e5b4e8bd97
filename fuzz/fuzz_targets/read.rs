//! Any bytes as any known file: reading never fails, and every place that is named lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provender_core::document::Document;
use provender_core::formats::FORMATS;
use provender_core::path::RelPath;

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let format = FORMATS[*choice as usize % FORMATS.len()];
    let document = Document::parse(RelPath::new(format.names[0]), format, bytes.to_vec());
    let inside = |span: provender_core::text::Span| assert!(document.text.get(span.range()).is_some(), "{span:?} is not in the text");
    for problem in &document.problems {
        inside(problem.span);
    }
    if let Some(lockfile) = document.lockfile() {
        for package in lockfile.packages.iter().chain(&lockfile.legacy) {
            inside(package.key.span);
            inside(package.name.span);
            inside(package.span);
            package.version.iter().for_each(|version| inside(version.span));
            package.source.iter().for_each(|source| inside(source.span));
            package.integrity.digests.iter().for_each(|digest| inside(digest.text.span));
        }
    }
    if let Some(settings) = document.settings() {
        settings.entries.iter().for_each(|setting| {
            inside(setting.key.span);
            inside(setting.value.span);
        });
    }
});
