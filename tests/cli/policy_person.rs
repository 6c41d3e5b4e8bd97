//! The person's own policy: what of it does not count is told.

use crate::support::Sandbox;

#[test]
fn a_personal_policy_that_does_not_parse_is_told_and_not_dropped_in_silence() {
    let sandbox = Sandbox::new();
    sandbox.write("package.json", "{ \"name\": \"@corp/app\", \"private\": true }\n");
    sandbox.user_policy("[rules]\nunpinned-dependency = \"eror\"\n");
    let run = sandbox.provender(&["check"]).expect(0);
    assert!(run.err.contains("your own policy") && run.err.contains(":2:"), "{}", run.err);
    sandbox.user_policy("[rules]\nunpinned-dependency = \"error\"\n");
    assert!(!sandbox.provender(&["check"]).expect(0).err.contains("your own policy"));
}
