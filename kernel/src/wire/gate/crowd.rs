//! The peers of one channel: how many there may be, what they go by, and how much is held of what they send.
//!
//! Everybody can connect, and most of what honest clients connect never carries a signed message. So when places are
//! scarce, strangers make place for others, except those that are probably honest: who bears the name of a client that
//! has signed something ([`Known`]), and who was there first.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Notify, Semaphore};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::known::Known;
use crate::message::{identity, name, next_number, number};

/// Peers of one channel at a time. A Jupyter server connects once for each open page and console.
pub(super) const MAX_PEERS: usize = 256;

/// So many strangers keep their places whatever happens, first come first served.
const SAFE_STRANGERS: usize = 64;

/// So many peers of a known name do: a client has one, and while it connects again two.
const SAFE_NAMESAKES: usize = 4;

/// Held of unfinished messages of all peers of a channel together that know the key, beside one chunk of each: two of the
/// largest. Who sends more waits for the others.
const TRUSTED_INCOMING_BYTES: usize = 128 << 20;

/// The same for strangers: one of the largest, which may be an honest client's first.
const STRANGERS_INCOMING_BYTES: usize = 64 << 20;

/// Who is connected. Clones are handles to the same crowd.
#[derive(Clone)]
pub(crate) struct Crowd(Arc<Shared>);

struct Shared {
    /// By number, and so by order of coming.
    members: Mutex<BTreeMap<u64, Arc<Member>>>,
    /// Told when somebody is ready or has left.
    changed: Notify,
    known: Known,
    backlog_bytes: AtomicUsize,
    /// A permit a byte.
    trusted_incoming: Arc<Semaphore>,
    strangers_incoming: Arc<Semaphore>,
}

#[derive(Default)]
struct Member {
    /// What it goes by, once it has completed the handshake; empty if it has no name.
    name: OnceLock<Bytes>,
    /// Whether it has shown that it knows the key.
    trusted: AtomicBool,
    task: OnceLock<AbortHandle>,
}

impl Member {
    fn is_trusted(&self) -> bool {
        self.trusted.load(Ordering::Relaxed)
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
    /// Nobody yet.
    pub(crate) fn new(known: Known) -> Self {
        Self(Arc::new(Shared {
            members: Mutex::default(),
            changed: Notify::new(),
            known,
            backlog_bytes: AtomicUsize::default(),
            trusted_incoming: Arc::new(Semaphore::new(TRUSTED_INCOMING_BYTES)),
            strangers_incoming: Arc::new(Semaphore::new(STRANGERS_INCOMING_BYTES)),
        }))
    }

    /// A place for a new peer. If all are taken, somebody must go: of those that have not completed the handshake who came
    /// first, or else of the strangers. `None` if all others keep their places.
    ///
    /// An honest client that had to go connects again by itself.
    pub(super) fn enter(&self) -> Option<Place> {
        let number = next_number();
        let member = Arc::new(Member::default());
        let mut members = self.members();
        if members.len() >= MAX_PEERS {
            let number = self.dispensable(&members)?;
            let task = members.remove(&number).and_then(|evicted| evicted.task.get().cloned());
            if let Some(task) = task {
                task.abort();
            }
        }
        members.insert(number, member.clone());
        drop(members);
        Some(Place(Arc::new(Taken { crowd: self.clone(), number, member })))
    }

    /// Who can be spared first.
    fn dispensable(&self, members: &BTreeMap<u64, Arc<Member>>) -> Option<u64> {
        if let Some((number, _)) = members.iter().find(|(_, member)| member.name.get().is_none()) {
            return Some(*number);
        }
        let mut namesakes: HashMap<Bytes, usize> = HashMap::new();
        let mut strangers = 0;
        let mut is_safe = |member: &Member| {
            if member.is_trusted() {
                return true;
            }
            if let Some(name) = member.name.get()
                && self.0.known.contains(name)
            {
                let count = namesakes.entry(name.clone()).or_default();
                *count += 1;
                if *count <= SAFE_NAMESAKES {
                    return true;
                }
            }
            strangers += 1;
            strangers <= SAFE_STRANGERS
        };
        members.iter().find(|(_, member)| !is_safe(member)).map(|(number, _)| *number)
    }

    /// The peer of this identity has shown that it knows the key.
    pub(crate) fn trust(&self, peer: &[u8]) {
        let members = self.members();
        let Some(member) = number(peer).and_then(|number| members.get(&number)) else { return };
        if !member.trusted.swap(true, Ordering::Relaxed)
            && let Some(name) = member.name.get()
        {
            self.0.known.add(name);
        }
    }

    /// Where to send what is for the peer of this identity, which may be another channel's. To that connection, and to
    /// those that came later, go by its name and know the key: a client that has come back while its old connection
    /// only seems to be there. If that one is not here, to all that go by its name: one of them is the client that has come
    /// back, or its socket on this channel, and neither has signed anything there yet.
    ///
    /// So who knows a client's name, as everybody does who reads iopub, can read the questions to it, and the replies that it
    /// has left behind. The key keeps strangers from answering, not from reading.
    pub(crate) fn reach(&self, peer: &[u8]) -> Vec<Bytes> {
        let members = self.members();
        let asked = number(peer);
        let is_here =
            asked.is_some_and(|asked| members.get(&asked).is_some_and(|member| member.name.get().is_some()));
        let is_meant = |number: u64, member: &Member, known: &[u8]| {
            let has_come_back = || !is_here || (Some(number) > asked && member.is_trusted());
            Some(number) == asked || (goes_by(known, name(peer)) && has_come_back())
        };
        let ready = members.iter().filter_map(|(number, member)| Some((*number, member, member.name.get()?)));
        let meant = ready.filter(|(number, member, known)| is_meant(*number, member, known));
        meant.map(|(number, _, known)| identity(number, known)).collect()
    }

    /// Waits until somebody is here whom [`reach`](Self::reach) finds.
    pub(crate) async fn comes(&self, peer: &[u8]) {
        self.until(|| !self.reach(peer).is_empty()).await;
    }

    /// Waits until nobody has been here for some time whom [`reach`](Self::reach) would find.
    pub(crate) async fn stays_away(&self, peer: &[u8], time: Duration) {
        loop {
            self.until(|| self.reach(peer).is_empty()).await;
            if timeout(time, self.comes(peer)).await.is_err() {
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

    /// What serves the peer, and ends when it must go.
    pub(super) fn set_task(&self, task: AbortHandle) {
        let _ = self.0.member.task.set(task); // a place is given once
    }

    /// Where the room for an unfinished message comes from.
    pub(super) fn incoming(&self) -> Arc<Semaphore> {
        let shared = &self.0.crowd.0;
        let is_trusted = self.0.member.is_trusted();
        if is_trusted { shared.trusted_incoming.clone() } else { shared.strangers_incoming.clone() }
    }

    /// What all peers of the channel have not taken yet.
    pub(super) fn backlog_bytes(&self) -> &AtomicUsize {
        &self.0.crowd.0.backlog_bytes
    }

    /// Whether another peer is here that has completed the handshake.
    pub(super) fn has_company(&self) -> bool {
        let Taken { crowd, number, .. } = &*self.0;
        crowd.members().iter().any(|(other, member)| other != number && member.name.get().is_some())
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

    fn crowd() -> Crowd {
        Crowd::new(Known::default())
    }

    /// A new peer that has shaken hands, and its identity.
    fn enter(crowd: &Crowd, name: &'static str) -> (Place, Bytes) {
        let place = crowd.enter().unwrap();
        let identity = place.set_ready(Bytes::from_static(name.as_bytes()));
        (place, identity)
    }

    fn is_here(crowd: &Crowd, identity: &Bytes) -> bool {
        crowd.members().contains_key(&number(identity).unwrap())
    }

    #[test]
    fn places_are_bounded_and_free_again() {
        let crowd = crowd();
        let mut places: Vec<Place> = Vec::new();
        for _ in 0..MAX_PEERS {
            let (place, identity) = enter(&crowd, "");
            crowd.trust(&identity);
            places.push(place);
        }
        assert!(crowd.enter().is_none());
        places.pop();
        assert!(crowd.enter().is_some());
        drop(places);
        assert!(crowd.members().is_empty());
    }

    #[tokio::test]
    async fn who_came_first_and_shook_no_hands_makes_place() {
        let crowd = crowd();
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
    fn strangers_make_place_but_not_all() {
        let known = Known::default();
        let (crowd, shell) = (Crowd::new(known.clone()), Crowd::new(known));
        let (_client, client) = enter(&shell, "honest");
        shell.trust(&client);
        let first: Vec<_> = (0..SAFE_STRANGERS).map(|_| enter(&crowd, "early")).collect();
        let second = enter(&crowd, "late");
        let namesakes = [(); SAFE_NAMESAKES + 1].map(|()| enter(&crowd, "honest"));
        let signer = enter(&crowd, "signer");
        crowd.trust(&signer.1);
        let others: Vec<_> = (0..3 * MAX_PEERS).map(|_| enter(&crowd, "")).collect();
        assert_eq!(crowd.members().len(), MAX_PEERS);
        assert!(first.iter().chain([&signer]).all(|(_, identity)| is_here(&crowd, identity)));
        assert!(!is_here(&crowd, &second.1));
        let here = namesakes.iter().filter(|(_, identity)| is_here(&crowd, identity)).count();
        assert_eq!(here, SAFE_NAMESAKES);
        assert!(is_here(&crowd, &others.last().unwrap().1));
    }

    #[test]
    fn company_is_another_that_is_ready() {
        let crowd = crowd();
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
        let crowd = crowd();
        let ((first, one), (_second, two), (_other, other)) =
            (enter(&crowd, "a"), enter(&crowd, "a"), enter(&crowd, "b"));
        let (_nameless, nameless) = enter(&crowd, "");
        assert_eq!(crowd.reach(&one), std::slice::from_ref(&one));
        crowd.trust(&two);
        assert_eq!(crowd.reach(&one), [one.clone(), two.clone()], "it may have come back");
        assert_eq!(crowd.reach(&two), std::slice::from_ref(&two));
        assert_eq!(crowd.reach(&other), [other]);
        assert_eq!(crowd.reach(&nameless), [nameless]);
        drop(first);
        assert_eq!(crowd.reach(&one), [two], "who goes by the same name");
        assert!(crowd.reach(&identity(0, b"c")).is_empty());
        assert!(crowd.reach(&identity(0, b"")).is_empty(), "nobody is known by no name");
    }

    #[tokio::test]
    async fn who_leaves_and_may_still_come_back_has_not_stayed_away() {
        let crowd = crowd();
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
