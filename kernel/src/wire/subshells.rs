//! The subshells that front ends have made (JEP 91).
//!
//! A subshell is a name that a front end puts into the headers of requests on the shell channel. Its cells go to a
//! mailbox of its own, and its own failures abort them. What the wire thread answers by itself it answers at once, on
//! whichever subshell it comes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use flowno_scripting::engine::event_loop::mailbox::{self, mailbox};
use uuid::Uuid;

use crate::engine_thread::{AbortLine, Asked, Job, NewShell};

/// Subshells at a time. JupyterLab makes one for each page's comms and one for each subshell console.
const MAX_SUBSHELLS: usize = 256;

/// The subshells there are, oldest first.
pub(super) struct Subshells {
    open: Mutex<Vec<Subshell>>,
    /// Tells the engine thread of new ones, before any question about them.
    made: mailbox::Sender<Asked>,
}

struct Subshell {
    id: String,
    queue: ShellQueue,
}

/// The way to a shell's cells.
#[derive(Clone)]
pub(super) struct ShellQueue {
    pub(super) jobs: mailbox::Sender<Job>,
    pub(super) line: AbortLine,
}

impl Subshells {
    pub(super) fn new(made: mailbox::Sender<Asked>) -> Self {
        Self { open: Mutex::default(), made }
    }

    /// Makes one. `None` when there are too many.
    pub(super) fn create(&self) -> Option<String> {
        let mut open = self.lock();
        (open.len() < MAX_SUBSHELLS).then(|| {
            let id = Uuid::new_v4().to_string();
            let (sender, jobs) = mailbox();
            let line = AbortLine::default();
            open.push(Subshell { id: id.clone(), queue: ShellQueue { jobs: sender, line: line.clone() } });
            if self.made.send(Asked::Subshell(NewShell { id: id.clone(), jobs, line })).is_err() {
                tracing::debug!("a subshell was made after the end of the engine thread");
            }
            id
        })
    }

    /// Removes one; `false` if there is none of this identity. A cell that runs in it goes on, what waits behind it is
    /// aborted.
    pub(super) fn delete(&self, id: &str) -> bool {
        let mut open = self.lock();
        let Some(index) = open.iter().position(|known| known.id == id) else { return false };
        open.remove(index).queue.line.draw_for_good();
        true
    }

    /// All identities.
    pub(super) fn list(&self) -> Vec<String> {
        self.lock().iter().map(|known| known.id.clone()).collect()
    }

    /// The way to one's cells, if there is one of this identity.
    pub(super) fn get(&self, id: &str) -> Option<ShellQueue> {
        self.lock().iter().find(|known| known.id == id).map(|known| known.queue.clone())
    }

    /// Does something with each.
    pub(super) fn for_each(&self, work: impl Fn(&ShellQueue)) {
        self.lock().iter().for_each(|known| work(&known.queue));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Subshell>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subshells() -> (Subshells, mailbox::Receiver<Asked>) {
        let (made, told) = mailbox();
        (Subshells::new(made), told)
    }

    #[test]
    fn what_is_made_is_listed_until_it_is_deleted() {
        let (subshells, mut told) = subshells();
        let ids = [(); 2].map(|()| subshells.create().unwrap());
        assert_eq!(subshells.list(), ids);
        assert!(matches!(told.try_recv(), Some(Asked::Subshell(new)) if new.id == ids[0]));
        assert!(subshells.get(&ids[0]).is_some() && subshells.delete(&ids[0]));
        assert!(subshells.get(&ids[0]).is_none() && !subshells.delete(&ids[0]));
        assert_eq!(subshells.list(), ids[1..]);
    }

    #[test]
    fn deleting_aborts_what_waits() {
        let (subshells, _told) = subshells();
        let id = subshells.create().unwrap();
        let queue = subshells.get(&id).unwrap();
        let ticket = queue.line.arrive(None);
        assert!(!queue.line.covers(&ticket));
        assert!(subshells.delete(&id));
        assert!(queue.line.covers(&ticket));
    }

    #[test]
    fn there_is_a_bound_and_room_again_below_it() {
        let (subshells, _told) = subshells();
        let ids: Vec<String> = std::iter::from_fn(|| subshells.create()).collect();
        assert_eq!(ids.len(), MAX_SUBSHELLS);
        assert!(subshells.delete(&ids[7]));
        assert!(subshells.create().is_some());
    }
}
