//! What reaches the kernel past Jupyter's messages: signals, and the end of the process that wanted it.
//!
//! Either platform's module has the same names: [`Signals`], [`note_parent`] and [`parent_ended`].

#[cfg(unix)]
mod parent;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(super) use parent::ended as parent_ended;
#[cfg(unix)]
pub(crate) use parent::note as note_parent;
#[cfg(unix)]
pub(super) use unix::Signals;
#[cfg(windows)]
pub(crate) use windows::note_parent;
#[cfg(windows)]
pub(super) use windows::{Signals, parent_ended};
