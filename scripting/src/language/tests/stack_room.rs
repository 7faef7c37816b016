//! Calls end before the stack does, by twice what is ever needed: a script is told to end where the reserve begins, and
//! goes on into it only until the next operation looks.

use std::thread;

use rhai::Dynamic;

use crate::coroutine::{RESERVE_BYTES, reserve_used, run};
use crate::ending::Ending;
use crate::language::engine_of_no_session;

/// Functions that call themselves without end, in every way that puts frames between two levels.
const RECURSIONS: [&str; 14] = [
    "fn f(x) { f(x + 1) } f(1)",
    "fn f(x) { 1 + (2 * (3 - f(x))) } f(1)",
    "fn f(x) { let y = [#{ a: [f(x)] }]; y } f(1)",
    "fn f(x) { [x].map(|y| f(y)) } f(1)",
    "fn f(x) { [x, x].order(|a, b| f(a)) } f(1)",
    "fn f(x) { [x].filter(|y| [y].map(|z| f(z))) } f(1)",
    "fn f(x) { [x].reduce(|r, y| f(y), 0) } f(1)",
    "fn f(x) { let c = |y| f(y); c.call(x) } f(1)",
    "fn f(x) { `${`${`${f(x)}`}`}` } f(1)",
    "fn f(x) { if true { for i in 0..1 { switch x { 1 => { try { f(x) } catch { } } } } } } f(1)",
    "fn f(x) { while true { do { loop { if f(x) == 1 { break; } } } while false } } f(1)",
    "fn f() { this.g = f.call(this); } let m = #{}; m.f()",
    "fn f(x) { #{ a: 1 }.g(x) } fn g(x) { f(x) } f(1)",
    "fn f(x) { max(min(abs(f(x)), 1), 2) } f(1)",
];

/// What the costliest of them has used of the reserve.
fn used(code: &'static str) -> Option<usize> {
    // A thread has a pool of its own, so its first stack is fresh.
    let thread = thread::spawn(move || {
        let script = run(move || {
            let error = engine_of_no_session().eval::<Dynamic>(code).expect_err("it has no end");
            let by_stack = Ending::of(&error).is_some_and(|ending| matches!(ending, Ending::StackLow));
            by_stack.then(reserve_used)
        });
        let event_loop = crate::engine::event_loop::EventLoop::new().expect("a poller");
        event_loop.run_until_complete(script).expect("the loop runs").expect("the script ends")
    });
    thread.join().expect("no panic")
}

#[test]
fn is_twice_what_is_ever_needed() {
    let used: Vec<_> = RECURSIONS.iter().map(|code| (used(code), *code)).collect();
    let ended_by_stack = used.iter().filter(|(used, _)| used.is_some()).count();
    assert!(ended_by_stack >= RECURSIONS.len() - 2, "the others end in another way: {used:?}");
    let (most, code) = used.iter().max().expect("there are some");
    println!("at most {} KiB of {} KiB: {code}", most.unwrap_or(0) >> 10, RESERVE_BYTES >> 10);
    assert!(most.is_some_and(|most| most > 0 && 2 * most <= RESERVE_BYTES), "{most:?} bytes: {code}");
}
