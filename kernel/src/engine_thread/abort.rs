//! Which queued cells are aborted.
//!
//! Each execute request takes a ticket when it arrives. When a cell fails, or the user interrupts, a
//! line is drawn below the latest ticket: what waits above it is aborted, what arrives later runs.
//! No queue is searched, and both threads may draw.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A request's place in the order of arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket(u64);

/// Clones are handles to the same line.
#[derive(Clone, Default)]
pub(crate) struct AbortLine(Arc<State>);

#[derive(Default)]
struct State {
    /// The latest ticket.
    arrived: AtomicU64,
    /// Tickets up to this one are aborted.
    through: AtomicU64,
}

impl AbortLine {
    /// A ticket for a request that has just arrived.
    pub(crate) fn arrive(&self) -> Ticket {
        Ticket(self.0.arrived.fetch_add(1, Ordering::SeqCst) + 1)
    }

    /// Aborts all that has arrived and not begun.
    pub(crate) fn draw(&self) {
        self.0.through.fetch_max(self.0.arrived.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Aborts all that has not begun, and all that will ever arrive.
    pub(crate) fn draw_for_good(&self) {
        self.0.through.store(u64::MAX, Ordering::SeqCst);
    }

    /// Whether the request with this ticket is to be aborted.
    pub(crate) fn covers(&self, ticket: Ticket) -> bool {
        ticket.0 <= self.0.through.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrived_before_the_line_is_aborted() {
        let line = AbortLine::default();
        let before = [line.arrive(), line.arrive()];
        assert!(!before.into_iter().any(|ticket| line.covers(ticket)));
        line.draw();
        let after = line.arrive();
        assert!(before.into_iter().all(|ticket| line.covers(ticket)));
        assert!(!line.covers(after));
    }

    #[test]
    fn a_line_drawn_for_good_stays() {
        let line = AbortLine::default();
        line.draw_for_good();
        line.draw();
        assert!(line.covers(line.arrive()));
    }

    #[test]
    fn a_line_among_nothing_aborts_nothing_later() {
        let line = AbortLine::default();
        line.draw();
        assert!(!line.covers(line.arrive()));
    }
}
