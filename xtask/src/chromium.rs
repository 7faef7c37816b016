//! The browser of the browser test: Debian's Chromium, installed when that takes no password.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::external;

/// Names a Chromium or Chrome that is none of [`USUAL`].
const CHOICE: &str = "FLOWNO_CHROMIUM";

const USUAL: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Chromium alone shows no text on a machine without fonts.
const PACKAGES: [&str; 2] = ["chromium", "fonts-dejavu-core"];

const UPDATE_DEADLINE: Duration = Duration::from_secs(300);
const INSTALL_DEADLINE: Duration = Duration::from_secs(900);

/// A Chromium on this machine, installing one if need be, or the reason why there is none.
pub(crate) fn ensure() -> Result<PathBuf, String> {
    if let Some(found) = find() {
        return Ok(found);
    }
    install()?;
    find().ok_or_else(|| "Chromium was installed but is not to be found".to_owned())
}

fn find() -> Option<PathBuf> {
    if let Some(chosen) = env::var_os(CHOICE) {
        return Some(chosen.into());
    }
    let folders = env::var_os("PATH")?;
    USUAL.iter().find_map(|name| env::split_paths(&folders).map(|f| f.join(name)).find(|p| p.is_file()))
}

fn install() -> Result<(), String> {
    let Some(prefix) = root_prefix() else {
        return Err(format!("no Chromium found; install it (Debian: apt install chromium) or set {CHOICE}"));
    };
    let failed = |error: anyhow::Error| format!("Chromium could not be installed: {error:#}");
    let advice = "Install Chromium by hand to run the browser test.";
    external::run(apt_get(prefix).arg("update"), UPDATE_DEADLINE, advice).map_err(failed)?;
    let install = ["install", "--yes", "--no-install-recommends"];
    external::run(apt_get(prefix).args(install).args(PACKAGES), INSTALL_DEADLINE, advice).map_err(failed)
}

/// What to put before `apt-get` so that it runs as root without asking; `None` if nothing does.
fn root_prefix() -> Option<&'static [&'static str]> {
    let quietly = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output();
        output.ok().filter(|output| output.status.success()).map(|output| output.stdout)
    };
    quietly("apt-get", &["--version"])?;
    if quietly("id", &["-u"])?.trim_ascii() == b"0" {
        return Some(&[]);
    }
    quietly("sudo", &["-n", "true"]).map(|_| &["sudo", "-n"][..])
}

fn apt_get(prefix: &[&str]) -> Command {
    let words: Vec<&str> = prefix.iter().copied().chain(["apt-get", "--quiet=2"]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}
