//! The peers of one channel: how many there may be, and how much is kept of what they send and for those that are slow.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::{Buf as _, BytesMut};
use flowno_scripting::Apart;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

/// Peers of one channel at a time. A Jupyter server connects once for each open page and console.
pub(super) const MAX_PEERS: usize = 256;

/// Kept for one peer that does not read: about a second of what a fast script prints.
const BACKLOG_BYTES: usize = 8 << 20;

/// Kept for all peers of a channel together. A peer always has room for one chunk.
const ALL_BACKLOGS_BYTES: usize = 64 << 20;

/// Held of unfinished messages of all peers of a channel together, beside one chunk of each: two of the largest. Who
/// sends more waits for the others.
const ALL_INCOMING_BYTES: usize = 128 << 20;

/// A backlog that is empty gives its memory back if it has more than this.
const IDLE_BYTES: usize = 64 << 10;

/// Who is connected. Clones are handles to the same crowd.
#[derive(Clone, Default)]
pub(super) struct Crowd(Arc<Shared>);

struct Shared {
    /// By order of coming.
    members: Mutex<BTreeMap<u64, Arc<Member>>>,
    next: AtomicUsize,
    backlog_bytes: AtomicUsize,
    /// A permit a byte.
    incoming: Arc<Semaphore>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            members: Mutex::default(),
            next: AtomicUsize::default(),
            backlog_bytes: AtomicUsize::default(),
            incoming: Arc::new(Semaphore::new(ALL_INCOMING_BYTES)),
        }
    }
}

#[derive(Default)]
struct Member {
    /// Whether it has completed the handshake.
    ready: AtomicBool,
    /// Whether it has sent a whole message.
    spoken: AtomicBool,
    task: OnceLock<AbortHandle>,
}

/// A place in the crowd. It is free again when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Place(Arc<Taken>);

struct Taken {
    crowd: Crowd,
    number: u64,
    member: Arc<Member>,
}

impl Crowd {
    /// A place for a new peer. If all are taken, who came first and has not completed the handshake must go; if all
    /// have, who came first and has not sent a message. `None` if there is no such peer.
    ///
    /// Anybody can shake hands, and an honest client connects again by itself when it has something to say.
    pub(super) fn enter(&self) -> Option<Place> {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed) as u64;
        let member = Arc::new(Member::default());
        let mut members = self.members();
        if members.len() >= MAX_PEERS {
            let first = |is: fn(&Member) -> &AtomicBool| {
                members
                    .iter()
                    .find(|(_, member)| !is(member).load(Ordering::Relaxed))
                    .map(|(number, _)| *number)
            };
            let number = first(|member| &member.ready).or_else(|| first(|member| &member.spoken))?;
            let task = members.remove(&number).and_then(|evicted| evicted.task.get().cloned());
            if let Some(task) = task {
                task.abort();
            }
        }
        members.insert(number, member.clone());
        drop(members);
        Some(Place(Arc::new(Taken { crowd: self.clone(), number, member })))
    }

    fn members(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Member>>> {
        self.0.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// The peer has completed the handshake.
    pub(super) fn set_ready(&self) {
        self.0.member.ready.store(true, Ordering::Relaxed);
    }

    /// The peer has sent a whole message.
    pub(super) fn set_spoken(&self) {
        self.0.member.spoken.store(true, Ordering::Relaxed);
    }

    /// What serves the peer, and ends when it must go.
    pub(super) fn set_task(&self, task: AbortHandle) {
        let _ = self.0.member.task.set(task); // a place is given once
    }

    /// Waits for room for so many bytes of an unfinished message, behind those who have waited longer.
    pub(super) async fn incoming_room(&self, bytes: usize) -> OwnedSemaphorePermit {
        let permits = u32::try_from(bytes.min(ALL_INCOMING_BYTES)).unwrap_or(u32::MAX);
        let incoming = self.0.crowd.0.incoming.clone();
        incoming.acquire_many_owned(permits).await.expect("it is never closed")
    }

    /// Whether another peer is here that has completed the handshake.
    pub(super) fn has_company(&self) -> bool {
        let Taken { crowd, number, .. } = &*self.0;
        crowd.members().iter().any(|(other, member)| other != number && member.ready.load(Ordering::Relaxed))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.crowd.members().remove(&self.number);
    }
}

/// What a peer has not taken yet.
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
        &self.place.0.crowd.0.backlog_bytes
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

    #[test]
    fn places_are_bounded_and_free_again() {
        let crowd = Crowd::default();
        let mut places: Vec<Place> = (0..MAX_PEERS).map(|_| crowd.enter().unwrap()).collect();
        places.iter().for_each(|place| {
            place.set_ready();
            place.set_spoken();
        });
        assert!(crowd.enter().is_none());
        places.pop();
        assert!(crowd.enter().is_some());
        drop(places);
        assert!(crowd.members().is_empty());
    }

    #[tokio::test]
    async fn who_came_first_and_shook_no_hands_makes_place() {
        let crowd = Crowd::default();
        let places: Vec<Place> = (0..MAX_PEERS).map(|_| crowd.enter().unwrap()).collect();
        let tasks: Vec<_> = places.iter().map(|_| tokio::spawn(std::future::pending::<()>())).collect();
        places.iter().zip(&tasks).for_each(|(place, task)| place.set_task(task.abort_handle()));
        places[0].set_ready();
        let newcomer = crowd.enter().unwrap();
        let mut tasks = tasks.into_iter();
        assert!(!tasks.next().unwrap().is_finished());
        assert!(tasks.next().unwrap().await.unwrap_err().is_cancelled());
        assert!(tasks.all(|task| !task.is_finished()));
        drop((places, newcomer));
        assert!(crowd.members().is_empty());
    }

    #[test]
    fn who_shook_hands_and_said_nothing_makes_place_too() {
        let crowd = Crowd::default();
        let places: Vec<Place> = (0..MAX_PEERS).map(|_| crowd.enter().unwrap()).collect();
        places.iter().for_each(Place::set_ready);
        places[0].set_spoken();
        let newcomer = crowd.enter().unwrap();
        let numbers: Vec<u64> = crowd.members().keys().copied().collect();
        assert!(numbers.contains(&places[0].0.number) && !numbers.contains(&places[1].0.number));
        assert!(numbers.contains(&newcomer.0.number) && numbers.len() == MAX_PEERS);
    }

    #[test]
    fn company_is_another_that_is_ready() {
        let crowd = Crowd::default();
        let (one, two) = (crowd.enter().unwrap(), crowd.enter().unwrap());
        one.set_ready();
        assert!(!one.has_company() && two.has_company());
        two.set_ready();
        assert!(one.has_company());
        drop(two);
        assert!(!one.has_company());
    }

    #[test]
    fn a_backlog_is_bounded_alone_and_together() {
        let crowd = Crowd::default();
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
        assert_eq!(crowd.0.backlog_bytes.load(Ordering::Relaxed), 0);
    }
}
