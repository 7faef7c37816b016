//! The directory in which ZeroMQ listens.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use uuid::Uuid;

/// Nobody but the owner may enter: the gate's checks cannot be gone around.
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
