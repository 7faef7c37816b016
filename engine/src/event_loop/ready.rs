//! The ready queue: tasks whose waker was called, first in, first out.
//!
//! A waker may be called from any thread, but almost always is called on the loop's own. So there are two lanes: a
//! plain ring that only the loop's thread touches, and a locked one for the others. A thread knows that it is
//! the loop's by [`enter`], which the loop calls while it runs.
//!
//! A waker is a few numbers, its loop's and its task's, and nothing that is counted or freed: to clone, drop or call
//! it on the loop's thread costs no atomic operation. Another thread finds the loop by its number. A waker that
//! outlives its task wakes nobody; one in 65,536 tenants of the place later, it wakes that one in vain.

use std::cell::{Cell, UnsafeCell};
use std::collections::{HashSet, VecDeque};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{RawWaker, RawWakerVTable, Waker};

const _: () = assert!(usize::BITS == 64, "a waker holds the numbers of its loop and its task in one pointer");

thread_local! {
    /// The queue of the loop that runs on this thread, or null.
    static CURRENT: Cell<*const ReadyQueue> = const { Cell::new(ptr::null()) };
}

/// The loops that live, by number: how another thread finds the one that a waker means.
static LOOPS: RwLock<Vec<Option<Arc<Remote>>>> = RwLock::new(Vec::new());

/// What a waker says of its task: the place in the slab, and the number of its tenant, modulo 65,536.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Woken {
    place: u32,
    tenant: u16,
}

/// What the lane knows of a place.
#[derive(Clone, Copy, Default)]
struct LanePlace {
    tenant: u16,
    /// Whether its tenant stands in the ring.
    queued: bool,
}

/// What the loop's own thread uses.
#[derive(Default)]
struct Lane {
    ring: VecDeque<Woken>,
    places: Vec<LanePlace>,
}

/// What other threads use.
struct Remote {
    woken: Mutex<Collected>,
    any: AtomicBool,
    poller: mio::Waker,
}

/// Whom other threads woke, in order, each once.
#[derive(Default)]
struct Collected {
    line: Vec<Woken>,
    known: HashSet<Woken>,
}

/// One loop's ready queue.
pub(crate) struct ReadyQueue {
    number: u16,
    /// # Invariant
    ///
    /// Touched only in this module, in sections that call nothing which could reach it again.
    local: UnsafeCell<Lane>,
    remote: Arc<Remote>,
}

impl ReadyQueue {
    /// # Panics
    ///
    /// If the process has 65,536 event loops already.
    pub(crate) fn new(poller: mio::Waker) -> Self {
        let remote = Arc::new(Remote { woken: Mutex::default(), any: AtomicBool::new(false), poller });
        let mut loops = LOOPS.write().unwrap_or_else(PoisonError::into_inner);
        let free = loops.iter().position(Option::is_none).unwrap_or(loops.len());
        // Before anything is taken: the others live on.
        let number = u16::try_from(free).expect("at most 65,536 event loops at a time");
        if free == loops.len() {
            loops.push(None);
        }
        loops[free] = Some(remote.clone());
        Self { number, local: UnsafeCell::default(), remote }
    }

    /// Runs a short section on the lane, which must call nothing that could come back here.
    fn lane<R>(&self, section: impl FnOnce(&mut Lane) -> R) -> R {
        // SAFETY: `ReadyQueue` is not `Sync`, and no section calls anything that could come back here.
        section(unsafe { &mut *self.local.get() })
    }

    /// Makes room for a task in this place.
    pub(crate) fn admit(&self, place: u32) {
        self.lane(|lane| {
            if lane.places.len() <= place as usize {
                lane.places.resize(place as usize + 1, LanePlace::default());
            }
        });
    }

    /// The task of this place has ended: who still wants to wake it wakes nobody.
    pub(crate) fn retire(&self, place: u32) {
        self.lane(|lane| {
            let place = &mut lane.places[place as usize];
            *place = LanePlace { tenant: place.tenant.wrapping_add(1), queued: false };
        });
    }

    /// Puts the task of this place in line, unless it stands there.
    pub(crate) fn push(&self, place: u32) {
        self.lane(|lane| {
            let tenant = lane.places[place as usize].tenant;
            lane.push(Woken { place, tenant });
        });
    }

    /// Moves what other threads woke behind what is queued here, and tells how many tasks wait.
    pub(crate) fn collect(&self) -> usize {
        if self.remote.any.load(Ordering::Acquire) {
            self.collect_remote();
        }
        self.lane(|lane| lane.ring.len())
    }

    #[cold]
    fn collect_remote(&self) {
        self.remote.any.store(false, Ordering::Release);
        let woken = std::mem::take(&mut *self.remote.woken.lock().unwrap_or_else(PoisonError::into_inner));
        self.lane(|lane| woken.line.into_iter().for_each(|woken| lane.push(woken)));
    }

    /// Takes who is first in line.
    pub(crate) fn pop(&self) -> Option<u32> {
        self.lane(|lane| {
            loop {
                let Woken { place, tenant } = lane.ring.pop_front()?;
                let found = &mut lane.places[place as usize];
                if found.tenant == tenant {
                    found.queued = false;
                    return Some(place);
                }
                // Its task has ended meanwhile.
            }
        })
    }

    /// The waker of the task in this place.
    pub(crate) fn waker(&self, place: u32) -> Waker {
        let tenant = self.lane(|lane| lane.places[place as usize].tenant);
        let numbers = (self.number as usize) << 48 | (tenant as usize) << 32 | place as usize;
        // SAFETY: the functions of the table take any number for data: no memory belongs to a waker.
        unsafe { Waker::from_raw(raw_waker(ptr::without_provenance(numbers))) }
    }
}

impl Lane {
    fn push(&mut self, woken: Woken) {
        let Some(place) = self.places.get_mut(woken.place as usize) else { return };
        if place.tenant == woken.tenant && !std::mem::replace(&mut place.queued, true) {
            self.ring.push_back(woken);
        }
    }
}

impl Drop for ReadyQueue {
    fn drop(&mut self) {
        LOOPS.write().unwrap_or_else(PoisonError::into_inner)[self.number as usize] = None;
    }
}

static TABLE: RawWakerVTable = RawWakerVTable::new(raw_waker, wake, wake, |_| {});

fn raw_waker(data: *const ()) -> RawWaker {
    RawWaker::new(data, &TABLE)
}

fn wake(data: *const ()) {
    let numbers = data.addr();
    let number = (numbers >> 48) as u16;
    let woken = Woken { place: numbers as u32, tenant: (numbers >> 32) as u16 };
    let current = CURRENT.get();
    if !current.is_null() {
        // SAFETY: `CURRENT` is set only while an `Entered` borrows the queue that it points to.
        let queue = unsafe { &*current };
        if queue.number == number {
            return queue.lane(|lane| lane.push(woken));
        }
    }
    wake_from_elsewhere(number, woken);
}

#[cold]
fn wake_from_elsewhere(number: u16, woken: Woken) {
    let remote = {
        let loops = LOOPS.read().unwrap_or_else(PoisonError::into_inner);
        loops.get(number as usize).cloned().flatten()
    };
    let Some(remote) = remote else { return };
    {
        let mut waiting = remote.woken.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.known.insert(woken) {
            waiting.line.push(woken);
        }
    }
    if !remote.any.swap(true, Ordering::AcqRel) {
        // A failed wake-up means that the poller is gone, and with it the loop.
        let _ = remote.poller.wake();
    }
}

/// Marks this thread as the one that runs `queue`'s loop until the guard is dropped.
pub(crate) fn enter(queue: &ReadyQueue) -> Entered<'_> {
    Entered { before: CURRENT.replace(queue), _queue: queue }
}

pub(crate) struct Entered<'a> {
    before: *const ReadyQueue,
    _queue: &'a ReadyQueue,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}
