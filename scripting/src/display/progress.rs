//! `progress(done, total)`: bars.
//!
//! In a node the bar stands in the node's own display while the node runs, and its value takes its place. In a cell each
//! call has a bar of its own at its place. A node's bar is paced like all live displays, a cell's own at most
//! once in [`PACE`]; a headless cell shows where its own bars have ended, and none of its nodes'.

use std::rc::Rc;
use std::time::Duration;

use rhai::Position;

use super::text::{node_bundle, node_text};
use crate::console::plain;
use crate::engine::event_loop;
use crate::engine::flow::{NodeId, Status};
use crate::event::{Display, EventKind, MimeBundle};
use crate::rich::escape;
use crate::session::DisplayMode;
use crate::world::World;

/// How often a cell's bar is updated at most.
const PACE: Duration = Duration::from_millis(50);

/// How many bars a cell has: a call in a function counts once for each place it is called from at most.
const BARS_MAX: usize = 100;

/// How far something has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Progress {
    done: f64,
    total: f64,
}

/// A bar of the running cell.
pub(crate) struct Bar {
    /// The call that it belongs to.
    position: Position,
    progress: Progress,
    /// When a front end was last told; `None` if it never was.
    sent: Option<Duration>,
    is_news: bool,
}

impl Progress {
    /// `None` if these are no numbers from 0, or the total is nothing.
    pub(crate) fn new(done: f64, total: f64) -> Option<Self> {
        let is_good = done.is_finite() && total.is_finite() && done >= 0.0 && total > 0.0;
        is_good.then(|| Self { done: done.min(total), total })
    }

    fn text(self) -> String {
        format!("{} of {}, {}%", self.done, self.total, (self.done / self.total * 100.0).floor())
    }

    fn bundle(self, text: &str) -> MimeBundle {
        let mut bundle = plain(text);
        let bar = format!(
            "<progress value=\"{}\" max=\"{}\" style=\"vertical-align: middle\"></progress> <code>{}</code>",
            self.done,
            self.total,
            escape(text)
        );
        bundle.insert("text/html".to_owned(), bar.into());
        bundle
    }
}

impl World {
    /// What a live display shows of a node, its bar included.
    pub(crate) fn live_bundle(&self, node: NodeId, paused: bool) -> MimeBundle {
        let is_running = matches!(self.flow.status(node), Some(Status::Running | Status::Suspended));
        let progress = || self.progress.borrow().get(&self.flow.name(node)?).copied();
        match progress().filter(|_| is_running) {
            Some(progress) => {
                progress.bundle(&format!("{} ({})", node_text(&self.flow, node, paused), progress.text()))
            }
            None => node_bundle(&self.flow, node, paused),
        }
    }

    /// Sets the bar of a node that runs.
    pub(crate) fn set_node_progress(&self, name: &Rc<str>, progress: Progress) {
        self.progress.borrow_mut().insert(name.clone(), progress);
        if let Some(node) = self.flow.node(name) {
            self.watch.note(node);
        }
    }

    /// Forgets the bar that a node's last run has left.
    pub(crate) fn begin_node_progress(&self, name: &str) {
        let mut progress = self.progress.borrow_mut();
        if !progress.is_empty() {
            progress.remove(name);
        }
    }

    /// Sets the bar of a call in the running cell.
    pub(crate) fn set_cell_progress(&self, position: Position, progress: Progress) {
        let event = self.with_cell(|cell| {
            let known = cell.bars.iter().position(|bar| bar.position == position);
            let index = match known {
                Some(index) => index,
                None if cell.bars.len() == BARS_MAX => return None,
                None => {
                    cell.bars.push(Bar { position, progress, sent: None, is_news: true });
                    cell.bars.len() - 1
                }
            };
            let bar = &mut cell.bars[index];
            bar.is_news |= bar.progress != progress;
            bar.progress = progress;
            let now = event_loop::now();
            let is_due = bar.sent.is_none_or(|sent| now >= sent + PACE);
            (cell.mode == DisplayMode::Live && bar.is_news && is_due).then(|| bar.event(self, now))
        });
        if let Some(event) = event.flatten() {
            self.say(event);
        }
    }

    /// Sends where the bars of the cell have ended, as far as that was not sent.
    pub(crate) fn finish_bars(&self) {
        let mut bars = self.with_cell(|cell| std::mem::take(&mut cell.bars)).unwrap_or_default();
        let is_live = self.with_cell(|cell| cell.mode == DisplayMode::Live) == Some(true);
        for bar in bars.iter_mut().filter(|bar| bar.is_news) {
            let event = match is_live {
                true => bar.event(self, event_loop::now()),
                false => {
                    let data = bar.progress.bundle(&bar.progress.text());
                    EventKind::Display(Display { display_id: None, data })
                }
            };
            self.console.send(event);
        }
    }
}

impl Bar {
    /// What tells a front end of it.
    fn event(&mut self, world: &World, now: Duration) -> EventKind {
        let line = self.position.line().unwrap_or_default();
        let column = self.position.position().unwrap_or_default();
        let display_id = Some(format!("flowno-progress/{}/{line}:{column}", world.console.run_number()));
        let data = self.progress.bundle(&self.progress.text());
        let first = self.sent.is_none();
        (self.sent, self.is_news) = (Some(now), false);
        let display = Display { display_id, data };
        if first { EventKind::Display(display) } else { EventKind::Update(display) }
    }
}
