//! The memory of scripts that wait.

use std::fs;
use std::time::Duration;

use flowno_engine::event_loop::{sleep, spawn};

use super::notebook::{Notebook, cell};
use crate::measure::Measured;

/// The number of the cell in which they sleep.
const LAST: u32 = 1_000;

/// So many nodes that sleep in a `for` loop at the same time; measured while all sleep, against before they began.
pub(super) fn sleepers(nodes: u64) -> Measured {
    let notebook = Notebook::new();
    notebook.run(
        "flow.show = \"none\"; flow.auto = false;
         node Sleeper(n) { for i in 0..n { sleep(0.2); } n }
         flow.warm = Sleeper(1); flow.run(1);",
    );
    notebook.run(&format!("for i in 0..{nodes} {{ flow[`s${{i}}`] = Sleeper(3); }}"));
    let before = resident_bytes();
    let measured = notebook.on_loop(async move |session| {
        let look = spawn(async {
            // All sleep in the second turn of their loops.
            sleep(Duration::from_millis(300)).await;
            resident_bytes()
        });
        let outcome = session.execute(cell(LAST, "flow.run(1);")).await;
        outcome.result.expect("nobody fails");
        look.join().await.expect("it only looks")
    });
    Measured { items: nodes, amount: measured.saturating_sub(before) }
}

/// What the process has in memory.
fn resident_bytes() -> u64 {
    const PAGE_BYTES: u64 = 4_096;
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.as_deref().and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    resident.expect("Linux tells what a process has in memory") * PAGE_BYTES
}
