//! How tests come by the tools that they need.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::installed::once;

#[test]
fn all_who_ask_at_once_get_one_whole_installation() {
    const ASKING: usize = 8;
    let root = tempfile::tempdir().unwrap();
    let (installations, together) = (AtomicUsize::new(0), Barrier::new(ASKING));
    std::thread::scope(|scope| {
        for _ in 0..ASKING {
            scope.spawn(|| {
                together.wait();
                let folder = once(root.path(), "tool", &["tool==1"], |folder| {
                    installations.fetch_add(1, Ordering::Relaxed);
                    // As `venv` does: it refuses what another has made meanwhile.
                    std::fs::create_dir(folder.join("lib")).unwrap();
                    std::thread::yield_now();
                    std::fs::write(folder.join("tool"), "").unwrap();
                });
                assert!(folder.join("tool").exists());
            });
        }
    });
    assert_eq!(installations.into_inner(), 1);
}

#[test]
fn what_is_half_done_or_of_another_version_is_installed_anew() {
    let root = tempfile::tempdir().unwrap();
    let installed = Cell::new(0);
    let ask = |version: &str, fails: bool| {
        let install = |folder: &Path| {
            installed.set(installed.get() + 1);
            std::fs::create_dir(folder.join("lib")).unwrap();
            assert!(!fails);
        };
        catch_unwind(AssertUnwindSafe(|| once(root.path(), "tool", &[version], install))).is_ok()
    };
    // (version, whether its installation breaks off, how many there were then)
    for (version, fails, count) in [("1", true, 1), ("1", false, 2), ("1", false, 2), ("2", false, 3), ("2", false, 3)] {
        assert_eq!(ask(version, fails), !fails);
        assert_eq!(installed.get(), count, "{version}");
    }
}
