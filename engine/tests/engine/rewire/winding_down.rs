//! A run that is asked to end, and what goes on with the next.

use std::time::Duration;

use flowno_engine::event_loop::{now, sleep, spawn};
use flowno_engine::flow::{RunOptions, Scope};

use crate::support::Sheet;

/// Runs all there is and winds down after so many virtual seconds; how many the run took.
fn wind_down_after(sheet: &Sheet, seconds: u64) -> u64 {
    let flow = sheet.flow.clone();
    let root = async move {
        let (running, begun) = (flow.clone(), now());
        let options = RunOptions { scope: Scope::All, drain_shown: true, ..RunOptions::default() };
        let run = spawn(async move { running.run(options).await });
        sleep(Duration::from_secs(seconds)).await;
        flow.wind_down();
        run.join().await.expect("a run that ends").expect("no node fails");
        assert!(!flow.is_running());
        (now() - begun).as_secs()
    };
    sheet.event_loop.run_until_complete(root).expect("a run that ends")
}

#[test]
fn calls_under_way_come_to_their_end_and_no_other_begins() {
    let sheet = Sheet::new("a = slow:10(b|0); b = inc(a); c = slow:4(1); d = slow:4(c)");
    assert_eq!(wind_down_after(&sheet, 15), 20);
    assert_eq!(["a", "b", "d"].map(|node| sheet.calls(node)), [2, 1, 1]);
    assert_eq!(wind_down_after(&sheet, 15), 20, "it goes on where it was");
    assert_eq!(["a", "b", "d"].map(|node| sheet.calls(node)), [4, 3, 1]);
}

#[test]
fn a_stream_is_held_at_its_chunk_and_goes_on() {
    let sheet = Sheet::new("s = slow_range:5(); t = sum(s)");
    wind_down_after(&sheet, 2);
    let made = sheet.did("s").len();
    assert!(sheet.value("t").is_none() && made < 6, "{:?}", sheet.took());
    wind_down_after(&sheet, 100);
    assert_eq!(sheet.value("t"), Some(15));
    assert_eq!(sheet.calls("s"), 1, "the same evaluation");
}

#[test]
fn what_is_wanted_of_a_run_under_way_runs() {
    let sheet = Sheet::new("s = range:4(); a = slow:5(1)");
    let (flow, s) = (sheet.flow.clone(), sheet.id("s"));
    let root = async move {
        let running = flow.clone();
        let run = spawn(async move { running.run(RunOptions::default()).await });
        sleep(Duration::from_secs(1)).await;
        flow.want(&[s]);
        run.join().await.expect("a run that ends").expect("no node fails");
    };
    sheet.event_loop.run_until_complete(root).expect("a run that ends");
    assert_eq!(sheet.value("s"), Some(10), "to its end, though nobody reads it");
}
