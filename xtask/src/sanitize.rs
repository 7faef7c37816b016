//! `cargo xtask sanitize`: the engine's tests where memory and threads are watched. On request only: it takes minutes,
//! and a nightly toolchain.
//!
//! AddressSanitizer watches the engine alone, ThreadSanitizer the standard library too, which is built for that: a lock
//! that it does not see would look like a race. Miri interprets, some hundred times as slowly, so it gets the tests that
//! come to the engine's `unsafe` (wakers, the ready queue, pinned tasks), and not those that need what it does not know:
//! other programs, name look-ups, many seeds.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::external;
use crate::place::Place;
use crate::report::{Report, Verdict};

const TOOLCHAIN: &str = "+nightly";

/// The engine's tests that Miri can run, by what their paths contain.
const FOR_MIRI: [&str; 8] = [
    "event_loop::cancelling",
    "event_loop::exits",
    "event_loop::joining",
    "event_loop::panics",
    "event_loop::stalls",
    "event_loop::wakes",
    "flow::streams",
    "queue::rules",
];

/// Not among those: ten thousand chunks take it half an hour.
const TOO_LONG_FOR_MIRI: &str = "a_stream_too_long_to_keep";

/// Building the standard library too, and then running slowly.
const DEADLINE: Duration = Duration::from_secs(7_200);

/// What watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tool {
    /// AddressSanitizer: memory that is not one's own, and leaks
    Address,
    /// ThreadSanitizer: races
    Thread,
    /// Miri: undefined behaviour of any kind, in some of the tests
    Miri,
}

/// Runs `tools`, or all, and reports.
pub(crate) fn run(place: &Place, tools: &[Tool]) -> anyhow::Result<ExitCode> {
    let mut report = Report::default();
    for tool in if tools.is_empty() { Tool::value_variants() } else { tools } {
        let started = Instant::now();
        let verdict = match tool.is_missing(place) {
            Some(reason) => Verdict::Skipped(reason),
            None => {
                match external::run(&mut tool.command(place), DEADLINE, "What it found is shown above.") {
                    Ok(()) => Verdict::Passed,
                    Err(error) => Verdict::Failed(format!("{error:#}")),
                }
            }
        };
        report.add(format!("{tool:?}").to_lowercase(), verdict, started.elapsed());
    }
    println!("\n{report}");
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Tool {
    /// What a person has to install first, if so.
    fn is_missing(self, place: &Place) -> Option<String> {
        let (Some(sysroot), Some(_)) = (sysroot(), host()) else {
            return Some("there is no nightly toolchain: rustup toolchain install nightly".to_owned());
        };
        let source = sysroot.join("lib/rustlib/src/rust/library");
        if self != Self::Address && !source.is_dir() {
            return Some(
                "the standard library's source is not there: rustup +nightly component add rust-src".into(),
            );
        }
        let mut miri = cargo(place);
        let answers = miri.args(["miri", "--version"]).output().is_ok_and(|output| output.status.success());
        (self == Self::Miri && !answers)
            .then(|| "it is not installed: rustup +nightly component add miri".to_owned())
    }

    fn command(self, place: &Place) -> Command {
        let mut command = cargo(place);
        let name = format!("{self:?}").to_lowercase();
        command.env("CARGO_TARGET_DIR", place.target(format!("sanitize/{name}")));
        let host = host().unwrap_or_default();
        let tests =
            ["test", "--locked", "--package", "flowno-engine", "--test", "engine", "--target", host.as_str()];
        match self {
            Self::Address => command.env("RUSTFLAGS", "-Zsanitizer=address").args(tests),
            Self::Thread => command.env("RUSTFLAGS", "-Zsanitizer=thread").args(tests).arg("-Zbuild-std"),
            Self::Miri => {
                // The clock and the files of this machine.
                command.env("MIRIFLAGS", "-Zmiri-disable-isolation").arg("miri").args(tests);
                command.arg("--").args(FOR_MIRI).args(["--skip", TOO_LONG_FOR_MIRI])
            }
        };
        command
    }
}

/// Where the nightly toolchain is, if it is.
fn sysroot() -> Option<PathBuf> {
    let output = Command::new("rustc").args([TOOLCHAIN, "--print", "sysroot"]).output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| path.trim().into())
}

/// What the nightly toolchain builds for: named, so that the flags do not reach build scripts and macros.
fn host() -> Option<String> {
    let output = Command::new("rustc").args([TOOLCHAIN, "-vV"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

/// Not the cargo that runs us: rustup's, which takes a toolchain's name.
fn cargo(place: &Place) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(place.root()).arg(TOOLCHAIN);
    command.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTDOC");
    command
}
