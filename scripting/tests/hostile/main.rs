//! Scripts that must not take the process down. Each stands in a session of its own and is followed by a cell
//! that must work.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use flowno_scripting::CountingAllocator;

#[path = "../common/mod.rs"]
mod common;

/// As in the kernel: it also sees how deep values nest.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

mod captured_variables;
mod deep_recursion;
mod endless_nodes_share_the_time;
mod growing_values;
mod large_values;
mod nested_values;
mod odd_cells;
