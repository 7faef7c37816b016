use std::future::pending;
use std::time::Duration;

use flowno_engine::event_loop::{LoopError, mailbox::mailbox, now, sleep, spawn, stalled};
use flowno_engine::sync::AsyncQueue;

use crate::support::virtual_loop;

#[test]
fn a_root_that_can_never_end_is_an_error_that_lists_who_waits() {
    let event_loop = virtual_loop();
    let end = event_loop.run_until_complete(async {
        let queue = AsyncQueue::<()>::new(None);
        let getter = queue.clone();
        let task = spawn(async move { getter.get().await });
        task.join().await
    });
    assert!(matches!(&end, Err(LoopError::Stalled { waits }) if waits.len() == 2), "{end:?}");
    // The root is cancelled, for nobody could get its value; the other stays.
    let end = event_loop.run_until_idle();
    assert!(matches!(&end, Err(LoopError::Stalled { waits }) if waits.len() == 1), "{end:?}");
}

#[test]
fn stalled_comes_when_nothing_else_can_run_and_not_before() {
    let second = virtual_loop().run_until_complete(async {
        spawn(sleep(Duration::from_secs(60)));
        stalled().await;
        now().as_secs()
    });
    assert_eq!(second.unwrap(), 60);
}

#[test]
fn stalled_comes_once_for_all_who_wait_and_again_for_the_next() {
    let got = virtual_loop().run_until_complete(async {
        let both = [spawn(stalled()), spawn(stalled())];
        for task in both {
            task.join().await.unwrap();
        }
        stalled().await;
        7
    });
    assert_eq!(got.unwrap(), 7);
}

#[test]
fn a_dropped_wait_for_a_stall_does_not_hide_the_error() {
    let end = virtual_loop().run_until_complete(async {
        let watcher = spawn(stalled());
        flowno_engine::event_loop::yield_now().await;
        watcher.cancel();
        pending::<()>().await;
    });
    assert!(matches!(&end, Err(LoopError::Stalled { waits }) if waits.len() == 1), "{end:?}");
}

#[test]
fn waiting_for_a_mailbox_is_no_stall() {
    let (sender, mut receiver) = mailbox();
    let (ready, go) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        go.recv().unwrap();
        sender.send(7).unwrap();
    });
    let root = async move {
        ready.send(()).unwrap();
        receiver.recv().await
    };
    assert_eq!(virtual_loop().run_until_complete(root).unwrap(), Some(7));
    thread.join().unwrap();
}
