//! Where Flowno hangs, or leaves the outcome open: what this engine stands for, under a watchdog.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use flowno_oracle::Case;
use serde::Deserialize;
use serde_json::Value as Json;

/// Far more than any of these small graphs takes.
const WATCHDOG: Duration = Duration::from_secs(60);

/// One line of the file: a case, and how it shall come out.
#[derive(Deserialize)]
struct Quirk {
    why: String,
    outcome: Json,
    values: BTreeMap<String, Json>,
    #[serde(flatten)]
    case: Case,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn expected_lines() -> Vec<String> {
    let text = std::fs::read_to_string(workspace().join("tests/quirks.expected.jsonl"));
    text.expect("the file of expected outcomes").lines().map(str::to_owned).collect()
}

fn parse(line: &str) -> Quirk {
    serde_json::from_str(line).expect("a line of the known format")
}

/// How the case comes out, and the final values of its nodes; runs on a thread of its own.
fn run(line: String) -> (Json, BTreeMap<String, Json>) {
    let result = flowno_oracle::run(&parse(&line).case).expect("a case that can be run");
    let values = result.nodes.into_iter().map(|(name, node)| (name, serde_json::json!(node.value)));
    (serde_json::json!(result.outcome), values.collect())
}

#[test]
fn quirks_come_out_as_we_stand_for() {
    for line in expected_lines() {
        let quirk = parse(&line);
        let (name, why) = (&quirk.case.name, &quirk.why);
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(run(line)));
        let ended = receiver.recv_timeout(WATCHDOG);
        let (outcome, values) = ended.unwrap_or_else(|error| panic!("{name} gives nothing ({error}): {why}"));
        assert_eq!(outcome, quirk.outcome, "{name}: {why}");
        for (node, expected) in &quirk.values {
            assert_eq!(values.get(node), Some(expected), "{node} of {name}: {why}");
        }
    }
}

#[test]
fn every_recorded_quirk_has_an_outcome() {
    let Ok(recorded) = std::fs::read_to_string(workspace().join("../shared/oracle/quirks.jsonl")) else {
        println!("skipped: the recorded quirks are not here");
        return;
    };
    let name = |line: &str| serde_json::from_str::<Case>(line).expect("a case").name;
    let recorded: BTreeSet<String> = recorded.lines().map(name).collect();
    let ours: BTreeSet<String> = expected_lines().iter().map(|line| name(line)).collect();
    assert_eq!(ours, recorded);
}
