//! The recorded cases, compared by the recording's own checker. Skipped where the recording is not at hand.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use flowno_oracle::Case;

/// The recording, if it lies beside the workspace and Python can be had to check against it.
fn recording() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/oracle");
    let has_python =
        Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    (home.join("check.py").exists() && has_python).then_some(home)
}

fn compare(name: &str, scripted: bool) {
    let Some(home) = recording() else {
        println!("skipped: no recording, or no python3");
        return;
    };
    let cases = home.join("cases").join(name);
    let results = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{scripted}-{name}"));
    let mut file = std::fs::File::create(&results).expect("a file for the results");
    for line in std::fs::read_to_string(&cases).expect("the cases").lines() {
        let case: Case = serde_json::from_str(line).expect("a case");
        let result = if scripted { flowno_oracle::run_scripted(&case) } else { flowno_oracle::run(&case) };
        let result = result.unwrap_or_else(|error| panic!("{} cannot be run: {error}", case.name));
        writeln!(file, "{}", serde_json::to_string(&result).expect("a result")).expect("room on the disk");
    }
    let checked = Command::new("python3").arg(home.join("check.py")).args([&cases, &results]).output();
    let checked = checked.expect("python3");
    let said = String::from_utf8_lossy(&checked.stdout);
    println!("{name}: {}", said.trim_end());
    assert!(checked.status.success(), "{said}{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn cases_made_by_hand_agree() {
    compare("hand.jsonl", false);
}

#[test]
fn random_cases_agree() {
    compare("random.jsonl", false);
}

#[test]
fn cases_made_by_hand_agree_in_the_cell_language() {
    compare("hand.jsonl", true);
}

#[test]
fn random_cases_agree_in_the_cell_language() {
    compare("random.jsonl", true);
}
