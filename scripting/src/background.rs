//! The flow in the background: it runs while no cell does, and cells rewire it while it runs.
//!
//! One task drives it. A run goes on as long as there is something to do; whatever a commit makes dirty meanwhile it
//! takes up by itself. When nothing is left the task waits for the next commit. It also keeps the live displays up to
//! date, each under the header of the cell that shows it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Weak;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::display::Pump;
use crate::engine::event_loop::{sleep, spawn_named};
use crate::engine::flow::{RunEnd, RunError, RunOptions, Scope};
use crate::world::World;

/// How long a pause waits for the evaluations under way. What takes longer stands still where it is, and goes on with the
/// next run.
const PAUSE_PATIENCE: Duration = Duration::from_secs(5);

/// Whether the flow runs in the background, and who is to be told of what.
#[derive(Default)]
pub(crate) struct Background {
    on: Cell<bool>,
    /// Whether its task is there: it may have to end yet after the background was switched off.
    has_task: Cell<bool>,
    /// Whether the run that is under way is the last one.
    ending: Cell<bool>,
    /// Whether there may be something to do.
    changed: Cell<bool>,
    /// The task.
    waker: RefCell<Option<Waker>>,
    /// Who waits for its end, or for a node's value.
    waiting: RefCell<Vec<Waker>>,
}

impl Background {
    /// Whether the flow runs in the background, or waits there for something to do.
    pub(crate) fn is_on(&self) -> bool {
        self.on.get()
    }

    /// The graph has changed.
    pub(crate) fn notify(&self) {
        self.changed.set(true);
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    /// Somebody has stopped running the flow.
    pub(crate) fn wake_all(&self) {
        self.wake();
        self.wake_waiting();
    }

    /// Something has happened that others may wait for.
    pub(crate) fn wake_waiting(&self) {
        let waiting = std::mem::take(&mut *self.waiting.borrow_mut());
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Waits until something holds, asked whenever something has happened.
    async fn wait(&self, mut is_so: impl FnMut(&mut Context<'_>) -> bool) {
        poll_fn(|cx| {
            if is_so(cx) {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// While it lives, the run under way is the last one. Dropped before the background has ended, as when the cell that
/// pauses it is interrupted, it lets the background go on.
struct Ending<'a>(&'a Background);

impl<'a> Ending<'a> {
    fn begin(background: &'a Background) -> Self {
        background.ending.set(true);
        Self(background)
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.ending.set(false);
        if self.0.is_on() {
            self.0.notify();
        }
    }
}

type RunUnderWay = Pin<Box<dyn Future<Output = Result<RunEnd, RunError>>>>;

impl World {
    /// Hands the flow to the background. Nothing happens if it is there.
    pub(crate) fn start_background(&self) {
        if self.background.on.replace(true) {
            return;
        }
        self.background.changed.set(true);
        if self.background.has_task.replace(true) {
            self.background.wake();
            return;
        }
        let task = Task { world: self.weak.clone(), run: None, begun: false, pump: Pump::new() };
        spawn_named("the flow in the background", task.run());
    }

    /// Takes the flow out of the background, when the evaluations under way have come to their end.
    pub(crate) async fn pause_background(&self) {
        if !self.background.is_on() {
            return;
        }
        let ending = Ending::begin(&self.background);
        self.flow.wind_down();
        self.background.wake();
        let mut patience = Box::pin(sleep(PAUSE_PATIENCE));
        self.background.wait(|cx| !self.background.is_on() || patience.as_mut().poll(cx).is_ready()).await;
        self.background.on.set(false);
        self.background.wake(); // should it not have ended, it does now
        self.background.wait(|_| !self.background.has_task.get() || self.background.is_on()).await;
        drop(ending);
        self.watch.take_touched();
        self.note_texts();
    }

    /// Waits until a condition holds of a flow that somebody else runs, asked whenever something has happened; `false` if
    /// that run ends before.
    pub(crate) async fn wait_elsewhere(&self, is_there: impl Fn() -> bool) -> bool {
        let mut holds = false;
        let is_over = |_: &mut Context<'_>| {
            holds = is_there();
            holds || !self.is_driven_elsewhere()
        };
        self.background.wait(is_over).await;
        holds
    }

    /// Notes how all nodes stand, so that the next cell names only what it changes itself.
    fn note_texts(&self) {
        let nodes = self.named_nodes().into_iter();
        let texts = nodes.map(|(node, name)| {
            (name, crate::display::node_text(&self.flow, node, self.flow.can_go_on(node)))
        });
        self.displays.borrow_mut().texts.extend(texts);
    }
}

/// The task.
struct Task {
    world: Weak<World>,
    run: Option<RunUnderWay>,
    /// Whether a run has begun: the first also takes up what a limit has stopped, and what has failed.
    begun: bool,
    pump: Pump,
}

impl Task {
    async fn run(mut self) {
        poll_fn(|cx| self.poll(cx)).await;
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(world) = self.world.upgrade() else { return Poll::Ready(()) };
        let background = &world.background;
        *background.waker.borrow_mut() = Some(cx.waker().clone());
        if background.is_on() {
            self.drive(&world, cx);
        }
        if !background.is_on() || background.ending.get() && self.run.is_none() {
            self.run = None;
            self.pump.flush(&world);
            world.watch.set_waker(None);
            background.on.set(false);
            background.ending.set(false);
            background.has_task.set(false);
            background.wake_waiting();
            return Poll::Ready(());
        }
        world.lower_stray_interrupt();
        self.pump.poll(&world, cx);
        background.wake_waiting();
        Poll::Pending
    }

    /// Runs what there is to run.
    fn drive(&mut self, world: &World, cx: &mut Context<'_>) {
        loop {
            if let Some(run) = &mut self.run {
                if run.as_mut().poll(cx).is_pending() {
                    return;
                }
                // A failure stands at its node.
                self.run = None;
                self.pump.flush(world);
            }
            let is_a_cells = world.flow.is_running(); // which wakes this when it stops
            if world.background.ending.get() || is_a_cells || !world.background.changed.replace(false) {
                return;
            }
            let scope = if std::mem::replace(&mut self.begun, true) { Scope::Dirty } else { Scope::All };
            let options = RunOptions { scope, drain_shown: true, ..RunOptions::default() };
            let flow = world.flow.clone();
            self.run = Some(Box::pin(async move { flow.run(options).await }));
        }
    }
}
