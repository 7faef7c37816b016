//! An interrupt ends a cell wherever it is; variables and flow survive, and the next cell works.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;

mod at_any_moment;
mod ends_at_once;
mod says_what_was_running;
