//! The workloads on our own engine.

pub mod graphs;
pub mod tasks;
pub mod updates;
