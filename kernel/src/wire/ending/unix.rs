//! SIGINT interrupts the cell, SIGTERM ends the kernel.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that the kernel heeds.
pub(in crate::wire) struct Signals {
    pub(in crate::wire) interrupt: Signal,
    pub(in crate::wire) terminate: Signal,
}

impl Signals {
    /// From here on these signals do no more what they do by default.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub(in crate::wire) fn install() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }
}
