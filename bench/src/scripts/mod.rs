//! The workloads of the cell language.
//!
//! | file | what it does |
//! | --- | --- |
//! | `notebook.rs` | cells on a session, without a front end |
//! | `graphs.rs` | scripted nodes: a ring, a stream, a growing state |
//! | `call_fn.rs` | Rhai's own call of the same body |
//! | `suspended.rs` | the memory of scripts that wait |
//! | `interrupts.rs` | how long a cell goes on when it is interrupted |
//! | `allocator.rs` | the allocator that scripts have in the kernel |

pub(crate) mod allocator;
mod call_fn;
mod graphs;
mod interrupts;
mod notebook;
mod suspended;

use crate::measure::Measured;
use crate::work::Work;

/// Does the work; `None` if it is none of scripts.
pub(crate) fn run(work: Work) -> Option<Measured> {
    allocator::count_from_now_on();
    Some(match work {
        Work::ScriptRing { nodes, generations } => graphs::ring(nodes, generations),
        Work::ScriptStream { chunks } => graphs::stream(chunks),
        Work::ScriptLog { calls } => graphs::log(calls),
        Work::Suspended { nodes } => suspended::sleepers(nodes),
        Work::Interrupts { count, percent } => interrupts::latency(count, percent),
        _ => return None,
    })
}

/// As [`run`], by Rhai alone.
pub(crate) fn run_call_fn(work: Work) -> Option<Measured> {
    allocator::count_from_now_on();
    match work {
        Work::ScriptRing { nodes, generations } => Some(call_fn::calls(nodes * generations)),
        _ => None,
    }
}
