//! The interrupt flag: the one thing besides the mailbox that crosses threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// Raised from any thread, read by running scripts, and sticky until the cells have ended that it is meant for
/// (a comparator inside `sort` may swallow one report of it).
#[derive(Clone, Default)]
pub struct Interrupt(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Makes scripts step back, so that their cells look.
    raised: AtomicBool,
    /// How often it was read.
    #[cfg(test)]
    reads: std::sync::atomic::AtomicU64,
    running: Mutex<Vec<Arc<Mark>>>,
}

/// A cell that runs.
#[derive(Default)]
struct Mark {
    interrupted: AtomicBool,
    /// So that a raise also reaches it in a sleep.
    waker: Mutex<Option<Waker>>,
}

impl Interrupt {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag and wakes the running cells, wherever they wait.
    pub fn raise(&self) {
        self.0.raised.store(true, Ordering::Release);
        for mark in self.0.running().iter() {
            mark.interrupted.store(true, Ordering::Release);
            if let Some(waker) = lock(&mark.waker).take() {
                waker.wake();
            }
        }
    }

    /// Whether the flag is up.
    pub fn is_raised(&self) -> bool {
        #[cfg(test)]
        self.0.reads.fetch_add(1, Ordering::Relaxed);
        self.0.raised.load(Ordering::Acquire)
    }

    /// How often it was read.
    #[cfg(test)]
    pub(crate) fn reads(&self) -> u64 {
        self.0.reads.load(Ordering::Relaxed)
    }

    /// Lowers the flag; called before a cell starts. A cell that runs already, and has not seen it, ends all the same.
    pub fn clear(&self) {
        self.0.raised.store(false, Ordering::Release);
    }

    /// Lowers the flag if no cell runs that it could be meant for.
    pub(crate) fn lower_if_idle(&self) {
        if self.is_raised() && self.0.running().is_empty() {
            self.clear();
        }
    }

    /// Marks that a cell runs. A flag that is up is meant for it.
    pub(crate) fn begin(&self) -> Running {
        let running = self.enlist();
        running.heed(self.is_raised());
        running
    }

    fn enlist(&self) -> Running {
        let mark = Arc::<Mark>::default();
        self.0.running().push(mark.clone());
        Running { interrupt: self.clone(), mark }
    }
}

impl Shared {
    fn running(&self) -> MutexGuard<'_, Vec<Arc<Mark>>> {
        lock(&self.running)
    }
}

/// A cell that runs, as long as this lives.
pub(crate) struct Running {
    interrupt: Interrupt,
    mark: Arc<Mark>,
}

impl Running {
    /// Takes over a flag that was up already. One that was not may be by now, and then has marked this cell.
    fn heed(&self, raised: bool) {
        if raised {
            self.mark.interrupted.store(true, Ordering::Release);
        }
    }

    /// Registers who is to be woken by the next [`raise`](Interrupt::raise).
    pub(crate) fn register(&self, waker: &Waker) {
        *lock(&self.mark.waker) = Some(waker.clone());
    }

    /// Whether the flag was raised since it runs.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.mark.interrupted.load(Ordering::Acquire)
    }

    /// The cell has ended as it was told. The last one to do so lowers the flag.
    pub(crate) fn seen(&self) {
        let running = self.interrupt.0.running();
        self.mark.interrupted.store(false, Ordering::Release);
        if !running.iter().any(|mark| mark.interrupted.load(Ordering::Acquire)) {
            self.interrupt.clear();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.interrupt.0.running().retain(|mark| !Arc::ptr_eq(mark, &self.mark));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raise_while_a_cell_begins_is_meant_for_it() {
        let interrupt = Interrupt::new();
        let running = interrupt.enlist();
        let raised = interrupt.is_raised();
        interrupt.raise();
        running.heed(raised);
        assert!(running.is_interrupted());
    }

    #[test]
    fn a_flag_that_is_up_is_meant_for_the_cell_that_begins() {
        let interrupt = Interrupt::new();
        assert!(!interrupt.begin().is_interrupted());
        interrupt.raise();
        assert!(interrupt.begin().is_interrupted());
    }
}
