//! The kernel as users run it: built for release, its kernelspec in the Python environment.

use std::env;
use std::process::Command;
use std::time::Duration;

use crate::external;
use crate::place::Place;

/// A first release build with link-time optimisation on a small machine takes some minutes.
const BUILD_DEADLINE: Duration = Duration::from_secs(1800);
const INSTALL_DEADLINE: Duration = Duration::from_secs(30);

/// Builds the kernel and installs its kernelspec into `.venv`.
pub(crate) fn ensure(place: &Place) -> anyhow::Result<()> {
    build(place)?;
    install(place)
}

/// The cargo that runs us, so that a chosen toolchain stays chosen.
pub(crate) fn cargo(place: &Place) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place.root());
    command
}

fn build(place: &Place) -> anyhow::Result<()> {
    let mut command = cargo(place);
    command.args(["build", "--release", "--package", "flowno-kernel", "--bins", "--example", "embedding"]);
    external::run(&mut command, BUILD_DEADLINE, "The compiler's messages above say what is wrong.")
}

fn install(place: &Place) -> anyhow::Result<()> {
    let mut command = Command::new(place.kernel_program());
    command.arg("install").arg("--prefix").arg(place.venv());
    external::run(&mut command, INSTALL_DEADLINE, "The kernelspec could not be installed into .venv.")
}
