//! Concurrency for scripts: Flowno's tasks, queues and locks, in cells and in nodes alike.
//!
//! All of it is the engine's own primitives, waited for through `block_on`: whoever waits is a script on a stack
//! of its own, and everything else goes on. What scripts hold are handles: a copy is the same queue, lock or task.
//!
//! | file | what it is for |
//! | --- | --- |
//! | `callee.rs` | a closure that runs somewhere else than where it was passed |
//! | `task.rs`, `group.rs` | `spawn`; the tasks of one cell or evaluation, which it waits for |
//! | `failure.rs` | an error that is raised more than once |
//! | `timeout.rs` | `timeout` |
//! | `queue.rs`, `azip.rs` | `AsyncQueue`, `azip` |
//! | `lock.rs`, `event.rs` | `Lock`, `Condition`; `Event` |
//! | `captured.rs` | variables that several tasks have captured |
//! | `duration.rs` | seconds as scripts write them |

mod azip;
mod callee;
mod captured;
mod duration;
mod event;
mod failure;
mod group;
mod lock;
mod queue;
mod task;
mod timeout;

use std::rc::Weak;

use rhai::Engine;

use crate::world::World;

pub(crate) use self::captured::Captured;
pub(crate) use self::duration::seconds;

pub(crate) use self::group::{TaskGroup, Unjoined};
pub(crate) use self::task::is_task;
pub(crate) use self::timeout::within;

/// Adds the words to an engine.
pub(crate) fn register(engine: &mut Engine, world: &Weak<World>) {
    task::register(engine, world);
    timeout::register(engine, world);
    queue::register(engine);
    azip::register(engine);
    lock::register(engine);
    event::register(engine);
}
