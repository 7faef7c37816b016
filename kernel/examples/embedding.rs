//! A kernel with node types and comm targets of one's own.
//!
//! ```console
//! $ cargo build --release --package flowno-kernel --example embedding
//! $ target/release/examples/embedding install --name embedding
//! ```
//!
//! Its notebooks know `Scale`, `Counter`, `Later`, `Split` and `Divide` beside what cells define.

use std::process::ExitCode;
use std::time::Duration;

use flowno_engine::event_loop::sleep;
use flowno_engine::{OPEN, node};
use flowno_kernel::comm::{Comm, CommMessage};
use flowno_kernel::{CountingAllocator, Kernel};
use serde_json::Map;

/// Without it, limits of memory (`--memory`) do not hold.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Multiplies each number.
#[node]
fn Scale(xs: Vec<f64>, #[default(2.0)] factor: f64) -> Vec<f64> {
    xs.into_iter().map(|x| x * factor).collect()
}

/// Counts how often it ran.
#[derive(Default)]
struct Counter {
    runs: i64,
}

#[node]
impl Counter {
    fn call(&mut self, step: i64) -> i64 {
        self.runs += step;
        self.runs
    }
}

/// Gives its input back after a while; others run meanwhile.
#[node]
async fn Later(text: String, seconds: f64) -> String {
    sleep(Duration::from_secs_f64(seconds)).await;
    text
}

/// Has two outputs, each with a name.
#[node(outputs("whole", "rest"))]
fn Split(amount: i64, parts: i64) -> (i64, i64) {
    (amount.div_euclid(parts), amount.rem_euclid(parts))
}

/// Fails on zero, by an error or by a panic.
#[node]
fn Divide(a: i64, b: i64, #[default(false)] panics: bool) -> Result<i64, String> {
    if b == 0 && !panics {
        return Err("division by zero".to_owned());
    }
    Ok(a / b)
}

/// Counts on a thread of its own, and tells each number to who has opened the comm, until that is closed.
fn count(comm: Comm) {
    for number in (0_u64..).take_while(|_| comm.is_open()) {
        let data = Map::from_iter([("number".to_owned(), number.into())]);
        comm.send(CommMessage { data, buffers: Vec::new() }); // waits for front ends
    }
}

fn main() -> ExitCode {
    Kernel::builder()
        .node(|| Scale(OPEN, OPEN))
        .node(|| Counter(OPEN))
        .node(|| Later(OPEN, OPEN))
        .node(|| Split(OPEN, OPEN))
        .node(|| Divide(OPEN, OPEN, OPEN))
        .comm_target("echo", |comm, opening| {
            comm.send(opening);
            Some(Box::new(|comm: &Comm, message: CommMessage| comm.send(message)))
        })
        .comm_target("count", |comm, _| {
            let comm = comm.clone();
            std::thread::spawn(move || count(comm));
            Some(Box::new(|_: &Comm, _| {}))
        })
        .run()
}
