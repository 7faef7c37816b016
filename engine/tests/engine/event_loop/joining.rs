use flowno_engine::event_loop::{TaskError, spawn, yield_now};

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
