//! The event loop by itself: sleep, yield, queue, spawn and join.

use std::time::Duration;

use flowno_engine::event_loop::{sleep, spawn, yield_now};
use flowno_engine::sync::AsyncQueue;

use super::graphs::event_loop;
use crate::measure::{Measured, Stopwatch};

/// `tasks` tasks that sleep 0 to 5 ms and are joined.
pub fn sleeps(tasks: u64) -> Measured {
    measure(tasks, async move {
        let handles: Vec<_> = (0..tasks).map(|i| spawn(sleep(Duration::from_millis(i % 6)))).collect();
        for handle in handles {
            handle.join().await.expect("it ends");
        }
    })
}

/// `tasks` tasks that each yield ten times. An item is a yield.
pub fn yields(tasks: u64) -> Measured {
    measure(tasks * 10, async move {
        let ten = || async {
            for _ in 0..10 {
                yield_now().await;
            }
        };
        let handles: Vec<_> = (0..tasks).map(|_| spawn(ten())).collect();
        for handle in handles {
            handle.join().await.expect("it ends");
        }
    })
}

/// `items` numbers through a queue of 64 places.
pub fn queue(items: u64) -> Measured {
    measure(items, async move {
        let queue = AsyncQueue::new(Some(64));
        let inlet = queue.clone();
        spawn(async move {
            for i in 0..items {
                inlet.put(i).await.expect("open");
            }
            inlet.close();
        });
        let mut sum = 0;
        while let Some(item) = queue.next().await {
            sum += item;
        }
        assert_eq!(sum, items * (items - 1) / 2);
    })
}

/// `tasks` trivial tasks, spawned and joined.
pub fn joins(tasks: u64) -> Measured {
    measure(tasks, async move {
        let handles: Vec<_> = (0..tasks).map(|i| spawn(async move { i })).collect();
        let mut sum = 0;
        for handle in handles {
            sum += handle.join().await.expect("it ends");
        }
        assert_eq!(sum, tasks * (tasks - 1) / 2);
    })
}

fn measure(items: u64, root: impl Future<Output = ()> + 'static) -> Measured {
    let event_loop = event_loop();
    let watch = Stopwatch::start();
    event_loop.run_until_complete(root).expect("the root ends");
    watch.stop(items)
}
