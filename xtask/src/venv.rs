//! The Python environment in `.venv`: JupyterLab for `cargo xtask lab`, and what the tests need.
//!
//! Its packages are pinned twice: `tests/requirements.txt` names what we use, with the versions we
//! chose; `tests/constraints.txt` holds all that these bring along. A copy of both inside the
//! environment tells whether it is still what they say; if not, it is made anew from nothing, so
//! that no package of an older list stays behind.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;

use crate::external;
use crate::place::Place;

const REQUIREMENTS: &str = "tests/requirements.txt";
const CONSTRAINTS: &str = "tests/constraints.txt";

/// Written into the environment last, so that an interrupted installation is no finished one.
const STAMP: &str = "flowno-pins.txt";

const CREATE_DEADLINE: Duration = Duration::from_secs(120);

/// A slow connection takes minutes for the 100 MB that JupyterLab and its company are.
const INSTALL_DEADLINE: Duration = Duration::from_secs(1200);

/// Settings of JupyterLab's that every user of this environment starts with: no question about
/// news and no look for updates, since its version is pinned here and tests must not meet pop-ups.
const LAB_SETTINGS: &str = r#"{
  "@jupyterlab/apputils-extension:notification": { "checkForUpdates": false, "fetchNews": "false" }
}
"#;

/// Makes `.venv` what the pins say, or leaves it alone if it already is.
pub(crate) fn ensure(place: &Place) -> anyhow::Result<()> {
    let pins = read_pins(place)?;
    let stamp = place.venv().join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == pins) {
        return Ok(());
    }
    eprintln!("Making the Python environment in .venv; this takes a minute or two the first time.");
    create(place)?;
    install(place)?;
    write_lab_settings(place)?;
    fs::write(&stamp, pins).with_context(|| format!("{} cannot be written", stamp.display()))
}

fn read_pins(place: &Place) -> anyhow::Result<String> {
    let mut pins = String::new();
    for name in [REQUIREMENTS, CONSTRAINTS] {
        let text =
            fs::read_to_string(place.project(name)).with_context(|| format!("{name} cannot be read"))?;
        pins.push_str(&text);
    }
    Ok(pins)
}

fn create(place: &Place) -> anyhow::Result<()> {
    let mut command = Command::new("python3");
    command.args(["-m", "venv", "--clear"]).arg(place.venv());
    let advice = "Python 3.11 or newer with its venv module is needed (on Debian: apt install python3-venv).";
    external::run(&mut command, CREATE_DEADLINE, advice)
}

fn install(place: &Place) -> anyhow::Result<()> {
    let mut command = Command::new(place.venv_program("python"));
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    command.arg("-r").arg(place.project(REQUIREMENTS)).arg("-c").arg(place.project(CONSTRAINTS));
    let advice = "Is the package index reachable? Run the task again to try again.";
    external::run(&mut command, INSTALL_DEADLINE, advice)
}

fn write_lab_settings(place: &Place) -> anyhow::Result<()> {
    let folder = place.venv().join("share/jupyter/lab/settings");
    let file = folder.join("overrides.json");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&file, LAB_SETTINGS))
        .with_context(|| format!("{} cannot be written", file.display()))
}
