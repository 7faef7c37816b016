//! Instructions an item, counted by valgrind's callgrind: unlike time, they repeat exactly.
//!
//! A workload runs with a small and with a larger number of repetitions. What the larger one takes more, by what
//! it does more, is the cost of an item, without setting up.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::catalog::Case;
use crate::child;
use crate::implementation::Implementation;
use crate::measure::Unit;

/// By what the repetitions are divided: valgrind is some fifty times slower.
const FEW: u64 = 40;
const MORE: u64 = 20;

/// Prints a line a case. `folder` gets callgrind's files, for `callgrind_annotate`.
///
/// # Errors
///
/// If there is no valgrind, or no folder for its files.
pub(crate) fn print(cases: &[Case], folder: &Path) -> Result<(), String> {
    let found = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        return Err(
            "instructions are counted by valgrind, which is not here (Debian: apt install valgrind)".into()
        );
    }
    fs::create_dir_all(folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    println!("Instructions an item; callgrind's files are in {}", folder.display());
    for case in cases.iter().filter(|case| case.unit == Unit::CpuNs) {
        let own = case.runs.first().map(|(who, _)| *who);
        match own.map_or(Err("nobody runs it".to_owned()), |own| count(own, case, folder)) {
            Ok(instructions) => println!("  {:<20} {instructions:>10.1}", case.name),
            Err(reason) => println!("  {:<20} {reason}", case.name),
        }
    }
    Ok(())
}

fn count(own: Implementation, case: &Case, folder: &Path) -> Result<f64, String> {
    let (few, few_items) = collect(own, case, FEW, folder)?;
    let (more, more_items) = collect(own, case, MORE, folder)?;
    if more_items <= few_items {
        return Err("has too few repetitions to be divided".to_owned());
    }
    Ok((more as f64 - few as f64) / (more_items - few_items) as f64)
}

/// Instructions and items with the repetitions divided by this.
fn collect(own: Implementation, case: &Case, divisor: u64, folder: &Path) -> Result<(u64, u64), String> {
    let own = child::own_command(own, &case.name)?;
    let mut command = Command::new("valgrind");
    command.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", file(case, folder).display()));
    command.arg(own.get_program()).args(own.get_args()).arg("--divide").arg(divisor.to_string());
    let (measured, told) = child::run(command)?;
    let collected = told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    Ok((collected.ok_or("callgrind gave no count")?, measured.items))
}

fn file(case: &Case, folder: &Path) -> PathBuf {
    let name = case.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    folder.join(format!("{name}.callgrind"))
}
