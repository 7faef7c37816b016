//! `flowno install`: writes the kernelspec where Jupyter looks for it.
//!
//! The files of `kernelspec/` are part of the program, so it installs from wherever it stands.
//! `kernel.json` gets the program's absolute path; it is written last, since a directory counts as
//! a kernelspec from the moment that it has one.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs>

mod place;
mod spec;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use thiserror::Error;

pub use place::Place;
pub use spec::DEFAULT_NAME;

/// What kept the kernelspec from being installed.
#[derive(Debug, Error)]
pub enum InstallError {
    /// Jupyter would not find a kernel of this name.
    #[error("{0:?} cannot name a kernel: only letters, digits, `-`, `_` and `.` may")]
    Name(String),
    /// There is no home directory to install into.
    #[error("no home directory: set JUPYTER_DATA_DIR, or give --prefix DIR")]
    NoHome,
    /// `--sys-prefix` outside of any Python environment.
    #[error("no Python environment is active (VIRTUAL_ENV and CONDA_PREFIX are empty); give --prefix DIR")]
    NoEnvironment,
    /// The system does not tell the program's own path.
    #[error("cannot find this program's own path")]
    OwnPath(#[source] io::Error),
    /// A path that JSON cannot carry.
    #[error("this program's path {} is not UTF-8, so kernel.json cannot name it", .0.display())]
    NotUtf8(PathBuf),
    /// A file could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Installs the kernelspec under `name` and returns its directory.
///
/// # Errors
///
/// When the place cannot be found or written, or Jupyter would refuse the name.
pub fn install(place: &Place, name: &str) -> Result<PathBuf, InstallError> {
    let name = spec::checked_name(name)?;
    let program = env::current_exe().map_err(InstallError::OwnPath)?;
    let program = program.to_str().ok_or_else(|| InstallError::NotUtf8(program.clone()))?;
    let directory = place.kernels_directory(|variable| env::var_os(variable))?.join(&name);
    write_all(&directory, &spec::files(program, &name))?;
    Ok(directory)
}

fn write_all(directory: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), InstallError> {
    let writing = |path: &Path| {
        let path = path.to_owned();
        move |source| InstallError::Write { path, source }
    };
    fs::create_dir_all(directory).map_err(writing(directory))?;
    for (name, content) in files {
        let path = directory.join(name);
        // A reader sees the old file or the new one, never half of one.
        let draft = directory.join(format!(".{name}.new"));
        fs::write(&draft, content).map_err(writing(&draft))?;
        fs::rename(&draft, &path).map_err(writing(&path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn installs_and_installs_again() {
        let prefix = env::temp_dir().join(format!("flowno-install-{}", uuid::Uuid::new_v4()));
        let place = Place::Prefix(prefix.clone());
        for _ in 0..2 {
            let directory = install(&place, "flowno").unwrap();
            assert_eq!(directory, prefix.join("share/jupyter/kernels/flowno"));
            let mut names: Vec<_> =
                fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            assert_eq!(names, ["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]);
            let json: Value =
                serde_json::from_slice(&fs::read(directory.join("kernel.json")).unwrap()).unwrap();
            assert!(Path::new(json["argv"][0].as_str().unwrap()).is_absolute());
        }
        fs::remove_dir_all(prefix).unwrap();
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let error = install(&Place::Prefix("/dev/null".into()), "flowno").unwrap_err();
        assert!(error.to_string().contains("/dev/null/share"), "{error}");
    }
}
