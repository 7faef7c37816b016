//! Listening on a socket file.

use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use tokio::net::{UnixListener, UnixStream};

/// A listener; its file goes when it does.
pub(in crate::wire::gate) struct IpcListener {
    listener: UnixListener,
    _file: SocketFile,
}

impl IpcListener {
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        remove_stale(path)?;
        Ok(Self { listener: UnixListener::bind(path)?, _file: SocketFile(path.to_owned()) })
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

/// Removes its file when dropped.
struct SocketFile(PathBuf);

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
