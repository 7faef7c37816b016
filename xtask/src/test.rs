//! `cargo xtask test`: every test there is, a part at a time.
//!
//! A part that fails does not stop the next: one run says all that is wrong. What cannot run on
//! this machine is skipped, and the report says why.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::Context;
use clap::ValueEnum;

use crate::external;
use crate::place::Place;
use crate::report::{Report, Verdict};
use crate::{bench, chromium, kernel, licenses, oracle, targets, venv, wheel};

/// A part of the tests that can be run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Unit, integration and doc tests of every crate
    Rust,
    /// Format and lints of the Python files
    Style,
    /// The kernel through jupyter_client, raw sockets, jupyter_kernel_test and Jupyter Server
    Python,
    /// The notebooks show what they showed when they were saved
    Nbval,
    /// The tour runs under `jupyter execute`
    Execute,
    /// The tour in JupyterLab under headless Chromium
    Browser,
    /// The wheel in a fresh environment with JupyterLab: install, launcher, a new notebook, uninstall
    Wheel,
    /// jupyter console, papermill, nbconvert, Notebook 7, VS Code's habits, and `flowno run` beside nbclient
    Frontends,
    /// The oracle's cases on the native engine
    Oracle,
    /// The workspace compiles for Windows and macOS
    Targets,
    /// The engine's bench in small, without its peers
    Bench,
    /// What is built in has licences that deny.toml allows
    Licenses,
}

/// Where the oracle lies when there is one: beside the project, not in it.
const ORACLE: &str = "../shared/oracle";

/// Its cases: those written by hand, a few a rule, and those drawn at random.
const ORACLE_CASES: [&str; 2] = ["hand", "random"];

/// Building every crate's tests from nothing takes most of it.
const RUST_DEADLINE: Duration = Duration::from_secs(2400);

/// Far above what a part takes; each test has its own, shorter deadline.
const PART_DEADLINE: Duration = Duration::from_secs(900);

/// For one cell under nbval, in seconds.
const CELL_TIMEOUT_S: &str = "60";

/// Runs `parts`, or all, and reports.
pub(crate) fn run(place: &Place, parts: &[Part]) -> anyhow::Result<ExitCode> {
    let parts = if parts.is_empty() { Part::value_variants() } else { parts };
    let started = Instant::now();
    let mut report = Report::default();
    let mut add = |name: &str, part: &mut dyn FnMut() -> anyhow::Result<Verdict>| {
        println!("==> {name}");
        let started = Instant::now();
        let verdict = part().unwrap_or_else(|error| Verdict::Failed(format!("{error:#}")));
        let good = !matches!(verdict, Verdict::Failed(_));
        report.add(name.to_owned(), verdict, started.elapsed());
        good
    };
    let needs_setup = parts.iter().any(|part| part.needs_setup());
    let ready = !needs_setup || add("setup", &mut || set_up(place));
    for part in parts {
        add(&part.to_string(), &mut || match ready || !part.needs_setup() {
            true => part.run(place),
            false => Ok(Verdict::Skipped("setup failed".to_owned())),
        });
    }
    println!("\nTook {:.1} minutes. {report}", started.elapsed().as_secs_f64() / 60.0);
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The environment and the kernel, as `cargo xtask lab` makes them: one release build serves both.
fn set_up(place: &Place) -> anyhow::Result<Verdict> {
    venv::ensure(place)?;
    kernel::ensure(place)?;
    Ok(Verdict::Passed)
}

impl Part {
    /// Whether it runs the kernel or Python packages.
    fn needs_setup(self) -> bool {
        !matches!(self, Self::Rust | Self::Oracle | Self::Targets | Self::Bench | Self::Licenses)
    }

    fn run(self, place: &Place) -> anyhow::Result<Verdict> {
        match self {
            Self::Rust => rust(place),
            Self::Style => style(place),
            Self::Python => pytest(place, &["tests/python"], &[]),
            Self::Nbval => {
                pytest(place, &["--nbval", "--nbval-cell-timeout", CELL_TIMEOUT_S, "notebooks"], &[])
            }
            Self::Execute => execute(place),
            Self::Browser => browser(place),
            Self::Wheel => fresh_wheel(place),
            Self::Frontends => frontends(place),
            Self::Oracle => oracle_cases(place),
            Self::Targets => targets::check(place),
            Self::Bench => bench::test(place),
            Self::Licenses => licenses::check(place),
        }
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.to_possible_value().map_or(Ok(()), |value| f.write_str(value.get_name()))
    }
}

/// Plain `cargo test`: nextest runs no doc tests.
fn rust(place: &Place) -> anyhow::Result<Verdict> {
    let mut command = kernel::cargo(place);
    command.args(["test", "--workspace"]);
    external::run(&mut command, RUST_DEADLINE, "The failing tests are named above.")?;
    Ok(Verdict::Passed)
}

fn style(place: &Place) -> anyhow::Result<Verdict> {
    for (words, advice) in [
        (["format", "--diff"], "`.venv/bin/ruff format tests python` mends it."),
        (["check", "--quiet"], "The lints above name the places."),
    ] {
        let mut command = in_venv(place, "ruff");
        command.args(words).args(["tests", "python"]);
        external::run(&mut command, PART_DEADLINE, advice)?;
    }
    Ok(Verdict::Passed)
}

fn pytest(place: &Place, args: &[&str], env: &[(&str, PathBuf)]) -> anyhow::Result<Verdict> {
    let mut command = in_venv(place, "python");
    command.args(["-m", "pytest", "-c", "tests/pytest.ini", "--rootdir=."]).args(args);
    command.envs(env.iter().map(|(name, value)| (name, value)));
    external::run(&mut command, PART_DEADLINE, "The failing tests are named above.")?;
    Ok(Verdict::Passed)
}

/// Runs a copy: `jupyter execute` may write, and the tour in the tree is only changed on purpose.
fn execute(place: &Place) -> anyhow::Result<Verdict> {
    let folder = place.target("execute");
    let copy = folder.join("tour.ipynb");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(place.project("notebooks/tour.ipynb"), &copy))
        .with_context(|| format!("the tour cannot be copied to {}", copy.display()))?;
    let mut command = in_venv(place, "jupyter");
    command.arg("execute").arg(&copy);
    external::run(&mut command, PART_DEADLINE, "The cell that failed is shown above.")?;
    Ok(Verdict::Passed)
}

fn browser(place: &Place) -> anyhow::Result<Verdict> {
    match chromium::ensure() {
        Ok(program) => pytest(
            place,
            &["--exitfirst", "tests/browser"],
            &[("FLOWNO_CHROMIUM", program), ("FLOWNO_SCREENSHOTS", place.target("screenshots"))],
        ),
        Err(reason) => Ok(Verdict::Skipped(reason)),
    }
}

fn fresh_wheel(place: &Place) -> anyhow::Result<Verdict> {
    if let Some(reason) = wheel::missing() {
        return Ok(Verdict::Skipped(reason.to_owned()));
    }
    let built = wheel::build(place)?;
    wheel::test_extension(place)?;
    pytest(place, &["tests/wheel"], &with_browser(place, vec![("FLOWNO_WHEEL", built)]))
}

/// The front ends of `.venv`, with what the wheel brings them.
fn frontends(place: &Place) -> anyhow::Result<Verdict> {
    if let Some(reason) = wheel::missing() {
        return Ok(Verdict::Skipped(reason.to_owned()));
    }
    wheel::install(place, &wheel::build(place)?)?;
    pytest(place, &["tests/frontends"], &with_browser(place, Vec::new()))
}

/// Adds Chromium, if there is one; the tests that need it are skipped else, and say so.
fn with_browser(place: &Place, mut env: Vec<(&'static str, PathBuf)>) -> Vec<(&'static str, PathBuf)> {
    if let Ok(program) = chromium::ensure() {
        env.extend([("FLOWNO_CHROMIUM", program), ("FLOWNO_SCREENSHOTS", place.target("screenshots"))]);
    }
    env
}

fn oracle_cases(place: &Place) -> anyhow::Result<Verdict> {
    let home = place.project(ORACLE);
    if !home.is_dir() {
        return Ok(Verdict::Skipped(format!("there is no {ORACLE}")));
    }
    let folder = place.target("oracle");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for name in ORACLE_CASES {
        let cases = home.join(format!("cases/{name}.jsonl"));
        for scripted in [false, true] {
            let results =
                folder.join(format!("{name}-{}.jsonl", if scripted { "scripted" } else { "native" }));
            oracle::run(&cases, scripted, &mut fs::File::create(&results)?)?;
            let mut command = Command::new("python3");
            command.arg(home.join("check.py")).args([&cases, &results]);
            external::run(&mut command, PART_DEADLINE, "The cases that differ are named above.")?;
        }
    }
    Ok(Verdict::Passed)
}

/// A program of the environment, in the project's root, deaf to the settings and kernels that the
/// person has elsewhere.
fn in_venv(place: &Place, program: &str) -> Command {
    let mut command = Command::new(place.venv_program(program));
    command.current_dir(place.root());
    for (name, folder) in
        [("JUPYTER_CONFIG_DIR", "config"), ("JUPYTER_DATA_DIR", "data"), ("JUPYTER_RUNTIME_DIR", "runtime")]
    {
        command.env(name, place.target("jupyter").join(folder));
    }
    // Not the environment that happens to be active where we were started.
    command.env("VIRTUAL_ENV", place.venv()).env_remove("JUPYTER_PATH").env_remove("PYTHONPATH");
    // What tests type is not what the person typed.
    command.env("FLOWNO_HISTORY", "off");
    if let Ok(xtask) = env::current_exe() {
        // The tests start JupyterLab as a person would.
        command.env("FLOWNO_XTASK", xtask);
    }
    command
}
