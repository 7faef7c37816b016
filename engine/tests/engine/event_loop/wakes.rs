use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use flowno_engine::event_loop::{mailbox::mailbox, spawn, yield_now};

use crate::support::virtual_loop;

/// A task that counts its runs and leaves its waker; ends when told.
async fn counted(runs: Rc<Cell<u32>>, waker: Rc<Cell<Option<Waker>>>, over: Rc<Cell<bool>>) {
    poll_fn(|cx| {
        runs.set(runs.get() + 1);
        waker.set(Some(cx.waker().clone()));
        if over.get() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[test]
fn waking_twice_costs_one_run() {
    let runs = Rc::new(Cell::new(0));
    let (count, waker, over) = (runs.clone(), Rc::new(Cell::new(None)), Rc::new(Cell::new(false)));
    let root = async move {
        let task = spawn(counted(count, waker.clone(), over.clone()));
        yield_now().await;
        let first: Waker = waker.take().expect("the task's waker");
        (0..10).for_each(|_| first.wake_by_ref());
        yield_now().await;
        yield_now().await;
        over.set(true);
        first.wake();
        task.join().await
    };
    virtual_loop().run_until_complete(root).unwrap().unwrap();
    assert_eq!(runs.get(), 3, "one to begin, one for ten wake-ups, one to end");
}

#[test]
fn a_stale_waker_wakes_nobody_else() {
    let runs = Rc::new(Cell::new(0));
    let (count, slot, over) = (runs.clone(), Rc::new(Cell::new(None)), Rc::new(Cell::new(false)));
    let root = async move {
        let first = spawn(counted(Rc::default(), slot.clone(), over.clone()));
        yield_now().await;
        let stale: Waker = slot.take().expect("the task's waker");
        first.cancel();
        // Takes the place that the first has left.
        let _second = spawn(counted(count, slot, over));
        yield_now().await;
        stale.wake();
        yield_now().await;
        yield_now().await;
    };
    virtual_loop().run_until_complete(root).unwrap();
    assert_eq!(runs.get(), 1);
}

#[test]
fn a_waker_works_from_another_thread() {
    let (sender, mut receiver) = mailbox::<()>();
    let root = async move {
        // Waiting for the mailbox tells the loop that other threads may help.
        let waiting = spawn(async move { receiver.recv().await });
        let (runs, slot, over) = (Rc::default(), Rc::new(Cell::new(None)), Rc::new(Cell::new(false)));
        let task = spawn(counted(runs, slot.clone(), over.clone()));
        yield_now().await;
        over.set(true);
        let waker: Waker = slot.take().expect("the task's waker");
        let thread = std::thread::spawn(move || waker.wake());
        task.join().await.unwrap();
        thread.join().unwrap();
        drop(sender);
        waiting.join().await
    };
    assert_eq!(virtual_loop().run_until_complete(root).unwrap(), Ok(None));
}
