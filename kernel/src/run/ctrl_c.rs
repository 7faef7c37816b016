//! Ctrl-C ends the cell that runs, and the run with it. A second one ends the program at once.

use std::io;
use std::process;
use std::thread;

use flowno_scripting::Interrupt;
use tokio::runtime::Builder;
use tokio::signal;

/// What a shell says of a program that Ctrl-C ended: 128 and the number of SIGINT.
pub(crate) const EXIT_CODE: u8 = 130;

/// Raises `interrupt` when Ctrl-C comes.
///
/// # Errors
///
/// When the system does not let us listen.
pub(super) fn listen(interrupt: Interrupt) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    thread::Builder::new().name("ctrl-c".to_owned()).spawn(move || {
        runtime.block_on(async {
            if signal::ctrl_c().await.is_ok() {
                interrupt.raise();
            }
            if signal::ctrl_c().await.is_ok() {
                process::exit(EXIT_CODE.into());
            }
        });
    })?;
    Ok(())
}
