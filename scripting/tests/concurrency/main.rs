//! Tasks, queues, locks and the like, in cells and in nodes: one behaviour a file.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;

mod azip_steps_in_lockstep;
mod captured_variables_are_shared;
mod cells_wait_for_their_tasks;
mod conditions_wait_for_news;
mod dropped_bodies_release;
mod errors_in_tasks_say_where;
mod events_are_waited_for;
mod interrupts_end_tasks;
mod locks_exclude;
mod nodes_spawn_tasks;
mod queues_pass_items;
mod tasks_are_cancelled;
mod tasks_are_joined;
mod timeouts;
