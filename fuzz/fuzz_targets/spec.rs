//! Any text as a spec, a range and a version: never a panic, and what is exact is one version.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provender_core::{npm_spec, registries, version};

fuzz_target!(|texts: (&str, &str)| {
    let (one, other) = texts;
    let _ = npm_spec::parse("name", one);
    let _ = version::satisfies_str(one, other);
    let _ = registries::tarball_identity(one);
    if let Some(exact) = version::exact(one) {
        assert_eq!(version::satisfies_str(&exact, &exact), Some(true));
    }
});
