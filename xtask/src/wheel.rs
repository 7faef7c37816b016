//! The wheel: built as `pip install .` builds it, and put into `.venv` for the front ends that are tried there.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::external;
use crate::place::Place;

/// A release build, and npm's download of JupyterLab's builder the first time.
const BUILD_DEADLINE: Duration = Duration::from_secs(2400);
const INSTALL_DEADLINE: Duration = Duration::from_secs(120);
const NPM_DEADLINE: Duration = Duration::from_secs(120);

/// Where the wheel lies, in cargo's target folder.
const FOLDER: &str = "wheel/dist";

/// Where the backend builds the JupyterLab extension.
const EXTENSION: &str = "target/wheel/labextension";

/// The reason why there can be no wheel, if there is one.
pub(crate) fn missing() -> Option<&'static str> {
    let npm = Command::new("npm").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    (!npm.is_ok_and(|status| status.success()))
        .then_some("npm builds the JupyterLab extension, and is missing")
}

/// Builds the wheel; gives its path.
pub(crate) fn build(place: &Place) -> anyhow::Result<PathBuf> {
    let folder = place.target(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    let mut command = pip(place, "wheel");
    // The pinned maturin of .venv, instead of a new environment for the build.
    command.args(["--no-deps", "--no-build-isolation", "--wheel-dir"]).arg(&folder).arg(place.root());
    command.env("PATH", path_with(&place.venv().join("bin"))?);
    external::run(&mut command, BUILD_DEADLINE, "What failed is shown above.")?;
    let built: Vec<_> = fs::read_dir(&folder)?.collect::<Result<_, _>>()?;
    match &built[..] {
        [wheel] => Ok(wheel.path()),
        others => bail!("{} holds {} files instead of a wheel", folder.display(), others.len()),
    }
}

/// Installs a wheel into `.venv`.
pub(crate) fn install(place: &Place, wheel: &Path) -> anyhow::Result<()> {
    let mut command = pip(place, "install");
    command.args(["--no-deps", "--force-reinstall"]).arg(wheel);
    external::run(&mut command, INSTALL_DEADLINE, "The wheel could not be installed into .venv.")
}

/// Runs the tests of the JupyterLab extension, where the build has left it.
pub(crate) fn test_extension(place: &Place) -> anyhow::Result<()> {
    let mut command = Command::new("npm");
    command.args(["test", "--silent"]).current_dir(place.project(EXTENSION));
    external::run(&mut command, NPM_DEADLINE, "The failing tests are named above.")
}

fn pip(place: &Place, verb: &str) -> Command {
    let mut command = Command::new(place.venv_program("python"));
    command.args(["-m", "pip", verb, "--quiet", "--disable-pip-version-check", "--no-input"]);
    command.current_dir(place.root());
    command
}

fn path_with(first: &Path) -> anyhow::Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [first.to_owned()].into_iter().chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(folders)?)
}
