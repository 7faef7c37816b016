//! The kernel beside ipykernel: start, round trip, interrupt, memory.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::external;
use crate::kernel;
use crate::place::Place;
use crate::venv;

const SCRIPT: &str = "tests/bench/kernels.py";

/// A round of two kernels takes twenty seconds on a quiet machine.
const DEADLINE: Duration = Duration::from_secs(1_200);

/// Prints a table, and writes the figures to a file.
pub(crate) fn run(place: &Place, rounds: u16, json: &Path) -> anyhow::Result<()> {
    venv::ensure(place)?;
    kernel::ensure(place)?;
    let mut command = Command::new(place.venv_program("python"));
    command.arg(place.project(SCRIPT)).args(["--rounds", &rounds.to_string()]).arg("--json").arg(json);
    external::run(&mut command, DEADLINE, "What failed is shown above.")
}
