//! What is measured from outside, by scripts: the kernel beside ipykernel (start, round trip, interrupt, memory), and
//! `flowno run` beside `jupyter execute`, live displays behind Jupyter Server, and a leaf of a small and of a large graph.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::external;
use crate::kernel;
use crate::place::Place;
use crate::venv;

/// Workloads and their scripts.
pub(crate) const SCRIPTS: [(&str, &str); 4] = [
    ("kernel", "tests/bench/kernels.py"),
    ("notebooks", "tests/bench/notebooks.py"),
    ("live", "tests/bench/live.py"),
    ("rewire", "tests/bench/rewire.py"),
];

/// A round of two kernels takes twenty seconds on a quiet machine, one of notebooks ten.
const DEADLINE: Duration = Duration::from_secs(1_200);

/// Prints a table, and writes the figures to a file.
pub(crate) fn run(place: &Place, script: &str, rounds: u16, json: &Path) -> anyhow::Result<()> {
    venv::ensure(place)?;
    kernel::ensure(place)?;
    let mut command = Command::new(place.venv_program("python"));
    command.arg(place.project(script)).args(["--rounds", &rounds.to_string()]).arg("--json").arg(json);
    external::run(&mut command, DEADLINE, "What failed is shown above.")
}
