//! Graphs that are rewired by commits of what was assigned to names.

use flowno_engine::flow::OnMissingDefault;
use flowno_engine::hdl::{Draft, DraftArg, LiveHdl, NameError, NodeRef, Unchanged};

use crate::kinds;
use crate::support::{Log, Sheet};

/// A context whose flow a sheet runs.
struct Live {
    hdl: LiveHdl<i64>,
    sheet: Sheet,
}

impl Live {
    fn new() -> Self {
        let sheet = Sheet::new("");
        Self { hdl: LiveHdl::new(sheet.flow.clone()), sheet }
    }

    fn assign(&mut self, name: &str, draft: Draft<i64>) {
        self.hdl.assign(name, draft).expect("a name");
    }

    /// Commits and runs; gives the names that were assigned and what the nodes did.
    fn go(&mut self, unchanged: Unchanged) -> (String, Vec<String>) {
        let assigned = self.hdl.commit(unchanged, OnMissingDefault::Refuse).expect("a sound graph");
        self.sheet.run().expect("no failure");
        (assigned.join(" "), self.sheet.took())
    }

    fn log(&self) -> Log {
        self.sheet.log.clone()
    }

    fn names(&self) -> Vec<String> {
        let flow = &self.sheet.flow;
        flow.nodes().into_iter().filter_map(|id| Some(flow.name(id)?.to_string())).collect()
    }
}

/// A call of a kind; its fingerprint is the kind and `print`.
fn call(log: &Log, kind: &str, args: Vec<DraftArg<i64>>, print: &str) -> Draft<i64> {
    let body = kinds::body(kind, 0, args.len(), log);
    Draft { body, defaults: vec![None; args.len()], args, fingerprint: Some(format!("{kind} {print}")) }
}

fn reference(name: &str) -> DraftArg<i64> {
    DraftArg::Ref(NodeRef::new(name))
}

/// `sum = add(double(<number>), x)`.
fn sum(log: &Log, number: i64) -> Draft<i64> {
    let double = call(log, "double", vec![DraftArg::Constant(number)], &number.to_string());
    call(log, "add", vec![DraftArg::Draft(double), reference("x")], "")
}

#[test]
fn a_node_with_the_same_fingerprint_is_held_or_made_dirty() {
    let mut live = Live::new();
    let log = live.log();
    let all = |live: &mut Live, number| {
        live.hdl.assign_constant("x", 1, Some("1".into())).expect("a name");
        live.assign("sum", sum(&log, number));
    };
    all(&mut live, 2);
    assert_eq!(live.go(Unchanged::Held).0, "x sum");
    assert_eq!(live.sheet.value("sum"), Some(5));
    all(&mut live, 2);
    assert_eq!(live.go(Unchanged::Held), ("x sum".into(), Vec::new()), "nothing has changed");
    all(&mut live, 2);
    let (_, took) = live.go(Unchanged::Dirty);
    assert_eq!(took.len(), 2, "its argument and itself: {took:?}");
    all(&mut live, 3);
    assert_eq!(live.go(Unchanged::Held).1.len(), 2, "a part of it has changed");
    assert_eq!(live.sheet.value("sum"), Some(7));
}

#[test]
fn a_node_without_a_fingerprint_always_changes() {
    let mut live = Live::new();
    for _ in 0..2 {
        let draft = call(&live.log(), "double", vec![DraftArg::Constant(2)], "");
        live.assign("a", Draft { fingerprint: None, ..draft });
        assert_eq!(live.go(Unchanged::Held).1.len(), 1);
    }
}

#[test]
fn the_last_assignment_counts_and_what_is_discarded_does_not() {
    let mut live = Live::new();
    live.hdl.assign_constant("a", 1, None).unwrap();
    live.hdl.assign_constant("a", 2, None).unwrap();
    assert!(live.hdl.has_staged());
    assert_eq!(live.go(Unchanged::Held).0, "a");
    assert_eq!(live.sheet.value("a"), Some(2));
    live.hdl.assign_constant("a", 3, None).unwrap();
    live.hdl.remove("a");
    live.hdl.discard();
    assert!(!live.hdl.has_staged());
    assert_eq!(live.go(Unchanged::Held), (String::new(), Vec::new()));
    assert_eq!(live.sheet.value("a"), Some(2));
    assert!(matches!(live.hdl.assign_constant("_a", 1, None), Err(NameError::Underscore(_))));
}

#[test]
fn a_node_assigned_to_another_name_is_copied_and_to_its_own_stays() {
    let mut live = Live::new();
    live.hdl.assign_constant("a", 4, None).unwrap();
    live.hdl.assign_ref("b", NodeRef::new("a")).unwrap();
    live.hdl.assign_ref("a", NodeRef::new("a")).unwrap();
    assert_eq!(live.go(Unchanged::Held).0, "a b");
    assert_eq!((live.sheet.value("a"), live.sheet.value("b")), (Some(4), Some(4)));
    live.hdl.assign_constant("a", 5, None).unwrap();
    live.go(Unchanged::Held);
    assert_eq!(live.sheet.value("b"), Some(5));
}

#[test]
fn a_removal_takes_the_anonymous_nodes_with_it() {
    let mut live = Live::new();
    live.hdl.assign_constant("x", 1, None).unwrap();
    live.assign("sum", sum(&live.log(), 2));
    live.hdl.assign_ref("reader", NodeRef::new("sum")).unwrap();
    live.go(Unchanged::Held);
    assert_eq!(live.names(), ["x", "sum#0", "sum", "reader"]);
    let flat = call(&live.log(), "add", vec![DraftArg::Constant(1), reference("x")], "");
    live.assign("sum", flat);
    live.go(Unchanged::Held);
    assert_eq!(live.names(), ["x", "sum", "reader"], "what the name was given before is gone");
    live.assign("sum", sum(&live.log(), 2));
    live.go(Unchanged::Held);
    live.hdl.remove("sum");
    live.go(Unchanged::Held);
    assert_eq!(live.names(), ["x", "reader"]);
    assert_eq!(live.sheet.status("reader"), "waiting");
}

#[test]
fn a_commit_that_is_refused_changes_nothing_and_forgets_what_was_staged() {
    let mut live = Live::new();
    live.hdl.assign_constant("a", 1, Some("1".into())).unwrap();
    live.go(Unchanged::Held);
    live.hdl.assign_constant("a", 2, Some("2".into())).unwrap();
    let ring = call(&live.log(), "double", vec![reference("ring")], "");
    live.assign("ring", ring);
    live.hdl.commit(Unchanged::Held, OnMissingDefault::Refuse).unwrap_err();
    assert!(!live.hdl.has_staged());
    assert_eq!(live.names(), ["a"]);
    // It is known to be what it was.
    live.hdl.assign_constant("a", 1, Some("1".into())).unwrap();
    live.go(Unchanged::Held);
    assert_eq!((live.sheet.value("a"), live.sheet.generation("a")), (Some(1), "(0,)".into()));
}
