use std::cell::RefCell;
use std::rc::Rc;

use flowno_engine::event_loop::{TaskHandle, spawn, yield_now};
use flowno_engine::sync::{AsyncQueue, QueueClosedError, UntilEmpty};

use crate::support::virtual_loop;

fn on_loop<T: 'static>(root: impl Future<Output = T> + 'static) -> T {
    virtual_loop().run_until_complete(root).expect("nobody hangs")
}

/// Lets all others come to rest.
async fn settle() {
    for _ in 0..8 {
        yield_now().await;
    }
}

fn getter(queue: &AsyncQueue<i32>) -> TaskHandle<Result<i32, QueueClosedError>> {
    let queue = queue.clone();
    spawn(async move { queue.get().await })
}

fn putter(queue: &AsyncQueue<i32>, item: i32) -> TaskHandle<Result<(), QueueClosedError>> {
    let queue = queue.clone();
    spawn(async move { queue.put(item).await })
}

/// What is left.
async fn rest(mut items: UntilEmpty<i32>) -> Vec<i32> {
    let mut got = Vec::new();
    while let Some(item) = items.next().await {
        got.push(item);
    }
    got
}

async fn all<T: 'static>(tasks: impl IntoIterator<Item = TaskHandle<T>>) -> Vec<T> {
    let mut ends = Vec::new();
    for task in tasks {
        ends.push(task.join().await.expect("a task that ends"));
    }
    ends
}

#[test]
fn a_full_queue_holds_putters_back() {
    for (maxsize, expected) in [(Some(0), 1), (Some(1), 1), (Some(3), 3), (None, 5)] {
        let put = on_loop(async move {
            let queue = AsyncQueue::new(maxsize);
            let tasks: Vec<_> = (0..5).map(|item| putter(&queue, item)).collect();
            settle().await;
            let done = tasks.iter().filter(|task| task.is_done()).count();
            assert_eq!(queue.len(), done);
            done
        });
        assert_eq!(put, expected, "{maxsize:?}");
    }
}

#[test]
fn a_queue_holds_any_number_unless_told() {
    let held = on_loop(async {
        let queue = AsyncQueue::default();
        for item in 0..10_000 {
            queue.put(item).await.unwrap();
        }
        queue.len()
    });
    assert_eq!(held, 10_000);
}

#[test]
fn getters_and_putters_are_served_in_the_order_they_came() {
    let got = on_loop(async {
        let queue = AsyncQueue::new(Some(1));
        let getters: Vec<_> = (0..4).map(|_| getter(&queue)).collect();
        settle().await;
        let _putters: Vec<_> = (0..4).map(|item| putter(&queue, item)).collect();
        all(getters).await
    });
    assert_eq!(got, [Ok(0), Ok(1), Ok(2), Ok(3)]);
    let got = on_loop(async {
        let queue = AsyncQueue::new(Some(1));
        let _putters: Vec<_> = (0..4).map(|item| putter(&queue, item)).collect();
        settle().await;
        let mut items = Vec::new();
        for _ in 0..4 {
            items.push(queue.get().await.unwrap());
        }
        items
    });
    assert_eq!(got, [0, 1, 2, 3]);
}

#[test]
fn a_late_getter_does_not_overtake_one_that_was_woken() {
    let got = on_loop(async {
        let queue = AsyncQueue::new(None);
        let early = getter(&queue);
        settle().await;
        queue.put(1).await.unwrap();
        let late = getter(&queue);
        settle().await;
        queue.put(2).await.unwrap();
        all([early, late]).await
    });
    assert_eq!(got, [Ok(1), Ok(2)]);
}

#[test]
fn peek_shows_the_next_item_and_leaves_it() {
    let got = on_loop(async {
        let queue = AsyncQueue::new(None);
        let peeking = queue.clone();
        let peeker = spawn(async move { peeking.peek().await });
        let second = getter(&queue);
        settle().await;
        queue.put(7).await.unwrap();
        (peeker.join().await.unwrap(), second.join().await.unwrap(), queue.len())
    });
    assert_eq!(got, (Ok(7), Ok(7), 0));
}

#[test]
fn close_ends_all_who_wait_and_leaves_what_is_in_it() {
    let got = on_loop(async {
        let (empty, full) = (AsyncQueue::new(None), AsyncQueue::new(Some(1)));
        let getters = [getter(&empty), getter(&empty)];
        full.put(1).await.unwrap();
        let putters = [putter(&full, 2), putter(&full, 3)];
        settle().await;
        empty.close();
        full.close();
        assert!(empty.is_closed() && full.is_closed());
        let left = [full.get().await, full.get().await];
        (all(getters).await, all(putters).await, left, full.put(4).await, full.next().await)
    });
    let closed = QueueClosedError;
    let expected = (vec![Err(closed); 2], vec![Err(closed); 2], [Ok(1), Err(closed)], Err(closed), None);
    assert_eq!(got, expected);
}

#[test]
fn until_empty_takes_what_is_there_and_closes() {
    let got = on_loop(async {
        let queue = AsyncQueue::new(None);
        for item in 0..3 {
            queue.put(item).await.unwrap();
        }
        let items = rest(queue.until_empty()).await;
        (items, queue.is_closed(), queue.get().await)
    });
    assert_eq!(got, (vec![0, 1, 2], true, Err(QueueClosedError)));
}

#[test]
fn until_empty_can_leave_the_queue_open() {
    let got = on_loop(async {
        let queue = AsyncQueue::new(None);
        queue.put(1).await.unwrap();
        let items = rest(queue.until_empty().keep_open()).await;
        queue.put(2).await.unwrap();
        (items, queue.is_closed(), queue.get().await)
    });
    assert_eq!(got, (vec![1], false, Ok(2)));
}

#[test]
fn until_empty_takes_what_putters_wait_to_put() {
    for keeps_open in [false, true] {
        let got = on_loop(async move {
            let queue = AsyncQueue::new(Some(1));
            queue.put(1).await.unwrap();
            let putters = [putter(&queue, 2), putter(&queue, 3)];
            settle().await;
            let items = queue.until_empty();
            let items = rest(if keeps_open { items.keep_open() } else { items }).await;
            (items, all(putters).await, queue.is_closed())
        });
        assert_eq!(got, (vec![1, 2, 3], vec![Ok(()); 2], !keeps_open));
    }
}

#[test]
fn until_empty_ends_when_nobody_waits_to_put_any_more() {
    let got = on_loop(async {
        let queue = AsyncQueue::new(Some(1));
        queue.put(1).await.unwrap();
        let giving_up = putter(&queue, 2);
        settle().await;
        let taken = spawn(rest(queue.until_empty()));
        let canceller = spawn(async move { giving_up.cancel() });
        (taken.join().await.unwrap(), canceller.join().await.unwrap(), queue.is_closed())
    });
    assert_eq!(got, (vec![1], true, true));
}

#[test]
fn of_two_that_take_until_empty_each_ends() {
    let got = on_loop(async {
        let queue = AsyncQueue::new(Some(1));
        let putters = [1, 2, 3, 4].map(|item| putter(&queue, item));
        settle().await;
        let takers = [queue.until_empty(), queue.until_empty()].map(|items| spawn(rest(items)));
        let mut taken = all(takers).await.concat();
        taken.sort_unstable();
        (taken, all(putters).await)
    });
    assert_eq!(got, (vec![1, 2, 3, 4], vec![Ok(()); 4]));
}

#[test]
fn a_cancelled_getter_passes_its_wake_up_on() {
    let got = on_loop(async {
        let queue = AsyncQueue::new(None);
        let (first, second) = (getter(&queue), getter(&queue));
        settle().await;
        queue.put(7).await.unwrap(); // wakes the first, which has not run yet
        first.cancel();
        second.join().await.unwrap()
    });
    assert_eq!(got, Ok(7));
}

#[test]
fn a_cancelled_putter_passes_its_wake_up_on() {
    let got = on_loop(async {
        let queue = AsyncQueue::new(Some(1));
        queue.put(1).await.unwrap();
        let (first, second) = (putter(&queue, 2), putter(&queue, 3));
        settle().await;
        let taken = queue.get().await;
        first.cancel();
        (taken, second.join().await.unwrap(), queue.get().await)
    });
    assert_eq!(got, (Ok(1), Ok(()), Ok(3)));
}

#[test]
fn asynchronous_iteration_ends_with_the_queue() {
    let seen: Rc<RefCell<Vec<i32>>> = Rc::default();
    let inner = seen.clone();
    on_loop(async move {
        let queue = AsyncQueue::new(Some(1));
        let reading = queue.clone();
        let reader = spawn(async move {
            while let Some(item) = reading.next().await {
                inner.borrow_mut().push(item);
            }
        });
        for item in 0..3 {
            queue.put(item).await.unwrap();
        }
        queue.close();
        reader.join().await.unwrap();
    });
    assert_eq!(*seen.borrow(), [0, 1, 2]);
}
