//! The workloads on our own engine.
//!
//! | file | what it does |
//! | --- | --- |
//! | `graphs.rs` | graphs that turn: a ring, a fan, a stream |
//! | `first.rs` | graphs made and run once, as Flowno's are |
//! | `updates.rs` | one input changes |
//! | `tasks.rs` | the event loop by itself |
//! | `echo.rs` | sockets |

mod echo;
mod first;
mod graphs;
mod tasks;
mod updates;

use crate::measure::Measured;
use crate::work::Work;

/// Does the work; `None` if it is one of scripts.
pub(crate) fn run(work: Work) -> Option<Measured> {
    Some(match work {
        Work::Ring { nodes, generations } => graphs::ring(nodes, generations, graphs::increment),
        Work::RingAsync { nodes, generations } => graphs::ring(nodes, generations, graphs::increment_async),
        Work::Fan { width, generations } => graphs::fan(width, generations),
        Work::Stream { chunks } => graphs::stream(chunks),
        Work::Sleep { tasks, waves } => tasks::sleeps(tasks, waves),
        Work::Yield { tasks, waves } => tasks::yields(tasks, waves),
        Work::Queue { items } => tasks::queue(items),
        Work::Spawn { tasks, waves } => tasks::joins(tasks, waves),
        Work::Chains { chains, length, updates } => updates::chains(chains, length, updates),
        Work::Tree { leaves, updates } => updates::tree(leaves, updates),
        Work::FirstChain { nodes, runs } => first::chain(nodes, runs),
        Work::FirstCycle { generations, runs } => first::cycle(generations, runs),
        Work::FirstStream { chunks, runs } => first::stream(chunks, runs),
        Work::Echo { clients, trips } => echo::echo(clients, trips),
        Work::ScriptRing { .. }
        | Work::ScriptStream { .. }
        | Work::ScriptLog { .. }
        | Work::Suspended { .. }
        | Work::Interrupts { .. } => return None,
    })
}
