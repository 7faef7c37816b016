//! Ten thousand scripts suspended at once, and the limit. Alone in its process, because the limit is one
//! of the process.

mod common;

use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use common::Notebook;
use flowno_scripting::coroutine::{Script, ScriptError, block_on, run, scripts_max};

fn poll<R>(script: &mut Script<R>) -> Poll<Result<R, ScriptError>> {
    Pin::new(script).poll(&mut Context::from_waker(Waker::noop()))
}

fn suspended(n: usize) -> Script<usize> {
    let mut script = run(move || {
        let _ = block_on(pending::<()>());
        n
    });
    assert!(poll(&mut script).is_pending());
    script
}

#[test]
fn many_scripts() {
    let mut scripts: Vec<_> = (0..10_000).map(suspended).collect();
    scripts.truncate(5_000);
    scripts.extend((scripts.len()..scripts_max()).map(suspended));

    let error = match poll(&mut run(|| ())) {
        Poll::Ready(Err(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(error, ScriptError::TooMany));
    assert!(
        error.to_string().starts_with("30000 scripts are suspended already, and that is the limit: "),
        "{error}"
    );

    // One less, and there is room again.
    drop(scripts.pop());
    assert!(matches!(poll(&mut run(|| 1)), Poll::Ready(Ok(1))));

    // A cell takes that, and leaves none to its nodes: those that only compute need none.
    let notebook = Notebook::new();
    let code = "node Add(x, y = 1) { let sum = x + y; if sum < 5 { sum } else { -sum } }
                flow.sum = Add(6); flow.sum.value";
    assert_eq!(notebook.outputs(code).pop().as_deref(), Some("result: -7"));
    let error = notebook.error("flow.text = Add(\"six\"); flow.text.value");
    assert!(error.message.contains("30000 scripts are suspended already"), "{}", error.message);
}
