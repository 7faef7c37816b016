//! Where the time goes: a profile of nodes and tasks.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::{EventLoopInstrument, FlowId, FlowInstrument, Installed, Moment, NodeView, TaskView, install};
use crate::event_loop::{TaskError, time};
use crate::flow::{Generation, NodeFailure, NodeId};

/// Tasks that have ended and are still known: a server that spawns one for each request must not fill the memory.
pub const ENDED_TASKS: usize = 10_000;

/// What a node has cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeProfile {
    /// Its name when it was last heard of.
    pub name: String,
    /// Calls begun.
    pub calls: u64,
    /// Chunks stored.
    pub chunks: u64,
    /// Failures.
    pub errors: u64,
    /// Times that a body suspended.
    pub waits: u64,
    /// From the beginnings of calls to their ends, on the loop's clock.
    pub total_time: Duration,
    /// In which its body ran, on the machine's clock; that of a producer which its reader polls does not count for the reader.
    pub self_time: Duration,
    /// From each suspension until its body went on, on the loop's clock.
    pub wait_time: Duration,
}

/// What a task has cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskProfile {
    /// Its number.
    pub number: u64,
    /// The name that it was spawned with.
    pub name: Option<String>,
    /// Times that the loop polled it.
    pub polls: u64,
    /// From its first poll to its end, or to its last poll so far, on the loop's clock.
    pub total_time: Duration,
    /// In which it ran, on the machine's clock; that of a flow's run includes its nodes.
    pub self_time: Duration,
}

/// What is known of a node: its costs, and since when it is evaluated and suspended.
#[derive(Default)]
struct Account {
    costs: NodeProfile,
    /// Its place in the order in which nodes were first heard of.
    order: usize,
    called: Option<Duration>,
    paused: Option<Duration>,
}

#[derive(Default)]
struct TaskAccount {
    costs: TaskProfile,
    begun: Duration,
    resumed: Option<Instant>,
}

#[derive(Default)]
struct Books {
    nodes: HashMap<(FlowId, NodeId), Account>,
    /// The bodies that run: a reader may poll its producer from within. The last one runs since the time beside.
    running: Vec<(FlowId, NodeId)>,
    since: Option<Instant>,
    tasks: HashMap<u64, TaskAccount>,
    /// The tasks among them that have ended, the oldest first.
    ended: VecDeque<u64>,
}

impl Books {
    /// Charges the time since the last look to the body that runs.
    fn charge(&mut self) {
        let now = Instant::now();
        if let (Some(key), Some(since)) = (self.running.last(), self.since.replace(now))
            && let Some(account) = self.nodes.get_mut(key)
        {
            account.costs.self_time += now - since;
        }
    }

    fn node(&mut self, node: NodeView<'_>) -> &mut Account {
        let order = self.nodes.len();
        let account = self.nodes.entry((node.flow, node.id)).or_default();
        if account.costs.name != **node.name {
            account.costs.name = node.name.to_string();
            account.order = order;
        }
        account
    }
}

/// An instrument that adds up what nodes and tasks cost. A clone is the same profile; shown, it is a table.
///
/// Times are told apart: what ran took time on the machine's clock; what waited, on the loop's, where an hour may
/// take no time. Tasks are those of one loop: two that run on the thread by turns count theirs alike.
#[derive(Clone, Default)]
pub struct Profile(Rc<RefCell<Books>>);

impl Profile {
    /// An empty profile.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds up as long as the guard lives.
    pub fn install(&self) -> Installed {
        install(Rc::new(self.clone()))
    }

    /// What each node has cost, the one that ran longest first.
    pub fn nodes(&self) -> Vec<NodeProfile> {
        let books = self.0.borrow();
        let mut accounts: Vec<&Account> = books.nodes.values().filter(|node| node.costs.calls > 0).collect();
        accounts.sort_by_key(|account| (std::cmp::Reverse(account.costs.self_time), account.order));
        accounts.into_iter().map(|account| account.costs.clone()).collect()
    }

    /// What the node of this name has cost, in whichever flow.
    pub fn node(&self, name: &str) -> Option<NodeProfile> {
        self.nodes().into_iter().find(|node| node.name == name)
    }

    /// What each task has cost, the one that ran longest first: those that live and the last [`ENDED_TASKS`] that ended.
    pub fn tasks(&self) -> Vec<TaskProfile> {
        let books = self.0.borrow();
        let mut tasks: Vec<TaskProfile> = books.tasks.values().map(|account| account.costs.clone()).collect();
        tasks.sort_by_key(|task| (std::cmp::Reverse(task.self_time), task.number));
        tasks
    }

    /// Forgets all that was added up.
    pub fn clear(&self) {
        self.0.take();
    }

    fn task(&self, task: TaskView<'_>, note: impl FnOnce(&mut TaskAccount)) {
        let mut books = self.0.borrow_mut();
        let account = books.tasks.entry(task.number).or_insert_with(|| TaskAccount {
            costs: TaskProfile {
                number: task.number,
                name: task.name.map(str::to_owned),
                ..TaskProfile::default()
            },
            begun: time(),
            resumed: None,
        });
        note(account);
        account.costs.total_time = time().saturating_sub(account.begun);
    }

    fn task_pauses(&self, task: TaskView<'_>) {
        self.task(task, |account| {
            account.costs.self_time += account.resumed.take().map_or(Duration::ZERO, |at| at.elapsed());
        });
    }

    fn task_ends(&self, task: TaskView<'_>) {
        self.task_pauses(task);
        let mut books = self.0.borrow_mut();
        books.ended.push_back(task.number);
        if books.ended.len() > ENDED_TASKS
            && let Some(oldest) = books.ended.pop_front()
        {
            books.tasks.remove(&oldest);
        }
    }
}

impl FlowInstrument for Profile {
    fn node_lifecycle(&self, node: NodeView<'_>, _run: u64, run_level: u32, at: Moment) {
        if run_level > 0 {
            return;
        }
        let mut books = self.0.borrow_mut();
        let account = books.node(node);
        account.paused = None;
        match at {
            Moment::Begin => {
                account.costs.calls += 1;
                account.called = Some(time());
            }
            Moment::End => {
                let called = account.called.take();
                account.costs.total_time += called.map_or(Duration::ZERO, |at| time().saturating_sub(at));
            }
        }
    }

    fn on_node_resumed(&self, node: NodeView<'_>, _run_level: u32) {
        let mut books = self.0.borrow_mut();
        let account = books.node(node);
        if let Some(paused) = account.paused.take() {
            account.costs.waits += 1;
            account.costs.wait_time += time().saturating_sub(paused);
        }
        books.charge();
        books.running.push((node.flow, node.id));
    }

    fn on_node_pause(&self, node: NodeView<'_>, _run_level: u32) {
        let mut books = self.0.borrow_mut();
        books.charge();
        // One that began before the profile was not noted.
        if books.running.last() == Some(&(node.flow, node.id)) {
            books.running.pop();
        }
        books.node(node).paused = Some(time());
    }

    fn on_node_emitted_data(
        &self,
        node: NodeView<'_>,
        _data: Option<&dyn std::any::Any>,
        generation: Generation,
    ) {
        if generation.chunk.is_some() {
            self.0.borrow_mut().node(node).costs.chunks += 1;
        }
    }

    fn on_node_error(&self, node: NodeView<'_>, _error: &NodeFailure) {
        self.0.borrow_mut().node(node).costs.errors += 1;
    }
}

impl EventLoopInstrument for Profile {
    fn on_task_before_send(&self, task: TaskView<'_>) {
        self.task(task, |account| {
            account.costs.polls += 1;
            account.resumed = Some(Instant::now());
        });
    }

    fn on_task_after_send(&self, task: TaskView<'_>, _command: &str) {
        self.task_pauses(task);
    }

    fn on_task_completed(&self, task: TaskView<'_>) {
        self.task_ends(task);
    }

    fn on_task_error(&self, task: TaskView<'_>, _error: &TaskError) {
        self.task_ends(task);
    }

    fn on_task_cancelled(&self, task: TaskView<'_>, _error: &TaskError) {
        self.task_ends(task);
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (nodes, tasks) = (self.nodes(), self.tasks());
        let widths = nodes.iter().map(|node| node.name.chars().count());
        let widths = widths.chain(tasks.iter().map(|task| called(task).chars().count()));
        let width = widths.max().unwrap_or(0).max("node".len());
        writeln!(
            f,
            "{:width$} {:>8} {:>8} {:>6} {:>8} {:>10} {:>10} {:>10}",
            "node", "calls", "chunks", "errors", "waits", "self ms", "wait ms", "total ms"
        )?;
        for NodeProfile { name, calls, chunks, errors, waits, total_time, self_time, wait_time } in &nodes {
            let (own, wait, total) = (ms(*self_time), ms(*wait_time), ms(*total_time));
            writeln!(
                f,
                "{name:width$} {calls:>8} {chunks:>8} {errors:>6} {waits:>8} {own:>10.3} {wait:>10.3} {total:>10.3}"
            )?;
        }
        if tasks.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{:width$} {:>8} {:>10} {:>10}", "task", "polls", "self ms", "total ms")?;
        for task in &tasks {
            let (own, total) = (ms(task.self_time), ms(task.total_time));
            writeln!(f, "{:width$} {:>8} {own:>10.3} {total:>10.3}", called(task), task.polls)?;
        }
        Ok(())
    }
}

fn called(task: &TaskProfile) -> String {
    match &task.name {
        Some(name) => format!("{} {name}", task.number),
        None => task.number.to_string(),
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
