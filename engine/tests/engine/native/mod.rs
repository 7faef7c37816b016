//! Nodes written in Rust, and FlowHDL.

mod allocations;
mod functions;
mod giving_up;
mod groups;
mod port_types;
mod replay;
mod running;
mod stateful;
mod streams;
mod wiring;

use std::cell::RefCell;
use std::rc::Rc;

use flowno_engine::node;

/// What nodes were given, in order.
type Seen = Rc<RefCell<Vec<String>>>;

#[node]
async fn Add(x: i64, #[default(0)] y: i64) -> i64 {
    x + y
}

#[node]
fn Double(x: i64) -> i64 {
    2 * x
}

/// Notes what it is given, and gives it on.
#[node]
fn Note(x: i64, seen: Seen) -> i64 {
    seen.borrow_mut().push(x.to_string());
    x
}
