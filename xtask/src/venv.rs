//! Python environments: `.venv`, with JupyterLab for `cargo xtask lab` and what the tests need, and others that a
//! task wants for itself.
//!
//! The packages of `.venv` are pinned twice: `tests/requirements.txt` names what we use, with the versions we
//! chose; `tests/constraints.txt` holds all that these bring along. A copy of its pins inside an
//! environment tells whether it is still what they say; if not, it is made anew from nothing, so
//! that no package of an older list stays behind.

use std::fs;
use std::path::PathBuf;
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
    let environment = Environment {
        folder: place.venv(),
        requirements: place.project(REQUIREMENTS),
        constraints: Some(place.project(CONSTRAINTS)),
    };
    let announcement = "Making the Python environment in .venv; this takes a minute or two the first time.";
    environment.ensure(announcement, || write_lab_settings(place))
}

/// A folder of Python packages, and the files that say which.
pub(crate) struct Environment {
    /// Where it is; what else is there goes when it is made anew.
    pub(crate) folder: PathBuf,
    /// The packages to install, pinned.
    pub(crate) requirements: PathBuf,
    /// The versions of what these bring along, unless the requirements name them all.
    pub(crate) constraints: Option<PathBuf>,
}

impl Environment {
    /// Makes it what its files say, or leaves it alone if it already is. An environment that is made is announced,
    /// and completed by `complete`.
    pub(crate) fn ensure(
        &self,
        announcement: &str,
        complete: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let pins = self.read_pins()?;
        let stamp = self.folder.join(STAMP);
        if fs::read_to_string(&stamp).is_ok_and(|found| found == pins) {
            return Ok(());
        }
        eprintln!("{announcement}");
        self.create()?;
        self.install()?;
        complete()?;
        fs::write(&stamp, pins).with_context(|| format!("{} cannot be written", stamp.display()))
    }

    /// A program of it.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    fn read_pins(&self) -> anyhow::Result<String> {
        let mut pins = String::new();
        for path in [Some(&self.requirements), self.constraints.as_ref()].into_iter().flatten() {
            let text =
                fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
            pins.push_str(&text);
        }
        Ok(pins)
    }

    fn create(&self) -> anyhow::Result<()> {
        let mut command = Command::new("python3");
        command.args(["-m", "venv", "--clear"]).arg(&self.folder);
        let advice =
            "Python 3.11 or newer with its venv module is needed (on Debian: apt install python3-venv).";
        external::run(&mut command, CREATE_DEADLINE, advice)
    }

    fn install(&self) -> anyhow::Result<()> {
        let mut command = Command::new(self.program("python"));
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
        command.arg("-r").arg(&self.requirements);
        if let Some(constraints) = &self.constraints {
            command.arg("-c").arg(constraints);
        }
        let advice = "Is the package index reachable? Run the task again to try again.";
        external::run(&mut command, INSTALL_DEADLINE, advice)
    }
}

fn write_lab_settings(place: &Place) -> anyhow::Result<()> {
    let folder = place.venv().join("share/jupyter/lab/settings");
    let file = folder.join("overrides.json");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&file, LAB_SETTINGS))
        .with_context(|| format!("{} cannot be written", file.display()))
}
