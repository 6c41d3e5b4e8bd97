//! A whole workspace of any bytes: rules never panic, and applying every safe fix comes to an end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provender_core::analyze::analyze;
use provender_core::finding::Applicability;
use provender_core::formats::FORMATS;
use provender_core::path::RelPath;
use provender_core::repair::repair;
use provender_core::workspace::Workspace;

fuzz_target!(|parts: Vec<(u8, &[u8])>| {
    let mut workspace = Workspace::default();
    for (choice, bytes) in parts.into_iter().take(4) {
        let format = FORMATS[choice as usize % FORMATS.len()];
        let name = format.names.first().or(format.patterns.first()).expect("a format has a name").replace('*', "x");
        workspace.set(RelPath::new(name), bytes.to_vec());
    }
    let report = analyze(&workspace);
    assert!(report.findings.iter().all(|finding| finding.rule.id != "internal-error"), "a check panicked");
    let mut mended = workspace.clone();
    for (path, text) in repair(&workspace, Applicability::Safe, None) {
        mended.set(path, text.into_bytes());
    }
    assert!(repair(&mended, Applicability::Safe, None).is_empty(), "the fixes do not converge");
});
