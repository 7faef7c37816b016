//! `cargo xtask bench`: speed, beside peers in the same run. No speed is tested: the machine decides too much. That each
//! workload runs and gives the right answer is.
//!
//! The engine's bench is a crate of its own in `bench/`, with a workspace of its own, so that its peers are built
//! here only. The kernel's are scripts, since its peers are programs.
//!
//! | file | what it is for |
//! | --- | --- |
//! | `build.rs` | building the engine's bench, with the peers that can be had |
//! | `flowno.rs` | a Python with Flowno, one of the peers |
//! | `kernel.rs` | the kernel beside ipykernel, `flowno run` beside `jupyter execute` |

mod build;
mod flowno;
mod kernel;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use serde_json::Value;

use crate::external;
use crate::place::Place;
use crate::report::Verdict;

/// All workloads in a few rounds take some minutes, counting instructions some more.
const DEADLINE: Duration = Duration::from_secs(7_200);

/// The workload that Flowno runs as well.
const FLOWNO: &str = "flowno";

/// What to measure, and where the figures go.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The workloads, such as chain, update, kernel or notebooks; all if none is named
    workloads: Vec<String>,
    /// How often each is measured
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Also write all figures to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Count the engine's instructions by valgrind instead: they repeat exactly
    #[arg(long, conflicts_with = "json")]
    instructions: bool,
}

impl Options {
    fn wants(&self, workload: &str) -> bool {
        self.workloads.is_empty() || self.workloads.iter().any(|name| name == workload)
    }

    fn wants_engine(&self) -> bool {
        self.workloads.is_empty() || self.workloads.iter().any(|name| !is_script(name))
    }
}

/// Whether a workload is a script's; the others are the engine's.
fn is_script(workload: &str) -> bool {
    kernel::SCRIPTS.iter().any(|(name, _)| *name == workload)
}

/// Measures, prints tables, and writes the figures if they are wanted.
pub(crate) fn run(place: &Place, options: &Options) -> anyhow::Result<()> {
    let mut figures = Value::Object(Default::default());
    if options.instructions {
        return count_instructions(place, options);
    }
    // First, since it knows the names of all workloads.
    if options.wants_engine() {
        let json = place.target("bench/engine.json");
        measure_engine(place, options, &json)?;
        figures = read(&json)?;
    }
    for (workload, script) in kernel::SCRIPTS {
        if options.wants(workload) {
            let json = place.target(format!("bench/{workload}.json"));
            kernel::run(place, script, options.rounds, &json)?;
            figures[workload] = read(&json)?;
        }
    }
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(&figures)? + "\n";
        fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// Tests the bench without measuring anything: the part `bench` of the tests.
pub(crate) fn test(place: &Place) -> anyhow::Result<Verdict> {
    build::test(place)?;
    Ok(Verdict::Passed)
}

fn measure_engine(place: &Place, options: &Options, json: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(build::run(place)?);
    command.arg("compare").arg("--json").arg(json).args(["--rounds", &options.rounds.to_string()]);
    if options.wants(FLOWNO) {
        match flowno::ensure(place) {
            Ok(python) => {
                command.arg("--flowno-python").arg(python);
                command.arg("--flowno-script").arg(place.project(flowno::SCRIPT));
            }
            Err(error) => eprintln!("Flowno is left out: {error:#}"),
        }
    }
    finish(command, options)
}

fn count_instructions(place: &Place, options: &Options) -> anyhow::Result<()> {
    let mut command = Command::new(build::run(place)?);
    command.arg("instructions").arg("--folder").arg(place.target("bench/callgrind"));
    finish(command, options)
}

fn finish(mut command: Command, options: &Options) -> anyhow::Result<()> {
    command.arg("--").args(&options.workloads);
    external::run(&mut command, DEADLINE, "What failed is shown above.")
}

fn read(json: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(json).with_context(|| format!("{} cannot be read", json.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", json.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(workloads: &[&str]) -> Options {
        let workloads = workloads.iter().map(|name| (*name).to_owned()).collect();
        Options { workloads, rounds: 1, json: None, instructions: false }
    }

    #[test]
    fn no_name_means_all() {
        let all = options(&[]);
        assert!(all.wants_engine() && all.wants("kernel") && all.wants(FLOWNO));
    }

    #[test]
    fn the_kernel_alone_needs_no_peers() {
        let kernel = options(&["kernel"]);
        assert!(kernel.wants("kernel") && !kernel.wants_engine() && !kernel.wants(FLOWNO));
    }

    #[test]
    fn any_other_name_is_for_the_engine_to_know() {
        let other = options(&["no such"]);
        assert!(other.wants_engine() && !other.wants("kernel"));
    }
}
