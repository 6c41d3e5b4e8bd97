//! Real repositories, made and used by the real `git`, looked at from inside its real hooks.

#![allow(clippy::unwrap_used)]

mod install;
mod push;
mod revision;
mod staged;
mod support;
