//! Suspension, nesting, cancellation in every state, panics, and the pool.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::*;

/// Counts how often it is woken.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Ready at the `n`th poll; wakes before.
fn at_poll(mut n: usize) -> impl Future<Output = ()> {
    poll_fn(move |cx| {
        n -= 1;
        cx.waker().wake_by_ref();
        if n == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
}

/// Counts what is alive.
struct Guard(Rc<Cell<usize>>);

impl Guard {
    fn new(alive: &Rc<Cell<usize>>) -> Self {
        alive.set(alive.get() + 1);
        Self(alive.clone())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

#[test]
fn a_body_that_never_waits_ends_at_the_first_poll() {
    let mut script = run(|| 1 + block_on(ready(1)).unwrap());
    assert!(matches!(poll(&mut script), Poll::Ready(Ok(2))));
}

#[test]
fn a_body_suspends_as_long_as_its_future_is_pending() {
    let steps = Rc::new(RefCell::new(Vec::new()));
    let log = steps.clone();
    let mut script = run(move || {
        for step in 0..3 {
            log.borrow_mut().push(step);
            block_on(at_poll(step + 1)).unwrap();
        }
        "done"
    });
    assert!(steps.borrow().is_empty());
    assert!(poll(&mut script).is_pending());
    assert_eq!(*steps.borrow(), [0, 1]);
    assert!(poll(&mut script).is_pending());
    assert_eq!(*steps.borrow(), [0, 1, 2]);
    assert!(poll(&mut script).is_pending());
    assert!(matches!(poll(&mut script), Poll::Ready(Ok("done"))));
}

#[test]
fn the_future_is_polled_with_the_waker_of_each_poll() {
    let seen: Rc<RefCell<Option<Waker>>> = Rc::default();
    let store = seen.clone();
    let mut script = run(move || {
        block_on(poll_fn::<(), _>(|cx| {
            *store.borrow_mut() = Some(cx.waker().clone());
            Poll::Pending
        }))
    });
    for _ in 0..2 {
        let count = Arc::new(Count::default());
        let waker = Waker::from(count.clone());
        assert!(Pin::new(&mut script).poll(&mut Context::from_waker(&waker)).is_pending());
        seen.borrow().as_ref().unwrap().wake_by_ref();
        assert_eq!(count.0.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn a_checkpoint_wakes_and_suspends_once() {
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let mut script = run(checkpoint);
    let mut cx = Context::from_waker(&waker);
    assert!(Pin::new(&mut script).poll(&mut cx).is_pending());
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert!(matches!(Pin::new(&mut script).poll(&mut cx), Poll::Ready(Ok(Ok(())))));
}

#[test]
fn outside_of_a_script_nothing_waits() {
    assert_eq!(block_on(ready(1)), Err(BlockError::Outside));
    assert_eq!(checkpoint(), Err(BlockError::Outside));
    assert!(!is_cancelled() && !is_inside());
}

#[test]
fn scripts_nest_and_each_suspends_for_itself() {
    let mut outer = run(|| {
        let mut inner = run(|| {
            block_on(at_poll(2)).unwrap();
            block_on(at_poll(2)).unwrap();
            5
        });
        let first = block_on(poll_fn(|cx| Poll::Ready(Pin::new(&mut inner).poll(cx).is_pending()))).unwrap();
        // The inner script has suspended into this one, which still runs and can wait by itself.
        assert!(first && is_inside());
        block_on(at_poll(2)).unwrap();
        block_on(inner).unwrap().unwrap() + 1
    });
    assert!(poll(&mut outer).is_pending());
    assert!(poll(&mut outer).is_pending());
    assert!(matches!(poll(&mut outer), Poll::Ready(Ok(6))));
    assert!(!is_inside());
}

#[test]
fn a_future_that_blocks_inside_its_poll_suspends_the_script_around_it() {
    let mut script = run(|| block_on(poll_fn(|_| Poll::Ready(block_on(at_poll(3))))));
    assert!(poll(&mut script).is_pending());
    assert!(poll(&mut script).is_pending());
    assert!(matches!(poll(&mut script), Poll::Ready(Ok(Ok(Ok(()))))));
}

#[test]
fn dropping_a_script_drops_all_it_holds_in_every_state() {
    for polls in 0..6 {
        let alive = Rc::new(Cell::new(0));
        let (captured, counter) = (Guard::new(&alive), alive.clone());
        let mut script = run(move || {
            let _captured = captured;
            let _local = Guard::new(&counter);
            let held = Guard::new(&counter);
            let _ = block_on(async move {
                let _held = held;
                at_poll(2).await;
            });
            let _later = Guard::new(&counter);
            let _ = checkpoint();
            let _ = block_on(at_poll(2));
            Guard::new(&counter)
        });
        let mut result = Poll::Pending;
        for _ in 0..polls.min(4) {
            result = poll(&mut script);
        }
        assert_eq!(result.is_ready(), polls >= 4);
        if polls % 2 == 0 {
            drop(script);
            drop(result);
        } else {
            drop(result);
            drop(script);
        }
        assert_eq!(alive.get(), 0, "after {polls} polls");
        assert!(!is_inside());
    }
}

#[test]
fn a_cancelled_body_goes_on_to_its_end_without_waiting() {
    let log = Rc::new(RefCell::new(Vec::new()));
    let steps = log.clone();
    let mut script = run(move || {
        steps.borrow_mut().push((is_cancelled(), Ok(())));
        steps.borrow_mut().push((is_cancelled(), block_on(pending())));
        // Even what is ready is not had any more, and catching unwinding changes nothing.
        let again = std::panic::catch_unwind(|| (is_cancelled(), block_on(ready(()))));
        steps.borrow_mut().push(again.unwrap());
        steps.borrow_mut().push((is_cancelled(), checkpoint()));
    });
    assert!(poll(&mut script).is_pending());
    drop(script);
    let cancelled = Err(BlockError::Cancelled);
    assert_eq!(*log.borrow(), [(false, Ok(())), (false, cancelled), (true, cancelled), (true, cancelled)]);
    assert!(!is_cancelled());
}

#[test]
fn cancelling_a_script_cancels_those_it_holds() {
    let alive = Rc::new(Cell::new(0));
    let counter = alive.clone();
    let mut outer = run(move || {
        let _guard = Guard::new(&counter);
        let inner = counter.clone();
        let _ = block_on(run(move || {
            let _guard = Guard::new(&inner);
            block_on(pending::<()>())
        }));
        assert!(is_cancelled());
    });
    assert!(poll(&mut outer).is_pending());
    assert_eq!(alive.get(), 2);
    drop(outer);
    assert_eq!(alive.get(), 0);
}

#[test]
fn a_script_may_be_dropped_inside_another() {
    let mut victim = run(|| block_on(pending::<()>()));
    assert!(poll(&mut victim).is_pending());
    let mut script = run(move || {
        drop(victim);
        (is_cancelled(), block_on(ready(1)))
    });
    assert!(matches!(poll(&mut script), Poll::Ready(Ok((false, Ok(1))))));
}

#[test]
fn a_panic_is_an_error_and_the_stack_is_kept() {
    let alive = Rc::new(Cell::new(0));
    let counter = alive.clone();
    let mut script = run(move || {
        let _guard = Guard::new(&counter);
        block_on(at_poll(2)).unwrap();
        panic!("no {}", 7);
    });
    assert!(poll(&mut script).is_pending());
    let Poll::Ready(Err::<(), _>(error)) = poll(&mut script) else { panic!("no error") };
    assert_eq!(error.to_string(), "internal error: no 7");
    assert_eq!((alive.get(), stack::pooled()), (0, 1));
}

#[test]
fn a_panic_while_cancelled_goes_nowhere() {
    let mut script = run(|| {
        let _ = block_on(pending::<()>());
        panic!("too late");
    });
    assert!(poll(&mut script).is_pending());
    drop(script);
    assert_eq!(stack::pooled(), 1);
}

/// Where a script's stack is, to the nearest 64 KiB.
fn place() -> usize {
    let local = 0_u8;
    (&raw const local).addr() >> 16
}

#[test]
fn the_last_stack_returned_is_the_next_one_taken() {
    let mut held = run(|| {
        let here = place();
        let _ = block_on(at_poll(2));
        here
    });
    assert!(poll(&mut held).is_pending());
    let once = || match poll(&mut run(place)) {
        Poll::Ready(Ok(place)) => place,
        other => panic!("{other:?}"),
    };
    let second = once();
    assert_eq!(once(), second);
    let Poll::Ready(Ok(first)) = poll(&mut held) else { panic!("still pending") };
    assert_ne!(first, second);
    assert_eq!(stack::pooled(), 2);
    assert_eq!(once(), first);
}

#[test]
fn an_unpolled_script_holds_no_stack() {
    drop(run(|| ()));
    assert_eq!(stack::pooled(), 0);
}

/// Calls itself, with a frame of a kilobyte and more.
fn deep(levels: usize) -> u8 {
    let frame = std::hint::black_box([levels as u8 | 1; 1024]);
    if levels == 0 { frame[0] } else { deep(levels - 1) | frame[levels] }
}

#[test]
fn a_deep_stack_is_not_kept() {
    for (levels, kept) in [(16, 1), (160, 0)] {
        let mut script = run(move || {
            let _ = block_on(at_poll(2));
            deep(levels)
        });
        assert!(poll(&mut script).is_pending());
        assert!(poll(&mut script).is_ready());
        assert_eq!(stack::pooled(), kept, "after {levels} levels");
    }
}

/// However a script recurses, it is ended before its stack is.
#[test]
fn recursion_without_a_limit_ends_by_the_progress_check() {
    let nest = |open: &str, close: &str| format!("{}f(n + 1){}", open.repeat(8), close.repeat(8));
    let steps = [
        "f(n + 1)".to_owned(),
        nest("id(", ")"),
        nest("[", "]"),
        nest("1 + (", ")"),
        nest("if true { ", " }"),
        nest("switch 1 { 1 => ", " }"),
        nest("`${", "}`"),
        nest("1.max(", ")"),
        nest("[0][", "]"),
        nest("try { ", " } catch {}"),
        nest("for i in 0..1 { ", " }"),
        "[n].map(|x| f(x + 1))".to_owned(),
        "let c = || f(n + 1); c.call()".to_owned(),
        "let m = #{ a: || f(n + 1) }; m.a()".to_owned(),
    ];
    for step in steps {
        let mut engine = rhai::Engine::new();
        engine.set_max_call_levels(1_000_000);
        engine.set_max_expr_depths(200, 200);
        engine.on_progress(|_| must_end().map(|_| "too deep".into()));
        let code = format!("fn id(x) {{ x }} fn f(n) {{ {step} }} f(0)");
        let ast = engine.compile(&code).unwrap_or_else(|error| panic!("{error}: {code}"));
        let mut script = run(move || engine.run_ast(&ast).map_err(|error| error.to_string()));
        let Poll::Ready(Ok(result)) = poll(&mut script) else { panic!("{step}") };
        let error = result.expect_err(&step);
        assert!(error.contains("too deep") || error.contains("terminated"), "{step}: {error}");
    }
    assert_eq!(must_end(), None);
}

#[test]
fn a_script_can_be_pinned_and_moved() {
    let script = run(|| block_on(at_poll(2)));
    let mut boxed = Box::new(script);
    assert!(poll(&mut *boxed).is_pending());
    let moved = *boxed;
    let mut pinned = pin!(moved);
    assert!(pinned.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
}
