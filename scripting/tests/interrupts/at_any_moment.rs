//! Raised by another thread after a random time, in cells that would never end. The watchdog sees the one that
//! does not.

use std::thread;
use std::time::Duration;

use crate::common::Notebook;

/// How often each cell is interrupted.
const ROUNDS: u32 = 18;

/// The longest time before an interrupt is raised, in microseconds: some slices of a hot loop.
const DELAY_MAX_US: u64 = 3_000;

const ENDLESS: [&str; 12] = [
    "loop { }",
    "let i = 0; while true { i += 1; if i % 1000 == 0 { kept += 1; } }",
    "sleep(1000000)",
    "loop { sleep(0.0001) }",
    "loop { try { sleep(1000000) } catch { } }",
    "loop { try { loop { throw 1 } } catch { } }",
    "fn deep(n) { if n == 0 { loop { } } else { deep(n - 1) } } deep(10)",
    "loop { [3, 1, 2].map(|x| x * 2).sort(|a, b| a - b) }",
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
    for (at, code) in ENDLESS.iter().enumerate() {
        let notebook = Notebook::in_real_time();
        notebook.outputs("let kept = 7; flow.a = 1; flow.b = flow.a;");
        for round in 0..ROUNDS {
            interrupted(&notebook, code, Duration::from_micros(random.below(DELAY_MAX_US)));
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
}

fn interrupted(notebook: &Notebook, code: &str, after: Duration) {
    let interrupt = notebook.interrupt.clone();
    let raiser = thread::spawn(move || {
        thread::sleep(after);
        interrupt.raise();
    });
    let error = notebook.error(code);
    raiser.join().unwrap();
    notebook.interrupt.clear();
    assert_eq!(error.name, "KeyboardInterrupt", "{code}: {}", error.message);
}
