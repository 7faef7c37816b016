//! Where ZeroMQ listens: socket files in a directory that only the owner may enter, so that the
//! gate's checks cannot be gone around.
//!
//! Clients often end a kernel by SIGKILL, and the directory would stay behind. So on Linux the files
//! are opened and then removed: a socket is still reached through its descriptor, and nothing is
//! left whatever happens. Elsewhere the directory is removed at the end.

use std::fs::DirBuilder;
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use uuid::Uuid;

const OWNER_ONLY: u32 = 0o700;

/// A directory of our own, removed when dropped.
pub(crate) struct InnerDirectory(PathBuf);

impl InnerDirectory {
    /// Makes one below `XDG_RUNTIME_DIR`, or else among the temporary files.
    ///
    /// # Errors
    ///
    /// When neither can be written.
    pub(crate) fn new() -> io::Result<Self> {
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

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for InnerDirectory {
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
    /// Keeps the path good when the file is removed.
    held: Option<OwnedFd>,
}

impl Inlet {
    /// To the listener on this socket file.
    pub(crate) fn new(file: PathBuf) -> Self {
        match hold(&file) {
            Some((held, path)) => Self { path, held: Some(held) },
            None => Self { path: file, held: None },
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file must stay.
    pub(crate) fn needs_file(&self) -> bool {
        self.held.is_none()
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
    use std::os::unix::net::{UnixListener, UnixStream};

    #[test]
    fn a_listener_is_reached_as_long_as_the_inlet_says() {
        let directory = InnerDirectory::new().unwrap();
        let path = directory.path().to_owned();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, OWNER_ONLY);
        let listener = UnixListener::bind(path.join("x")).unwrap();
        let inlet = Inlet::new(path.join("x"));
        UnixStream::connect(inlet.path()).unwrap();
        drop(directory);
        assert!(!path.exists());
        assert_eq!(UnixStream::connect(inlet.path()).is_err(), inlet.needs_file());
        drop(listener);
    }
}
