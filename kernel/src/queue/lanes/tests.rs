//! What lanes give, and when.

use super::*;
use std::sync::Arc;
use std::time::Duration;

use crate::content::status;
use crate::message::Origin;
use jupyter_protocol::Stdio;

fn text(parent: &'static str, name: Stdio, text: &str) -> Post {
    Post::Publish { parent: parent.into(), content: output::stream(name, text.to_owned()) }
}

fn status(parent: &'static str) -> Post {
    Post::Publish { parent: parent.into(), content: status::idle() }
}

/// All that leaves in so much time: when, in milliseconds, and its text or its type.
fn leaving(lanes: &mut Lanes, begun: Instant, time: Duration) -> Vec<(u128, String)> {
    let (mut now, mut left) = (begun, Vec::new());
    loop {
        match lanes.next(now) {
            Next::Post(Post::Publish { content, .. }, _) => {
                let told = content.body["text"].as_str().unwrap_or(content.msg_type).to_owned();
                left.push(((now - begun).as_millis(), told));
            }
            Next::Post(..) => {}
            Next::Until(time) => now = now.max(time) + Duration::from_micros(1),
            Next::Nothing => return left,
        }
        if now - begun > time {
            return left;
        }
    }
}

fn texts(lanes: &mut Lanes, now: Instant) -> Vec<String> {
    let left = leaving(lanes, now, Duration::from_secs(60));
    assert_eq!(lanes.output_bytes, 0, "the weight of nothing");
    left.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn urgent_goes_first_and_order_holds() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    lanes.push(text("a", Stdio::Stdout, "out"), false, now);
    lanes.push_urgent(status("k"));
    lanes.push(status("a"), false, now);
    assert_eq!(texts(&mut lanes, now), ["status", "out", "status"]);
}

fn comm(number: usize) -> Post {
    let data = serde_json::Map::from_iter([("number".to_owned(), number.into())]);
    Post::Comm { parent: "c".into(), content: crate::content::comm::message("c", data), buffers: vec![] }
}

/// Whether what leaves at once is of comms.
fn comms(lanes: &mut Lanes, now: Instant) -> Vec<bool> {
    let next = || match lanes.next(now) {
        Next::Post(post, _) => Some(matches!(post, Post::Comm { .. })),
        _ => None,
    };
    std::iter::from_fn(next).collect()
}

#[test]
fn output_and_comms_take_turns() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    (0..5).for_each(|number| lanes.push_comm(comm(number), true, now));
    (0..3).for_each(|_| lanes.push(status("a"), true, now));
    lanes.push_urgent(status("k"));
    assert_eq!(comms(&mut lanes, now), [false, false, true, false, true, false, true, true, true]);
    assert_eq!(lanes.comm_bytes, 0, "the weight of nothing");
}

#[test]
fn what_handlers_answer_keeps_to_no_pace_but_to_its_order() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    (0..1_000).for_each(|number| lanes.push_comm(comm(number), false, now));
    assert!(lanes.has_comm_room());
    assert_eq!(comms(&mut lanes, now).len(), 1_000);
    (0..200).for_each(|number| lanes.push_comm(comm(number), true, now));
    lanes.push_comm(comm(200), false, now);
    assert!(comms(&mut lanes, now).len() < 201, "behind what its comm has sent before");
}

#[test]
fn comms_keep_to_the_pace_and_are_not_starved_by_what_keeps_to_none() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    (0..1_000).for_each(|number| lanes.push_comm(comm(number), true, now));
    assert!(comms(&mut lanes, now).len() <= 101, "a burst");
    assert!(matches!(lanes.next(now), Next::Until(..)));
    (0..500).for_each(|_| lanes.push(status("a"), false, now));
    let left = comms(&mut lanes, now);
    assert_eq!(left.iter().filter(|is_comm| **is_comm).count(), 500);
}

#[test]
fn replies_can_overtake() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    let origin = Arc::new(Origin { identities: vec![], header: "k".into() });
    lanes.push(text("a", Stdio::Stdout, "out"), true, now);
    lanes.push(Post::Reply { origin, content: status::busy() }, false, now);
    let now = now + Duration::from_millis(1);
    lanes.push(text("b", Stdio::Stdout, "after"), true, now);
    assert_eq!(lanes.overtake().len(), 1);
    assert!(lanes.overtake().is_empty());
    assert_eq!(texts(&mut lanes, now), ["out", "after"]);
}

#[test]
fn texts_are_joined_and_go_before_what_else_their_cell_sends() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    for (parent, name, part) in [
        ("a", Stdio::Stdout, "1"),
        ("b", Stdio::Stdout, "x"),
        ("a", Stdio::Stdout, "2"),
        ("b", Stdio::Stdout, "y"),
        ("a", Stdio::Stdout, "3"),
        ("a", Stdio::Stderr, "4"),
    ] {
        lanes.push(text(parent, name, part), true, now);
    }
    lanes.push(status("a"), false, now);
    assert_eq!(texts(&mut lanes, now), ["123", "4", "status", "xy"]);
}

#[test]
fn many_printing_cells_stay_within_their_pace_and_lose_nothing() {
    let names: Vec<String> = (0..60).map(|index| format!("p{index}")).collect();
    let (mut lanes, begun) = (Lanes::default(), Instant::now());
    let mut left: Vec<(u128, String)> = Vec::new();
    let mut said = vec![0_u32; names.len()];
    for tick in 0..3_000 {
        let now = begun + Duration::from_millis(tick);
        let first = tick as usize % names.len();
        for index in (first..names.len()).chain(0..first) {
            if lanes.has_room() {
                let name = &names[index];
                let content = output::stream(Stdio::Stdout, format!("{index}:{} ", said[index]));
                lanes.push(Post::Publish { parent: name.clone().into(), content }, true, now);
                said[index] += 1;
            }
        }
        let at = leaving(&mut lanes, now, Duration::from_micros(900));
        left.extend(at.into_iter().map(|(_, text)| (u128::from(tick), text)));
    }
    let end = begun + Duration::from_secs(3);
    left.extend(leaving(&mut lanes, end, Duration::from_secs(9)).into_iter().map(|(at, t)| (3_000 + at, t)));
    let busiest =
        left.iter().map(|(at, _)| left.iter().filter(|(other, _)| (*at..at + 1_000).contains(other)).count());
    let busiest = busiest.max().unwrap();
    assert!((100..=760).contains(&busiest), "{busiest} in a second");
    assert!(said.iter().all(|count| *count > 300), "nobody is held up long: {said:?}");
    let all: String = left.iter().map(|(_, text)| text.as_str()).collect();
    for (index, count) in said.iter().enumerate() {
        let own = all.split_whitespace().filter_map(|word| word.strip_prefix(&format!("{index}:")));
        assert!(own.eq((0..*count).map(|number| number.to_string())), "in order, and all of it");
    }
}

#[test]
fn a_text_stays_behind_what_its_cell_sent_before() {
    let (mut lanes, begun) = (Lanes::default(), Instant::now());
    lanes.push(text("a", Stdio::Stdout, "1"), true, begun);
    assert!(matches!(lanes.next(begun), Next::Post(..)));
    let later = begun + Duration::from_secs(1);
    (0..200).for_each(|_| lanes.push(status("a"), true, later));
    lanes.push(text("a", Stdio::Stdout, "2"), true, later + Duration::from_millis(1));
    let left = texts(&mut lanes, later);
    assert_eq!((left.len(), left.last().map(String::as_str)), (201, Some("2")));
}

#[test]
fn headless_output_is_not_paced() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    (0..5_000).for_each(|_| lanes.push(status("a"), false, now));
    assert_eq!(leaving(&mut lanes, now, Duration::ZERO).len(), 5_000);
}

#[test]
fn a_full_lane_holds_writers_back_until_it_is_read() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    let mut sent = 0;
    while lanes.has_room() {
        lanes.push(text("a", Stdio::Stdout, &"x".repeat(OUTPUT_BYTES / 4)), false, now);
        sent += 1;
    }
    assert_eq!(sent, 4);
    lanes.register_writer(Waker::noop());
    let mut woken = 0;
    while let Next::Post(_, writers) = lanes.next(now) {
        woken += writers.len();
    }
    assert_eq!(woken, 1);
    assert!(lanes.has_room());
}

#[test]
fn when_the_kernel_ends_nothing_waits() {
    let (mut lanes, now) = (Lanes::default(), Instant::now());
    (0..5_000).for_each(|_| lanes.push(status("a"), true, now));
    lanes.push(text("b", Stdio::Stdout, "1"), true, now);
    lanes.push(text("b", Stdio::Stdout, "2"), true, now);
    (0..200).for_each(|number| lanes.push_comm(comm(number), true, now));
    lanes.register_comm_writer(std::task::Waker::noop());
    lanes.push(Post::Flush(tokio::sync::oneshot::channel().0), false, now);
    assert!(lanes.has_comm_room(), "who waits for room goes on, and finds its comm closed");
    assert_eq!(leaving(&mut lanes, now, Duration::ZERO).len(), 5_001);
    assert!(lanes.comm_writers.is_empty());
    assert_eq!(lanes.comm_bytes, 0);
}
