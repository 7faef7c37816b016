//! A kernel in a program of one's own, with node types and comm targets of one's own.
//!
//! ```no_run
//! use flowno_engine::{OPEN, node};
//! use flowno_kernel::Kernel;
//!
//! /// Multiplies.
//! #[node]
//! fn Scale(x: f64, #[default(2.0)] factor: f64) -> f64 {
//!     x * factor
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     Kernel::builder().node(|| Scale(OPEN, OPEN)).run()
//! }
//! ```
//!
//! `flowno-engine` stands beside `flowno-kernel` among the program's dependencies. The program takes `flowno`'s command
//! line. `my-program install --name my-kernel` tells Jupyter about it, and in its notebooks `flow.a = Scale(21)` is a
//! node. Limits of memory hold if the program's global allocator is the [`CountingAllocator`](crate::CountingAllocator).

use std::process::ExitCode;

use clap::Parser as _;
use flowno_scripting::engine::DraftNode;
use flowno_scripting::{NativeType, NativeTypeError};
use thiserror::Error;

use crate::additions::Additions;
use crate::cli::Cli;
use crate::comm::{Comm, CommHandler, CommMessage};
use crate::kernel::{self, KernelError, KernelOptions};
use crate::wire::note_parent;

/// Something that cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BuildError {
    /// A node type that cells could not use.
    #[error(transparent)]
    Node(#[from] NativeTypeError),
    /// Two node types, or two comm targets, of one name.
    #[error("{0:?} is added twice")]
    Twice(String),
}

/// A kernel with what a host has added to it.
pub struct Kernel(Additions);

/// Makes a [`Kernel`].
#[derive(Default)]
pub struct Builder {
    additions: Additions,
    /// The first thing that went wrong.
    error: Option<BuildError>,
}

impl Kernel {
    /// A kernel with nothing added. To be called first in `main`: from then on the parent's death is noticed.
    pub fn builder() -> Builder {
        note_parent();
        Builder::default()
    }

    /// Serves front ends until a shutdown request, SIGTERM or the parent's death. For programs with a command line
    /// of their own; the thread becomes the engine's.
    ///
    /// # Errors
    ///
    /// When it cannot start, or is defective.
    pub fn serve(self, options: &KernelOptions) -> Result<(), KernelError> {
        kernel::run(options, self.0)
    }
}

impl Builder {
    /// Adds a node type that is written in Rust: a call of its function with every parameter left
    /// [`OPEN`](flowno_scripting::engine::OPEN). Each node of it is a call of its own, and so has a state of its own.
    #[must_use]
    pub fn node<S>(mut self, make: impl Fn() -> DraftNode<S> + 'static) -> Self {
        match NativeType::new(make) {
            Ok(known) if self.additions.natives.iter().any(|other| other.name() == known.name()) => {
                self.fail(BuildError::Twice(known.name().to_owned()));
            }
            Ok(native_type) => self.additions.natives.push(native_type),
            Err(error) => self.fail(error.into()),
        }
        self
    }

    /// Adds a name to which front ends may open comms; see [`comm`](crate::comm).
    #[must_use]
    pub fn comm_target(
        mut self,
        name: &str,
        target: impl Fn(&Comm, CommMessage) -> Option<Box<dyn CommHandler>> + Send + Sync + 'static,
    ) -> Self {
        if self.additions.comm_targets.insert(name.to_owned(), Box::new(target)).is_some() {
            self.fail(BuildError::Twice(name.to_owned()));
        }
        self
    }

    /// The kernel.
    ///
    /// # Errors
    ///
    /// The first thing that could not be added.
    pub fn build(self) -> Result<Kernel, BuildError> {
        self.error.map_or(Ok(Kernel(self.additions)), Err)
    }

    /// Does what the command line says, as `flowno` does, and tells on standard error what went wrong.
    pub fn run(self) -> ExitCode {
        let Kernel(additions) = match self.build() {
            Ok(kernel) => kernel,
            Err(error) => return tell(&error),
        };
        Cli::parse().run(additions).unwrap_or_else(|error| tell(&*error))
    }

    fn fail(&mut self, error: BuildError) {
        self.error.get_or_insert(error);
    }
}

fn tell(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("flowno: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use flowno_engine::{OPEN, node};

    #[node]
    fn Twice(x: i64) -> i64 {
        2 * x
    }

    #[test]
    fn what_is_added_twice_is_refused() {
        let build = Kernel::builder().node(|| Twice(OPEN)).node(|| Twice(OPEN)).build();
        assert_eq!(build.err(), Some(BuildError::Twice("Twice".into())));
        let build = Kernel::builder().comm_target("a", |_, _| None).comm_target("a", |_, _| None).build();
        assert_eq!(build.err(), Some(BuildError::Twice("a".into())));
        let kernel = Kernel::builder().node(|| Twice(OPEN)).comm_target("a", |_, _| None).build().unwrap();
        assert_eq!(kernel.0.natives[0].usage(), "Twice(x: i64)");
    }
}
