//! Time as the event loop sees it: real, or virtual.
//!
//! All engine time is a [`Duration`] since the clock was made. A [`RealClock`] follows the machine's
//! monotonic clock. A [`VirtualClock`] stands still while anything can run and jumps to the next timer
//! when everything waits, so that a flow of long sleeps runs at once and always in the same order.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// What the event loop asks of a clock.
pub trait Clock {
    /// Time since the clock was made. Never goes back.
    fn now(&self) -> Duration;

    /// Time since the clock was made, where the machine's clock shows `instant`: saves who has looked there another look.
    fn at(&self, _instant: Instant) -> Duration {
        self.now()
    }

    /// Called when nothing can run before `deadline`: a virtual clock jumps there and returns
    /// `true`; a real clock returns `false`, and the loop sleeps.
    fn skip_to(&self, deadline: Duration) -> bool;

    /// Whether [`skip_to`](Self::skip_to) jumps. Before it does, the loop takes what has come for sockets by then;
    /// what comes later, comes late.
    fn jumps(&self) -> bool {
        false
    }
}

/// The machine's monotonic clock.
pub struct RealClock {
    made: Instant,
    /// What it showed then.
    began_at: Duration,
}

impl RealClock {
    /// A clock that starts at zero now.
    pub fn new() -> Self {
        Self::starting_at(Duration::ZERO)
    }

    /// A clock that shows this time now.
    pub fn starting_at(time: Duration) -> Self {
        Self { made: Instant::now(), began_at: time }
    }
}

impl Default for RealClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for RealClock {
    fn now(&self) -> Duration {
        self.at(Instant::now())
    }

    fn at(&self, instant: Instant) -> Duration {
        self.began_at + instant.saturating_duration_since(self.made)
    }

    fn skip_to(&self, _deadline: Duration) -> bool {
        false
    }
}

/// A clock that moves only when all wait.
#[derive(Default)]
pub struct VirtualClock(Cell<Duration>);

impl VirtualClock {
    /// A clock that stands at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// A clock that stands at this time.
    pub fn starting_at(time: Duration) -> Self {
        Self(Cell::new(time))
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        self.0.get()
    }

    fn skip_to(&self, deadline: Duration) -> bool {
        self.0.set(self.0.get().max(deadline));
        true
    }

    fn jumps(&self) -> bool {
        true
    }
}
