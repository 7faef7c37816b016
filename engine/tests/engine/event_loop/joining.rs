use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use flowno_engine::event_loop::{TaskError, TaskHandle, sleep, spawn, yield_now};

use crate::support::virtual_loop;

#[test]
fn a_join_gives_the_value() {
    let got = virtual_loop().run_until_complete(async { spawn(async { 7 }).join().await });
    assert_eq!(got.unwrap(), Ok(7));
}

#[test]
fn a_task_that_ended_long_ago_can_be_joined() {
    let got = virtual_loop().run_until_complete(async {
        let task = spawn(async { 7 });
        while !task.is_done() {
            yield_now().await;
        }
        task.join().await
    });
    assert_eq!(got.unwrap(), Ok(7));
}

#[test]
fn the_second_join_is_told_of_the_first() {
    let got = virtual_loop().run_until_complete(async {
        let task = spawn(async { 7 });
        (task.join().await, task.join().await, task.join().await)
    });
    assert_eq!(got.unwrap(), (Ok(7), Err(TaskError::Joined), Err(TaskError::Joined)));
}

#[test]
fn of_two_that_wait_one_gets_the_value_and_none_hangs() {
    let got = virtual_loop().run_until_complete(async {
        let task = std::rc::Rc::new(spawn(async {
            yield_now().await;
            7
        }));
        let join = |task: std::rc::Rc<flowno_engine::event_loop::TaskHandle<i32>>| {
            spawn(async move { task.join().await })
        };
        let (first, second) = (join(task.clone()), join(task));
        (first.join().await, second.join().await)
    });
    assert_eq!(got.unwrap(), (Ok(Ok(7)), Ok(Err(TaskError::Joined))));
}

#[test]
fn the_tasks_of_a_loop_that_is_dropped_are_cancelled() {
    let (dropped, event_loop) = (virtual_loop(), virtual_loop());
    let asleep = dropped.run_until_complete(async { spawn(sleep(Duration::from_secs(9))) }).unwrap();
    let asleep = Rc::new(asleep);
    let awaited = asleep.clone();
    let waits = event_loop.run_until_complete(async move {
        let waits = spawn(async move { awaited.join().await });
        yield_now().await;
        waits
    });
    drop(dropped);
    assert!(asleep.is_done());
    assert!(!asleep.cancel());
    let ends =
        event_loop.run_until_complete(async move { (waits.unwrap().join().await, asleep.join().await) });
    assert_eq!(ends.unwrap(), (Ok(Err(TaskError::Cancelled)), Err(TaskError::Cancelled)));
}

#[test]
fn what_a_task_spawns_as_its_loop_is_dropped_is_cancelled_too() {
    struct Spawner(Rc<RefCell<Vec<TaskHandle<()>>>>);
    impl Drop for Spawner {
        fn drop(&mut self) {
            self.0.borrow_mut().push(spawn(pending()));
        }
    }
    let (event_loop, handles) = (virtual_loop(), Rc::default());
    let spawners = [0; 3].map(|_| Spawner(Rc::clone(&handles)));
    let others = event_loop.run_until_complete(async move {
        let hold = |spawner| {
            spawn(async move {
                let _spawner: Spawner = spawner;
                pending().await
            })
        };
        spawners.map(hold)
    });
    drop(event_loop);
    assert_eq!(handles.borrow().len(), 3);
    assert!(others.unwrap().iter().chain(&*handles.borrow()).all(TaskHandle::is_done));
}

#[test]
fn a_task_without_a_handle_goes_on_and_outlives_the_root() {
    let event_loop = virtual_loop();
    let flag = std::rc::Rc::new(std::cell::Cell::new(0));
    let in_task = flag.clone();
    let root = async move {
        drop(spawn(async move {
            in_task.set(1);
            yield_now().await;
            yield_now().await;
            in_task.set(2);
        }));
    };
    event_loop.run_until_complete(root).unwrap();
    assert!(event_loop.has_living_tasks());
    event_loop.run_until_idle().unwrap();
    assert_eq!((flag.get(), event_loop.has_living_tasks()), (2, false));
}
