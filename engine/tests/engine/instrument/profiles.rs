//! Profiles: on a virtual clock waiting takes what it is said to, and running nothing.

use std::time::Duration;

use flowno_engine::event_loop::spawn;
use flowno_engine::instrument::{ENDED_TASKS, Profile};

use crate::support::{Sheet, virtual_loop};

#[test]
fn a_profile_adds_up_calls_waits_and_times() {
    let profile = Profile::new();
    let sheet = Sheet::new("a = slow:3(1); b = inc(a); s = slow_range:2(); t = sum(s); bad = over:0(1)");
    {
        let _guard = profile.install();
        sheet.run().unwrap_err();
    }
    sheet.edit("!b").unwrap();
    sheet.run().unwrap(); // nobody looks
    let a = profile.node("a").unwrap();
    assert_eq!((a.calls, a.chunks, a.errors, a.waits), (1, 0, 0, 1));
    assert_eq!((a.total_time, a.wait_time), (Duration::from_secs(3), Duration::from_secs(3)));
    let b = profile.node("b").unwrap();
    assert_eq!((b.calls, b.waits, b.total_time), (1, 0, Duration::ZERO));
    assert!(b.self_time > Duration::ZERO);
    let s = profile.node("s").unwrap();
    assert_eq!((s.chunks, s.total_time), (2, Duration::from_secs(2)));
    assert_eq!(profile.node("t").unwrap().total_time, Duration::from_secs(1), "from the first chunk on");
    assert_eq!(profile.node("bad").unwrap().errors, 1);
    let root = profile.tasks().into_iter().find(|task| task.number == 1).unwrap();
    assert_eq!((root.name.as_deref(), root.total_time), (Some("root"), Duration::from_secs(3)));
    assert!(root.polls > 1 && root.self_time > Duration::ZERO);
    let times: Vec<Duration> = profile.nodes().iter().map(|node| node.self_time).collect();
    assert!(times.is_sorted_by(|a, b| a >= b));
    profile.clear();
    assert!(profile.nodes().is_empty());
}

#[test]
fn a_profile_is_shown_as_a_table() {
    let profile = Profile::new();
    let _guard = profile.install();
    Sheet::new("a = slow:1(1)").run().unwrap();
    let table = profile.to_string();
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..5], ["node", "calls", "chunks", "errors", "waits"]);
    assert_eq!(lines[1][..5], ["a", "1", "0", "0", "1"]);
    assert_eq!((lines[1][6], lines[1][7]), ("1000.000", "1000.000"));
    assert_eq!(lines[3][..2], ["task", "polls"]);
}

#[test]
fn of_the_tasks_that_have_ended_the_last_are_known() {
    let profile = Profile::new();
    let _guard = profile.install();
    let root = async {
        for _ in 0..=ENDED_TASKS {
            spawn(async {}).join().await.expect("it has ended");
        }
    };
    virtual_loop().run_until_complete(root).expect("nobody hangs");
    let numbers: Vec<u64> = profile.tasks().iter().map(|task| task.number).collect();
    assert_eq!(numbers.len(), ENDED_TASKS);
    // The root, which is the first, ended last.
    assert!(numbers.contains(&1) && !numbers.contains(&2) && !numbers.contains(&3) && numbers.contains(&4));
}
