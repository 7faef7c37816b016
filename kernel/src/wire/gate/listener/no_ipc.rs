//! Refusing to listen on a socket file, where there are none.
//!
//! It is built for tests everywhere, so that it does not rot.

use std::io;
use std::path::Path;

use tokio::net::TcpStream;

/// A listener that never is.
#[derive(Debug)]
pub(in crate::wire::gate) enum IpcListener {}

impl IpcListener {
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        let told = format!(
            "{} is an ipc address, and this system has no such sockets here; use the transport \"tcp\"",
            path.display()
        );
        Err(io::Error::new(io::ErrorKind::Unsupported, told))
    }

    #[cfg_attr(unix, expect(dead_code, reason = "nothing to call it on"))]
    pub(super) async fn accept(&self) -> io::Result<TcpStream> {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_says_what_to_use() {
        let refused = IpcListener::bind(Path::new("/run/k-ipc-5")).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::Unsupported);
        let told = refused.to_string();
        assert!(told.contains("/run/k-ipc-5") && told.contains("\"tcp\""), "{told}");
    }
}
