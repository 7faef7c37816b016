//! Scripted nodes: a ring, a stream, a growing state.

use super::notebook::Notebook;
use crate::measure::{Measured, Stopwatch};
use crate::work::sum_below;

/// Further generations before the stopwatch starts: buffers grow to their size.
const WARM_UP: u64 = 2;

/// The body of [`ring`]'s nodes, which has one parameter, `x`.
pub(super) const INCREMENT: &str = "{ x + 1 }";

/// A ring of `nodes`, turned `generations` times.
pub(super) fn ring(nodes: u64, generations: u64) -> Measured {
    let notebook = Notebook::new();
    notebook.run(&format!("flow.auto = false; flow.show = \"none\"; node Inc(x = 0) {INCREMENT}"));
    let last = nodes - 1;
    notebook.run(&format!("for i in 0..{nodes} {{ flow[`n${{i}}`] = Inc(flow[`n${{(i + {last}) % {nodes}}}`]); }}"));
    notebook.run(&format!("flow.run({WARM_UP});"));
    let watch = Stopwatch::start();
    notebook.run(&format!("flow.run({generations});"));
    let measured = watch.stop(nodes * generations);
    let turns = generations + WARM_UP;
    assert_eq!(notebook.run("flow.n0.generation"), format!("[{turns}]"));
    measured
}

/// A stream of `chunks` integers, and what sums them.
pub(super) fn stream(chunks: u64) -> Measured {
    let notebook = Notebook::new();
    notebook.run(
        "flow.auto = false; flow.show = \"none\";
         node Count(n) { for i in 0..n { yield i; } }
         node Total(stream xs) { let t = 0; for x in xs { t += x; } t }",
    );
    notebook.run(&format!("flow.c = Count({chunks}); flow.t = Total(flow.c);"));
    let watch = Stopwatch::start();
    notebook.run("flow.run(1);");
    let measured = watch.stop(chunks);
    assert_eq!(notebook.run("flow.t.value"), sum_below(chunks).to_string());
    measured
}

/// A node that appends to its state at each call.
pub(super) fn log(calls: u64) -> Measured {
    let notebook = Notebook::new();
    notebook.run(
        "flow.auto = false; flow.show = \"none\";
         node Log(x = 0) with #{ lines: [] } { this.lines.push(x); this.lines.len() }
         flow.log = Log(flow.log);",
    );
    let watch = Stopwatch::start();
    notebook.run(&format!("flow.run({calls});"));
    // A cycle runs once before it advances.
    let measured = watch.stop(calls + 1);
    assert_eq!(notebook.run("flow.log.value"), (calls + 1).to_string());
    measured
}
