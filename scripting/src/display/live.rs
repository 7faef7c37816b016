//! Displays that follow their nodes.
//!
//! A live display appears when its node has been wired and is updated in place, under the same display_id, in every
//! cell that shows it. A node is updated at most [`UPDATES_A_SECOND`] times, and less often when many change; what
//! changes in between is sent when its time has come, and the last value always. A table or a graph follows all the
//! nodes in it.
//!
//! A display is followed as long as a cell shows it: until all that did have run again without it, or are deleted.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use super::pace::Allowance;
use super::table::node_table;
use super::text::{display_id, undefined};
use crate::console::plain;
use crate::engine::event_loop;
use crate::event::{Display, EventKind, MimeBundle, RunId};
use crate::world::World;

/// How often a display is updated at most: faster than the eye can follow, slow enough for a browser.
const UPDATES_A_SECOND: u32 = 20;

/// The same for a display that is more than text, which a browser lays out and draws anew each time.
const PICTURES_A_SECOND: u32 = 4;

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

impl What {
    /// The nodes that it names.
    fn names(&self) -> &[Rc<str>] {
        match self {
            Self::Node(name) => std::slice::from_ref(name),
            Self::Table(names) => names,
            Self::Graph => &[],
        }
    }
}

/// What a front end shows under an identity.
pub(super) struct Shown {
    pub(super) what: What,
    /// Whose output it is.
    run: RunId,
    data: MimeBundle,
    pub(super) sent: Duration,
    /// Whether its node was ever there.
    was_there: bool,
    /// The cells that show it.
    cells: HashSet<Rc<str>>,
}

impl Shown {
    /// How long it stays as it is at least.
    pub(super) fn interval(&self) -> Duration {
        let a_second = if self.data.len() > 1 { PICTURES_A_SECOND } else { UPDATES_A_SECOND };
        Duration::from_secs(1) / a_second
    }
}

/// The live displays of a session, by identity.
#[derive(Default)]
pub(crate) struct Displays {
    pub(super) shown: HashMap<Rc<str>, Shown>,
    /// The identities of the displays that show a node, by its name, and of those that show all.
    of_node: HashMap<Rc<str>, Vec<Rc<str>>>,
    of_all: Vec<Rc<str>>,
    /// The identities of those that are being sent again, and whether somebody does that.
    again: BTreeSet<Rc<str>>,
    sends_again: bool,
    /// What may be sent just now, of all of them together.
    pub(super) allowance: Allowance,
    /// What every named node's text was when its cell, or the last one that changed it, had ended.
    pub(crate) texts: HashMap<Rc<str>, String>,
}

impl Displays {
    /// The identities of the displays that show a node.
    pub(crate) fn ids_of(&self, name: &str) -> impl Iterator<Item = &Rc<str>> {
        self.of_node.get(name).into_iter().flatten().chain(&self.of_all)
    }

    /// A cell begins again, or is deleted: what it has shown is not on view any more.
    pub(crate) fn leave(&mut self, cell: &str) {
        self.shown.values_mut().for_each(|shown| {
            shown.cells.remove(cell);
        });
    }

    /// Forgets the displays that no cell shows.
    pub(crate) fn forget_unseen(&mut self) {
        let is_unseen = |(id, shown): (&Rc<str>, &Shown)| shown.cells.is_empty().then(|| id.clone());
        let unseen: Vec<Rc<str>> = self.shown.iter().filter_map(is_unseen).collect();
        for id in unseen {
            self.remove(&id);
        }
    }

    fn insert(&mut self, id: &Rc<str>, mut shown: Shown) {
        if let Some(before) = self.remove(id) {
            shown.cells.extend(before.cells);
        }
        for name in shown.what.names() {
            self.of_node.entry(name.clone()).or_default().push(id.clone());
        }
        if shown.what == What::Graph {
            self.of_all.push(id.clone());
        }
        self.shown.insert(id.clone(), shown);
    }

    fn remove(&mut self, id: &str) -> Option<Shown> {
        let shown = self.shown.remove(id)?;
        for name in shown.what.names() {
            if let Some(ids) = self.of_node.get_mut(name) {
                ids.retain(|known| &**known != id);
                if ids.is_empty() {
                    self.of_node.remove(name);
                }
            }
        }
        self.of_all.retain(|known| &**known != id);
        Some(shown)
    }
}

impl World {
    /// Sends a display. One that updates follow bears its identity. The others bear none: a headless client would
    /// overwrite what an earlier cell has shown under the same.
    pub(crate) fn show(&self, id: &str, what: What, data: MimeBundle, follow: bool) {
        let identity = follow.then(|| id.to_owned());
        self.console.send(EventKind::Display(Display { display_id: identity, data: data.clone() }));
        if let (true, Some(run)) = (follow, self.console.run()) {
            let cell = self.with_cell(|cell| cell.key.clone()).unwrap_or_else(|| key_of(None, run));
            let was_there = self.is_there(&what);
            let cells = HashSet::from([cell]);
            let shown = Shown { what, run, data, sent: self.display_time(), was_there, cells };
            self.displays.borrow_mut().insert(&Rc::from(id), shown);
        }
    }

    /// Sends a display of a node. `last`: whether the node is shown as it stands at the end of a cell.
    pub(crate) fn show_node(&self, name: &Rc<str>, last: bool, follow: bool) {
        let what = What::Node(name.clone());
        let data = self.content(&what, false, last);
        self.show(&display_id(name), what, data, follow);
    }

    /// What a display shows just now. `was_there`: whether its node ever was; `last` as above.
    pub(crate) fn content(&self, what: &What, was_there: bool, last: bool) -> MimeBundle {
        match what {
            What::Node(name) => match self.flow.node(name) {
                Some(node) => self.live_bundle(node, last && self.flow.can_go_on(node)),
                None if was_there => plain(&format!("{name} (removed)")),
                None => plain(&format!("{name} waits: {}", undefined(name))),
            },
            What::Table(names) => node_table(&self.flow, names, last).bundle().clone(),
            What::Graph => self.graph_bundle(last),
        }
    }

    fn is_there(&self, what: &What) -> bool {
        matches!(what, What::Node(name) if self.flow.node(name).is_some())
    }

    /// Lets a live display show something else from now on.
    pub(crate) fn follow_instead(&self, id: &str, what: What) {
        let mut displays = self.displays.borrow_mut();
        if let Some(mut shown) = displays.remove(id) {
            shown.what = what;
            displays.insert(&Rc::from(id), shown);
        }
    }

    /// A front end has asked for something: somebody looks.
    pub(crate) fn note_request(&self) {
        self.last_request.set(self.display_time());
    }

    /// Brings live displays up to date at the end of a cell, each as soon as there is room.
    pub(crate) async fn refresh_each(&self, ids: BTreeSet<Rc<str>>) {
        for id in ids {
            self.console.ready().await;
            self.refresh_display(&id, true);
        }
    }

    /// Brings a live display up to date if what it shows has changed; gives the bytes that were sent.
    pub(crate) fn refresh_display(&self, id: &Rc<str>, last: bool) -> Option<usize> {
        if !self.renew(id, last)? {
            return None;
        }
        let displays = self.displays.borrow();
        let shown = displays.shown.get(id)?;
        let bytes = weight(&shown.data);
        let (run, update) = (shown.run, update(id, shown));
        drop(displays);
        self.console.send_as(self.parent_of(run), update);
        Some(bytes)
    }

    /// Notes what a live display shows just now; whether that is something else than before.
    fn renew(&self, id: &Rc<str>, last: bool) -> Option<bool> {
        let (what, was_there) = {
            let displays = self.displays.borrow();
            let shown = displays.shown.get(id)?;
            (shown.what.clone(), shown.was_there)
        };
        let data = self.content(&what, was_there, last);
        let (sent, is_there) = (self.display_time(), self.is_there(&what));
        let mut displays = self.displays.borrow_mut();
        let shown = displays.shown.get_mut(id)?;
        shown.sent = sent;
        shown.was_there |= is_there;
        let is_new = shown.data != data;
        shown.data = data;
        Some(is_new)
    }

    /// Sends the latest content of each live display again, as fast as there is room: a front end that was away has missed
    /// it. Whoever asks while this is under way is served by it.
    pub(crate) async fn send_again(&self) {
        self.note_request();
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
            let Some(id) = self.displays.borrow_mut().again.pop_first() else { return };
            self.renew(&id, !self.flow.is_running());
            let displays = self.displays.borrow();
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
    pub(super) fn display_time(&self) -> Duration {
        if self.settings.get().virtual_clock {
            return self.began.elapsed();
        }
        // Outside of the loop no time passes.
        event_loop::try_now().unwrap_or_else(|| self.last_request.get())
    }
}

/// By what a cell is known to displays: its identity, or the request if the front end gives it none.
pub(crate) fn key_of(cell_id: Option<&str>, run: RunId) -> Rc<str> {
    cell_id.map_or_else(|| format!("run-{}", run.0).into(), Rc::from)
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
    data.values().map(crate::rich::weight).sum()
}
