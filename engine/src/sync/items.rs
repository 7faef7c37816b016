//! Iterating over a queue.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::queue::AsyncQueue;

/// The items of a queue until it is closed and empty; see [`AsyncQueue::items`].
pub struct Items<T> {
    queue: AsyncQueue<T>,
    getting: Getting<T>,
}

impl<T: 'static> AsyncQueue<T> {
    /// Iterates asynchronously until the queue is closed and empty: what Flowno's `async for` over a queue does.
    pub fn items(&self) -> Items<T> {
        Items { queue: self.clone(), getting: Getting(None) }
    }
}

impl<T: 'static> Stream for Items<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Self { queue, getting } = &mut *self;
        getting.poll(cx, || {
            let queue = queue.clone();
            async move { queue.next().await }
        })
    }
}

/// What is in a queue until it is empty; see [`AsyncQueue::until_empty`].
pub struct UntilEmpty<T> {
    queue: AsyncQueue<T>,
    closes: bool,
    getting: Getting<T>,
}

impl<T> AsyncQueue<T> {
    /// Iterates asynchronously until the queue is empty and nobody waits to put, then closes it, as Flowno does;
    /// [`UntilEmpty::keep_open`] leaves it open.
    pub fn until_empty(&self) -> UntilEmpty<T> {
        UntilEmpty { queue: self.clone(), closes: true, getting: Getting(None) }
    }
}

impl<T> UntilEmpty<T> {
    /// Leaves the queue open when there is nothing left in it.
    #[must_use]
    pub fn keep_open(self) -> Self {
        Self { closes: false, ..self }
    }

    /// The next item; `None`, and the queue is closed unless it is kept open, when there is none and nobody waits to put one.
    pub async fn next(&mut self) -> Option<T> {
        let item = match &mut self.getting.0 {
            Some(getting) => {
                let item = getting.await;
                self.getting = Getting(None);
                item
            }
            None => self.queue.next_until_empty().await,
        };
        self.close_at_end(item)
    }

    fn close_at_end(&self, item: Option<T>) -> Option<T> {
        if item.is_none() && self.closes {
            self.queue.close();
        }
        item
    }
}

impl<T: 'static> Stream for UntilEmpty<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let Self { queue, getting, .. } = &mut *self;
        let item = ready!(getting.poll(cx, || {
            let queue = queue.clone();
            async move { queue.next_until_empty().await }
        }));
        Poll::Ready(self.close_at_end(item))
    }
}

/// The attempt to get an item that is under way: its place in the line is kept while it waits.
struct Getting<T>(Option<Pin<Box<dyn Future<Output = Option<T>>>>>);

impl<T> Getting<T> {
    fn poll<F>(&mut self, cx: &mut Context<'_>, begin: impl FnOnce() -> F) -> Poll<Option<T>>
    where
        F: Future<Output = Option<T>> + 'static,
    {
        let item = ready!(self.0.get_or_insert_with(|| Box::pin(begin())).as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(item)
    }
}
