//! Listening on either transport.

use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

use crate::connection::Address;

/// Either half of a connection, whatever its transport.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A listener; a socket file goes when it does.
pub(super) enum Listener {
    Tcp(TcpListener),
    Ipc { listener: UnixListener, _file: SocketFile },
}

impl Listener {
    pub(super) async fn bind(address: &Address) -> io::Result<Self> {
        match address {
            // "*" is ZeroMQ's name for every interface.
            Address::Tcp(host, port) if host == "*" => {
                Ok(Self::Tcp(TcpListener::bind(("0.0.0.0", *port)).await?))
            }
            Address::Tcp(host, port) => Ok(Self::Tcp(TcpListener::bind((host.as_str(), *port)).await?)),
            Address::Ipc(path) => {
                remove_stale(path)?;
                Ok(Self::Ipc { listener: UnixListener::bind(path)?, _file: SocketFile(path.clone()) })
            }
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Messages are small and each is awaited: never hold one back to fill a packet.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            Self::Ipc { listener, .. } => Ok(Box::new(listener.accept().await?.0)),
        }
    }
}

/// Removes its file when dropped.
pub(super) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::debug!("cannot remove {}: {error}", self.0.display());
        }
    }
}

/// A kernel that was killed leaves its socket files, and they are in the way. Other files are not ours.
fn remove_stale(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => fs::remove_file(path),
        Ok(_) => Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file that is no socket is in the way")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
