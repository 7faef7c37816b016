//! `cargo xtask notebooks`: runs notebooks as nbclient does and saves what they show.
//!
//! What is saved is what `pytest --nbval` compares with later. Ids, sources and metadata stay; times
//! of execution are not recorded, since they would differ with every run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{fs, io};

use anyhow::{Context, bail};

use crate::external;
use crate::kernel;
use crate::place::Place;
use crate::venv;

const FOLDER: &str = "notebooks";

/// No cell of a notebook that ships may take this long, in seconds.
const CELL_TIMEOUT_S: u32 = 60;

/// For one notebook.
const DEADLINE: Duration = Duration::from_secs(600);

/// Runs the named notebooks, or all that ship, and saves their outputs in place.
pub(crate) fn run(place: &Place, notebooks: Vec<PathBuf>) -> anyhow::Result<()> {
    let notebooks = if notebooks.is_empty() { shipped(place)? } else { notebooks };
    if notebooks.is_empty() {
        bail!("{FOLDER}/ holds no notebook");
    }
    venv::ensure(place)?;
    kernel::ensure(place)?;
    notebooks.iter().try_for_each(|notebook| run_in_place(place, notebook))
}

/// The notebooks that ship, by name.
fn shipped(place: &Place) -> anyhow::Result<Vec<PathBuf>> {
    let listed: io::Result<Vec<_>> = fs::read_dir(place.project(FOLDER))
        .and_then(|entries| entries.map(|e| e.map(|e| e.path())).collect());
    let mut found = listed.with_context(|| format!("{FOLDER}/ cannot be read"))?;
    found.retain(|path| path.extension().is_some_and(|extension| extension == "ipynb"));
    found.sort();
    Ok(found)
}

fn run_in_place(place: &Place, notebook: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(place.venv_program("jupyter"));
    command.args(["nbconvert", "--to", "notebook", "--execute", "--inplace", "--log-level=WARN"]);
    command.arg("--ExecutePreprocessor.record_timing=False");
    command.arg(format!("--ExecutePreprocessor.timeout={CELL_TIMEOUT_S}"));
    command.arg(notebook);
    external::run(&mut command, DEADLINE, "The cell that failed is shown above; the file is unchanged.")
}
