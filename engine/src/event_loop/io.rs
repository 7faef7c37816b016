//! Readiness of sockets, by mio.
//!
//! Sockets try first: the system call is made, and only if it would block does the task wait for the socket. Then the
//! socket is registered, once, for both directions, edge-triggered: an event tells that the state *became* such, so
//! whoever is woken tries again until the call would block. All who wait for a direction are woken together, so a
//! wake-up given to a task that was cancelled is lost to nobody; an event in vain costs one more try.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::task::Waker;
use std::time::Duration;

use mio::event::Source;
use mio::{Events, Interest, Poll, Registry, Token};
use smallvec::SmallVec;

/// Events taken from the operating system at once.
const EVENT_CAPACITY: usize = 256;

/// The token of the cross-thread waker.
const WAKER_TOKEN: Token = Token(usize::MAX);

/// What a task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Bytes or connections to take, or the end of them.
    Read,
    /// Room for bytes, or the end of connecting.
    Write,
    /// Either.
    Both,
}

impl Direction {
    fn reads(self) -> bool {
        self != Self::Write
    }

    fn writes(self) -> bool {
        self != Self::Read
    }
}

/// The loop's link to the operating system.
pub(crate) struct Driver {
    poll: RefCell<Poll>,
    registry: Registry,
    /// One buffer for all turns.
    events: RefCell<Events>,
    /// By token; free places are reused, last freed first.
    sockets: RefCell<Vec<Option<Rc<Lines>>>>,
    free: RefCell<Vec<usize>>,
    /// How many entries stand in all lines.
    waiting: Cell<usize>,
}

impl Driver {
    pub(super) fn new() -> io::Result<(Self, mio::Waker)> {
        let poll = Poll::new()?;
        let waker = mio::Waker::new(poll.registry(), WAKER_TOKEN)?;
        let driver = Self {
            registry: poll.registry().try_clone()?,
            poll: RefCell::new(poll),
            events: RefCell::new(Events::with_capacity(EVENT_CAPACITY)),
            sockets: RefCell::default(),
            free: RefCell::default(),
            waiting: Cell::new(0),
        };
        Ok((driver, waker))
    }

    /// Whether a task waits for a socket, so that the operating system may have something to tell.
    pub(super) fn is_waited_for(&self) -> bool {
        self.waiting.get() > 0
    }

    /// Wakes whom the operating system has news for, waiting for news for at most `timeout`, or for ever; `false` if
    /// there was none.
    pub(super) fn poll(&self, timeout: Option<Duration>) -> io::Result<bool> {
        let mut events = self.events.borrow_mut();
        match self.poll.borrow_mut().poll(&mut events, timeout) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(true),
            result => result?,
        }
        for event in events.iter() {
            // An event of a socket that has just been dropped finds nobody, or wakes its successor in vain.
            let lines = self.sockets.borrow().get(event.token().0).cloned().flatten();
            let Some(lines) = lines else { continue };
            if event.is_readable() || event.is_read_closed() || event.is_error() {
                self.wake(&lines.readers);
            }
            if event.is_writable() || event.is_write_closed() || event.is_error() {
                self.wake(&lines.writers);
            }
        }
        Ok(!events.is_empty())
    }

    fn wake(&self, line: &RefCell<Line>) {
        let woken = line.take();
        self.waiting.set(self.waiting.get() - woken.len());
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }

    fn register(&self, source: &mut impl Source, lines: &Rc<Lines>) -> io::Result<Token> {
        let index = self.free.borrow_mut().pop().unwrap_or_else(|| {
            let mut sockets = self.sockets.borrow_mut();
            sockets.push(None);
            sockets.len() - 1
        });
        let token = Token(index);
        if let Err(error) = self.registry.register(source, token, Interest::READABLE | Interest::WRITABLE) {
            self.free.borrow_mut().push(index);
            return Err(error);
        }
        self.sockets.borrow_mut()[index] = Some(lines.clone());
        Ok(token)
    }

    fn deregister(&self, source: &mut impl Source, token: Token) {
        // A failure would mean that it is not registered, which is what is wanted.
        let _ = self.registry.deregister(source);
        self.sockets.borrow_mut()[token.0] = None;
        self.free.borrow_mut().push(token.0);
    }
}

/// Tasks that wait for one direction, each with the number of its wait.
type Line = SmallVec<[(u64, Waker); 1]>;

#[derive(Default)]
struct Lines {
    readers: RefCell<Line>,
    writers: RefCell<Line>,
}

/// Who waits for one socket, and where the socket is registered.
#[derive(Default)]
pub(crate) struct Readiness {
    lines: Rc<Lines>,
    registered: RefCell<Option<(Rc<Driver>, Token)>>,
    next_number: Cell<u64>,
}

impl Readiness {
    /// Sees to it that events of the socket come to the current loop.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub(crate) fn register(&self, source: &mut impl Source) -> io::Result<()> {
        super::with_current(|inner| {
            if let Some((driver, _)) = &*self.registered.borrow()
                && Rc::ptr_eq(driver, &inner.driver)
            {
                return Ok(());
            }
            // It was used on another loop before.
            self.deregister(source);
            let token = inner.driver.register(source, &self.lines)?;
            *self.registered.borrow_mut() = Some((inner.driver.clone(), token));
            Ok(())
        })
    }

    /// Wakes all who wait, who will find that the socket has changed, and ends the registration.
    pub(crate) fn deregister(&self, source: &mut impl Source) {
        self.wake_all();
        if let Some((driver, token)) = self.registered.take() {
            driver.deregister(source, token);
        }
    }

    /// Wakes all who wait.
    pub(crate) fn wake_all(&self) {
        if let Some((driver, _)) = &*self.registered.borrow() {
            driver.wake(&self.lines.readers);
            driver.wake(&self.lines.writers);
        }
    }

    fn count(&self, change: impl Fn(usize) -> usize) {
        if let Some((driver, _)) = &*self.registered.borrow() {
            driver.waiting.set(change(driver.waiting.get()));
        }
    }
}

/// One operation that may have to wait; leaves the lines when dropped.
pub(crate) struct Wait<'a> {
    readiness: &'a Readiness,
    number: Option<u64>,
}

impl<'a> Wait<'a> {
    pub(crate) fn new(readiness: &'a Readiness) -> Self {
        Self { readiness, number: None }
    }

    /// Has `waker` called at the next event. The socket must be registered.
    pub(crate) fn stand(&mut self, direction: Direction, waker: &Waker) {
        let number = *self.number.get_or_insert_with(|| {
            let number = self.readiness.next_number.get();
            self.readiness.next_number.set(number + 1);
            number
        });
        if direction.reads() {
            self.stand_in(&self.readiness.lines.readers, number, waker);
        }
        if direction.writes() {
            self.stand_in(&self.readiness.lines.writers, number, waker);
        }
    }

    fn stand_in(&self, line: &RefCell<Line>, number: u64, waker: &Waker) {
        let mut line = line.borrow_mut();
        if let Some(entry) = line.iter_mut().find(|entry| entry.0 == number) {
            entry.1.clone_from(waker);
            return;
        }
        line.push((number, waker.clone()));
        self.readiness.count(|waiting| waiting + 1);
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        for line in [&self.readiness.lines.readers, &self.readiness.lines.writers] {
            let mut line = line.borrow_mut();
            if let Some(place) = line.iter().position(|entry| entry.0 == number) {
                let gone = line.remove(place);
                drop(line);
                self.readiness.count(|waiting| waiting - 1);
                drop(gone);
            }
        }
    }
}
