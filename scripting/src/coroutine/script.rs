//! A script as a future.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::{io, mem, thread};

use corosensei::stack::Stack;
use corosensei::{Coroutine, CoroutineResult};

use super::current::{Bounds, Outer, Resume, enter};
use super::stack::{self, PooledStack};

/// Why a script has no result.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The body panicked; what it said.
    #[error("internal error: {0}")]
    Panicked(String),
    /// [`scripts_max`](super::scripts_max) scripts are suspended already.
    #[error(
        "{} scripts are suspended already, and that is the limit: let some end, or start the kernel with more \
         --suspended-scripts",
        stack::scripts_max()
    )]
    TooMany,
    /// The system has no memory for another stack.
    #[error("no stack for another script: {0}")]
    NoStack(#[source] io::Error),
}

impl ScriptError {
    /// The kind of error, as scripts know it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Panicked(_) => "InternalError",
            Self::TooMany | Self::NoStack(_) => "SuspendedLimitError",
        }
    }
}

type Running<R> = Coroutine<Resume, (), thread::Result<R>, PooledStack>;

/// A body on a stack of its own. As a future, it ends with what the body returns.
///
/// Dropping it while it is suspended runs the body to its end; see the [module](super).
#[must_use = "a script runs when it is polled"]
pub struct Script<R: 'static> {
    state: State<R>,
}

enum State<R: 'static> {
    New(Box<dyn FnOnce() -> R>),
    Suspended(Running<R>),
    /// Ended, or running just now.
    Done,
}

/// Makes a script of `body`. It begins when it is first polled.
pub fn run<R: 'static>(body: impl FnOnce() -> R + 'static) -> Script<R> {
    Script { state: State::New(Box::new(body)) }
}

/// What a script has come to that was begun at once.
pub enum Begun<R: 'static> {
    /// It has ended without having waited.
    Ended(Result<R, ScriptError>),
    /// It waits, or stepped back, and is to be polled.
    Suspended(Script<R>),
}

/// Makes a script of `body` and runs it up to where it first waits, with no waker: whoever gets it suspended polls it.
/// Most scripts of nodes end there, and then nothing was allocated.
pub fn begin<R: 'static>(body: impl FnOnce() -> R + 'static) -> Begun<R> {
    let mut running = match start(body) {
        Ok(running) => running,
        Err(error) => return Begun::Ended(Err(error)),
    };
    match resume(&mut running, Resume::Poll(Waker::noop().clone())) {
        None => Begun::Suspended(Script { state: State::Suspended(running) }),
        Some(result) => Begun::Ended(ended(running, result, false)),
    }
}

impl<R: 'static> Future for Script<R> {
    type Output = Result<R, ScriptError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let state = &mut self.get_mut().state;
        let (mut running, begun) = match mem::replace(state, State::Done) {
            State::New(body) => (start(body)?, false),
            State::Suspended(running) => (running, true),
            State::Done => panic!("a script was polled after its end"),
        };
        match resume(&mut running, Resume::Poll(cx.waker().clone())) {
            None => {
                *state = State::Suspended(running);
                Poll::Pending
            }
            Some(result) => Poll::Ready(ended(running, result, begun)),
        }
    }
}

/// The end of a script; `suspended` if it ever was.
fn ended<R: 'static>(
    running: Running<R>,
    result: thread::Result<R>,
    suspended: bool,
) -> Result<R, ScriptError> {
    stack::give_back(running.into_stack(), suspended);
    result.map_err(|payload| ScriptError::Panicked(message(&*payload)))
}

impl<R: 'static> Drop for Script<R> {
    fn drop(&mut self) {
        let State::Suspended(mut running) = mem::replace(&mut self.state, State::Done) else { return };
        match resume(&mut running, Resume::Cancel) {
            Some(result) => {
                stack::give_back(running.into_stack(), true);
                drop(result);
            }
            // Nothing suspends once it is cancelled. If it did, dropping would unwind it by force.
            None => {
                stack::forget();
                drop(running);
            }
        }
    }
}

/// A coroutine about to begin `body`. A panic ends there, as a value.
fn start<R: 'static>(body: impl FnOnce() -> R + 'static) -> Result<Running<R>, ScriptError> {
    let stack = stack::take()?;
    let low = stack.limit().get() + stack::RESERVE_BYTES;
    let bounds = Bounds { base: stack.base().get(), low };
    Ok(Coroutine::with_stack(stack, move |yielder, first| {
        catch_unwind(AssertUnwindSafe(|| enter(yielder, first, bounds, body)))
    }))
}

/// Runs a script up to where it suspends (`None`) or ends.
fn resume<R>(running: &mut Running<R>, how: Resume) -> Option<thread::Result<R>> {
    let _outer = Outer::save();
    match running.resume(how) {
        CoroutineResult::Yield(()) => None,
        CoroutineResult::Return(result) => Some(result),
    }
}

/// What a panic said.
fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").to_owned()
}
