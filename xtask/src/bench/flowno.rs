//! A Python environment with Flowno, beside the bench: nothing else needs it.

use std::path::PathBuf;

use crate::place::Place;
use crate::venv::Environment;

/// Runs a workload on Flowno.
pub(crate) const SCRIPT: &str = "tests/bench/flowno_peer.py";

/// Makes the environment if there is none, and gives its Python.
pub(crate) fn ensure(place: &Place) -> anyhow::Result<PathBuf> {
    let environment = Environment {
        folder: place.target("bench/venv"),
        requirements: place.project("tests/bench/requirements.txt"),
        constraints: None,
    };
    environment.ensure("Making a Python environment with Flowno.", || Ok(()))?;
    Ok(environment.program("python"))
}
