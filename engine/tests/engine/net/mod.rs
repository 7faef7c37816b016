//! Sockets, on loopback only.

mod cancelling;
mod closing;
mod connecting;
mod datagrams;
mod options;
mod starving;
mod streams;
mod tls;
#[cfg(unix)]
mod unix;

use std::io::Write;
use std::time::Duration;

use flowno_engine::event_loop::{EventLoop, RunUntil};
use flowno_engine::net::{Address, SocketError, SocketHandle, SocketOptions, socket};

/// Many records of TLS, and more than sockets hold at first.
const MUCH: usize = 3 << 20;

/// More than the largest buffers of a system hold.
const TOO_MUCH: usize = 1 << 24;

/// Nothing on loopback takes longer; a test that hangs ends with an error that says who waits.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Says, past the harness, which shows nothing of a test that passes, why one has not been made.
fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Runs on the machine's clock.
fn run<T: 'static>(root: impl Future<Output = T> + 'static) -> T {
    let options = RunUntil { join: true, wait_for_spawned_tasks: false, max_wait: Some(LONGEST_WAIT) };
    let end = EventLoop::new().expect("a poller").run_with(root, options);
    end.unwrap_or_else(|error| panic!("{error}")).expect("a joined root")
}

fn plain() -> SocketHandle {
    socket(SocketOptions::default()).expect("a socket")
}

/// A listener on any free port.
async fn listener(options: SocketOptions) -> Result<(SocketHandle, Address), SocketError> {
    let listener = socket(options)?;
    listener.bind(("127.0.0.1", 0)).await?;
    listener.listen(None)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Both ends of a connection.
async fn pair() -> Result<(SocketHandle, SocketHandle), SocketError> {
    let (listener, address) = listener(SocketOptions::default()).await?;
    let client = plain();
    client.connect(address).await?;
    let (server, _) = listener.accept().await?;
    Ok((client, server))
}

/// All that comes until the end.
async fn read_to_end(socket: &SocketHandle) -> Result<Vec<u8>, SocketError> {
    let mut all = Vec::new();
    loop {
        let part = socket.recv(usize::MAX).await?;
        if part.is_empty() {
            return Ok(all);
        }
        all.extend(part);
    }
}

/// Bytes that tell when some are missing or in the wrong place.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 31 + index / 251) as u8).collect()
}
