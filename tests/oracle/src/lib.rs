//! Runs recorded cases of the real Flowno on this engine.
//!
//! A case is a graph of named node kinds and what Flowno did with it. The kinds are ported here; the runner builds
//! the graph with FlowHDL, runs it, and gives what every node did in the form that the checker of the cases reads.

mod case;
mod datum;
mod graph;
mod scripted;
mod streams;
mod trace;
mod values;

pub use case::{CallRecord, Case, CaseResult, InputSpec, NodeResult, NodeSpec, Outcome};
pub use graph::run;
pub use scripted::run_scripted;
