//! Ctrl-C in the kernel's console interrupts the cell, Ctrl-Break ends the kernel. A console that is closed ends it by
//! the system's default: there are no files to remove.
//!
//! The parent is not watched. Jupyter's clients name it there by an inherited handle, not by a number, and to wait
//! for one takes calls of the Windows API. A client that crashes leaves its kernel running.

use std::io;

use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};

/// The console events that the kernel heeds.
pub(in crate::wire) struct Signals {
    pub(in crate::wire) interrupt: CtrlC,
    pub(in crate::wire) terminate: CtrlBreak,
}

impl Signals {
    /// From here on these events do no more what they do by default.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub(in crate::wire) fn install() -> io::Result<Self> {
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_break()? })
    }
}

/// Does nothing.
pub(crate) fn note_parent() {}

/// Never ends.
pub(in crate::wire) fn parent_ended() -> impl Future<Output = ()> {
    std::future::pending()
}
