//! What a peer has not taken yet.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Buf as _, BytesMut};
use flowno_scripting::Apart;

use super::crowd::Place;

/// Kept for one peer that does not read: about a second of what a fast script prints.
const BACKLOG_BYTES: usize = 8 << 20;

/// Kept for all peers of a channel together. A peer always has room for one chunk.
const ALL_BACKLOGS_BYTES: usize = 64 << 20;

/// A backlog that is empty gives its memory back if it has more than this.
const IDLE_BYTES: usize = 64 << 10;

/// One peer's.
pub(super) struct Backlog {
    place: Place,
    bytes: BytesMut,
    /// Scripts do not answer for it.
    apart: Apart,
}

impl Backlog {
    pub(super) fn new(place: &Place) -> Self {
        Self { place: place.clone(), bytes: BytesMut::new(), apart: Apart::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether another chunk may be pushed.
    pub(super) fn has_room(&self) -> bool {
        self.bytes.is_empty()
            || (self.bytes.len() < BACKLOG_BYTES && self.total().load(Ordering::Relaxed) < ALL_BACKLOGS_BYTES)
    }

    /// What comes next.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn push(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
        self.apart.set(self.bytes.capacity());
        self.total().fetch_add(chunk.len(), Ordering::Relaxed);
    }

    /// The peer has taken so many bytes.
    pub(super) fn take(&mut self, count: usize) {
        self.bytes.advance(count);
        self.total().fetch_sub(count, Ordering::Relaxed);
        if self.bytes.is_empty() && self.bytes.capacity() > IDLE_BYTES {
            self.bytes = BytesMut::new();
        }
        self.apart.set(self.bytes.capacity());
    }

    fn total(&self) -> &AtomicUsize {
        self.place.backlog_bytes()
    }
}

impl Drop for Backlog {
    fn drop(&mut self) {
        self.total().fetch_sub(self.bytes.len(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::gate::crowd::Crowd;
    use crate::wire::gate::known::Known;

    #[test]
    fn a_backlog_is_bounded_alone_and_together() {
        let crowd = Crowd::new(Known::default());
        let chunk = vec![0; 1 << 20];
        let fill = |backlog: &mut Backlog| {
            let mut pushed = 0;
            while backlog.has_room() {
                backlog.push(&chunk);
                pushed += 1;
            }
            pushed
        };
        let mut backlogs: Vec<Backlog> = (0..12).map(|_| Backlog::new(&crowd.enter().unwrap())).collect();
        let pushed: Vec<usize> = backlogs.iter_mut().map(fill).collect();
        assert_eq!(pushed, [8, 8, 8, 8, 8, 8, 8, 8, 1, 1, 1, 1]);
        backlogs[0].take(chunk.len());
        assert!(!backlogs[0].has_room(), "the others still have too much");
        backlogs.truncate(2);
        assert!(backlogs[0].has_room());
        drop(backlogs);
        assert_eq!(crowd.enter().unwrap().backlog_bytes().load(Ordering::Relaxed), 0);
    }
}
