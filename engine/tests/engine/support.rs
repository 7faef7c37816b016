//! Graphs as text, and a record of what their nodes did.
//!
//! A sheet is a flow on a virtual clock. A line defines a node in the notation of the semantics page,
//! `a = add(b|0, s.1, 5)`: a connection, its default, an output port by index or name, a constant; `|7` is an input
//! with nothing but a default. A kind may have a parameter, `take:2(s)`. `-a` removes a node, `!a` touches it.

use std::cell::RefCell;
use std::rc::Rc;

use flowno_engine::clock::VirtualClock;
use flowno_engine::event_loop::{EventLoop, LoopError};
use flowno_engine::flow::{
    Change, EditError, Flow, InputDef, InputSource, NodeId, OnMissingDefault, PortRef, RunEnd, RunError,
    RunOptions, Scope, Status,
};

use crate::kinds;

/// What the nodes did, in order: `a(1, 2)` a call, `s:3` a chunk yielded, `t<3` a chunk read, `t<end`.
pub(crate) type Log = Rc<RefCell<Vec<String>>>;

/// What each of some nodes did.
pub(crate) type Deeds = &'static [(&'static str, &'static [&'static str])];

pub(crate) struct Sheet {
    pub(crate) flow: Flow<i64>,
    pub(crate) event_loop: Rc<EventLoop>,
    pub(crate) log: Log,
}

impl Sheet {
    pub(crate) fn new(lines: &str) -> Self {
        Self::on(&virtual_loop(), lines)
    }

    /// On a loop that is there already; cycles that nothing can start are left for the run.
    pub(crate) fn on(event_loop: &Rc<EventLoop>, lines: &str) -> Self {
        let sheet = Self { flow: Flow::new(), event_loop: event_loop.clone(), log: Log::default() };
        edit(&sheet.flow, &sheet.log, lines, OnMissingDefault::Defer).expect("lines that can be wired");
        sheet
    }

    pub(crate) fn edit(&self, lines: &str) -> Result<(), EditError> {
        edit(&self.flow, &self.log, lines, OnMissingDefault::Refuse)
    }

    /// Runs what is dirty; nothing is left out for a failure elsewhere.
    pub(crate) fn run(&self) -> Result<RunEnd, RunError> {
        self.run_with(RunOptions::default())
    }

    /// Goes on by at most `further` generations.
    pub(crate) fn advance(&self, further: u64) -> Result<RunEnd, RunError> {
        self.run_with(RunOptions { scope: Scope::All, generations: Some(further), ..RunOptions::default() })
    }

    pub(crate) fn run_with(&self, options: RunOptions) -> Result<RunEnd, RunError> {
        self.try_run(options).expect("a run that ends")
    }

    pub(crate) fn try_run(&self, options: RunOptions) -> Result<Result<RunEnd, RunError>, LoopError> {
        let flow = self.flow.clone();
        self.event_loop.run_until_complete(async move { flow.run(options).await })
    }

    pub(crate) fn id(&self, name: &str) -> NodeId {
        self.flow.node(name).expect("a node of this name")
    }

    /// The value of output 0.
    pub(crate) fn value(&self, name: &str) -> Option<i64> {
        Some(self.flow.value(self.flow.node(name)?)?[0])
    }

    /// A node's generation as the semantics page writes it.
    pub(crate) fn generation(&self, name: &str) -> String {
        self.flow.generation(self.id(name)).map_or("None".into(), |generation| generation.to_string())
    }

    /// One word for a node's status.
    pub(crate) fn status(&self, name: &str) -> &'static str {
        match self.flow.status(self.id(name)).expect("a node") {
            Status::Clean => "clean",
            Status::Dirty => "dirty",
            Status::Running => "running",
            Status::Suspended => "suspended",
            Status::Waiting(_) => "waiting",
            Status::Failed(_) => "failed",
        }
    }

    /// What happened since the last time.
    pub(crate) fn took(&self) -> Vec<String> {
        std::mem::take(&mut self.log.borrow_mut())
    }

    /// What one node did in all this time, without its name.
    pub(crate) fn did(&self, name: &str) -> Vec<String> {
        let of = |line: &String| {
            line.strip_prefix(name).filter(|rest| rest.starts_with(['(', ':', '<'])).map(str::to_owned)
        };
        self.log.borrow().iter().filter_map(of).collect()
    }

    /// How often a node was called in all this time.
    pub(crate) fn calls(&self, name: &str) -> usize {
        self.did(name).iter().filter(|line| line.starts_with('(')).count()
    }
}

pub(crate) fn virtual_loop() -> Rc<EventLoop> {
    Rc::new(EventLoop::with_clock(Rc::new(VirtualClock::new())).expect("a poller"))
}

/// Every node with all that is known of it, to compare two moments.
pub(crate) fn snapshot(flow: &Flow<i64>) -> Vec<String> {
    let describe = |id: &NodeId| {
        format!(
            "{:?} {:?} {:?} {:?} in {:?} out {:?}",
            flow.name(*id),
            flow.value(*id),
            flow.generation(*id),
            flow.status(*id),
            flow.input_nodes(*id),
            flow.output_nodes(*id)
        )
    };
    flow.nodes().iter().map(describe).collect()
}

/// Applies the lines, separated by `;` or a line's end, as one batch.
pub(crate) fn edit(
    flow: &Flow<i64>,
    log: &Log,
    lines: &str,
    policy: OnMissingDefault,
) -> Result<(), EditError> {
    let lines = lines.split([';', '\n']).map(str::trim).filter(|line| !line.is_empty());
    flow.edit(lines.map(|line| change(line, log)).collect(), policy)
}

fn change(line: &str, log: &Log) -> Change<i64> {
    if let Some(name) = line.strip_prefix('-') {
        return Change::Remove { name: name.into() };
    }
    if let Some(name) = line.strip_prefix('!') {
        return Change::Touch { name: name.into() };
    }
    let (name, call) = line.split_once(" = ").expect("name = kind(inputs)");
    let (kind, inputs) = call.split_once('(').expect("kind(inputs)");
    let inputs = inputs.trim_end_matches(')').split(',').map(str::trim).filter(|input| !input.is_empty());
    let inputs: Vec<InputDef<i64>> = inputs.map(input).collect();
    let (kind, parameter) = kind.split_once(':').unwrap_or((kind, "0"));
    let parameter = parameter.parse().expect("an integer");
    Change::Define { name: name.into(), body: kinds::body(kind, parameter, inputs.len(), log), inputs }
}

fn input(text: &str) -> InputDef<i64> {
    let (source, default) = match text.split_once('|') {
        Some((source, default)) => (source, Some(default.parse().expect("an integer"))),
        None => (text, None),
    };
    let source = if source.is_empty() {
        InputSource::Unconnected
    } else if let Ok(value) = source.parse() {
        InputSource::Constant(value)
    } else {
        let (name, port) = source.split_once('.').unwrap_or((source, "0"));
        let port = port.parse().map_or_else(|_| PortRef::Name(port.into()), PortRef::Index);
        InputSource::Node { name: name.into(), port }
    };
    InputDef { source, default }
}
