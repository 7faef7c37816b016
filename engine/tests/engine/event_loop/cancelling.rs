use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;

use flowno_engine::event_loop::{TaskError, TaskHandle, sleep, spawn, yield_now};

use super::{Notes, Tattle};
use crate::support::virtual_loop;

#[test]
fn destructors_of_a_cancelled_task_run_before_cancel_returns() {
    let notes = Notes::default();
    let inner = notes.clone();
    let got = virtual_loop().run_until_complete(async move {
        let (outer, deep) = (Tattle(inner.clone(), "outer"), inner.clone());
        let task = spawn(async move {
            let _outer = outer;
            let nested = async {
                let _nested = Tattle(deep, "nested");
                pending::<()>().await;
            };
            nested.await;
        });
        yield_now().await;
        let first = task.cancel();
        inner.add("cancelled");
        (first, task.cancel(), task.is_done(), task.join().await, task.join().await)
    });
    let cancelled = Err(TaskError::Cancelled);
    assert_eq!(got.unwrap(), (true, false, true, cancelled.clone(), cancelled));
    assert_eq!(notes.take(), ["nested", "outer", "cancelled"]);
}

#[test]
fn a_task_cancelled_before_its_first_run_never_runs() {
    let notes = Notes::default();
    let inner = notes.clone();
    let root = async move {
        let tattle = Tattle(inner.clone(), "dropped");
        let task = spawn(async move {
            tattle.0.add("ran");
        });
        task.cancel();
        yield_now().await;
    };
    virtual_loop().run_until_complete(root).unwrap();
    assert_eq!(notes.take(), ["dropped"]);
}

#[test]
fn a_task_that_cancels_itself_ends_at_its_next_suspension() {
    let notes = Notes::default();
    let inner = notes.clone();
    let root = async move {
        let own: Rc<RefCell<Option<TaskHandle<()>>>> = Rc::default();
        let (handle, tattle) = (own.clone(), Tattle(inner.clone(), "dropped"));
        *own.borrow_mut() = Some(spawn(async move {
            let cancelled = handle.borrow().as_ref().map(TaskHandle::cancel);
            tattle.0.add(format!("{cancelled:?}"));
            yield_now().await;
            tattle.0.add("never");
        }));
        yield_now().await;
        yield_now().await;
        let handle = own.borrow_mut().take();
        handle.expect("the handle").join().await
    };
    assert_eq!(virtual_loop().run_until_complete(root).unwrap(), Err(TaskError::Cancelled));
    assert_eq!(notes.take(), ["Some(true)", "dropped"]);
}

#[test]
fn a_destructor_may_cancel_another_task_and_spawn() {
    struct Chain(Option<TaskHandle<()>>, Notes);
    impl Drop for Chain {
        fn drop(&mut self) {
            let notes = self.1.clone();
            self.1.add(format!("{:?}", self.0.as_ref().map(TaskHandle::cancel)));
            spawn(async move { notes.add("spawned") });
        }
    }
    let notes = Notes::default();
    let inner = notes.clone();
    let root = async move {
        let victim = spawn(pending::<()>());
        let chain = Chain(Some(victim), inner);
        let task = spawn(async move {
            let _chain = chain;
            pending::<()>().await;
        });
        yield_now().await;
        task.cancel();
        yield_now().await;
    };
    virtual_loop().run_until_complete(root).unwrap();
    assert_eq!(notes.take(), ["Some(true)", "spawned"]);
}

#[test]
fn cancelling_what_has_ended_changes_nothing() {
    let got = virtual_loop().run_until_complete(async {
        let task = spawn(async { 7 });
        sleep(std::time::Duration::from_secs(1)).await;
        (task.cancel(), task.join().await)
    });
    assert_eq!(got.unwrap(), (false, Ok(7)));
}
