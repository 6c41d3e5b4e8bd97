//! A whole workspace of any bytes: rules never panic, and applying every safe fix comes to an end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provender_core::analyze::analyze;
use provender_core::finding::Applicability;
use provender_core::path::RelPath;
use provender_core::repair::repair;
use provender_core::workspace::Workspace;

fuzz_target!(|parts: (&[u8], &[u8], &[u8])| {
    let mut workspace = Workspace::default();
    for (name, bytes) in ["package.json", "package-lock.json", ".npmrc"].into_iter().zip([parts.0, parts.1, parts.2]) {
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
