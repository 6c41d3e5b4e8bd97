//! Any text as a spec, a range and a version of every ecosystem: never a panic, and what is exact is one version.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provender_core::model::{Dependency, Ecosystem, Group};
use provender_core::text::{Span, Spanned};
use provender_core::{npm, registries, spec, versions};

fuzz_target!(|texts: (&str, &str)| {
    let (one, other) = texts;
    let _ = npm::spec::parse("name", one);
    let _ = registries::tarball_identity(one);
    for ecosystem in Ecosystem::ALL {
        let asked =
            Dependency::new(Spanned::new("name".into(), Span::default()), Spanned::new(one.into(), Span::default()), Group::Normal);
        let _ = spec::read(ecosystem, &asked);
        let _ = versions::satisfies(ecosystem, one, other);
        let _ = versions::compare(ecosystem, one, other);
        let _ = ecosystem.normalized(one);
        if ecosystem == Ecosystem::Npm
            && let Some(exact) = versions::exact(ecosystem, one)
        {
            assert_eq!(versions::satisfies(ecosystem, &exact, &exact), Some(true));
        }
    }
});
