//! Where everything lies, in the project and in what is built from it.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The project's root and the folder that cargo builds into.
pub(crate) struct Place {
    root: PathBuf,
    target: PathBuf,
}

impl Place {
    /// The project that this program belongs to.
    ///
    /// Cargo names the package's folder when it runs us; the folder we were built in serves when
    /// the program is started directly.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map(PathBuf::from)
            .filter(|folder| folder.ends_with("xtask"))
            .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        let root = package.parent().context("the xtask folder has no parent")?.to_owned();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => env::current_dir()?.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// A path inside the project.
    pub(crate) fn project(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// The project's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside cargo's target folder.
    pub(crate) fn target(&self, path: impl AsRef<Path>) -> PathBuf {
        self.target.join(path)
    }

    /// The Python environment.
    pub(crate) fn venv(&self) -> PathBuf {
        self.root.join(".venv")
    }

    /// A program of the Python environment.
    pub(crate) fn venv_program(&self, name: &str) -> PathBuf {
        self.venv().join("bin").join(name)
    }

    /// The kernel's program, as `kernel::build` leaves it.
    pub(crate) fn kernel_program(&self) -> PathBuf {
        self.target(format!("release/flowno{}", env::consts::EXE_SUFFIX))
    }
}
