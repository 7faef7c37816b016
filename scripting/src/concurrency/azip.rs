//! `azip(a, b, ...)`: streams and queues in lockstep.
//!
//! Each round asks one after the other, the next only when the one before has given its item, and ends with the first
//! that has none, as the engine's `azip` does.

use std::any::TypeId;
use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::rc::Rc;

use rhai::{
    Array, Dynamic, Engine, EvalAltResult, FuncRegistration, INT, Module, NativeCallContext, Position,
};
use rhai::{RhaiFunc, Shared};

use super::queue::{ScriptQueue, UntilEmpty};
use crate::display::called;
use crate::nodes::ScriptStream;
use crate::report::error_map;
use crate::waiting::{Items, Source};

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// Gives one item after another, waiting for each.
pub(crate) type Next = Box<dyn FnMut() -> Result<Option<Dynamic>>>;

/// How many iterables `azip` takes.
const ITERABLES_MAX: usize = 12;

/// What `azip` gives. A copy is the same one.
#[derive(Clone)]
struct Zip(Rc<RefCell<State>>);

enum State {
    Open(Vec<Next>),
    /// Somebody waits for its next round.
    Busy,
    Ended,
}

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Zip>("Azip");
    engine.register_iterator_result::<Zip, Dynamic>();
    let mut module = Module::new();
    for count in 1..=ITERABLES_MAX {
        let zip = |context: Option<NativeCallContext>, arguments: &mut [&mut Dynamic]| {
            let position = context.as_ref().map_or(Position::NONE, NativeCallContext::call_position);
            let next = |argument: &mut &mut Dynamic| source(std::mem::take(*argument).flatten(), position);
            let sources = arguments.iter_mut().map(next).collect::<Result<_>>()?;
            Ok(Dynamic::from(Zip(Rc::new(RefCell::new(State::Open(sources))))))
        };
        FuncRegistration::new("azip").set_into_module_raw(
            &mut module,
            vec![TypeId::of::<Dynamic>(); count],
            RhaiFunc::Pure { func: Shared::new(zip), has_context: true, is_pure: true, is_volatile: true },
        );
    }
    engine.register_global_module(module.into());
}

fn source(value: Dynamic, position: Position) -> Result<Next> {
    let found = value.type_name();
    next_of(value).ok_or_else(|| {
        let message = format!("azip takes streams, queues, arrays and ranges, not {}", called(found));
        error_map("TypeError", &message, position)
    })
}

/// What gives the items of an iterable; `None` if it is none.
pub(crate) fn next_of(value: Dynamic) -> Option<Next> {
    if let Some(queue) = value.read_lock::<ScriptQueue>().map(|queue| queue.clone()) {
        return Some(Box::new(move || queue.next()));
    }
    if let Some(items) = value.read_lock::<UntilEmpty>().map(|items| items.clone()) {
        return Some(Box::new(move || items.next()));
    }
    if let Some(stream) = value.read_lock::<ScriptStream>().map(|stream| stream.clone()) {
        return Some(Box::new(move || stream.next()));
    }
    if let Some(zip) = value.read_lock::<Zip>().map(|zip| zip.clone()) {
        return Some(Box::new(move || zip.next()));
    }
    if let Some(mut range) = value.read_lock::<Range<INT>>().map(|range| range.clone()) {
        return Some(Box::new(move || Ok(range.next().map(Dynamic::from))));
    }
    if let Some(mut range) = value.read_lock::<RangeInclusive<INT>>().map(|range| range.clone()) {
        return Some(Box::new(move || Ok(range.next().map(Dynamic::from))));
    }
    let mut items = value.try_cast::<Array>()?.into_iter();
    Some(Box::new(move || Ok(items.next())))
}

impl Zip {
    /// The next round, as an array; `None` once one has ended.
    fn next(&self) -> Result<Option<Dynamic>> {
        let mut sources = match self.0.replace(State::Busy) {
            State::Open(sources) => sources,
            State::Ended => {
                self.0.replace(State::Ended);
                return Ok(None);
            }
            State::Busy => {
                let message = "the azip is being read by another task";
                return Err(error_map("RuntimeError", message, Position::NONE));
            }
        };
        let round = round(&mut sources);
        let ended = matches!(round, Ok(None));
        self.0.replace(if ended { State::Ended } else { State::Open(sources) });
        round
    }
}

fn round(sources: &mut [Next]) -> Result<Option<Dynamic>> {
    let mut items = Array::with_capacity(sources.len());
    for source in sources {
        match source()? {
            Some(item) => items.push(item),
            None => return Ok(None),
        }
    }
    Ok(Some(items.into()))
}

impl IntoIterator for Zip {
    type Item = Result<Dynamic>;
    type IntoIter = Items<Self>;

    fn into_iter(self) -> Self::IntoIter {
        Items::new(self)
    }
}

impl Source for Zip {
    fn next(&mut self) -> Result<Option<Dynamic>> {
        Zip::next(self)
    }
}
