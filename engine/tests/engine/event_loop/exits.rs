use std::future::pending;
use std::time::Duration;

use flowno_engine::event_loop::{
    LoopError, RunUntil, TaskError, TaskHandle, exit, exit_with_error, sleep, spawn, yield_now,
};

use super::{Notes, Tattle};
use crate::support::virtual_loop;

#[test]
fn any_task_ends_the_loop_at_once_with_a_value_for_the_roots() {
    let notes = Notes::default();
    let inner = notes.clone();
    let event_loop = virtual_loop();
    let got = event_loop.run_until_complete(async move {
        let tattle = Tattle(inner.clone(), "dropped");
        let leaving = spawn(async move {
            let _tattle = tattle;
            exit(7).await;
        });
        spawn(async move { inner.add("too late") });
        let _: Result<(), TaskError> = leaving.join().await;
        0
    });
    assert_eq!(got.unwrap(), 7);
    assert_eq!(notes.take(), ["dropped"]);
    // The others are where they were.
    assert!(event_loop.has_living_tasks());
    drop(event_loop);
    assert!(notes.take().is_empty());
}

#[test]
fn the_loop_can_be_run_again_and_the_task_that_left_is_cancelled() {
    let event_loop = virtual_loop();
    let task = event_loop.run_until_complete(async {
        let task = std::rc::Rc::new(std::cell::RefCell::new(None::<TaskHandle<()>>));
        let slot = task.clone();
        *task.borrow_mut() = Some(spawn(async move {
            let own = slot.borrow_mut().take();
            exit(own.expect("its handle")).await;
        }));
        drop(task);
        pending::<TaskHandle<()>>().await
    });
    let task = task.unwrap();
    assert_eq!(
        event_loop.run_until_complete(async move { task.join().await.map(drop) }).unwrap(),
        Err(TaskError::Cancelled)
    );
}

#[test]
fn the_root_may_leave_too_before_its_tasks_have_ended() {
    let root = async {
        spawn(sleep(Duration::from_secs(1)));
        yield_now().await;
        exit("gone").await;
    };
    let options = RunUntil { join: false, ..RunUntil::default() };
    assert!(matches!(virtual_loop().run_with(root, options), Ok(None)));
}

#[test]
fn an_error_comes_out_of_the_loop() {
    for join in [true, false] {
        let root = async {
            exit_with_error("no luck").await;
        };
        let end = virtual_loop().run_with(root, RunUntil { join, ..RunUntil::default() });
        let error = end.unwrap_err();
        assert!(matches!(error, LoopError::Exit(_)), "{error:?}");
        assert_eq!(error.to_string(), "no luck");
    }
}

#[test]
fn a_value_of_another_type_is_an_error_that_names_both() {
    let end = virtual_loop().run_until_complete::<()>(async { exit("text").await });
    let message = end.unwrap_err().to_string();
    assert_eq!(message, "a task has ended the event loop with a value of type &str, where () is awaited");
}

#[test]
fn the_first_who_leaves_decides() {
    let got = virtual_loop().run_until_complete(async {
        for number in 0..3 {
            spawn(async move { exit(number).await });
        }
        pending::<i32>().await
    });
    assert_eq!(got.unwrap(), 0);
}
