//! What a peer has sent of a message that is not whole yet.
//!
//! ZeroMQ's library makes room for what a frame's header claims, and nobody must know the key to claim. So a message
//! waits here until it has come whole: what is held is what was sent, and that is bounded for all peers of a channel
//! together. Scripts do not answer for it.

use flowno_scripting::Apart;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Duration, Instant};

use super::crowd::Place;
use super::pump::CHUNK_BYTES;

/// How long a peer may take for one message.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// What has come of one peer: some that is whole, and then an unfinished message.
pub(super) struct Incoming<'a> {
    place: &'a Place,
    bytes: Vec<u8>,
    /// How many of them are whole.
    whole: usize,
    /// When the first of what is not whole came.
    began: Option<Instant>,
    /// Of the room that all peers share. A peer always has room for one chunk.
    room: Option<OwnedSemaphorePermit>,
    apart: Apart,
}

impl<'a> Incoming<'a> {
    pub(super) fn new(place: &'a Place) -> Self {
        Self { place, bytes: Vec::new(), whole: 0, began: None, room: None, apart: Apart::default() }
    }

    /// When the unfinished message must have come whole, if there is one.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.began.map(|began| began + PATIENCE)
    }

    /// Keeps more, when there is room.
    pub(super) async fn push(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.began.get_or_insert_with(Instant::now);
        if self.bytes.len() + bytes.len() > CHUNK_BYTES {
            self.make_room(bytes.len()).await;
        }
        self.bytes.extend_from_slice(bytes);
        self.apart.set(self.bytes.capacity());
    }

    /// Waits for room for so many bytes, behind those who have waited longer. All of a message is of one room, though its
    /// sender may meanwhile have become another.
    async fn make_room(&mut self, bytes: usize) {
        let permits = u32::try_from(bytes).expect("a chunk is short");
        let room = match self.room.take() {
            Some(room) => room,
            None => self.place.incoming().acquire_many_owned(0).await.expect("it is never closed"),
        };
        let more = room.semaphore().clone().acquire_many_owned(permits).await.expect("it is never closed");
        self.room.insert(room).merge(more);
    }

    /// All that has been pushed is whole.
    pub(super) fn set_whole(&mut self) {
        self.whole = self.bytes.len();
        self.began = None;
    }

    /// What is whole, to be passed on.
    pub(super) fn whole(&self) -> &[u8] {
        &self.bytes[..self.whole]
    }

    /// Forgets what was whole. The rest has come with one read, so it is less than a chunk.
    pub(super) fn pass_whole(&mut self) {
        let rest = self.bytes.split_off(self.whole);
        *self = Self { began: self.began, ..Self::new(self.place) };
        self.bytes = rest;
        self.apart.set(self.bytes.capacity());
    }
}
