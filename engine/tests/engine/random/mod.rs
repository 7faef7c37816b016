//! Seeded random graphs and edits, against evaluators that are too simple to be wrong.

mod acyclic;
mod cyclic;
mod cyclic_edits;
mod edits;
mod model;

/// How many random graphs of each sort; `FLOWNO_RANDOM_GRAPHS` raises it.
const GRAPHS: u64 = 10_000;

/// How many random sequences of edits; `FLOWNO_RANDOM_EDITS` raises it.
const EDITS: u64 = 2_000;

/// Turns of the event loop after which a run of a small graph is taken to hang.
const TURN_LIMIT: u32 = 20_000;

fn count(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .and_then(|count| count.parse().ok())
        .map_or(default, |count: u64| count.max(default))
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

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
