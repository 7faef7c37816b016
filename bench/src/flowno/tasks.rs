//! The event loop by itself: sleep, yield, queue, spawn and join.

use flowno_engine::event_loop::{TaskHandle, sleep, spawn, yield_now};
use flowno_engine::sync::AsyncQueue;

use super::graphs::event_loop;
use crate::measure::{Measured, Stopwatch};
use crate::work::{QUEUE_PLACES, YIELDS, nap, sum_below};

/// Waves of tasks that sleep 0 to 5 ms and are joined.
pub(crate) fn sleeps(tasks: u64, waves: u64) -> Measured {
    measure(tasks * waves, async move {
        for _ in 0..waves {
            join((0..tasks).map(|i| spawn(sleep(nap(i)))).collect()).await;
        }
    })
}

/// Waves of tasks that each yield [`YIELDS`] times.
pub(crate) fn yields(tasks: u64, waves: u64) -> Measured {
    measure(tasks * waves * YIELDS, async move {
        let task = || async {
            for _ in 0..YIELDS {
                yield_now().await;
            }
        };
        for _ in 0..waves {
            join((0..tasks).map(|_| spawn(task())).collect()).await;
        }
    })
}

/// `items` numbers through a queue of [`QUEUE_PLACES`].
pub(crate) fn queue(items: u64) -> Measured {
    measure(items, async move {
        let queue = AsyncQueue::new(Some(QUEUE_PLACES));
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
        assert_eq!(sum, sum_below(items));
    })
}

/// Waves of trivial tasks, spawned and joined.
pub(crate) fn joins(tasks: u64, waves: u64) -> Measured {
    measure(tasks * waves, async move {
        let mut sum = 0;
        for _ in 0..waves {
            let handles: Vec<_> = (0..tasks).map(|i| spawn(async move { i })).collect();
            for handle in handles {
                sum += handle.join().await.expect("it ends");
            }
        }
        assert_eq!(sum, sum_below(tasks) * waves);
    })
}

async fn join<T>(handles: Vec<TaskHandle<T>>) {
    for handle in handles {
        handle.join().await.expect("it ends");
    }
}

/// What it costs to run this to its end in a new event loop.
pub(crate) fn measure(items: u64, root: impl Future<Output = ()> + 'static) -> Measured {
    let event_loop = event_loop();
    let watch = Stopwatch::start();
    event_loop.run_until_complete(root).expect("the root ends");
    watch.stop(items)
}
