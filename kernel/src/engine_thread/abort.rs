//! Which queued cells are aborted.
//!
//! Each execute request takes a ticket when it arrives. When the user interrupts, a line is drawn below the latest
//! ticket: what waits above it is aborted, what arrives later runs. When a cell fails, the same is done to what its
//! sender has sent; cells of other front ends know nothing of it and run. No queue is searched, and both threads may draw.
//!
//! After a failure that is not enough. "Run All" sends its requests one by one, and a cell that fails
//! within a millisecond has failed before the others arrive. So its reply waits for [`GRACE`], and
//! what arrives meanwhile is aborted. What arrives later, by a server that passes a hundred requests
//! on one by one, is aborted if it was sent before its sender could know of the failure. Clocks of
//! two machines cannot be compared, but time spans can: the sender's, from the failed request to
//! this one, and ours, from the failed request's arrival to its reply.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::message::Sent;

/// How long the reply of a failed cell waits for cells that were sent along with it. Nobody notices;
/// a front end sends all of a notebook's requests within it.
pub(crate) const GRACE: Duration = Duration::from_millis(10);

/// How long a failure is remembered: any server has passed on by then what was sent in ignorance of it. A clock that is
/// set back later aborts nothing.
const MEMORY: Duration = Duration::from_secs(30);

/// A request's place in the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    number: u64,
    arrived: Instant,
    sent: Option<Sent>,
}

/// Clones are handles to the same line.
#[derive(Clone, Default)]
pub(crate) struct AbortLine(Arc<State>);

#[derive(Default)]
struct State {
    /// The latest ticket's number.
    arrived: AtomicU64,
    /// Tickets up to this number are aborted.
    through: AtomicU64,
    /// Failures that may concern what waits or is on its way: one a sender at most.
    failures: Mutex<Vec<Failure>>,
}

struct Failure {
    /// The latest ticket's number then.
    through: u64,
    /// When the failed request was sent, by its sender's clock.
    sent: Sent,
    /// From its arrival to its reply.
    took: Duration,
    /// When it was told.
    told: Instant,
}

impl AbortLine {
    /// A ticket for a request that has just arrived; `sent` is what its header says.
    pub(crate) fn arrive(&self, sent: Option<Sent>) -> Ticket {
        let number = self.0.arrived.fetch_add(1, Ordering::SeqCst) + 1;
        Ticket { number, arrived: Instant::now(), sent }
    }

    /// Aborts all that has arrived and not begun.
    pub(crate) fn draw(&self) {
        self.0.through.fetch_max(self.0.arrived.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Aborts what the sender of the failed request has sent and what has not begun, and what it sends without knowing of
    /// the failure. If the sender cannot be told, whatever has arrived is aborted.
    pub(crate) fn draw_after(&self, failed: &Ticket) {
        let Some(sent) = failed.sent.clone() else { return self.draw() };
        let (took, told) = (failed.arrived.elapsed(), Instant::now());
        let through = self.0.arrived.load(Ordering::SeqCst);
        let mut failures = self.failures();
        failures.retain(|failure| failure.sent.session != sent.session);
        failures.push(Failure { through, sent, took, told });
    }

    /// Aborts all that has not begun, and all that will ever arrive.
    pub(crate) fn draw_for_good(&self) {
        self.0.through.store(u64::MAX, Ordering::SeqCst);
    }

    /// Whether the request with this ticket is to be aborted.
    pub(crate) fn covers(&self, ticket: &Ticket) -> bool {
        if ticket.number <= self.0.through.load(Ordering::SeqCst) {
            return true;
        }
        let mut failures = self.failures();
        // Tickets come by in order: what is older has begun.
        failures.retain(|failure| ticket.number <= failure.through || failure.is_recent(ticket));
        failures.iter().any(|failure| failure.concerns(ticket))
    }

    fn failures(&self) -> MutexGuard<'_, Vec<Failure>> {
        self.0.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Failure {
    fn concerns(&self, ticket: &Ticket) -> bool {
        let Some(sent) = &ticket.sent else { return ticket.number <= self.through };
        let is_waiting = ticket.number <= self.through && sent.session == self.sent.session;
        is_waiting || (self.is_recent(ticket) && self.was_unknown_at(sent))
    }

    fn is_recent(&self, ticket: &Ticket) -> bool {
        ticket.arrived.saturating_duration_since(self.told) < MEMORY
    }

    fn was_unknown_at(&self, sent: &Sent) -> bool {
        let (Some(failed), Some(sent_at)) = (self.sent.at, sent.at) else { return false };
        let later = sent_at.signed_duration_since(failed);
        // A negative span is a clock that was set back, and tells nothing.
        sent.session == self.sent.session && later.to_std().is_ok_and(|later| later < self.took)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta, Utc};

    fn sent(session: &str, after_ms: i64) -> Option<Sent> {
        let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::milliseconds(after_ms);
        Some(Sent { session: session.to_owned(), at: Some(at) })
    }

    #[test]
    fn what_arrived_before_the_line_is_aborted() {
        let line = AbortLine::default();
        let before = [line.arrive(None), line.arrive(None)];
        assert!(!before.iter().any(|ticket| line.covers(ticket)));
        line.draw();
        let after = line.arrive(None);
        assert!(before.iter().all(|ticket| line.covers(ticket)));
        assert!(!line.covers(&after));
    }

    #[test]
    fn a_line_drawn_for_good_stays() {
        let line = AbortLine::default();
        line.draw_for_good();
        line.draw();
        assert!(line.covers(&line.arrive(None)));
    }

    #[test]
    fn a_line_among_nothing_aborts_nothing_later() {
        let line = AbortLine::default();
        line.draw();
        assert!(!line.covers(&line.arrive(None)));
    }

    #[test]
    fn a_failure_aborts_what_its_sender_has_waiting() {
        let line = AbortLine::default();
        let failed = line.arrive(sent("a", 0));
        let others = [line.arrive(sent("b", 0)), line.arrive(sent("b", 1))];
        let mut waiting = [line.arrive(sent("a", 0)), line.arrive(None)];
        line.draw_after(&failed);
        line.draw_after(&others[0]);
        assert!(line.covers(&others[1]));
        waiting.iter_mut().for_each(|ticket| ticket.arrived += 2 * MEMORY);
        assert!(waiting.iter().all(|ticket| line.covers(ticket)), "however long they wait");
        assert!(!line.covers(&line.arrive(sent("c", 0))));
        let undated = |session: &str| Some(Sent { session: session.to_owned(), at: None });
        let [failed, own, other] = ["u", "u", "v"].map(|session| line.arrive(undated(session)));
        line.draw_after(&failed);
        assert!(line.covers(&own) && !line.covers(&other), "who sends no dates is told by its session");
        let mut late = line.arrive(sent("c", 0));
        late.arrived += 2 * MEMORY;
        assert!(!line.covers(&late) && line.failures().is_empty(), "nothing is kept for ever");
    }

    #[test]
    fn what_was_sent_in_ignorance_of_a_failure_is_aborted() {
        let line = AbortLine::default();
        let mut failed = line.arrive(sent("a", 0));
        failed.arrived -= Duration::from_secs(10);
        line.draw_after(&failed);
        assert!(line.covers(&line.arrive(sent("a", 9_000))));
        assert!(!line.covers(&line.arrive(sent("a", 12_000))), "sent after the failure");
        assert!(!line.covers(&line.arrive(sent("b", 9_000))), "another sender's clock");
        assert!(!line.covers(&line.arrive(sent("a", -1))), "a clock set back");
        assert!(!line.covers(&line.arrive(None)), "no date");
        let mut late = line.arrive(sent("a", 9_000));
        late.arrived += 2 * MEMORY;
        assert!(!line.covers(&late), "a clock set back long after");
    }
}
