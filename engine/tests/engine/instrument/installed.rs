//! Who is told: guards, nesting, and instruments of one flow.

use std::cell::RefCell;
use std::rc::Rc;

use flowno_engine::event_loop::{EventLoop, yield_now};
use flowno_engine::instrument::{
    Each, EventLoopInstrument, FlowInstrument, Installed, NodeView, TaskView, install_event_loop,
    install_flow,
};

use super::Lines;
use crate::support::Sheet;

struct Named(&'static str, Lines);

impl FlowInstrument for Named {
    fn on_node_registered(&self, node: NodeView<'_>) {
        self.1.borrow_mut().push(format!("{} {node}", self.0));
    }
}

impl EventLoopInstrument for Named {
    fn on_task_completed(&self, task: TaskView<'_>) {
        self.1.borrow_mut().push(format!("{} {task}", self.0));
    }
}

fn flow_instrument(name: &'static str, lines: &Lines) -> Installed {
    install_flow(Rc::new(Named(name, lines.clone())))
}

#[test]
fn of_nested_instruments_each_is_told_the_inner_first() {
    let lines = Lines::default();
    let outer = flow_instrument("outer", &lines);
    {
        let _inner = flow_instrument("inner", &lines);
        Sheet::new("a = const:1()");
    }
    Sheet::new("b = const:1()");
    drop(outer);
    Sheet::new("c = const:1()");
    assert_eq!(*lines.borrow(), ["inner a", "outer a", "outer b"]);
}

#[test]
fn guards_may_be_dropped_in_any_order() {
    let lines = Lines::default();
    let first = flow_instrument("first", &lines);
    let second = flow_instrument("second", &lines);
    drop(first);
    Sheet::new("a = const:1()");
    drop(second);
    Sheet::new("b = const:1()");
    assert_eq!(*lines.borrow(), ["second a"]);
}

#[test]
fn an_instrument_for_loops_is_not_told_of_flows() {
    let lines = Lines::default();
    let _guard = install_event_loop(Rc::new(Named("loop", lines.clone())));
    Sheet::new("a = const:1()").run().unwrap();
    assert_eq!(*lines.borrow(), ["loop task 1 `root`"]);
}

#[test]
fn an_instrument_of_one_flow_hears_of_no_other() {
    let lines = Lines::default();
    let (one, other) = (Sheet::new(""), Sheet::new(""));
    assert_ne!(one.flow.number(), other.flow.number());
    one.flow.set_instrument(Some(Rc::new(Named("own", lines.clone()))));
    one.edit("a = const:1()").unwrap();
    other.edit("b = const:1()").unwrap();
    one.flow.set_instrument(None);
    one.edit("c = const:1()").unwrap();
    assert_eq!(*lines.borrow(), ["own a"]);
}

#[test]
fn an_instrument_may_come_and_go_while_others_are_told() {
    let guard: Rc<RefCell<Option<Installed>>> = Rc::default();
    let count = Rc::new(RefCell::new(0));
    let (own, counted) = (guard.clone(), count.clone());
    let once = Each::new(move |_| {
        *counted.borrow_mut() += 1;
        own.take();
    });
    *guard.borrow_mut() = Some(install_event_loop(Rc::new(once)));
    EventLoop::new().unwrap().run_until_complete(yield_now()).unwrap();
    assert_eq!(*count.borrow(), 1);
}
