//! Building the engine's bench.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::external;
use crate::kernel;
use crate::place::Place;

/// The peers that are crates: a feature of the bench each.
const PEERS: &[&str] = &["tokio", "smol", "timely", "salsa", "reactive_graph"];

/// Optimised across crates, on a small machine, the first time.
const DEADLINE: Duration = Duration::from_secs(1_800);

const ADVICE: &str = "The compiler's messages above say what is wrong.";

/// Builds the bench; a peer that cannot be built is left out. Gives the program.
pub(crate) fn run(place: &Place) -> anyhow::Result<PathBuf> {
    eprintln!("Building the bench and its peers; this takes some minutes the first time.");
    if let Err(error) = external::run(&mut cargo(place, "build", PEERS), DEADLINE, ADVICE) {
        eprintln!("{error:#} Trying each peer by itself.");
        let can_be_built =
            |peer: &&&str| external::run(&mut cargo(place, "check", &[peer]), DEADLINE, ADVICE).is_ok();
        let peers: Vec<&str> = PEERS.iter().filter(can_be_built).copied().collect();
        external::run(&mut cargo(place, "build", &peers), DEADLINE, ADVICE)?;
    }
    Ok(place.target(format!("bench/release/flowno-bench{}", std::env::consts::EXE_SUFFIX)))
}

/// Tests the bench: its tables, and each workload of the engine in small. Without peers, of which nothing is built.
pub(crate) fn test(place: &Place) -> anyhow::Result<()> {
    let mut command = kernel::cargo(place);
    command.args(["test", "--quiet", "--locked", "--no-default-features"]);
    external::run(in_bench(place, &mut command), DEADLINE, "The failing tests are named above.")
}

fn cargo(place: &Place, verb: &str, peers: &[&str]) -> Command {
    let mut command = kernel::cargo(place);
    command.args([verb, "--quiet", "--release", "--no-default-features", "--features", &peers.join(",")]);
    in_bench(place, &mut command);
    command
}

fn in_bench<'a>(place: &Place, command: &'a mut Command) -> &'a mut Command {
    command.arg("--manifest-path").arg(place.project("bench/Cargo.toml"));
    command.arg("--target-dir").arg(place.target("bench"))
}
