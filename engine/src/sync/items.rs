//! Iterating over a queue.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::queue::{AsyncQueue, UntilEmpty};

/// The items of a queue until it is closed and empty; see [`AsyncQueue::items`].
pub struct Items<T> {
    queue: AsyncQueue<T>,
    /// The `get` under way: its place in the line is kept while it waits.
    getting: Option<Pin<Box<dyn Future<Output = Option<T>>>>>,
}

impl<T: 'static> AsyncQueue<T> {
    /// Iterates asynchronously until the queue is closed and empty: what Flowno's `async for` over a queue does.
    pub fn items(&self) -> Items<T> {
        Items { queue: self.clone(), getting: None }
    }
}

impl<T: 'static> Stream for Items<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let this = &mut *self;
        let getting = this.getting.get_or_insert_with(|| {
            let queue = this.queue.clone();
            Box::pin(async move { queue.next().await })
        });
        let item = ready!(getting.as_mut().poll(cx));
        this.getting = None;
        Poll::Ready(item)
    }
}

/// Never waits.
impl<T> Stream for UntilEmpty<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<T>> {
        Poll::Ready(Iterator::next(&mut *self))
    }
}
