//! Raised by another thread after a random time, in cells that would never end. The watchdog sees the one that
//! does not.

use std::thread;
use std::time::{Duration, Instant};

use crate::common::Notebook;

/// How often each cell is interrupted.
const ROUNDS: u32 = 50;

/// The longest time before an interrupt is raised, in microseconds: some slices of a hot loop.
const DELAY_MAX_US: u64 = 3_000;

const ENDLESS: [&str; 20] = [
    "loop { }",
    "let i = 0; while true { i += 1; if i % 1000 == 0 { kept += 1; } }",
    "sleep(1000000)",
    "loop { sleep(0.0001) }",
    "loop { try { sleep(1000000) } catch { } }",
    "loop { try { loop { throw 1 } } catch { } }",
    "fn deep(n) { if n == 0 { loop { } } else { deep(n - 1) } } deep(10)",
    "loop { [3, 1, 2].map(|x| x * 2).sort(|a, b| a - b) }",
    "let a = []; for i in 0..20_000 { a.push((i * 7919) % 20_011); } loop { a.order(|x, y| x - y); }",
    "let a = [2, 1]; loop { try { a.order(|x, y| { sleep(0.0001); throw x }); } catch { } }",
    "let a = []; a.pad(100_000, 1); loop { a.order(); a.to_json(); a.to_string(); let b = a; b.dedup(); }",
    "let s = \"\"; s.pad(200_000, \"ab,\"); loop { s.split(','); s.to_chars(); let t = s; t.replace(\"a\", \"cd\"); }",
    "let s = \"\"; s.pad(1_000, 'x'); loop { for c in s { for x in [c, c] { } } }",
    "let m = #{}; for i in 0..2_000 { m[`k${i}`] = i; } loop { let n = m + m; parse_json(n.to_json()); }",
    "fn deep(n) { if n == 0 { loop { [2, 1].order(|a, b| { loop { } }) } } else { try { deep(n - 1) } catch { } } } deep(8)",
    "let a = []; a.pad(5_000, 1); loop { a.retain(|x| a_is_kept(x)); a.filter(|x| x > 0).reduce(|r, x| r + x, 0); } fn a_is_kept(x) { true }",
    "node Spin(x) { loop { } } flow.hot = Spin(1);",
    "node Spins(x) { loop { yield x } } flow.hot = Spins(1);",
    "node Spin(x) { loop { try { sleep(0.0001) } catch { } } } flow.hot = Spin(1); flow.hot.value",
    "node Inc(x = 0) { x + 1 } flow.generations = (); flow.hot = Inc(flow.hot);",
];

/// A xorshift generator: the same moments in every run, as far as a machine lets them be.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

#[test]
fn a_cell_ends_and_all_else_stays() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut latencies = Vec::new();
    for (at, code) in ENDLESS.iter().enumerate() {
        let notebook = Notebook::in_real_time();
        notebook.outputs("let kept = 7; flow.a = 1; flow.b = flow.a;");
        for round in 0..ROUNDS {
            latencies.push(interrupted(&notebook, code, Duration::from_micros(random.below(DELAY_MAX_US))));
            let outputs =
                notebook.outputs("flow.generations = 100; flow.remove(\"hot\"); [kept >= 7, flow.b.value]");
            assert_eq!(outputs.last().unwrap(), "result: [true, 1]", "cell {at}, round {round}");
        }
        assert_eq!(
            notebook.outputs("flow.a = 2;"),
            ["show: a = 2", "show: also changed: b = 2"],
            "cell {at}"
        );
    }
    latencies.sort();
    let count = latencies.len();
    println!(
        "{count} interrupts: p50 {:?}, p99 {:?}, longest {:?}",
        latencies[count / 2],
        latencies[count * 99 / 100],
        latencies[count - 1]
    );
}

/// How long the cell went on after the interrupt was raised.
fn interrupted(notebook: &Notebook, code: &str, after: Duration) -> Duration {
    let interrupt = notebook.interrupt.clone();
    let raiser = thread::spawn(move || {
        thread::sleep(after);
        let raised = Instant::now();
        interrupt.raise();
        raised
    });
    let error = notebook.error(code);
    let ended = Instant::now();
    let raised = raiser.join().unwrap();
    notebook.interrupt.clear();
    assert_eq!(error.name, "KeyboardInterrupt", "{code}: {}", error.message);
    ended.saturating_duration_since(raised)
}
