use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use flowno_engine::event_loop::{EventLoop, LoopError, RunUntil, TaskError, now, sleep, spawn, yield_now};
use flowno_engine::sync::{AsyncQueue, QueueClosedError};
use flowno_engine::{RunUntilComplete, flow_hdl, node};

use crate::support::virtual_loop;

const JOINED: RunUntil = RunUntil { join: true, wait_for_spawned_tasks: true, max_wait: None };

/// A root that gives 7 and leaves a task of two steps, and the steps that were made.
fn root() -> (impl Future<Output = i32>, Rc<Cell<u32>>) {
    let steps = Rc::new(Cell::new(0));
    let in_task = steps.clone();
    let root = async move {
        spawn(async move {
            for _ in 0..2 {
                sleep(Duration::from_secs(1)).await;
                in_task.set(in_task.get() + 1);
            }
        });
        7
    };
    (root, steps)
}

#[test]
fn the_defaults_are_flownos() {
    let event_loop = virtual_loop();
    let (root, steps) = root();
    assert_eq!(event_loop.run_with(root, RunUntil::default()).unwrap(), None);
    assert_eq!((steps.get(), event_loop.has_living_tasks()), (2, false));
}

#[test]
fn a_joined_root_gives_its_value_after_all_tasks() {
    let (root, steps) = root();
    assert_eq!(virtual_loop().run_with(root, JOINED).unwrap(), Some(7));
    assert_eq!(steps.get(), 2);
}

#[test]
fn without_waiting_for_tasks_it_stops_with_the_root() {
    let event_loop = virtual_loop();
    let (root, steps) = root();
    let options = RunUntil { wait_for_spawned_tasks: false, ..JOINED };
    assert_eq!(event_loop.run_with(root, options).unwrap(), Some(7));
    assert_eq!((steps.get(), event_loop.has_living_tasks()), (0, true));
    event_loop.run_until_idle().unwrap();
    assert_eq!(steps.get(), 2);
}

#[test]
fn the_roots_failure_is_told_to_who_joins_it() {
    let failing = || async { panic!("at the root") };
    let end = virtual_loop().run_with(failing(), JOINED);
    assert!(matches!(end, Err(LoopError::Task(TaskError::Panicked(_)))), "{end:?}");
    assert!(matches!(virtual_loop().run_with(failing(), RunUntil::default()), Ok(None)));
}

#[test]
fn a_task_that_can_never_end_is_a_stall_for_who_waits_for_it() {
    let event_loop = virtual_loop();
    let root = async {
        spawn(pending::<()>());
        7
    };
    let end = event_loop.run_with(root, JOINED);
    assert!(matches!(end, Err(LoopError::Stalled { .. })), "{end:?}");
}

#[test]
fn a_wait_longer_than_allowed_is_an_error_that_cancels_only_the_root() {
    let limited = |seconds| RunUntil { max_wait: Some(Duration::from_secs(seconds)), ..JOINED };
    let event_loop = virtual_loop();
    let root = async {
        spawn(sleep(Duration::from_secs(60)));
        sleep(Duration::from_secs(70)).await
    };
    let message = event_loop.run_with(root, limited(59)).unwrap_err().to_string();
    assert_eq!(
        message,
        "nothing has happened for 59 s: task 1 `root` waits for a sleep to end; task 2 waits for a sleep to end"
    );
    event_loop.run_until_idle().unwrap();
    assert_eq!(event_loop.run_until_complete(async { now().as_secs() }).unwrap(), 60);
    // Each wait for itself, and what lasts as long as allowed is.
    let steps = async {
        for _ in 0..3 {
            sleep(Duration::from_secs(60)).await;
        }
    };
    assert_eq!(event_loop.run_with(steps, limited(60)).unwrap(), Some(()));
}

#[test]
fn a_wait_for_the_network_is_limited_too() {
    use flowno_engine::net::{SocketOptions, socket};
    let root = async {
        let listener = socket(SocketOptions::default()).unwrap();
        listener.bind(("127.0.0.1", 0)).await.unwrap();
        listener.listen(None).unwrap();
        listener.accept().await.map(drop)
    };
    let options = RunUntil { max_wait: Some(Duration::from_millis(1)), ..JOINED };
    let end = EventLoop::new().unwrap().run_with(root, options);
    let message = end.map(drop).unwrap_err().to_string();
    let expected =
        "nothing has happened for 0.001 s: task 1 `root` waits for a connection to a listening socket";
    assert_eq!(message, expected);
}

#[test]
fn the_loop_cancels_and_closes_under_flownos_names() {
    let event_loop = virtual_loop();
    let queue = AsyncQueue::<()>::new(None);
    let getter = queue.clone();
    let (waiting, getting) = event_loop
        .run_until_complete(async move {
            let tasks = (spawn(pending::<()>()), spawn(async move { getter.get().await }));
            yield_now().await;
            tasks
        })
        .unwrap();
    assert!(event_loop.cancel(&waiting));
    assert!(!event_loop.cancel(&waiting));
    event_loop.handle_queue_close(&queue);
    assert!(event_loop.has_living_tasks());
    event_loop.run_until_idle().unwrap();
    let got = event_loop.run_until_complete(async move { (waiting.join().await, getting.join().await) });
    assert_eq!(got.unwrap(), (Err(TaskError::Cancelled), Ok(Err(QueueClosedError))));
}

#[node]
async fn Nap(seconds: u64) -> u64 {
    sleep(Duration::from_secs(seconds)).await.as_secs()
}

#[test]
fn a_flow_that_waits_too_long_names_its_node_and_can_be_run_again() {
    let f = flow_hdl! { |f|
        f.nap = Nap(1_000_000);
        f.short = Nap(0);
    };
    let f = f.unwrap();
    for _ in 0..2 {
        let max_wait = Some(Duration::from_millis(1));
        let error = f.run_until_complete(RunUntilComplete { max_wait, ..().into() }).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("`nap` waits for a sleep to end"), "{message}");
        assert_eq!(f.short.get_data(), Some((0,)));
    }
}
