//! Scripts that block: ordinary calls on a stack of their own, driven as a future.
//!
//! Rhai's evaluator recurses through Rust frames, so a script in the middle of a `sleep` cannot be turned
//! into a state machine. Instead it runs on a stackful coroutine. [`run`] wraps a body as a [`Script`],
//! which is a future; inside the body [`block_on`] polls any other future, and while that is pending it
//! switches back to whoever polls the script. The future is polled with the waker that drives the script,
//! so it is woken as if it had been awaited there. [`checkpoint`] does the same without waiting for
//! anything: that is pre-emption.
//!
//! **Ending early.** A suspended script that is dropped must let go of what is on its stack. corosensei
//! would unwind it by a panic, which Rhai's own `catch_unwind` (around comparators) stops. So dropping
//! resumes the body once more with a mark: from then on [`block_on`] and [`checkpoint`] return
//! [`BlockError::Cancelled`] at once and [`is_cancelled`] is true, for good, and the body runs to its end
//! without ever suspending again. What makes it hurry is its `on_progress`, which has to ask
//! [`must_end`]. (Were it to suspend all the same, corosensei's forced unwinding would end it.)
//!
//! **Nesting.** A body may poll a future that polls another script, on top of its own stack. Which script
//! runs is a thread-local that every resumption saves and restores; what it points to lives on the
//! running script's own stack.
//!
//! **Stacks** come from a pool, the last one returned first, because its pages are still in the cache. A
//! script takes one when it is first polled and gives it back when its body ends, so one that never
//! suspends costs no system call, and one that has not begun holds none.
//!
//! They are small, and what a script call takes of them varies tenfold with what it is nested in: a limit
//! of call levels alone would be too low for plain recursion or too high for the rest. [`must_end`]
//! tells `on_progress`, which Rhai calls on every level, when to end a script instead.
//!
//! Nor do nested values ask anybody when Rhai copies them: [`begin_operation`] says when one has come too close.
//!
//! | file | what it does |
//! | --- | --- |
//! | `script.rs` | the future: start, resume, end, cancel |
//! | `current.rs` | the other side: what runs inside a body |
//! | `stack.rs` | the pool and its bounds |
//! | `depth.rs` | how deep single operations go |

mod current;
mod depth;
mod script;
mod stack;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use self::current::reserve_used;
pub use self::current::{
    BlockError, Held, MustEnd, aside, block_on, checkpoint, has_room, hold, hold_all, is_cancelled,
    is_inside, let_go, must_end, release_held, suspensions, take_held,
};
pub use self::depth::begin_operation;
pub(crate) use self::depth::note_depth;
pub use self::script::{Begun, Script, ScriptError, begin, run};
#[cfg(test)]
pub(crate) use self::stack::RESERVE_BYTES;
pub use self::stack::{STACK_BYTES, scripts_max, set_scripts_max};
