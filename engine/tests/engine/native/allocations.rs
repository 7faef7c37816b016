//! A call of a plain `fn` allocates nothing.

use flowno_engine::flow::RunError;
use flowno_engine::hdl::FlowError;
use flowno_engine::{DraftNode, FlowHDL, flow_hdl, node};

use super::Add;
use crate::counting::allocations;

#[node]
fn Inc(x: i64, #[default(0)] y: i64) -> i64 {
    x + y
}

/// More than the driver gives way to other tasks in 4,000 calls, for which it may allocate.
const TURNS: u64 = 40;

/// How many more allocations 2,000 more generations of node `a` take.
fn allocated_by_2000_calls<N>(f: &FlowHDL<N>, a: &DraftNode<(i64,)>) -> u64 {
    let run_to = |generation: u64| {
        let before = allocations();
        let stopped = f.run_until_complete([(a, (generation,))]);
        assert!(matches!(stopped, Err(FlowError::Run(RunError::TerminateLimitReached { .. }))));
        allocations() - before
    };
    run_to(99);
    // A run has its own cost, so a short one is compared with a long one.
    let short = run_to(199);
    run_to(2_299) - short
}

#[test]
fn plain_functions_allocate_nothing_and_waiting_ones_a_future() {
    let plain = flow_hdl! { |f|
        f.a = Inc(1, f.b);
        f.b = Inc(1, f.a);
    }
    .unwrap();
    let allocated = allocated_by_2000_calls(&plain, &plain.a); // in which `b` is called too
    assert!(allocated < TURNS, "{allocated}");
    let asynchronous = flow_hdl! { |f| f.a = Add(1, f.a); }.unwrap();
    let allocated = allocated_by_2000_calls(&asynchronous, &asynchronous.a);
    assert!((2_000..2_000 + TURNS).contains(&allocated), "{allocated}");
}
