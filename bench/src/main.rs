//! The engine's speed beside its peers. Run it by `cargo xtask bench`; the README says what is compared.
//!
//! | file | what it is for |
//! | --- | --- |
//! | `catalog.rs` | the workloads: cases, sizes, who runs them, aims |
//! | `work.rs` | what there is to do |
//! | `implementation.rs` | who does it |
//! | `flowno/` | the workloads on the engine |
//! | `scripts/` | the workloads of the cell language, and Rhai's own calls beside them |
//! | `peers/` | the workloads on other libraries |
//! | `measure.rs` | the stopwatch |
//! | `compare.rs` | rounds of all |
//! | `child.rs` | a measurement in a process of its own |
//! | `figures.rs` | what was measured: median, least, greatest |
//! | `aim.rs` | what should be reached, and whether it is |
//! | `table.rs` | the figures for people |
//! | `record.rs`, `machine.rs` | the figures for programs, and what they hold for |
//! | `instructions.rs` | instructions an item, by valgrind |

mod aim;
mod catalog;
mod child;
mod compare;
mod figures;
mod flowno;
mod implementation;
mod instructions;
mod machine;
mod measure;
mod peers;
mod record;
mod scripts;
mod table;
mod work;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::catalog::Workload;
use crate::child::FlownoPeer;
use crate::implementation::Implementation;
use crate::machine::Machine;
use crate::scripts::allocator::CountingWhenAsked;

#[global_allocator]
static ALLOCATOR: CountingWhenAsked = CountingWhenAsked;

#[derive(Parser)]
#[command(about = "The engine's speed beside its peers")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure workloads in rounds and print tables
    Compare(Compare),
    /// Count the instructions that the engine takes an item
    Instructions {
        /// The workloads; all if none is named
        workloads: Vec<Workload>,
        /// Where callgrind's files go
        #[arg(long, default_value = "target/bench/callgrind")]
        folder: PathBuf,
    },
    /// Measure one implementation of one case in this process
    #[command(hide = true)]
    One {
        who: Implementation,
        case: String,
        /// Repeat so much less often
        #[arg(long, default_value_t = 1)]
        divide: u64,
    },
}

#[derive(Args)]
struct Compare {
    /// The workloads; all if none is named
    workloads: Vec<Workload>,
    /// How often each is measured
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Also write all figures to this file
    #[arg(long)]
    json: Option<PathBuf>,
    /// A Python that has Flowno 0.1.19
    #[arg(long, requires = "flowno_script")]
    flowno_python: Option<PathBuf>,
    /// The script that runs the workloads on Flowno
    #[arg(long, requires = "flowno_python")]
    flowno_script: Option<PathBuf>,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Compare(task) => compare(task),
        Task::Instructions { workloads, folder } => instructions::print(&catalog::cases(&workloads), &folder),
        Task::One { who, case, divide } => one(who, &case, divide),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn compare(task: Compare) -> Result<(), String> {
    let machine = Machine::look();
    let flowno = task.flowno_python.zip(task.flowno_script);
    let flowno = flowno.map(|(python, script)| FlownoPeer { python, script });
    let rows = compare::rounds(catalog::cases(&task.workloads), task.rounds.into(), flowno.as_ref());
    let load = machine.load.map_or_else(String::new, |load| format!(", load {load:.1} at the start"));
    println!("\n{}, {} cores{load}; {}", machine.system, machine.cores, machine.rustc);
    let rounds = task.rounds;
    println!("CPU time: the median of the rounds ({rounds}), below it the least and the greatest\n");
    print!("{}", table::render(&rows));
    if let Some(path) = task.json {
        let text = serde_json::to_string_pretty(&record::record(&machine, &rows))
            .map_err(|error| format!("the figures cannot be written: {error}"))?;
        fs::write(&path, text + "\n")
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    }
    Ok(())
}

fn one(who: Implementation, name: &str, divide: u64) -> Result<(), String> {
    let cases = catalog::cases(&[]);
    let case = cases.iter().find(|case| case.name == name).ok_or_else(|| format!("no case `{name}`"))?;
    let work = case.runs.iter().find(|(other, _)| *other == who).map(|(_, work)| *work);
    let work = work.ok_or_else(|| format!("{} does not run `{name}`", who.name()))?;
    let measured = who.run(work.divided(divide.max(1)))?;
    println!("{}", serde_json::json!(measured));
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    /// Each checks its own result. Sizes stay small: here it is not built for speed.
    #[test]
    fn every_workload_of_ours_gives_the_right_answer() {
        let cases = catalog::cases(&[]).into_iter().filter(|case| case.workload != Workload::Scale);
        for (who, work) in cases.flat_map(|case| case.runs) {
            if matches!(who, Implementation::Engine | Implementation::Scripting | Implementation::CallFn) {
                assert!(who.run(work.divided(2_000)).expect("it runs").items > 0, "{work:?}");
            }
        }
    }
}
