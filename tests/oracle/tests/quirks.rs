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
fn run(line: String, scripted: bool) -> (Json, BTreeMap<String, Json>) {
    let case = parse(&line).case;
    let result = if scripted { flowno_oracle::run_scripted(&case) } else { flowno_oracle::run(&case) };
    let result = result.expect("a case that can be run");
    let values = result.nodes.into_iter().map(|(name, node)| (name, serde_json::json!(node.value)));
    (serde_json::json!(result.outcome), values.collect())
}

fn come_out_as_we_stand_for(scripted: bool) {
    for line in expected_lines() {
        let quirk = parse(&line);
        let (name, why) = (&quirk.case.name, &quirk.why);
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(run(line, scripted)));
        let ended = receiver.recv_timeout(WATCHDOG);
        let (mut outcome, values) =
            ended.unwrap_or_else(|error| panic!("{name} gives nothing ({error}): {why}"));
        let mut expected = quirk.outcome.clone();
        if scripted {
            // A cell's error says it in other words.
            for outcome in [&mut outcome, &mut expected] {
                outcome["message"] = Json::Null;
            }
        }
        assert_eq!(outcome, expected, "{name}: {why}");
        for (node, expected) in &quirk.values {
            assert_eq!(values.get(node), Some(expected), "{node} of {name}: {why}");
        }
    }
}

#[test]
fn quirks_come_out_as_we_stand_for() {
    come_out_as_we_stand_for(false);
}

#[test]
fn quirks_come_out_so_in_the_cell_language() {
    come_out_as_we_stand_for(true);
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
