//! Displays that follow their nodes.
//!
//! A live display appears when its node has been wired and is updated in place, under the same display_id, in every
//! cell that shows it. A node is updated at most [`UPDATES_A_SECOND`] times, and less often when many change; what
//! changes in between is sent when its time has come, and the last value always. A table or a graph follows all the
//! nodes in it.

use std::collections::{BTreeSet, HashMap};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::pace::Allowance;
use super::table::node_table;
use super::text::{display_id, is_stale_picture};
use crate::console::plain;
use crate::engine::event_loop;
use crate::event::{Display, EventKind, MimeBundle, RunId};
use crate::world::World;

/// How often a display is updated at most: faster than the eye can follow, slow enough for a browser.
const UPDATES_A_SECOND: u32 = 20;

/// The same for a display that is more than text, which a browser lays out and draws anew each time.
const PICTURES_A_SECOND: u32 = 4;

/// After so long without a request nobody seems to look.
const IDLE_AFTER: Duration = Duration::from_secs(600);

/// What a display shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    /// A node.
    Node(Rc<str>),
    /// Nodes, one a row.
    Table(Vec<Rc<str>>),
    /// The whole graph.
    Graph,
}

/// What a front end shows under an identity.
struct Shown {
    what: What,
    /// Whose output it is.
    run: RunId,
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

/// The live displays of a session, by identity.
#[derive(Default)]
pub(crate) struct Displays {
    shown: HashMap<Rc<str>, Shown>,
    /// The identities of the displays that show a node, by its name, and of those that show all.
    of_node: HashMap<Rc<str>, Vec<Rc<str>>>,
    of_all: Vec<Rc<str>>,
    /// The identities of those that are being sent again, and whether somebody does that.
    again: BTreeSet<Rc<str>>,
    sends_again: bool,
    /// What every named node's text was when its cell, or the last one that changed it, had ended.
    pub(crate) texts: HashMap<Rc<str>, String>,
}

impl Displays {
    /// The identities of the displays that show a node.
    fn ids_of(&self, name: &str) -> impl Iterator<Item = &Rc<str>> {
        self.of_node.get(name).into_iter().flatten().chain(&self.of_all)
    }

    fn insert(&mut self, id: &Rc<str>, shown: Shown) {
        let names: &[Rc<str>] = match &shown.what {
            What::Node(name) => std::slice::from_ref(name),
            What::Table(names) => names,
            What::Graph => &[],
        };
        let add = |ids: &mut Vec<Rc<str>>| {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        };
        names.iter().for_each(|name| add(self.of_node.entry(name.clone()).or_default()));
        if shown.what == What::Graph {
            add(&mut self.of_all);
        }
        self.shown.insert(id.clone(), shown);
    }
}

impl World {
    /// Sends a display. One that updates follow bears its identity. The others bear none: a headless client would
    /// overwrite what an earlier cell has shown under the same.
    pub(crate) fn show(&self, id: &str, what: What, data: MimeBundle, follow: bool) {
        let identity = follow.then(|| id.to_owned());
        self.console.send(EventKind::Display(Display { display_id: identity, data: data.clone() }));
        if let (true, Some(run)) = (follow, self.console.run()) {
            let shown = Shown { what, run, data, sent: self.display_time() };
            self.displays.borrow_mut().insert(&Rc::from(id), shown);
        }
    }

    /// Sends a display of a node. `last`: whether the node is shown as it stands at the end of a cell.
    pub(crate) fn show_node(&self, name: &Rc<str>, last: bool, follow: bool) {
        let what = What::Node(name.clone());
        let data = match self.flow.node(name) {
            Some(_) => self.content(&what, last),
            None => plain(&format!("{name} waits: no cell defines it yet: flow.{name} = ...")),
        };
        self.show(&display_id(name), what, data, follow);
    }

    /// What a display shows just now. `last` as above.
    pub(crate) fn content(&self, what: &What, last: bool) -> MimeBundle {
        match what {
            What::Node(name) => match self.flow.node(name) {
                Some(node) => self.live_bundle(node, last && self.flow.can_go_on(node)),
                None => plain(&format!("{name} (removed)")),
            },
            What::Table(names) => node_table(&self.flow, names, last).bundle().clone(),
            What::Graph => self.graph_bundle(last),
        }
    }

    /// Lets a live display show something else from now on.
    pub(crate) fn follow_instead(&self, id: &str, what: What) {
        let mut displays = self.displays.borrow_mut();
        if let Some((id, mut shown)) = displays.shown.remove_entry(id) {
            shown.what = what;
            displays.insert(&id, shown);
        }
    }

    /// A front end has asked for something: somebody looks.
    pub(crate) fn note_request(&self) {
        self.last_request.set(self.display_time());
    }

    /// Brings the live displays that show a node up to date; `last` as above.
    pub(crate) fn refresh(&self, name: &str, last: bool) {
        let ids: Vec<Rc<str>> = self.displays.borrow().ids_of(name).cloned().collect();
        for id in &ids {
            self.refresh_display(id, last);
        }
    }

    /// Brings a live display up to date if what it shows has changed; gives the bytes that were sent.
    pub(crate) fn refresh_display(&self, id: &Rc<str>, last: bool) -> Option<usize> {
        let what = self.displays.borrow().shown.get(id)?.what.clone();
        let data = self.content(&what, last);
        let sent = self.display_time();
        let mut displays = self.displays.borrow_mut();
        let shown = displays.shown.get_mut(id)?;
        shown.sent = sent;
        if shown.data == data {
            return None;
        }
        shown.data = data;
        let bytes = weight(&shown.data);
        let (run, update) = (shown.run, update(id, shown));
        drop(displays);
        self.console.send_as(self.parent_of(run), update);
        Some(bytes)
    }

    /// Sends the latest content of each live display again, as fast as there is room: a front end that was away has missed
    /// it. Whoever asks while this is under way is served by it.
    pub(crate) async fn send_again(&self) {
        let is_under_way = {
            let mut displays = self.displays.borrow_mut();
            let Displays { again, shown, .. } = &mut *displays;
            again.extend(shown.keys().cloned());
            std::mem::replace(&mut displays.sends_again, true)
        };
        if is_under_way {
            return;
        }
        let _under_way = SendingAgain(self);
        while !self.displays.borrow().again.is_empty() {
            self.console.ready().await;
            let mut displays = self.displays.borrow_mut();
            let Some(id) = displays.again.pop_first() else { return };
            let event = displays.shown.get(&id).map(|shown| (shown.run, update(&id, shown)));
            drop(displays);
            if let Some((run, update)) = event {
                self.console.send_as(run, update);
            }
        }
    }

    /// Whose header an output bears that belongs to a display of `run`: that of the cell which runs, if that causes it.
    fn parent_of(&self, run: RunId) -> RunId {
        self.console.run().filter(|_| !self.is_driven_elsewhere()).unwrap_or(run)
    }

    /// The time by which displays are paced: the flow's, unless that has nothing to do with a watch.
    fn display_time(&self) -> Duration {
        if self.settings.get().virtual_clock { self.began.elapsed() } else { event_loop::now() }
    }
}

/// Somebody sends displays again, until this is dropped.
struct SendingAgain<'a>(&'a World);

impl Drop for SendingAgain<'_> {
    fn drop(&mut self) {
        self.0.displays.borrow_mut().sends_again = false;
    }
}

fn update(id: &Rc<str>, shown: &Shown) -> EventKind {
    EventKind::Update(Display { display_id: Some(id.to_string()), data: shown.data.clone() })
}

/// About how many bytes a bundle takes.
fn weight(data: &MimeBundle) -> usize {
    data.values().map(|content| content.as_str().map_or(1_000, str::len)).sum()
}

/// Keeps the live displays up to date, while a cell runs or in the background.
pub(crate) struct Pump {
    /// Displays whose change has not been sent.
    pending: BTreeSet<Rc<str>>,
    allowance: Allowance,
    timer: Option<Pin<Box<dyn Future<Output = Duration>>>>,
}

impl Pump {
    pub(crate) fn new() -> Self {
        Self { pending: BTreeSet::new(), allowance: Allowance::default(), timer: None }
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
        self.allowance.advance(now, idle);
        let mut next: Option<Duration> = None;
        for (sent, due, id) in self.in_order(world) {
            if sent + due > now {
                next = Some(next.map_or(sent + due, |next| next.min(sent + due)));
            } else if !self.allowance.allows() {
                next = Some(now + self.allowance.wait());
                break;
            } else {
                self.pending.remove(&id);
                if let Some(bytes) = world.refresh_display(&id, false) {
                    self.allowance.take(bytes);
                }
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
