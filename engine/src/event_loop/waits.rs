//! Who waits for whom.
//!
//! A future that is about to suspend its task notes what for, in one cell of the thread; of several in one poll the last counts.
//! The loop keeps the note with the task as long as it is suspended, and spells it out when somebody asks: when nothing can
//! run any more, or nothing has come for too long.

use std::cell::Cell;
use std::fmt;

use super::task::TaskId;
use super::{Inner, with_current};

/// How many waits an error lists.
const LISTED: usize = 10;

/// What a task waits for, as it stands after "waits for"; `{}` in it is the task that it is up to. One word: a
/// note is taken at each suspension.
pub(crate) type Reason = &'static &'static str;

const UNTOLD: Reason = &"something that it does not tell";

/// What a task waits for, and the task that it is up to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note {
    pub(super) reason: Reason,
    pub(super) whose: Option<TaskId>,
}

impl Default for Note {
    fn default() -> Self {
        Self { reason: UNTOLD, whose: None }
    }
}

thread_local! {
    /// The task that is being polled.
    static POLLED: Cell<Option<TaskId>> = const { Cell::new(None) };
    /// What it has noted, in two cells: words that are written one by one are best read so.
    static REASON: Cell<Reason> = const { Cell::new(UNTOLD) };
    static WHOSE: Cell<Option<TaskId>> = const { Cell::new(None) };
}

/// Notes what the task that is being polled waits for.
pub(crate) fn note(reason: Reason) {
    note_of(reason, None);
}

/// The same, with another task that it is up to.
pub(crate) fn note_of(reason: Reason, whose: Option<TaskId>) {
    REASON.set(reason);
    WHOSE.set(whose);
}

/// The task that is being polled.
pub(crate) fn polled_task() -> Option<TaskId> {
    POLLED.get()
}

/// Marks a task as the one that is being polled until dropped.
pub(crate) struct Polling(Option<TaskId>);

impl Polling {
    pub(crate) fn new(task: TaskId) -> Self {
        note(UNTOLD);
        Self(POLLED.replace(Some(task)))
    }

    /// What it has noted by now.
    pub(crate) fn note(&self) -> Note {
        Note { reason: REASON.get(), whose: WHOSE.get() }
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        POLLED.set(self.0);
    }
}

/// A task that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskWait {
    /// The task's number: tasks are numbered from 1 as they are spawned.
    pub number: u64,
    /// The name that it was spawned with; a node's evaluation has the node's.
    pub name: Option<String>,
    /// What for: `an item in an AsyncQueue`, `task 7 to end`. `None` if it does not tell.
    pub waits_for: Option<String>,
}

impl fmt::Display for TaskWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waits_for = self.waits_for.as_deref().unwrap_or(*UNTOLD);
        write!(f, "{} waits for {waits_for}", called(self.number, self.name.as_deref()))
    }
}

fn called(number: u64, name: Option<&str>) -> String {
    name.map_or_else(|| format!("task {number}"), |name| format!("task {number} `{name}`"))
}

/// Tasks that wait, in the order in which they were spawned. Shown, it lists the first ten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits(Vec<TaskWait>);

impl std::ops::Deref for Waits {
    type Target = [TaskWait];

    fn deref(&self) -> &[TaskWait] {
        &self.0
    }
}

impl fmt::Display for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(&self.0, f)
    }
}

/// Writes waits as an error lists them: the first ten, and how many more there are.
pub(crate) fn list<W: fmt::Display>(waits: &[W], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, wait) in waits.iter().take(LISTED).enumerate() {
        write!(f, "{}{wait}", if index == 0 { "" } else { "; " })?;
    }
    match waits.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => write!(f, "; and {more} more"),
    }
}

/// What each suspended task of the current loop waits for just now.
///
/// # Panics
///
/// If no event loop runs on this thread.
pub fn waits() -> Waits {
    with_current(|inner| inner.waits())
}

impl Inner {
    pub(super) fn waits(&self) -> Waits {
        let tasks = self.tasks.borrow();
        let mut waits: Vec<TaskWait> = tasks
            .notes()
            .map(|(number, name, note)| TaskWait {
                number,
                name: name.map(str::to_owned),
                waits_for: (note.reason != UNTOLD).then(|| self.spell(note)),
            })
            .collect();
        waits.sort_by_key(|wait| wait.number);
        Waits(waits)
    }

    /// What a note says.
    pub(super) fn spell(&self, note: Note) -> String {
        let Some(id) = note.whose else { return (*note.reason).to_owned() };
        let whose = self.tasks.borrow().whose(id).map(|(number, name)| called(number, name));
        note.reason.replace("{}", &whose.unwrap_or_else(|| "a task that has ended".to_owned()))
    }
}
