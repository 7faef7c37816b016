//! What reaches the kernel past Jupyter's messages: signals, and the end of the process that wanted it.
//!
//! Either platform's module has the same names: [`Signals`], and [`parent_ended`].

#[cfg(unix)]
mod parent;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use unix::{Signals, parent_ended};
#[cfg(windows)]
pub(super) use windows::{Signals, parent_ended};
