//! ZeroMQ listens on socket files in a directory that only the owner may enter, so that the gate's
//! checks cannot be gone around.
//!
//! Clients often end a kernel by SIGKILL, and the directory would stay behind. So on Linux the files
//! are opened and then removed: a socket is still reached through its descriptor, and nothing is
//! left whatever happens. Elsewhere the directory is removed at the end.

use std::fs::DirBuilder;
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs, io};

use tokio::net::UnixStream;
use uuid::Uuid;
use zeromq::{Socket, ZmqResult};

use crate::connection::Channel;

const OWNER_ONLY: u32 = 0o700;

/// The gate's side of a connection to ZeroMQ.
pub(crate) type InnerStream = UnixStream;

/// What ZeroMQ sends.
pub(crate) type InnerReadHalf = tokio::net::unix::OwnedReadHalf;

/// Binds ZeroMQ's sockets, in a directory that goes with the last who needs it.
pub(crate) struct Inner(Arc<Directory>);

impl Inner {
    /// Makes the directory.
    ///
    /// # Errors
    ///
    /// When there is no place for it.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(Arc::new(Directory::new()?)))
    }

    /// Lets `socket` listen on a file.
    ///
    /// # Errors
    ///
    /// When ZeroMQ refuses.
    pub(crate) async fn bind<S: Socket>(&self, socket: &mut S, channel: Channel) -> ZmqResult<Inlet> {
        let file = self.0.path().join(channel.name());
        socket.bind(&format!("ipc://{}", file.display())).await?;
        Ok(self.inlet(file))
    }

    /// The way to who listens on `file`.
    fn inlet(&self, file: PathBuf) -> Inlet {
        match hold(&file) {
            Some((held, path)) => Inlet { path, _needs: Needs::Descriptor { _held: held } },
            None => Inlet { path: file, _needs: Needs::Directory { _kept: self.0.clone() } },
        }
    }
}

/// A directory of our own, removed when dropped.
struct Directory(PathBuf);

impl Directory {
    /// Makes one below `XDG_RUNTIME_DIR`, or else among the temporary files.
    ///
    /// # Errors
    ///
    /// When neither can be written.
    fn new() -> io::Result<Self> {
        // Short, since the path of a socket file may have no more than about a hundred bytes.
        let name = format!("flowno-{}", &Uuid::new_v4().simple().to_string()[..12]);
        let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
        let mut last_error = None;
        for parent in runtime.into_iter().chain([env::temp_dir()]) {
            let path = parent.join(&name);
            match DirBuilder::new().mode(OWNER_ONLY).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) => last_error = Some(error),
            }
        }
        Err(last_error.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!("cannot remove {}: {error}", self.0.display());
        }
    }
}

/// The way to one of ZeroMQ's listeners.
pub(crate) struct Inlet {
    /// Where to connect.
    path: PathBuf,
    _needs: Needs,
}

/// What keeps the path of an inlet good.
enum Needs {
    /// It leads through this descriptor; the file may go.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "no such paths there"))]
    Descriptor { _held: OwnedFd },
    /// It is the file's.
    Directory { _kept: Arc<Directory> },
}

impl Inlet {
    /// Connects. The future borrows nothing.
    pub(crate) fn connect(&self) -> impl Future<Output = io::Result<InnerStream>> + Send + use<> {
        let path = self.path.clone();
        async move { UnixStream::connect(path).await }
    }
}

/// A descriptor of the file, and a path through it that outlives the file's name.
#[cfg(target_os = "linux")]
fn hold(file: &Path) -> Option<(OwnedFd, PathBuf)> {
    use std::os::fd::AsRawFd as _;

    use rustix::fs::{Mode, OFlags, open};

    let held = open(file, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).ok()?;
    let path = PathBuf::from(format!("/proc/self/fd/{}", held.as_raw_fd()));
    // In a sandbox /proc may be missing.
    fs::symlink_metadata(&path).is_ok().then_some((held, path))
}

#[cfg(not(target_os = "linux"))]
fn hold(_file: &Path) -> Option<(OwnedFd, PathBuf)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;
    use tokio::net::UnixListener;

    #[tokio::test]
    async fn a_listener_is_reached_as_long_as_there_is_an_inlet() {
        let inner = Inner::new().unwrap();
        let directory = inner.0.path().to_owned();
        assert_eq!(fs::metadata(&directory).unwrap().permissions().mode() & 0o777, OWNER_ONLY);
        let file = directory.join("x");
        let _listener = UnixListener::bind(&file).unwrap();
        let inlet = inner.inlet(file);
        inlet.connect().await.unwrap();
        drop(inner);
        assert_eq!(directory.exists(), matches!(inlet._needs, Needs::Directory { .. }));
        inlet.connect().await.unwrap();
        drop(inlet);
        assert!(!directory.exists());
    }
}
