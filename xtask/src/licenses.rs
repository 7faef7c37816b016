//! Licences: cargo-deny looks whether all that is built in comes under one that `deny.toml` allows.
//!
//! cargo-deny is installed into the target folder, at the version below. Where that cannot be done, one that is installed
//! already serves.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::external;
use crate::kernel;
use crate::place::Place;
use crate::report::Verdict;

const VERSION: &str = "0.20.2";

/// Its own build takes two minutes of a small machine, without optimisation; the check is instant anyway.
const INSTALL_DEADLINE: Duration = Duration::from_secs(1_800);

/// It may have to fetch the manifests of crates for other platforms.
const CHECK_DEADLINE: Duration = Duration::from_secs(300);

/// Checks the licences.
pub(crate) fn check(place: &Place) -> anyhow::Result<Verdict> {
    let program = match ensure(place) {
        Ok(program) => program,
        Err(reason) => return Ok(Verdict::Skipped(reason)),
    };
    let mut command = Command::new(program);
    command.current_dir(place.root()).args(["--locked", "check", "licenses"]);
    let advice = "A licence that may be allowed goes into deny.toml, with its reason.";
    external::run(&mut command, CHECK_DEADLINE, advice)?;
    Ok(Verdict::Passed)
}

/// The program, installed if need be, or the reason why there is none.
fn ensure(place: &Place) -> Result<PathBuf, String> {
    let tools = place.target("tools");
    let ours = tools.join(format!("bin/cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if version(&ours).is_some_and(|version| version == VERSION) {
        return Ok(ours);
    }
    eprintln!("Installing cargo-deny {VERSION}; this takes some minutes the first time.");
    let mut install = kernel::cargo(place);
    install.args([
        "install",
        "cargo-deny",
        "--version",
        VERSION,
        "--locked",
        "--debug",
        "--quiet",
        "--force",
    ]);
    install.arg("--root").arg(&tools);
    let advice = "Install it by hand to check licences: cargo install cargo-deny.";
    let Err(error) = external::run(&mut install, INSTALL_DEADLINE, advice) else { return Ok(ours) };
    let system = PathBuf::from("cargo-deny");
    let found = version(&system).ok_or_else(|| format!("cargo-deny could not be installed: {error:#}"))?;
    eprintln!("cargo-deny {VERSION} could not be installed; the system's {found} serves.");
    Ok(system)
}

/// The version of a cargo-deny; `None` if it does not run.
fn version(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().strip_prefix("cargo-deny ").map(str::to_owned)
}
