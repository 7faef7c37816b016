//! Where kernelspecs live.
//!
//! <https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files>

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::InstallError;

/// Whose Jupyter learns of the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The current user's.
    User,
    /// The one of the active Python environment.
    SysPrefix,
    /// The one that was installed under this prefix.
    Prefix(PathBuf),
}

impl Place {
    /// The directory that holds one directory a kernel. `variable` reads the environment.
    pub(super) fn kernels_directory(
        &self,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<PathBuf, InstallError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let data = match self {
            Place::User => user_data(variable).ok_or(InstallError::NoHome)?,
            Place::SysPrefix => below_prefix(&sys_prefix(variable).ok_or(InstallError::NoEnvironment)?),
            Place::Prefix(prefix) => below_prefix(prefix),
        };
        Ok(data.join("kernels"))
    }
}

fn below_prefix(prefix: &Path) -> PathBuf {
    prefix.join("share/jupyter")
}

fn user_data(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(data) = variable("JUPYTER_DATA_DIR") {
        return Some(data);
    }
    let home = variable("HOME")?;
    if cfg!(target_os = "macos") {
        return Some(home.join("Library/Jupyter"));
    }
    Some(variable("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share")).join("jupyter"))
}

/// The active environment, or else the one whose `bin` this program stands in, as pip puts it.
fn sys_prefix(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    variable("VIRTUAL_ENV").or_else(|| variable("CONDA_PREFIX")).or_else(|| {
        let program = env::current_exe().ok()?;
        let prefix = program.parent()?.parent()?;
        let is_environment = prefix.join("pyvenv.cfg").exists() || prefix.join("conda-meta").exists();
        is_environment.then(|| prefix.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(place: Place, variables: &[(&str, &str)]) -> Result<PathBuf, InstallError> {
        place.kernels_directory(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn jupyters_own_variable_comes_first() {
        let found = at(Place::User, &[("JUPYTER_DATA_DIR", "/data"), ("HOME", "/home/u")]);
        assert_eq!(found.unwrap(), Path::new("/data/kernels"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_users_data_directory() {
        let home = at(Place::User, &[("HOME", "/home/u"), ("XDG_DATA_HOME", "")]);
        assert_eq!(home.unwrap(), Path::new("/home/u/.local/share/jupyter/kernels"));
        let xdg = at(Place::User, &[("HOME", "/home/u"), ("XDG_DATA_HOME", "/xdg")]);
        assert_eq!(xdg.unwrap(), Path::new("/xdg/jupyter/kernels"));
        assert!(matches!(at(Place::User, &[]), Err(InstallError::NoHome)));
    }

    #[test]
    fn the_active_environment() {
        let both = [("VIRTUAL_ENV", "/venv"), ("CONDA_PREFIX", "/conda")];
        assert_eq!(at(Place::SysPrefix, &both).unwrap(), Path::new("/venv/share/jupyter/kernels"));
        assert_eq!(at(Place::SysPrefix, &both[1..]).unwrap(), Path::new("/conda/share/jupyter/kernels"));
    }
}
