//! Flowno's `AsyncQueue`: first in, first out, between tasks of one event loop.
//!
//! Waiters are served in the order in which they came. A waiter that is dropped leaves the line; a wake-up that
//! it had already been given passes to the next.

use std::any::type_name;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use smallvec::SmallVec;

use super::line::Line;
use crate::event_loop::note;
use crate::instrument::{EventLoopInstrument, QueueView, tell_loops, watches_loops};

/// The queue is closed: nothing can be put, and nothing is left to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the queue is closed")]
pub struct QueueClosedError;

struct State<T> {
    items: VecDeque<T>,
    capacity: Option<usize>,
    closed: bool,
    /// Who gets, and who takes until it is empty.
    getters: Line,
    putters: Line,
    /// How many of those in the getters' line end when nothing is left to take.
    draining: usize,
}

impl<T> State<T> {
    /// Takes who drew a number out of the line of its side.
    fn leave(&mut self, side: Side, ticket: u64) -> Option<Waker> {
        let line = if side == Side::Put { &mut self.putters } else { &mut self.getters };
        let left = line.leave(ticket);
        self.draining -= usize::from(side == Side::Drain);
        left
    }

    /// Whom it lets go on as it stands.
    fn to_be_woken(&self) -> SmallVec<[Waker; 2]> {
        if self.draining > 0 && self.is_drained() {
            return self.getters.all().collect();
        }
        let gets = !self.items.is_empty() || self.closed;
        let puts = self.capacity.is_none_or(|capacity| self.items.len() < capacity);
        let getter = if gets { self.getters.first() } else { None };
        let putter = if puts { self.putters.first() } else { None };
        getter.into_iter().chain(putter).collect()
    }

    /// Whether it is empty, and nobody who waits for room holds anything for it.
    fn is_drained(&self) -> bool {
        self.items.is_empty() && self.putters.is_empty()
    }
}

/// An asynchronous queue. A clone is the same queue.
pub struct AsyncQueue<T>(Rc<RefCell<State<T>>>);

impl<T> Clone for AsyncQueue<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A queue of any number of items, Flowno's `AsyncQueue()`.
impl<T> Default for AsyncQueue<T> {
    fn default() -> Self {
        Self::new(None)
    }
}

impl<T> AsyncQueue<T> {
    /// A queue of at most `maxsize` items; `None` for any number. Zero is taken as one: a queue that
    /// holds nothing could pass nothing on.
    pub fn new(maxsize: Option<usize>) -> Self {
        Self(Rc::new(RefCell::new(State {
            items: VecDeque::new(),
            capacity: maxsize.map(|size| size.max(1)),
            closed: false,
            getters: Line::default(),
            putters: Line::default(),
            draining: 0,
        })))
    }

    /// Puts an item at the end, waiting while the queue is full.
    ///
    /// # Errors
    ///
    /// [`QueueClosedError`] if the queue is closed, also while waiting; the item is dropped.
    pub async fn put(&self, item: T) -> Result<(), QueueClosedError> {
        let mut item = Some(item);
        let mut turn = Turn { queue: self, ticket: None, side: Side::Put };
        let put = poll_fn(|cx| turn.poll_put(&mut item, cx)).await;
        if watches_loops() && put.is_ok() {
            self.tell(|told, queue| told.on_queue_put(queue, turn.ticket.is_none()));
        }
        put
    }

    /// Takes the first item, waiting while there is none.
    ///
    /// # Errors
    ///
    /// [`QueueClosedError`] once the queue is closed and empty.
    pub async fn get(&self) -> Result<T, QueueClosedError> {
        let mut turn = Turn { queue: self, ticket: None, side: Side::Get };
        let item = poll_fn(|cx| turn.poll_get(cx, |state| state.items.pop_front())).await;
        if watches_loops() && item.is_ok() {
            self.tell(|told, queue| told.on_queue_get(queue, turn.ticket.is_none()));
        }
        item
    }

    /// Tells instruments of this queue.
    #[cold]
    fn tell(&self, tell: impl Fn(&dyn EventLoopInstrument, QueueView)) {
        let queue =
            QueueView { id: Rc::as_ptr(&self.0).addr(), item_type: type_name::<T>(), len: self.len() };
        tell_loops(|told| tell(told, queue));
    }

    /// Closes the queue: no more can be put; what is in it can still be taken.
    pub fn close(&self) {
        let waiting: Vec<Waker> = {
            let mut state = self.0.borrow_mut();
            state.closed = true;
            tracing::debug!("closed with {} item(s) in it", state.items.len());
            state.getters.all().chain(state.putters.all()).collect()
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Whether [`close`](Self::close) was called.
    pub fn is_closed(&self) -> bool {
        self.0.borrow().closed
    }

    /// How many items wait.
    pub fn len(&self) -> usize {
        self.0.borrow().items.len()
    }

    /// Whether no item waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next item, or `None` once the queue is closed and empty: asynchronous iteration.
    pub async fn next(&self) -> Option<T> {
        self.get().await.ok()
    }

    /// The next item, waiting only for those who wait to put and for those who came to get before; `None` once there are none.
    pub(super) async fn next_until_empty(&self) -> Option<T> {
        let mut turn = Turn { queue: self, ticket: None, side: Side::Drain };
        let item = poll_fn(|cx| turn.poll_drain(cx)).await;
        if watches_loops() && item.is_some() {
            self.tell(|told, queue| told.on_queue_get(queue, turn.ticket.is_none()));
        }
        item
    }
}

impl<T: Clone> AsyncQueue<T> {
    /// A copy of the first item, which stays, waiting while there is none. Making the copy must not use the queue.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn peek(&self) -> Result<T, QueueClosedError> {
        let mut turn = Turn { queue: self, ticket: None, side: Side::Get };
        poll_fn(|cx| turn.poll_get(cx, |state| state.items.front().cloned())).await
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Get,
    Drain,
    Put,
}

/// One task's attempt to get or put; leaves the line when dropped.
struct Turn<'a, T> {
    queue: &'a AsyncQueue<T>,
    ticket: Option<u64>,
    side: Side,
}

impl<T> Turn<'_, T> {
    fn poll_put(&mut self, item: &mut Option<T>, cx: &mut Context<'_>) -> Poll<Result<(), QueueClosedError>> {
        let mut state = self.queue.0.borrow_mut();
        if state.closed {
            return Poll::Ready(Err(QueueClosedError));
        }
        let full = state.capacity.is_some_and(|capacity| state.items.len() >= capacity);
        if full || state.putters.is_behind(self.ticket) {
            state.putters.stand(&mut self.ticket, cx.waker());
            note(&"room in an AsyncQueue (put)");
            return Poll::Pending;
        }
        state.items.extend(item.take());
        let getter = state.getters.first();
        drop(state);
        getter.into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(()))
    }

    fn poll_get(
        &mut self,
        cx: &mut Context<'_>,
        take: impl Fn(&mut State<T>) -> Option<T>,
    ) -> Poll<Result<T, QueueClosedError>> {
        let mut state = self.queue.0.borrow_mut();
        if !state.getters.is_behind(self.ticket)
            && let Some(item) = take(&mut state)
        {
            return Poll::Ready(Ok(item));
        }
        if state.closed && state.items.is_empty() {
            return Poll::Ready(Err(QueueClosedError));
        }
        state.getters.stand(&mut self.ticket, cx.waker());
        note(&"an item in an AsyncQueue (get)");
        Poll::Pending
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.queue.0.borrow_mut();
        if !state.getters.is_behind(self.ticket)
            && let Some(item) = state.items.pop_front()
        {
            return Poll::Ready(Some(item));
        }
        if state.is_drained() || (state.closed && state.items.is_empty()) {
            return Poll::Ready(None);
        }
        state.draining += usize::from(self.ticket.is_none());
        state.getters.stand(&mut self.ticket, cx.waker());
        note(&"what is put into a full AsyncQueue (until_empty)");
        Poll::Pending
    }
}

impl<T> Drop for Turn<'_, T> {
    /// Leaves the line, and passes on what this turn was woken for: the next getter finds an item that is left or
    /// learns that the queue is closed, the next putter the room that is left.
    fn drop(&mut self) {
        let mut state = self.queue.0.borrow_mut();
        let left = self.ticket.and_then(|ticket| state.leave(self.side, ticket));
        let woken = state.to_be_woken();
        drop(state);
        drop(left);
        woken.into_iter().for_each(Waker::wake);
    }
}
