//! The tasks of this project, each a subcommand of `cargo xtask`.
//!
//! A task is a short list of other programs to run (cargo, pip, Jupyter, pytest); what is here is
//! the order, the places, and what to tell a person when one of them fails.
//!
//! | file | what it is for |
//! | --- | --- |
//! | `place.rs` | where everything lies |
//! | `external.rs` | running another program, with a deadline and a clear error |
//! | `venv.rs` | Python environments with pinned packages |
//! | `kernel.rs` | building the kernel and putting its kernelspec into that environment |
//! | `lab.rs` | `cargo xtask lab` |
//! | `bench/` | `cargo xtask bench`: the engine and the kernel beside their peers |
//! | `notebooks.rs` | `cargo xtask notebooks` |
//! | `oracle.rs` | `cargo xtask oracle` |
//! | `test.rs` | `cargo xtask test`: the parts and what each runs |
//! | `targets.rs`, `licenses.rs` | two of them: other platforms, and the licences of what is built in |
//! | `sanitize.rs` | `cargo xtask sanitize`: the engine's tests under sanitizers and Miri |
//! | `chromium.rs` | the browser of the browser test |
//! | `wheel.rs` | building the wheel and installing it |
//! | `report.rs` | what ran, and how it went |

mod bench;
mod chromium;
mod external;
mod kernel;
mod lab;
mod licenses;
mod notebooks;
mod oracle;
mod place;
mod report;
mod sanitize;
mod targets;
mod test;
mod venv;
mod wheel;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::place::Place;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The tasks of this project", version)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the kernel, install it beside a pinned JupyterLab in .venv, and open a notebook
    Lab {
        /// Print the URL with its token instead of opening a browser
        #[arg(long)]
        no_browser: bool,
        /// The notebook to open [default: notebooks/tour.ipynb]
        notebook: Option<PathBuf>,
    },
    /// Run every test, or the named parts, and say what ran
    Test {
        /// The parts to run; all of them if none is named
        parts: Vec<test::Part>,
    },
    /// Measure the engine and the kernel beside their peers
    Bench(bench::Options),
    /// Run the engine's tests under sanitizers and Miri, with a nightly toolchain
    Sanitize {
        /// The tools; all of them if none is named
        tools: Vec<sanitize::Tool>,
    },
    /// Run notebooks from top to bottom and save their outputs in place
    Notebooks {
        /// The notebooks to run; all of notebooks/ if none is named
        notebooks: Vec<PathBuf>,
    },
    /// Run the oracle's cases and print a result line for each
    Oracle {
        /// With every kind of node written in the cell language
        #[arg(long)]
        scripted: bool,
        /// The cases, one JSON object a line
        cases: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<ExitCode> {
    let place = Place::find()?;
    match task {
        Task::Lab { no_browser, notebook } => lab::run(&place, notebook, no_browser)?,
        Task::Test { parts } => return test::run(&place, &parts),
        Task::Sanitize { tools } => return sanitize::run(&place, &tools),
        Task::Bench(options) => bench::run(&place, &options)?,
        Task::Notebooks { notebooks } => notebooks::run(&place, notebooks)?,
        Task::Oracle { scripted, cases } => oracle::run(&cases, scripted, &mut std::io::stdout().lock())?,
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
