//! Which instruments are told on this thread.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::Rc;

use super::{EventLoopInstrument, FlowInstrument};

/// An instrument with the number of its guard.
type Stack<I> = Vec<(u64, Rc<I>)>;

#[derive(Default)]
struct Stacks {
    loops: Stack<dyn EventLoopInstrument>,
    flows: Stack<dyn FlowInstrument>,
    guards: u64,
}

thread_local! {
    /// Whether there is an instrument for loops, and one for flows: all that is looked at when nobody watches.
    static LOOPS: Cell<bool> = const { Cell::new(false) };
    static FLOWS: Cell<bool> = const { Cell::new(false) };
    static STACKS: RefCell<Stacks> = RefCell::default();
}

/// Instruments are told of what happens on this thread until it is dropped.
#[must_use = "the instrument is told only as long as this lives"]
pub struct Installed {
    number: u64,
    /// It belongs to its thread.
    thread: PhantomData<*const ()>,
}

/// Installs an instrument for event loops and flows.
pub fn install<I: EventLoopInstrument + FlowInstrument + 'static>(instrument: Rc<I>) -> Installed {
    Installed::new(Some(instrument.clone()), Some(instrument))
}

/// Installs an instrument for event loops (`with` an `EventLoopInstrument`).
pub fn install_event_loop(instrument: Rc<dyn EventLoopInstrument>) -> Installed {
    Installed::new(Some(instrument), None)
}

/// Installs an instrument for flows (`with` a `FlowInstrument`).
pub fn install_flow(instrument: Rc<dyn FlowInstrument>) -> Installed {
    Installed::new(None, Some(instrument))
}

impl Installed {
    fn new(
        for_loops: Option<Rc<dyn EventLoopInstrument>>,
        for_flows: Option<Rc<dyn FlowInstrument>>,
    ) -> Self {
        let number = STACKS.with_borrow_mut(|stacks| {
            stacks.guards += 1;
            stacks.loops.extend(for_loops.map(|instrument| (stacks.guards, instrument)));
            stacks.flows.extend(for_flows.map(|instrument| (stacks.guards, instrument)));
            stacks.note();
            stacks.guards
        });
        Self { number, thread: PhantomData }
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        // Guards may be dropped in any order, and when the thread ends.
        let gone = STACKS.try_with(|stacks| {
            let mut stacks = stacks.borrow_mut();
            let gone = (take(&mut stacks.loops, self.number), take(&mut stacks.flows, self.number));
            stacks.note();
            gone
        });
        drop(gone); // with nothing borrowed
    }
}

fn take<I: ?Sized>(stack: &mut Stack<I>, number: u64) -> Option<Rc<I>> {
    let position = stack.iter().position(|(own, _)| *own == number)?;
    Some(stack.remove(position).1)
}

impl Stacks {
    fn note(&self) {
        LOOPS.set(!self.loops.is_empty());
        FLOWS.set(!self.flows.is_empty());
    }
}

/// Whether anybody is to be told of event loops.
#[inline]
pub(crate) fn watches_loops() -> bool {
    LOOPS.get()
}

/// Whether anybody is to be told of all flows.
#[inline]
pub(crate) fn watches_flows() -> bool {
    FLOWS.get()
}

/// Tells each instrument for event loops, the inner first.
#[cold]
pub(crate) fn tell_loops(tell: impl Fn(&dyn EventLoopInstrument)) {
    each(|stacks| &stacks.loops, |instrument| tell(instrument));
}

/// Tells each instrument for flows, the inner first.
#[cold]
pub(crate) fn tell_flows(tell: impl Fn(&dyn FlowInstrument)) {
    each(|stacks| &stacks.flows, |instrument| tell(instrument));
}

/// Nothing is borrowed while one is told: it may install others, or drop its guard.
fn each<I: ?Sized>(stack: impl Fn(&Stacks) -> &Stack<I>, tell: impl Fn(&I)) {
    let count = STACKS.with_borrow(|stacks| stack(stacks).len());
    for index in (0..count).rev() {
        let instrument =
            STACKS.with_borrow(|stacks| stack(stacks).get(index).map(|(_, instrument)| instrument.clone()));
        if let Some(instrument) = instrument {
            tell(&instrument);
        }
    }
}
