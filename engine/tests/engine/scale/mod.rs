//! A hundred thousand nodes: nothing recurses, and nothing is quadratic.

use flowno_engine::event_loop::{spawn, yield_now};
use flowno_engine::flow::{CompleteError, RunError};
use flowno_engine::sync::{AsyncQueue, Event, Lock};

use crate::support::{Sheet, virtual_loop};

const NODES: usize = 100_000;

fn lines(nodes: impl Iterator<Item = String>) -> String {
    nodes.collect::<Vec<_>>().join("\n")
}

fn chain() -> String {
    lines(
        (0..NODES).map(|i| if i == 0 { "n0 = const:1()".into() } else { format!("n{i} = inc(n{})", i - 1) }),
    )
}

/// `start`: the input of the first node.
fn ring(start: &str) -> String {
    lines(
        (0..NODES)
            .map(|i| if i == 0 { format!("n0 = inc({start})") } else { format!("n{i} = inc(n{})", i - 1) }),
    )
}

fn last() -> String {
    format!("n{}", NODES - 1)
}

#[test]
fn a_long_chain_runs_is_rewired_and_is_dropped() {
    let sheet = Sheet::new(&chain());
    sheet.run().unwrap();
    assert_eq!(sheet.value(&last()), Some(NODES as i64));
    assert_eq!(sheet.took().len(), NODES);
    sheet.edit("n50000 = inc(n0)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.took().len(), NODES / 2);
    sheet.edit("-n0").unwrap();
    let waits_for = sheet.flow.root_cause(sheet.id(&last()));
    assert_eq!(waits_for, Some(flowno_engine::flow::Blocked::Missing("n0".into())));
}

#[test]
fn a_chain_defined_backwards_runs_too() {
    let text = chain();
    let sheet = Sheet::new(&lines(text.lines().rev().map(str::to_owned)));
    sheet.run().unwrap();
    assert_eq!(sheet.value(&last()), Some(NODES as i64));
}

#[test]
fn a_long_ring_is_broken_and_turns() {
    let sheet = Sheet::new(&ring(&format!("{}|0", last())));
    sheet.advance(1).unwrap();
    assert_eq!(sheet.value(&last()), Some(2 * NODES as i64));
}

/// Each two neighbours are a cycle, and each node could start its own.
#[test]
fn a_long_ladder_of_cycles_is_broken_rung_by_rung() {
    let last = NODES - 1;
    let rung = |i: usize| format!("n{i} = add(n{}|0, n{}|1)", i.saturating_sub(1), (i + 1).min(last));
    let sheet = Sheet::new(&lines((0..NODES).map(rung)));
    sheet.advance(0).unwrap();
    assert_eq!([0, 1, 2].map(|i| sheet.value(&format!("n{i}"))), [Some(1), Some(2), Some(3)]);
}

#[test]
fn a_long_ring_without_a_default_is_refused_or_fails_the_run() {
    let text = ring(&last());
    assert!(Sheet::new("").edit(&text).is_err());
    let error = Sheet::new(&text).run().unwrap_err();
    assert!(matches!(error, RunError::MissingDefault(error) if error.nodes.len() == NODES));
}

#[test]
fn a_hub_with_many_readers_runs_and_is_removed() {
    let readers = (0..NODES).map(|i| format!("r{i} = inc(hub)"));
    let sheet = Sheet::new(&lines(std::iter::once("hub = const:1()".to_owned()).chain(readers)));
    sheet.run().unwrap();
    assert_eq!(sheet.took().len(), NODES + 1);
    sheet.edit("hub = const:2()").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.value("r99999"), Some(3));
    sheet.edit("-hub").unwrap();
    assert_eq!(sheet.status("r0"), "waiting");
}

#[test]
fn a_failure_at_the_top_blocks_all_below() {
    let sheet = Sheet::new(&chain().replacen("n0 = const:1()", "n0 = over:0(1)", 1));
    sheet.run().unwrap_err();
    assert_eq!((sheet.took().len(), sheet.status(&last())), (1, "waiting"));
}

#[test]
fn a_long_chain_that_waits_is_told_as_such() {
    let text = chain().replacen("n0 = const:1()", "n0 = inc(unknown)", 1);
    let sheet = Sheet::new(&text);
    let Err(CompleteError::Run(RunError::Waiting(waits))) =
        sheet.flow.run_until_complete(&sheet.event_loop, ())
    else {
        panic!("it cannot run");
    };
    assert_eq!(waits.len(), NODES);
    assert_eq!(
        waits[NODES - 1].to_string(),
        format!("{} waits for `unknown`, which nothing defines", last())
    );
}

/// Each member of the ring reads a producer of its own, and the last of these fails, so that it is never reached.
#[test]
fn a_long_ring_that_nothing_can_start_is_looked_at_once() {
    let member = |i: usize| {
        let producer = if i == NODES - 1 { format!("p{i} = over:0(1)") } else { format!("p{i} = const:1()") };
        format!("{producer}\nn{i} = add(n{}, p{i})", (i + NODES - 1) % NODES)
    };
    let sheet = Sheet::new(&lines((0..NODES).map(member)));
    assert!(matches!(sheet.run(), Err(RunError::NodeExecution(_))));
    assert_eq!(sheet.took().len(), NODES);
    sheet.edit("p99999 = const:1()").unwrap_err();
    let error = sheet.flow.run_until_complete(&sheet.event_loop, ()).unwrap_err();
    assert!(matches!(error, CompleteError::Run(RunError::NodeExecution(_))), "{error}");
}

/// Each leaves the line when its turn has come.
#[test]
fn a_long_line_of_waiting_tasks_is_served() {
    let served = virtual_loop().run_until_complete(async {
        let (event, lock, queue) = (Event::new(), Lock::new(), AsyncQueue::new(None));
        let guard = lock.lock().await;
        let waiter = |_| {
            let (event, lock, queue) = (event.clone(), lock.clone(), queue.clone());
            spawn(async move {
                event.wait().await;
                let _guard = lock.lock().await;
                queue.get().await
            })
        };
        let waiters: Vec<_> = (0..NODES).map(waiter).collect();
        yield_now().await;
        // Who came last gives up first.
        waiters[NODES / 2..].iter().rev().for_each(|waiter| assert!(waiter.cancel()));
        event.set();
        yield_now().await;
        drop(guard);
        for number in 0..NODES / 2 {
            queue.put(number).await.expect("it is open");
        }
        let mut got = Vec::new();
        for waiter in &waiters[..NODES / 2] {
            got.push(waiter.join().await.expect("it was served").expect("it is open"));
        }
        got
    });
    assert!(served.expect("nobody hangs").into_iter().eq(0..NODES / 2));
}
