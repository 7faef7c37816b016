//! Seeded random graphs and edits, against evaluators that are too simple to be wrong.

mod acyclic;
mod cyclic;
mod cyclic_edits;
mod edits;
mod model;

use crate::seeded::{Random, count};

/// How many random graphs of each sort; `FLOWNO_RANDOM_GRAPHS` raises it.
const GRAPHS: u64 = 10_000;

/// Every how many of them is run a second time, to see that the same happens.
const AGAIN: u64 = 3;

/// How many random sequences of edits; `FLOWNO_RANDOM_EDITS` raises it.
const EDITS: u64 = 2_000;

/// Turns of the event loop after which a run of a small graph is taken to hang.
const TURN_LIMIT: u32 = 20_000;

/// Awaits `future`, but no more turns than a small graph can need.
async fn watched<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut turns = 0;
    std::future::poll_fn(|cx| match future.as_mut().poll(cx) {
        std::task::Poll::Ready(value) => std::task::Poll::Ready(Some(value)),
        std::task::Poll::Pending if turns == TURN_LIMIT => std::task::Poll::Ready(None),
        std::task::Poll::Pending => {
            turns += 1;
            cx.waker().wake_by_ref();
            std::task::Poll::Pending
        }
    })
    .await
}
