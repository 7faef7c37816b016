//! The peers of one channel: how many there may be, what they go by, and how much is held of what they send.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::identity::{identity, name, next_number, number};

/// Peers of one channel at a time. A Jupyter server connects once for each open page and console.
pub(super) const MAX_PEERS: usize = 256;

/// Held of unfinished messages of all peers of a channel together, beside one chunk of each: two of the largest. Who
/// sends more waits for the others.
const ALL_INCOMING_BYTES: usize = 128 << 20;

/// Who is connected. Clones are handles to the same crowd.
#[derive(Clone, Default)]
pub(crate) struct Crowd(Arc<Shared>);

struct Shared {
    /// By number, and so by order of coming.
    members: Mutex<BTreeMap<u64, Arc<Member>>>,
    /// Told when somebody is ready or has left.
    changed: Notify,
    backlog_bytes: AtomicUsize,
    /// A permit a byte.
    incoming: Arc<Semaphore>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            members: Mutex::default(),
            changed: Notify::new(),
            backlog_bytes: AtomicUsize::default(),
            incoming: Arc::new(Semaphore::new(ALL_INCOMING_BYTES)),
        }
    }
}

#[derive(Default)]
struct Member {
    /// What it goes by, once it has completed the handshake; empty if it has no name.
    name: OnceLock<Bytes>,
    /// Whether it has sent a whole message.
    spoken: AtomicBool,
    task: OnceLock<AbortHandle>,
}

impl Member {
    fn is_ready(&self) -> bool {
        self.name.get().is_some()
    }

    fn has_spoken(&self) -> bool {
        self.spoken.load(Ordering::Relaxed)
    }
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
        let number = next_number();
        let member = Arc::new(Member::default());
        let mut members = self.members();
        if members.len() >= MAX_PEERS {
            let first = |is: fn(&Member) -> bool| {
                members.iter().find(|(_, member)| !is(member)).map(|(number, _)| *number)
            };
            let number = first(Member::is_ready).or_else(|| first(Member::has_spoken))?;
            let task = members.remove(&number).and_then(|evicted| evicted.task.get().cloned());
            if let Some(task) = task {
                task.abort();
            }
        }
        members.insert(number, member.clone());
        drop(members);
        Some(Place(Arc::new(Taken { crowd: self.clone(), number, member })))
    }

    /// Where to send what is for the peer of this identity, which may be another channel's: to that connection, or, if
    /// it is not here, to all that go by its name. One of them is the client that has come back, or its socket on this
    /// channel. Others may say that they are it; they learn no more than who reads iopub.
    pub(crate) fn reach(&self, peer: &[u8]) -> Vec<Bytes> {
        let members = self.members();
        let ready = members.iter().filter_map(|(number, member)| Some((*number, member.name.get()?)));
        let (here, named): (Vec<_>, Vec<_>) = ready
            .filter(|(other, known)| Some(*other) == number(peer) || goes_by(known, name(peer)))
            .map(|(number, name)| (number, identity(number, name)))
            .partition(|(other, _)| Some(*other) == number(peer));
        let reached = if here.is_empty() { named } else { here };
        reached.into_iter().map(|(_, identity)| identity).collect()
    }

    /// Waits until nobody has been here for some time whom [`reach`](Self::reach) would find.
    pub(crate) async fn stays_away(&self, peer: &[u8], time: Duration) {
        loop {
            self.until(|| self.reach(peer).is_empty()).await;
            if timeout(time, self.until(|| !self.reach(peer).is_empty())).await.is_err() {
                return;
            }
        }
    }

    async fn until(&self, condition: impl Fn() -> bool) {
        loop {
            let changed = self.0.changed.notified(); // before the look: nothing is missed in between
            if condition() {
                return;
            }
            changed.await;
        }
    }

    fn members(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Member>>> {
        self.0.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn goes_by(known: &[u8], name: &[u8]) -> bool {
    !name.is_empty() && known == name
}

impl Place {
    /// The peer has completed the handshake and goes by this name; gives the identity that ZeroMQ is to know.
    pub(super) fn set_ready(&self, name: Bytes) -> Bytes {
        let Taken { crowd, number, member } = &*self.0;
        let identity = identity(*number, &name);
        let _ = member.name.set(name); // there is one handshake
        crowd.0.changed.notify_waiters();
        identity
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

    /// What all peers of the channel have not taken yet.
    pub(super) fn backlog_bytes(&self) -> &AtomicUsize {
        &self.0.crowd.0.backlog_bytes
    }

    /// Whether another peer is here that has completed the handshake.
    pub(super) fn has_company(&self) -> bool {
        let Taken { crowd, number, .. } = &*self.0;
        crowd.members().iter().any(|(other, member)| other != number && member.is_ready())
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.crowd.members().remove(&self.number);
        self.crowd.0.changed.notify_waiters();
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
            place.set_ready(Bytes::new());
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
        places[0].set_ready(Bytes::new());
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
        places.iter().for_each(|place| drop(place.set_ready(Bytes::new())));
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
        one.set_ready(Bytes::new());
        assert!(!one.has_company() && two.has_company());
        two.set_ready(Bytes::new());
        assert!(one.has_company());
        drop(two);
        assert!(!one.has_company());
    }

    #[test]
    fn a_peer_is_reached_by_its_connection_or_else_by_its_name() {
        let crowd = Crowd::default();
        let enter = |name: &'static str| {
            let place = crowd.enter().unwrap();
            let identity = place.set_ready(Bytes::from_static(name.as_bytes()));
            (place, identity)
        };
        let ((first, one), (_second, two), (_other, other)) = (enter("a"), enter("a"), enter("b"));
        let (_nameless, nameless) = enter("");
        assert_eq!(crowd.reach(&one), std::slice::from_ref(&one));
        assert_eq!(crowd.reach(&other), [other]);
        assert_eq!(crowd.reach(&nameless), [nameless]);
        drop(first);
        assert_eq!(crowd.reach(&one), [two], "who goes by the same name");
        assert!(crowd.reach(&identity(0, b"c")).is_empty());
        assert!(crowd.reach(&identity(0, b"")).is_empty(), "nobody is known by no name");
    }

    #[tokio::test]
    async fn who_leaves_and_may_still_come_back_has_not_stayed_away() {
        let crowd = Crowd::default();
        let place = crowd.enter().unwrap();
        let identity = place.set_ready("a".into());
        let wait = |time| {
            let (crowd, identity) = (crowd.clone(), identity.clone());
            tokio::spawn(async move { crowd.stays_away(&identity, time).await })
        };
        let (at_once, patient) = (wait(Duration::ZERO), wait(Duration::from_secs(3600)));
        tokio::task::yield_now().await;
        assert!(!at_once.is_finished());
        drop(place);
        at_once.await.unwrap();
        assert!(!patient.is_finished());
    }
}
