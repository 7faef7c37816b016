//! `cargo xtask oracle`: the oracle's cases on the native engine.
//!
//! A case is a small graph with what the original Flowno did with it. Each line read makes one line
//! written, which the oracle's own `check.py` compares.

use std::io::Write;
use std::path::Path;

use anyhow::bail;

/// Runs each case of `cases` and writes its result line to `results`.
pub(crate) fn run(cases: &Path, results: &mut dyn Write) -> anyhow::Result<()> {
    let _ = (cases, results);
    bail!("not built yet")
}
