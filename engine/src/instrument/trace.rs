//! What happened, in order, with times: a trace, to be read or to be looked at in a trace viewer.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{Each, Installed, Moment, Note, Subject, install};
use crate::event_loop::time;

/// How many events a trace keeps unless said otherwise: about 200 MB of them.
const CAPACITY: usize = 1_000_000;

/// An event of a [`Trace`]. Shown, it is a line: `0.500000 [NODE-RESUMED] total at run level 0`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceEvent {
    /// When, on the loop's clock; zero if it was told while no loop ran.
    pub time: Duration,
    /// The hook's name: `on_node_resumed`.
    pub hook: &'static str,
    /// Whether it begins or ends something; `None` if it is a moment.
    pub at: Option<Moment>,
    /// What it is about: the name of a node, a task, ...
    pub subject: String,
    /// The run level, if the hook tells it.
    pub run_level: Option<u32>,
    /// The line without the time.
    pub line: String,
    /// What of the viewer's two halves it belongs to.
    half: Half,
}

/// A half of a trace viewer's picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Half {
    Nodes = 1,
    Loop = 2,
}

impl fmt::Display for TraceEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6} {}", self.time.as_secs_f64(), self.line)
    }
}

struct Events {
    kept: Vec<TraceEvent>,
    capacity: usize,
    missed: u64,
}

/// An instrument that keeps what it is told. A clone is the same trace; shown, it is a line an event.
///
/// ```
/// use flowno_engine::instrument::Trace;
/// use flowno_engine::{flow_hdl, node};
///
/// #[node]
/// fn Double(x: i64) -> i64 {
///     2 * x
/// }
///
/// let trace = Trace::new();
/// let f = flow_hdl! { |f| f.four = Double(2); }?;
/// {
///     let _traced = trace.install();
///     f.run_until_complete(())?;
/// }
/// print!("{trace}");
/// let mut file = Vec::new(); // or File::create("trace.json")?, for ui.perfetto.dev
/// trace.write_chrome(&mut file)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Trace(Rc<RefCell<Events>>);

impl Trace {
    /// An empty trace, of a million events at most.
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// An empty trace that keeps the first `capacity` events and counts the others.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Rc::new(RefCell::new(Events { kept: Vec::new(), capacity, missed: 0 })))
    }

    /// Keeps what happens as long as the guard lives.
    pub fn install(&self) -> Installed {
        let trace = self.clone();
        install(Rc::new(Each::new(move |note| trace.keep(note))))
    }

    /// What has happened so far.
    pub fn events(&self) -> Vec<TraceEvent> {
        self.0.borrow().kept.clone()
    }

    /// How many events came when it was full.
    pub fn missed(&self) -> u64 {
        self.0.borrow().missed
    }

    fn keep(&self, note: &Note<'_>) {
        let mut events = self.0.borrow_mut();
        if events.kept.len() >= events.capacity {
            events.missed += 1;
            return;
        }
        let (half, at) = match (note.subject, note.hook) {
            // A body runs from being resumed to its pause, a task from one send to its end or the next wait.
            (Subject::Node(_), "on_node_resumed") => (Half::Nodes, Some(Moment::Begin)),
            (Subject::Node(_), "on_node_pause") => (Half::Nodes, Some(Moment::End)),
            (Subject::Task(_), "on_task_before_send") => (Half::Loop, Some(Moment::Begin)),
            (Subject::Task(_), "on_task_after_send" | "on_task_completed" | "on_task_error") => {
                (Half::Loop, Some(Moment::End))
            }
            (Subject::Flow(_) | Subject::Node(_) | Subject::Stream(_), _) => (Half::Nodes, note.at),
            _ => (Half::Loop, note.at),
        };
        let subject = match note.subject {
            // A stream's events stand with its reader.
            Subject::Stream(stream) => stream.reader.to_string(),
            subject => subject.to_string(),
        };
        events.kept.push(TraceEvent {
            time: time(),
            hook: note.hook,
            at,
            subject,
            run_level: note.run_level,
            line: note.to_string(),
            half,
        });
    }

    /// Writes the trace in the format of Chrome's trace viewer and Perfetto (JSON): nodes in one half, tasks,
    /// queues and sockets in the other, each with a track of its own; evaluations and polls are spans, all else moments.
    ///
    /// # Errors
    ///
    /// If the writer fails.
    pub fn write_chrome(&self, writer: impl io::Write) -> io::Result<()> {
        let events = self.0.borrow();
        let mut tracks = Tracks::default();
        let mut written: Vec<Json> = Vec::with_capacity(events.kept.len());
        for event in &events.kept {
            written.extend(tracks.event(event));
        }
        let mut all = tracks.names();
        all.append(&mut written);
        let file =
            json!({ "traceEvents": all, "displayTimeUnit": "ms", "otherData": { "missed": events.missed } });
        serde_json::to_writer(writer, &file).map_err(io::Error::from)
    }
}

impl Default for Trace {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events = self.0.borrow();
        for event in &events.kept {
            writeln!(f, "{event}")?;
        }
        match events.missed {
            0 => Ok(()),
            missed => writeln!(f, "and {missed} more"),
        }
    }
}

/// The viewer's tracks, in the order in which they come up.
#[derive(Default)]
struct Tracks {
    numbers: HashMap<(Half, String), usize>,
    /// How many spans of a name are open on each.
    open: HashMap<(usize, &'static str), u32>,
}

impl Tracks {
    fn event(&mut self, event: &TraceEvent) -> Option<Json> {
        let next = self.numbers.len() + 1;
        let track = *self.numbers.entry((event.half, event.subject.clone())).or_insert(next);
        let name = name_of(event);
        let mut json = json!({
            "name": name,
            "ts": event.time.as_secs_f64() * 1e6,
            "pid": event.half as u32,
            "tid": track,
            "args": { "line": event.line },
        });
        let open = self.open.entry((track, name)).or_default();
        let phases = match event.at {
            None => {
                json["s"] = json!("t");
                json["ph"] = json!("i");
                return Some(json);
            }
            Some(Moment::Begin) => {
                *open += 1;
                ("B", "b")
            }
            Some(Moment::End) => {
                // What began before the trace is not shown.
                *open = open.checked_sub(1)?;
                ("E", "e")
            }
        };
        // A body begins and pauses in turn; other spans may begin in one and end in another.
        if name == RUNS {
            json["ph"] = json!(phases.0);
        } else {
            json["ph"] = json!(phases.1);
            json["cat"] = json!(name);
            json["id"] = json!(track);
        }
        Some(json)
    }

    /// What tells the viewer the names of the halves and tracks.
    fn names(&self) -> Vec<Json> {
        let mut tracks: Vec<_> = self.numbers.iter().collect();
        tracks.sort_by_key(|(_, number)| **number);
        let name = |what: &str, half: Half, track: usize, name: &str| json!({ "name": what, "ph": "M", "pid": half as u32, "tid": track, "args": { "name": name } });
        let mut names = vec![
            name("process_name", Half::Nodes, 0, "nodes"),
            name("process_name", Half::Loop, 0, "event loop"),
        ];
        let track_name = |((half, subject), number): (&(Half, String), &usize)| {
            name("thread_name", *half, *number, subject)
        };
        names.extend(tracks.into_iter().map(track_name));
        names
    }
}

/// The name of the spans in which code runs.
const RUNS: &str = "runs";

/// The name of the span that an event begins or ends; of a moment, that of its hook.
fn name_of(event: &TraceEvent) -> &'static str {
    match (event.hook, event.run_level) {
        ("node_lifecycle", Some(0)) => "evaluation",
        ("node_lifecycle", _) => "chunk",
        ("on_node_resumed" | "on_node_pause", _) => RUNS,
        ("on_task_before_send" | "on_task_after_send" | "on_task_completed" | "on_task_error", _) => RUNS,
        ("on_barrier_node_write", _) => "waits for readers",
        ("on_barrier_node_read", _) => "takes arguments",
        (hook, _) => hook.strip_prefix("on_").unwrap_or(hook),
    }
}
