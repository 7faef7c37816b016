//! Rhai's own call of the same body.

use flowno_scripting::coroutine;
use rhai::Scope;

use super::graphs::INCREMENT;
use super::notebook::Notebook;
use crate::measure::{Measured, Stopwatch};

/// Calls the body of a ring's nodes so often, by `Engine::call_fn` on the session's engine, in a script as nodes are.
pub(super) fn calls(calls: u64) -> Measured {
    Notebook::new().on_loop(async move |session| {
        let script = coroutine::run(move || {
            let engine = session.rhai_engine();
            let ast = engine.compile(format!("fn inc(x) {INCREMENT}")).expect("a function");
            let (mut scope, mut x) = (Scope::new(), 0_i64);
            let watch = Stopwatch::start();
            for _ in 0..calls {
                x = engine.call_fn(&mut scope, &ast, "inc", (x,)).expect("the function gives an int");
            }
            let measured = watch.stop(calls);
            assert_eq!(x, calls as i64);
            measured
        });
        script.await.expect("it ends")
    })
}
