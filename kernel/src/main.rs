//! The `flowno` program: see [`flowno_kernel::cli`].

use std::process::ExitCode;

use clap::Parser as _;
use flowno_kernel::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("flowno: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}
