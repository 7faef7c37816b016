//! The `flowno` program: see [`flowno_kernel::cli`].

use std::process::ExitCode;

use clap::Parser as _;
use flowno_kernel::cli::Cli;
use flowno_scripting::CountingAllocator;

/// Counts what scripts take; see `--memory`.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

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
