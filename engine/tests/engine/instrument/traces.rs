//! Traces: events in order, and the file for a viewer.

use std::collections::HashMap;
use std::time::Duration;

use flowno_engine::instrument::{Moment, Trace};
use serde_json::Value as Json;

use crate::support::Sheet;

#[test]
fn a_trace_keeps_what_happens_in_order_with_times() {
    let trace = Trace::new();
    let sheet = Sheet::new("a = slow:3(1); b = inc(a)");
    let guard = trace.install();
    sheet.run().unwrap();
    drop(guard);
    let events = trace.events();
    let of = |subject: &str, hook: &str| -> Vec<(u64, Option<Moment>)> {
        let of = events.iter().filter(|event| event.subject == subject && event.hook == hook);
        of.map(|event| (event.time.as_secs(), event.at)).collect()
    };
    let (begin, end) = (Some(Moment::Begin), Some(Moment::End));
    assert_eq!(of("a", "node_lifecycle"), [(0, begin), (3, end)]);
    assert_eq!(of("a", "on_node_resumed"), [(0, begin), (3, begin)]);
    assert_eq!(of("b", "on_node_emitted_data"), [(3, None)]);
    assert!(events.is_sorted_by_key(|event| event.time));
    assert_eq!(events.last().unwrap().time, Duration::from_secs(3));
    let text = trace.to_string();
    assert!(text.contains("\n3.000000 [NODE-EMITTED-DATA] b (0,)\n"), "{text}");
    assert_eq!(text.lines().count(), events.len());
}

#[test]
fn a_full_trace_counts_what_it_misses() {
    let trace = Trace::with_capacity(3);
    let _guard = trace.install();
    Sheet::new("a = const:1()").run().unwrap();
    assert_eq!(trace.events().len(), 3);
    assert!(trace.missed() > 3);
    assert!(trace.to_string().ends_with(&format!("and {} more\n", trace.missed())));
}

#[test]
fn a_viewer_can_read_it() {
    let trace = Trace::new();
    let sheet =
        Sheet::new("s = range:3(); m = map(s); t = sum(m); bad = breaks:2(); u = sum(bad); w = slow:1(2)");
    let guard = trace.install();
    sheet.run().unwrap_err();
    drop(guard);
    let mut file = Vec::new();
    trace.write_chrome(&mut file).unwrap();
    let file: Json = serde_json::from_slice(&file).unwrap();
    let events = file["traceEvents"].as_array().unwrap();
    // Each track has a name, and what begins on it ends.
    let mut names: HashMap<(u64, u64), String> = HashMap::new();
    let mut open: HashMap<(u64, u64, String), i64> = HashMap::new();
    for event in events {
        let track = (event["pid"].as_u64().unwrap(), event["tid"].as_u64().unwrap());
        let name = event["name"].as_str().unwrap().to_owned();
        let step = match event["ph"].as_str().unwrap() {
            "M" => {
                names.insert(track, event["args"]["name"].as_str().unwrap().to_owned());
                continue;
            }
            "B" | "b" => 1,
            "E" | "e" => -1,
            "i" => 0,
            other => panic!("{other}"),
        };
        assert!(names.contains_key(&track), "{event}");
        assert!(event["ts"].as_f64().is_some(), "{event}");
        let count = open.entry((track.0, track.1, name)).or_default();
        *count += step;
        assert!(*count >= 0, "{event}");
    }
    assert!(open.values().all(|count| *count == 0), "{open:?}");
    let names: Vec<&str> = names.values().map(String::as_str).collect();
    for name in ["nodes", "event loop", "s", "m", "t", "bad", "u", "w"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
}
