//! What the JSON reader takes without a complaint is what serde takes, and nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provender_core::syntax::json;

fuzz_target!(|text: &str| {
    let ours = json::parse(text).errors().is_empty();
    let theirs = serde_json::from_str::<serde_json::Value>(text);
    // serde stops at a depth of its own; we do not.
    let too_deep = theirs.as_ref().is_err_and(|error| error.to_string().contains("recursion"));
    assert!(too_deep || ours == theirs.is_ok(), "{ours} {theirs:?}");
});
