//! The hooks of flows.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use flowno_engine::flow::{Generation, NodeStatus, Outputs, RunOptions, Scope, Stop};
use flowno_engine::instrument::{FlowInstrument, NodeView, StreamView, install_flow};

use super::{noted, of};
use crate::support::Sheet;

#[test]
fn a_run_is_told_from_its_start_to_its_end() {
    let (lines, _guard) = noted();
    let sheet = Sheet::new("b = inc(a); a = const:1()");
    let flow = sheet.flow.number();
    assert_eq!(
        lines.take(),
        ["[NODE-REGISTERED] b", "[NODE-REGISTERED] a"]
            .map(String::from)
            .into_iter()
            .chain(["[NODE-INVALIDATED] b".into(), "[NODE-INVALIDATED] a".into()])
            .collect::<Vec<_>>()
    );
    sheet.run().unwrap();
    let flows = of(&lines, &["FLOW-START", "FLOW-END"]);
    assert_eq!(flows, [format!("[FLOW-START] {flow}"), format!("[FLOW-END] {flow}")]);
    let order =
        ["NODE-VISITED", "NODE-LIFECYCLE-START", "NODE-LIFECYCLE-END", "NODE-STALLED", "NODE-EMITTED-DATA"];
    assert_eq!(
        of(&lines, &order),
        [
            "[NODE-VISITED] b",
            "[NODE-VISITED] a",
            "[NODE-STALLED] b for input 0",
            "[NODE-LIFECYCLE-START] a of run 0 at run level 0",
            "[NODE-EMITTED-DATA] a (0,)",
            "[NODE-LIFECYCLE-END] a of run 0 at run level 0",
            "[NODE-LIFECYCLE-START] b of run 0 at run level 0",
            "[NODE-EMITTED-DATA] b (0,)",
            "[NODE-LIFECYCLE-END] b of run 0 at run level 0",
        ]
    );
    assert_eq!(
        of(&lines, &["RESOLUTION-QUEUE-PUT", "RESOLUTION-QUEUE-GET"]).len() % 2,
        0,
        "who is put in line leaves it"
    );
    assert_eq!(of(&lines, &["NODE-RESUMED"]).len(), 2);
    assert_eq!(of(&lines, &["NODE-PAUSE"]).len(), 2);
    assert_eq!(
        of(&lines, &["BARRIER-NODE-READ-START"]),
        of(&lines, &["BARRIER-NODE-READ-END"])
            .iter()
            .map(|line| line.replace("END", "START"))
            .collect::<Vec<_>>()
    );
}

#[test]
fn cycles_tell_how_they_are_solved_and_where_they_stop() {
    let (lines, _guard) = noted();
    let sheet = Sheet::new("a = inc(b|0); b = double(a)");
    let flow = sheet.flow.number();
    assert_eq!(of(&lines, &["SOLVING-NODES"]), [format!("[SOLVING-NODES] {flow} a: by a")]);
    let stop = Stop::Nodes(HashMap::from([(sheet.id("b"), Generation::run(1))]));
    sheet.run_with(RunOptions { scope: Scope::All, stop, ..RunOptions::default() }).unwrap_err();
    assert_eq!(of(&lines, &["DEFAULTED-INPUTS-SET"]), ["[DEFAULTED-INPUTS-SET] a [0]"]);
    assert_eq!(of(&lines, &["NODE-GENERATION-LIMIT"]), ["[NODE-GENERATION-LIMIT] b (1,)"]);
}

#[test]
fn statuses_tell_what_they_were() {
    let (lines, _guard) = noted();
    let sheet = Sheet::new("a = at:0(1); b = inc(a)");
    sheet.run().unwrap_err();
    sheet.flow.set_node_status(sheet.id("b"), NodeStatus::Stalled).unwrap();
    sheet.run_with(RunOptions { scope: Scope::All, ..RunOptions::default() }).unwrap();
    assert_eq!(
        of(&lines, &["NODE-STATUS-CHANGE", "NODE-ERROR"]),
        [
            "[NODE-STATUS-CHANGE] a from Ready to Running",
            "[NODE-STATUS-CHANGE] a from Running to Ready",
            "[NODE-ERROR] a node a failed in generation (0,): a fails",
            "[NODE-STATUS-CHANGE] a from Ready to Error",
            "[NODE-STATUS-CHANGE] b from Ready to Stalled",
            // Tried again.
            "[NODE-STATUS-CHANGE] a from Error to Ready",
            "[NODE-STATUS-CHANGE] b from Stalled to Ready",
            "[NODE-STATUS-CHANGE] b from Ready to Stalled",
            "[NODE-STATUS-CHANGE] a from Ready to Running",
            "[NODE-STATUS-CHANGE] a from Running to Ready",
        ]
    );
}

#[test]
fn streams_tell_each_chunk_and_who_waits_for_whom() {
    let (lines, _guard) = noted();
    let sheet = Sheet::new("s = range:2(); t = sum(s)");
    sheet.run().unwrap();
    assert_eq!(
        of(&lines, &["STREAM-START", "STREAM-NEXT", "STREAM-END", "NODE-EMITTED-DATA"]),
        [
            "[NODE-EMITTED-DATA] s (0, 0)",
            "[STREAM-START] s.0 -> t.0",
            "[STREAM-NEXT] s.0 -> t.0",
            "[NODE-EMITTED-DATA] s (0, 1)",
            "[STREAM-NEXT] s.0 -> t.0",
            "[NODE-EMITTED-DATA] s (0,)",
            "[STREAM-END] s.0 -> t.0",
            "[NODE-EMITTED-DATA] t (0,)",
        ]
    );
    let chunk = |at: &str| of(&lines, &[at]).iter().filter(|line| line.ends_with("level 1")).count();
    // Two chunks, and the end.
    assert_eq!((chunk("NODE-LIFECYCLE-START"), chunk("NODE-LIFECYCLE-END")), (3, 3));
    let write = chunk("BARRIER-NODE-WRITE-START");
    assert!(write > 0 && write == chunk("BARRIER-NODE-WRITE-END"), "{lines:?}");
    assert!(of(&lines, &["NODE-STALLED"]).contains(&"[NODE-STALLED] t for input 0".to_owned()));
}

#[test]
fn a_stream_that_breaks_off_tells_its_reader() {
    let (lines, _guard) = noted();
    Sheet::new("s = breaks:2(); t = sum(s)").run().unwrap_err();
    let expected = "[STREAM-ERROR] s.0 -> t.0 the producer has failed or was changed";
    assert_eq!(of(&lines, &["STREAM-ERROR"]), [expected]);
    assert_eq!(of(&lines, &["STREAM-END"]), [""; 0]);
    let ended = of(&lines, &["NODE-LIFECYCLE-END"]);
    assert_eq!(ended.iter().filter(|line| line.ends_with("level 0")).count(), 2, "{ended:?}");
}

#[test]
fn back_pressure_is_told() {
    let (lines, _guard) = noted();
    Sheet::new("a = inc(a|0); b = slow:1(a)").advance(5).unwrap();
    let (begun, ended) = (of(&lines, &["BARRIER-NODE-WRITE-START"]), of(&lines, &["BARRIER-NODE-WRITE-END"]));
    assert!(!begun.is_empty());
    assert_eq!(begun.len(), ended.len());
}

/// Reads the data that it is told of.
#[derive(Default)]
struct Data(RefCell<Vec<(String, Option<i64>)>>);

impl FlowInstrument for Data {
    fn on_node_emitted_data(&self, node: NodeView<'_>, data: Option<&dyn Any>, _generation: Generation) {
        let value = data.map(|data| data.downcast_ref::<Outputs<i64>>().expect("values of this flow")[0]);
        self.0.borrow_mut().push((node.name.to_string(), value));
    }

    fn on_stream_next(&self, stream: StreamView<'_>, data: &dyn Any) {
        let value = data.downcast_ref::<i64>().copied();
        self.0.borrow_mut().push((stream.reader.name.to_string(), value));
    }
}

#[test]
fn an_instrument_sees_the_data() {
    let data = Rc::new(Data::default());
    let _guard = install_flow(data.clone());
    let sheet = Sheet::new("s = range:1(); t = sum(s); e = range:0(); u = sum(e)");
    sheet.run().unwrap();
    let seen: Vec<(String, Option<i64>)> = data.0.take();
    let expected =
        [("s", Some(1)), ("e", None), ("t", Some(1)), ("s", Some(1)), ("u", Some(0)), ("t", Some(1))];
    let mut expected = expected.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let mut seen = seen;
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}
