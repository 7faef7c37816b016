//! Other platforms: whether the workspace compiles for them, tests included.
//!
//! Nothing is linked, so no C compiler for the platform is needed: where a dependency compiles C, a program that does
//! nothing stands in for it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::external;
use crate::kernel;
use crate::place::Place;
use crate::report::Verdict;

/// Windows and macOS.
const TARGETS: [&str; 2] = ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

const INSTALL_DEADLINE: Duration = Duration::from_secs(600);

/// All dependencies, twice.
const CHECK_DEADLINE: Duration = Duration::from_secs(1_800);

/// Succeeds, and makes nothing.
const STAND_IN: &str = "true";

/// Checks the workspace for the platforms whose standard library can be had.
pub(crate) fn check(place: &Place) -> anyhow::Result<Verdict> {
    let (present, absent): (Vec<&str>, Vec<&str>) =
        TARGETS.into_iter().partition(|target| is_there(place, target) || install(place, target).is_ok());
    if !present.is_empty() {
        let mut command = kernel::cargo(place);
        command.args(["check", "--workspace", "--all-targets", "--locked"]);
        for target in &present {
            command.args(["--target", target]);
            let variable = target.replace('-', "_");
            command.env(format!("CC_{variable}"), STAND_IN).env(format!("AR_{variable}"), STAND_IN);
        }
        command.env("SDKROOT", "/"); // else Apple's tools are asked for it
        external::run(&mut command, CHECK_DEADLINE, "What does not compile is shown above.")?;
    }
    Ok(match &absent[..] {
        [] => Verdict::Passed,
        absent => Verdict::Skipped(format!("there is no standard library for {}", absent.join(", "))),
    })
}

/// Whether the toolchain has the standard library of a target.
fn is_there(place: &Place, target: &str) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(place.root()).args(["--print", "target-libdir", "--target", target]);
    let output = rustc.stderr(Stdio::null()).output();
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

fn install(place: &Place, target: &str) -> anyhow::Result<()> {
    let mut rustup = Command::new("rustup");
    rustup.current_dir(place.root()).args(["target", "add", target]);
    external::run(&mut rustup, INSTALL_DEADLINE, "The target is left out.")
}
