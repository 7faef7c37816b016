//! How long a cell goes on when it is interrupted.

use std::thread;
use std::time::{Duration, Instant};

use super::notebook::Notebook;
use crate::measure::Measured;

/// Cells that do not end by themselves: plain loops, natives over large values, comparators, waits, nodes.
const ENDLESS: [&str; 10] = [
    "loop { }",
    "loop { try { loop { throw 1 } } catch { } }",
    "loop { try { sleep(1000) } catch { } }",
    "fn deep(n) { if n == 0 { loop { } } else { deep(n - 1) } } deep(10)",
    "let a = []; for i in 0..100_000 { a.push((i * 7919) % 100_003); } loop { let b = a; b.order(|x, y| x - y); }",
    "let a = []; a.pad(1_000_000, 1); loop { a.order(); a.to_json(); let b = a; b.dedup(); }",
    "let s = \"\"; s.pad(4_000_000, \"ab,\"); loop { s.split(','); s.to_upper(); let t = s; t.replace(\"a\", \"cd\"); }",
    "let m = #{}; for i in 0..20_000 { m[`k${i}`] = i; } loop { parse_json(m.to_json()); }",
    "node Spin(x) { loop { } } flow.hot = Spin(1);",
    "node Spins(x) { loop { yield x } } flow.hot = Spins(1);",
];

/// A cell is interrupted after at most so many microseconds, and at least so many.
const DELAY_US: std::ops::Range<u64> = 500..50_000;

/// The time from an interrupt to the end of its cell that so many percent of `count` interrupts do not exceed.
pub(super) fn latency(count: u64, percent: u64) -> Measured {
    let notebook = Notebook::new();
    let mut latencies: Vec<Duration> = (0..count).map(|i| interrupted(&notebook, i)).collect();
    latencies.sort();
    let at = (latencies.len() * percent as usize / 100).min(latencies.len() - 1);
    Measured { items: 1, amount: latencies[at].as_micros() as u64 }
}

fn interrupted(notebook: &Notebook, i: u64) -> Duration {
    let code = ENDLESS[i as usize % ENDLESS.len()];
    let span = DELAY_US.end - DELAY_US.start;
    // Far apart, and the same in every run.
    let delay = Duration::from_micros(DELAY_US.start + i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % span);
    let interrupt = notebook.interrupt.clone();
    let raiser = thread::spawn(move || {
        thread::sleep(delay);
        let raised = Instant::now();
        interrupt.raise();
        raised
    });
    let error = notebook.try_run(code).expect_err("it has no end");
    let ended = Instant::now();
    assert_eq!(error.name, "KeyboardInterrupt", "{}", error.message);
    let raised = raiser.join().expect("it only sleeps");
    notebook.interrupt.clear();
    notebook.run("flow.remove(\"hot\")");
    ended.saturating_duration_since(raised)
}
