//! What keeps live displays up to date while a cell runs, or in the background.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::live::What;
use super::text::is_stale_picture;
use crate::engine::event_loop;
use crate::world::World;

/// After so long without a request nobody seems to look.
const IDLE_AFTER: Duration = Duration::from_secs(600);

/// Sends what has changed, when its time has come.
pub(crate) struct Pump {
    /// Displays whose change has not been sent.
    pending: BTreeSet<Rc<str>>,
    timer: Option<Pin<Box<dyn Future<Output = Duration>>>>,
}

impl Pump {
    pub(crate) fn new() -> Self {
        Self { pending: BTreeSet::new(), timer: None }
    }

    /// Sends what is due; wakes the task again when more is.
    pub(crate) fn poll(&mut self, world: &World, cx: &mut Context<'_>) {
        world.watch.set_waker(Some(cx.waker()));
        self.note_changed(world);
        // What scripts print may fill all the room there is; then displays show a later value when there is some.
        if !self.pending.is_empty() && world.console.poll_ready(cx).is_pending() {
            return;
        }
        let now = world.display_time();
        let idle = now.saturating_sub(world.last_request.get()) >= IDLE_AFTER;
        world.displays.borrow_mut().allowance.advance(now, idle);
        let mut next: Option<Duration> = None;
        for (sent, due, id) in self.in_order(world) {
            if sent + due > now {
                next = Some(next.map_or(sent + due, |next| next.min(sent + due)));
                continue;
            }
            let wait = world.displays.borrow().allowance.wait_if_any();
            if let Some(wait) = wait {
                next = Some(now + wait);
                break;
            }
            self.pending.remove(&id);
            if let Some(bytes) = world.refresh_display(&id, false) {
                world.displays.borrow_mut().allowance.take(bytes);
            }
        }
        self.set_timer(world, cx, now, next);
    }

    /// Sends all that has not been sent.
    pub(crate) fn flush(&mut self, world: &World) {
        self.note_changed(world);
        for id in std::mem::take(&mut self.pending) {
            world.refresh_display(&id, true);
        }
    }

    fn note_changed(&mut self, world: &World) {
        let changed = world.watch.take_changed();
        let displays = world.displays.borrow();
        for name in changed.into_iter().filter_map(|node| world.flow.name(node)) {
            self.pending.extend(displays.ids_of(&name).cloned());
        }
    }

    /// The pending displays, the one that was sent longest ago first: when it was, and how long it stays.
    fn in_order(&mut self, world: &World) -> Vec<(Duration, Duration, Rc<str>)> {
        let displays = world.displays.borrow();
        self.pending.retain(|id| match displays.shown.get(id).map(|shown| &shown.what) {
            // A picture stays until there is a new one, or its cell has ended: it would flicker otherwise.
            Some(What::Node(name)) => {
                !world.flow.node(name).is_some_and(|node| is_stale_picture(&world.flow, node))
            }
            what => what.is_some(),
        });
        let with_times = |id: &Rc<str>| {
            let shown = displays.shown.get(id)?;
            Some((shown.sent, shown.interval(), id.clone()))
        };
        let mut pending: Vec<_> = self.pending.iter().filter_map(with_times).collect();
        pending.sort();
        pending
    }

    fn set_timer(&mut self, world: &World, cx: &mut Context<'_>, now: Duration, next: Option<Duration>) {
        // On a virtual clock a timer would make time pass. There the next change looks again, or the end.
        let next = next.filter(|_| !world.settings.get().virtual_clock);
        self.timer = next.map(|next| Box::pin(event_loop::sleep(next.saturating_sub(now))) as _);
        if let Some(timer) = &mut self.timer
            && let Poll::Ready(_) = timer.as_mut().poll(cx)
        {
            cx.waker().wake_by_ref();
        }
    }
}
