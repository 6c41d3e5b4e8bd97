//! Stopped in the middle: what was not looked at is not clean.

use std::process::{Command, Stdio};

use registry_double::Fault;

use crate::stage::Stage;

#[test]
fn a_push_that_is_stopped_does_not_go_through() {
    let stage = Stage::pushed();
    let (base, right) = (stage.head(), stage.publish("right"));
    stage.registry.misbehave("right", Fault::Stalls);
    stage.commit("more", &[stage.left.clone(), right]);
    let mut command = stage.sandbox.command(env!("CARGO_BIN_EXE_provender"), &stage.sandbox.repo);
    command.args(["hook", "run", "pre-push", "origin", "../remote.git"]);
    let lines = stage.sandbox.path("lines");
    std::fs::write(&lines, format!("refs/heads/main {} refs/heads/main {base}\n", stage.head())).unwrap();
    command.stdin(std::fs::File::open(&lines).unwrap()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The artifact is being waited for once it has been asked for.
    while !stage.registry.requests().iter().any(|request| request.path.ends_with(".tgz")) {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before");
        std::thread::yield_now();
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in ["`right` 1.0.0", "it was stopped", "0 verified", "1 cancelled", "the push is blocked"] {
        assert!(said.contains(word), "{word:?} is missing: {said}");
    }
}
