//! What the JSON reader takes without a complaint is what serde takes, and nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provender_core::syntax::json;

fuzz_target!(|text: &str| {
    let ours = json::parse(text).errors().is_empty();
    let theirs = serde_json::from_str::<serde_json::Value>(text);
    // serde has limits of its own: nesting, and the size of numbers.
    let too_deep =
        theirs.as_ref().is_err_and(|error| ["recursion", "out of range"].iter().any(|limit| error.to_string().contains(limit)));
    assert!(too_deep || ours == theirs.is_ok(), "{ours} {theirs:?}");
});
