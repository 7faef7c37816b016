//! `cargo xtask bench`: speed, beside a peer in the same run. Never part of the tests: the machine decides too much.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::external;
use crate::kernel;
use crate::place::Place;
use crate::venv;

const SCRIPT: &str = "tests/bench/kernels.py";

/// Three rounds of two kernels take about a minute on a quiet machine.
const DEADLINE: Duration = Duration::from_secs(1_200);

/// Measures the kernel beside ipykernel and prints a table.
pub(crate) fn run(place: &Place, json: Option<&Path>) -> anyhow::Result<()> {
    venv::ensure(place)?;
    kernel::ensure(place)?;
    let mut command = Command::new(place.venv_program("python"));
    command.arg(place.project(SCRIPT));
    if let Some(json) = json {
        command.arg("--json").arg(json);
    }
    external::run(&mut command, DEADLINE, "What failed is shown above.")
}
