//! What the figures hold for: machine, compiler, versions.

use std::collections::BTreeMap;
use std::{fs, thread};

use serde::Serialize;

/// The lock file of this crate: the versions of the peers.
const LOCK: &str = include_str!("../Cargo.lock");

/// The packages whose versions matter to a figure.
const PACKAGES: &[&str] = &[
    "async-channel",
    "async-executor",
    "async-io",
    "async-net",
    "flowno-engine",
    "mio",
    "reactive_graph",
    "salsa",
    "timely",
    "tokio",
];

/// Facts for the reader of the figures.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    /// Processors that this process may use.
    pub cores: usize,
    /// The processor's name, if the system tells it.
    pub processor: Option<String>,
    /// Operating system and architecture.
    pub system: String,
    /// Processes that wanted to run in the minute before the bench began.
    pub load: Option<f64>,
    /// The compiler that built the bench.
    pub rustc: &'static str,
    /// Versions by package name.
    pub crates: BTreeMap<String, String>,
}

impl Machine {
    /// As it is now.
    pub(crate) fn look() -> Self {
        Self {
            cores: thread::available_parallelism().map_or(1, usize::from),
            processor: processor(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            load: load(),
            rustc: env!("BENCH_RUSTC"),
            crates: versions(LOCK),
        }
    }
}

/// Linux tells the name in a file; other systems do without.
fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn load() -> Option<f64> {
    let mut averages = [0.0];
    // SAFETY: there is place for the one average that is asked for.
    let count = unsafe { libc::getloadavg(averages.as_mut_ptr(), 1) };
    (count == 1).then_some(averages[0])
}

/// Reads the lines `name = ".."`, `version = ".."` that cargo writes one after the other.
fn versions(lock: &str) -> BTreeMap<String, String> {
    let quoted = |line: &str, key| Some(line.strip_prefix(key)?.strip_suffix('"')?.to_owned());
    let lines: Vec<_> = lock.lines().collect();
    let package = |pair: &[&str]| Some((quoted(pair[0], "name = \"")?, quoted(pair[1], "version = \"")?));
    lines.windows(2).filter_map(package).filter(|(name, _)| PACKAGES.contains(&name.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_package_has_a_version() {
        assert_eq!(versions(LOCK).keys().collect::<Vec<_>>(), PACKAGES);
    }
}
