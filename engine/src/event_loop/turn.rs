//! A turn of the loop: timers, tasks, and when nothing is ready, a wait.
//!
//! While tasks are always ready the operating system is asked too, without waiting: after [`TURN_BUDGET`] polls
//! of tasks or [`LOOK_EVERY`], whichever comes first, so that sockets do not starve behind many tasks or slow ones.
//! That costs nothing while no task waits for a socket.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::{Inner, LoopError};

/// Tasks polled in one turn before timers and sockets are looked at again.
const TURN_BUDGET: usize = 256;

/// How long tasks may keep the loop from looking at sockets, between two turns.
const LOOK_EVERY: Duration = Duration::from_millis(1);

impl Inner {
    /// One turn; `is_over` tells early that no other is wanted.
    pub(super) fn turn(self: &Rc<Self>, is_over: impl Fn() -> bool) -> Result<(), LoopError> {
        self.fire_timers();
        let mut ready = self.ready.collect();
        if ready == 0 {
            return self.wait();
        }
        let mut polled = 0;
        while ready > 0 && polled < TURN_BUDGET {
            let batch = ready.min(TURN_BUDGET - polled);
            for _ in 0..batch {
                if let Some(place) = self.ready.pop() {
                    self.run_task(place);
                    if self.exits.get() {
                        return Ok(());
                    }
                }
            }
            polled += batch;
            // What these have woken belongs to the next turn, but for a loop of tasks alone that is the same.
            ready = if self.has_only_tasks() && !is_over() { self.ready.collect() } else { 0 };
        }
        if self.driver.is_waited_for() && self.is_time_to_look(polled) {
            self.look(Some(Duration::ZERO))?;
        }
        Ok(())
    }

    /// Whether no timer runs and no socket is waited for.
    fn has_only_tasks(&self) -> bool {
        self.timers.borrow().is_empty() && !self.driver.is_waited_for()
    }

    fn is_time_to_look(&self, polled: usize) -> bool {
        let unseen = self.polled_since_look.get() + polled;
        self.polled_since_look.set(unseen);
        unseen >= TURN_BUDGET || self.last_look.get().elapsed() >= LOOK_EVERY
    }

    /// Asks the operating system what has happened, waiting for at most `timeout`; `false` if nothing has.
    fn look(&self, timeout: Option<Duration>) -> Result<bool, LoopError> {
        let any = self.driver.poll(timeout)?;
        self.polled_since_look.set(0);
        self.last_look.set(Instant::now());
        Ok(any)
    }

    fn fire_timers(&self) {
        if self.timers.borrow().is_empty() {
            return;
        }
        let now = self.clock.borrow().now();
        loop {
            let due = self.timers.borrow_mut().pop_due(now);
            match due {
                Some(waker) => waker.wake(),
                None => return,
            }
        }
    }

    /// Nothing is ready: jump to the next timer, sleep, or report a stall.
    fn wait(&self) -> Result<(), LoopError> {
        let deadline = self.timers.borrow_mut().next_deadline();
        let Some(deadline) = deadline else {
            let sure = self.driver.is_waited_for() || self.promised.get() > 0;
            if !sure && self.stall_waiters.tell() {
                return Ok(());
            }
            if !sure && self.outside.get() == 0 {
                return Err(LoopError::Stalled { waits: self.waits() });
            }
            let limit = self.max_wait.get();
            return if self.look(limit)? { Ok(()) } else { self.waited(limit) };
        };
        let clock = self.clock.borrow().clone();
        // What has come by now comes before the time jumps.
        if clock.jumps() && self.driver.is_waited_for() && self.look(Some(Duration::ZERO))? {
            return Ok(());
        }
        let now = clock.now();
        let limit = self.max_wait.get().filter(|limit| deadline.saturating_sub(now) > *limit);
        let until = limit.map_or(deadline, |limit| now + limit);
        if clock.skip_to(until) || !self.look(Some(until.saturating_sub(now)))? {
            return self.waited(limit);
        }
        Ok(())
    }

    /// Nothing has come: an error if that was as long as the caller would wait.
    fn waited(&self, limit: Option<Duration>) -> Result<(), LoopError> {
        limit.map_or(Ok(()), |max_wait| Err(LoopError::WaitedTooLong { max_wait, waits: self.waits() }))
    }
}
