//! Ctrl-C ends the cell that runs, and the run with it. A second one ends the program at once.

use std::io;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use flowno_scripting::Interrupt;
use tokio::runtime::Builder;
use tokio::signal;

/// What a shell says of a program that Ctrl-C ended: 128 and the number of SIGINT.
pub(crate) const EXIT_CODE: u8 = 130;

/// Whether Ctrl-C has come. The interrupt flag does not tell: it is lowered when the cell that it ended has ended.
#[derive(Clone, Default)]
pub(super) struct CtrlC(Arc<AtomicBool>);

impl CtrlC {
    pub(super) fn has_come(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Raises `interrupt` when Ctrl-C comes.
///
/// # Errors
///
/// When the system does not let us listen.
pub(super) fn listen(interrupt: Interrupt) -> io::Result<CtrlC> {
    let ctrl_c = CtrlC::default();
    let came = ctrl_c.clone();
    let runtime = Builder::new_current_thread().enable_io().build()?;
    // Before there is a thread that waits: a Ctrl-C that comes first would end the program as it does by default.
    let mut presses = {
        let _context = runtime.enter();
        presses()?
    };
    thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
        runtime.block_on(async {
            if presses.recv().await.is_some() {
                came.0.store(true, Ordering::Release);
                interrupt.raise();
            }
            if presses.recv().await.is_some() {
                process::exit(EXIT_CODE.into());
            }
        });
    })?;
    Ok(ctrl_c)
}

#[cfg(unix)]
fn presses() -> io::Result<signal::unix::Signal> {
    signal::unix::signal(signal::unix::SignalKind::interrupt())
}

#[cfg(windows)]
fn presses() -> io::Result<signal::windows::CtrlC> {
    signal::windows::ctrl_c()
}
