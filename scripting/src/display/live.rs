//! Displays that follow their nodes.
//!
//! A live display appears when its node has been wired and is updated in place, under the same display_id, in every
//! cell that shows it. A node is updated at most [`UPDATES_A_SECOND`] times, and less often when many change; what
//! changes in between is sent when its time has come, and the last value always.

use std::collections::{BTreeSet, HashMap};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::text::{display_id, is_stale_picture};
use crate::engine::event_loop;
use crate::engine::flow::NodeId;
use crate::event::{Display, EventKind, MimeBundle};
use crate::world::World;

/// How often a display is updated at most: faster than the eye can follow, slow enough for a browser.
const UPDATES_A_SECOND: u32 = 20;

/// The same for a display that is more than text, which a browser lays out and draws anew each time.
const PICTURES_A_SECOND: u32 = 4;

/// How many updates all displays together send at most while a cell runs, shared evenly. Jupyter Server forwards 1,000
/// messages a second and drops the rest silently; what scripts print must fit in too.
const ALL_UPDATES_A_SECOND: f64 = 300.0;

/// What a front end shows of a node.
struct Shown {
    data: MimeBundle,
    sent: Duration,
}

impl Shown {
    /// How long it stays as it is at least.
    fn interval(&self) -> Duration {
        let a_second = if self.data.len() > 1 { PICTURES_A_SECOND } else { UPDATES_A_SECOND };
        Duration::from_secs(1) / a_second
    }
}

/// The live displays of a session, by node name.
#[derive(Default)]
pub(crate) struct Displays {
    shown: HashMap<Rc<str>, Shown>,
    /// What every named node's text was when its cell, or the last one that changed it, had ended.
    pub(crate) texts: HashMap<Rc<str>, String>,
}

impl Displays {
    pub(crate) fn is_shown(&self, name: &str) -> bool {
        self.shown.contains_key(name)
    }
}

impl World {
    /// Sends a display of a node. One that updates follow bears the node's identity. The others bear none: a
    /// headless client would overwrite what an earlier cell has shown under the same.
    pub(crate) fn show(&self, name: &Rc<str>, paused: bool, follow: bool) {
        let Some(node) = self.flow.node(name) else { return };
        let data = self.live_bundle(node, paused);
        let identity = follow.then(|| display_id(name));
        self.console.send(EventKind::Display(Display { display_id: identity, data: data.clone() }));
        if follow {
            let shown = Shown { data, sent: event_loop::now() };
            self.displays.borrow_mut().shown.insert(name.clone(), shown);
        }
    }

    /// Brings a live display up to date if what it shows has changed.
    pub(crate) fn refresh(&self, name: &Rc<str>, data: MimeBundle) {
        let mut displays = self.displays.borrow_mut();
        let Some(shown) = displays.shown.get_mut(name) else { return };
        if shown.data == data {
            return;
        }
        let update = Display { display_id: Some(display_id(name)), data: data.clone() };
        self.console.send(EventKind::Update(update));
        *shown = Shown { data, sent: event_loop::now() };
    }
}

/// Keeps the live displays up to date while a cell runs.
pub(crate) struct Pump {
    /// Nodes whose change has not been sent.
    pending: BTreeSet<NodeId>,
    timer: Option<Pin<Box<dyn Future<Output = Duration>>>>,
}

impl Pump {
    pub(crate) fn new() -> Self {
        Self { pending: BTreeSet::new(), timer: None }
    }

    /// Sends what is due; wakes the task again when more is.
    pub(crate) fn poll(&mut self, world: &World, cx: &mut Context<'_>) {
        world.watch.set_waker(Some(cx.waker()));
        world.show_new();
        self.pending.append(&mut world.watch.take_changed());
        let now = event_loop::now();
        let is_shown = |node: &NodeId| {
            world.flow.name(*node).is_some_and(|name| world.displays.borrow().is_shown(&name))
        };
        self.pending.retain(is_shown);
        let share = Duration::from_secs_f64(self.pending.len() as f64 / ALL_UPDATES_A_SECOND);
        let mut next: Option<Duration> = None;
        self.pending.retain(|node| {
            let Some(name) = world.flow.name(*node) else { return false };
            // A picture stays until there is a new one, or its cell has ended: it would flicker otherwise.
            if is_stale_picture(&world.flow, *node) {
                return false;
            }
            let sent = world.displays.borrow().shown.get(&name).map(|shown| (shown.sent, shown.interval()));
            let Some((sent, interval)) = sent else { return false };
            let due = sent + interval.max(share);
            if due <= now {
                world.refresh(&name, world.live_bundle(*node, false));
                return false;
            }
            next = Some(next.map_or(due, |next| next.min(due)));
            true
        });
        self.timer = next.map(|next| Box::pin(event_loop::sleep(next - now)) as _);
        if let Some(timer) = &mut self.timer
            && let Poll::Ready(_) = timer.as_mut().poll(cx)
        {
            cx.waker().wake_by_ref();
        }
    }
}
