//! Our own workflows and action, held to what we ask of others.

use crate::built::checkout;
use crate::support::Sandbox;

/// Where they are.
const FILES: [&str; 2] = [".github", "action.yml"];

#[test]
fn our_workflows_pass_our_own_check() {
    let sandbox = Sandbox::without_git();
    // All of the checkout, since some of its examples are bad on purpose; of these files nothing may be said.
    let report = sandbox.provender_in(checkout(), &["check", "--all", "--format", "json"]).json();
    let ours = |path: &str| FILES.iter().any(|file| path.starts_with(file));
    let findings = report["findings"].as_array().unwrap();
    let found: Vec<_> = findings.iter().filter(|finding| finding["path"].as_str().is_some_and(ours)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

mod managers {
    use super::FILES;
    use crate::built::{checkout, pypi};
    use crate::support::{Sandbox, finish};

    #[test]
    #[ignore = "installs zizmor"]
    fn our_workflows_pass_zizmor() {
        let sandbox = Sandbox::without_git();
        let mut zizmor = sandbox.command(pypi("zizmor", "1.32.0"), checkout());
        finish(zizmor.args(["--offline", "--persona", "auditor", "--strict-collection"]).args(FILES)).expect(0);
    }
}
