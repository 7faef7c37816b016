//! Who does the work: the engine and its peers.

use serde::{Deserialize, Serialize};

use crate::flowno;
use crate::measure::Measured;
use crate::peers;
use crate::scripts;
use crate::work::Work;

/// The engine, or a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(crate) enum Implementation {
    /// flowno-engine.
    Engine,
    /// A `current_thread` runtime, `mpsc` channels.
    Tokio,
    /// smol's local executor and channels.
    Smol,
    /// A worker that waits for each round's end.
    Timely,
    /// Boxed futures in a slab, woken by number: the floor.
    Futures,
    /// Inputs and tracked functions.
    Salsa,
    /// Signals and memos.
    ReactiveGraph,
    /// Flowno 0.1.19, in Python.
    Flowno,
    /// flowno-scripting: cells and nodes in Rhai on the engine.
    Scripting,
    /// Rhai by itself: `Engine::call_fn` on the engine of a session, with all its callbacks.
    CallFn,
}

impl Implementation {
    /// As the table calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Tokio => "tokio",
            Self::Smol => "smol",
            Self::Timely => "timely",
            Self::Futures => "futures",
            Self::Salsa => "salsa",
            Self::ReactiveGraph => "reactive_graph",
            Self::Flowno => "Flowno",
            Self::Scripting => "scripting",
            Self::CallFn => "call_fn",
        }
    }

    /// Does the work in this process.
    ///
    /// # Errors
    ///
    /// If it was not built, or has no such workload.
    pub(crate) fn run(self, work: Work) -> Result<Measured, String> {
        let done = match self {
            Self::Engine => flowno::run(work),
            #[cfg(feature = "tokio")]
            Self::Tokio => peers::tokio::run(work),
            #[cfg(feature = "smol")]
            Self::Smol => peers::smol::run(work),
            #[cfg(feature = "timely")]
            Self::Timely => peers::timely::run(work),
            Self::Futures => peers::futures::run(work),
            Self::Scripting => scripts::run(work),
            Self::CallFn => scripts::run_call_fn(work),
            #[cfg(feature = "salsa")]
            Self::Salsa => peers::salsa::run(work),
            #[cfg(feature = "reactive_graph")]
            Self::ReactiveGraph => peers::reactive_graph::run(work),
            #[allow(unreachable_patterns)]
            _ => return Err("not built".to_owned()),
        };
        done.ok_or_else(|| format!("{} has no such workload", self.name()))
    }
}
