//! Where the history is.

use std::convert::Infallible;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The word that turns the history off.
const OFF: &str = "off";

/// The file, below the user's data directory.
const FILE: &str = "flowno/history.sqlite";

/// Where the history is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum HistoryPlace {
    /// In `flowno/history.sqlite` below the user's data directory: on Linux `$XDG_DATA_HOME`, or else
    /// `~/.local/share`.
    #[default]
    User,
    /// In this file.
    File(PathBuf),
    /// In memory: it ends with the kernel.
    Off,
}

impl FromStr for HistoryPlace {
    type Err = Infallible;

    /// `off`, or the path of a file; nothing is the default.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "" => Self::User,
            OFF => Self::Off,
            path => Self::File(path.into()),
        })
    }
}

impl HistoryPlace {
    /// The file; `None` for memory.
    pub(super) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::User => dirs::data_dir().map(|folder| folder.join(FILE)),
            Self::File(path) => Some(path.clone()),
            Self::Off => None,
        }
    }
}

/// Makes the file and its folder, unless they are there. Only their owner may read them: people type secrets.
///
/// # Errors
///
/// When the system refuses.
pub(super) fn make(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        folder.parent().map_or(Ok(()), fs::create_dir_all)?;
        match owners_folder().create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    owners_file().open(file).map(drop)
}

#[cfg(unix)]
fn owners_folder() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(unix)]
fn owners_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.create(true).append(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn owners_folder() -> DirBuilder {
    DirBuilder::new()
}

#[cfg(not(unix))]
fn owners_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    options
}
