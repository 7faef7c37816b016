//! Scripts that must not take the process down. Each stands in a session of its own and is followed by a cell
//! that must work.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;

mod captured_variables;
mod deep_recursion;
mod deep_source;
mod endless_nodes_share_the_time;
mod growing_values;
mod large_values;
mod nested_values;
mod odd_cells;
