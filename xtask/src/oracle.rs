//! `cargo xtask oracle`: the oracle's cases on the native engine, or in the cell language.
//!
//! A case is a small graph with what the original Flowno did with it. Each line read makes one line
//! written, which the oracle's own `check.py` compares.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context;
use flowno_oracle::Case;

/// Runs each case of `cases` and writes its result line to `results`; `scripted`: with kinds in the cell language.
pub(crate) fn run(cases: &Path, scripted: bool, results: &mut dyn Write) -> anyhow::Result<()> {
    let file = File::open(cases).with_context(|| format!("cannot open the cases {}", cases.display()))?;
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let at = || format!("{}, line {}", cases.display(), index + 1);
        let line = line.with_context(at)?;
        if line.trim().is_empty() {
            continue;
        }
        let case: Case = serde_json::from_str(&line).with_context(at)?;
        let result = if scripted { flowno_oracle::run_scripted(&case) } else { flowno_oracle::run(&case) };
        let result = result
            .map_err(|error| anyhow::anyhow!("{error}"))
            .with_context(|| format!("{}: case {}", at(), case.name))?;
        serde_json::to_writer(&mut *results, &result)?;
        writeln!(results)?;
    }
    Ok(())
}
