//! `cargo xtask lab`: from a fresh clone to an open notebook.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::external;
use crate::kernel;
use crate::place::Place;
use crate::venv;

const TOUR: &str = "notebooks/tour.ipynb";

/// Makes all that is needed and becomes JupyterLab, which runs until Ctrl-C.
pub(crate) fn run(place: &Place, notebook: Option<PathBuf>, no_browser: bool) -> anyhow::Result<()> {
    let notebook = notebook.unwrap_or_else(|| place.project(TOUR));
    let notebook = notebook.canonicalize().with_context(|| format!("there is no {}", notebook.display()))?;
    venv::ensure(place)?;
    kernel::ensure(place)?;
    become_program(&mut jupyter_lab(place, &notebook, no_browser)?)
}

/// The notebook's folder is what the file browser shows, and the URL, whether printed or opened,
/// leads to the notebook itself.
fn jupyter_lab(place: &Place, notebook: &Path, no_browser: bool) -> anyhow::Result<Command> {
    let (Some(folder), Some(name)) = (notebook.parent(), notebook.file_name().and_then(|name| name.to_str()))
    else {
        bail!("{} is not the path of a notebook", notebook.display());
    };
    let mut command = Command::new(place.venv_program("jupyter"));
    command.arg("lab");
    command.arg(format!("--ServerApp.root_dir={}", folder.display()));
    command.arg(format!("--LabApp.default_url=/lab/tree/{}", percent_encoded(name)));
    command.arg("--ServerApp.ip=127.0.0.1");
    // One Ctrl-C ends it: no question on the way out.
    command.arg("--ServerApp.answer_yes=True");
    if no_browser {
        command.arg("--no-browser");
    }
    if is_root() {
        command.arg("--allow-root");
    }
    Ok(command)
}

/// Replaces this process, so that nothing stands between the terminal and JupyterLab: Ctrl-C goes
/// to it alone, and whoever ends this process by its id ends JupyterLab.
#[cfg(unix)]
fn become_program(command: &mut Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;

    let shown = external::show(command);
    Err(command.exec()).with_context(|| format!("`{shown}` could not be started"))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> anyhow::Result<()> {
    /// Until the user ends it; long enough to stand for "no deadline".
    const A_YEAR: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 3600);
    external::run(command, A_YEAR, "JupyterLab's messages above say more.")
}

/// JupyterLab refuses to run as root unless told; containers have no other user.
fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn percent_encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    name.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn names_with_blanks_and_accents_make_valid_urls() {
        assert_eq!(percent_encoded("tour.ipynb"), "tour.ipynb");
        assert_eq!(percent_encoded("my é.ipynb"), "my%20%C3%A9.ipynb");
    }
}
