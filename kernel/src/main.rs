//! The `flowno` program: see [`flowno_kernel::cli`].

use std::process::ExitCode;

use flowno_kernel::{CountingAllocator, Kernel};

/// Counts what scripts take; see `--memory`.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() -> ExitCode {
    Kernel::builder().run()
}
