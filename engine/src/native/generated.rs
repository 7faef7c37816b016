//! What the code that `#[node]` writes calls. No part of the interface: it changes with the macro.

use std::any::TypeId;
use std::cell::{RefCell, RefMut};
use std::collections::HashMap;
use std::error::Error;
use std::rc::Rc;
use std::slice;

use smallvec::SmallVec;

use super::datum::{Datum, DatumError};
use super::fold::FoldFn;
use super::heap::HeapFn;
use super::stream::{Chunks, Emitter, Stream};
use crate::flow::{self, Arg, Call, Evaluation, InputPort, Node, NodeError, Outputs, Signature};

pub use super::fold::{FoldByTrait, FoldOf, NoFold};
pub use super::heap::{HeapByTrait, HeapOf, NoHeap};
pub use smallvec::smallvec;

/// What one call of a body gives, or which argument it could not take.
pub type Called = Result<Evaluation<Datum>, NodeError>;

struct Body<F> {
    signature: Rc<Signature>,
    run: F,
}

impl<F: Fn(Arguments<'_>) -> Called> Node<Datum> for Body<F> {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn call(&self, call: &mut Call<Datum>) -> Evaluation<Datum> {
        let ports = self.signature.inputs.iter();
        let arguments = Arguments { ports, args: call.args.drain(..), emitter: call.emitter.take() };
        (self.run)(arguments).unwrap_or_else(|error| Evaluation::Ready(Err(error)))
    }
}

/// A node's body. Those of one type of closure share a signature.
pub fn body<F: Fn(Arguments<'_>) -> Called + 'static>(
    signature: impl FnOnce() -> Signature,
    run: F,
) -> Rc<dyn Node<Datum>> {
    thread_local! {
        static SIGNATURES: RefCell<HashMap<TypeId, Rc<Signature>>> = RefCell::default();
    }
    let known = SIGNATURES.with(|all| all.borrow().get(&TypeId::of::<F>()).cloned());
    let signature = known.unwrap_or_else(|| {
        let made = Rc::new(signature());
        SIGNATURES.with(|all| all.borrow_mut().insert(TypeId::of::<F>(), made.clone()));
        made
    });
    Rc::new(Body { signature, run })
}

/// An argument that its parameter cannot take.
#[derive(Debug, thiserror::Error)]
#[error("parameter `{parameter}`: {error}")]
struct BadArgument {
    parameter: Rc<str>,
    #[source]
    error: DatumError,
}

/// The arguments of a call, taken one after the other.
pub struct Arguments<'a> {
    ports: slice::Iter<'a, InputPort>,
    args: smallvec::Drain<'a, [Arg<Datum>; 4]>,
    emitter: Option<flow::Emitter<Datum>>,
}

impl Arguments<'_> {
    /// The next argument, a value.
    ///
    /// # Errors
    ///
    /// If it is of another type, or a final value that a stream does not have.
    pub fn value<T: Clone + 'static>(&mut self) -> Result<T, NodeError> {
        let (port, arg) = self.next();
        let Arg::Value(datum) = arg else { unreachable!("a stream only where the signature has one") };
        datum.into_value().map_err(|error| bad(port, error))
    }

    /// The next argument, a stream.
    ///
    /// # Errors
    ///
    /// If it is a value of another type.
    pub fn stream<T: Clone + 'static>(&mut self) -> Result<Stream<T>, NodeError> {
        let (port, arg) = self.next();
        match arg {
            Arg::Stream(reader) => Ok(Stream::of_edge(reader)),
            Arg::Value(datum) => match datum.get::<Chunks<T>>() {
                Some(chunks) => Ok(Stream::of_chunks(&chunks)),
                None => datum.into_value().map(Stream::of_value).map_err(|error| bad(port, error)),
            },
        }
    }

    /// Where the chunks go.
    ///
    /// # Panics
    ///
    /// If the signature is not streaming.
    pub fn emitter<C>(&mut self, pack: fn(C) -> Outputs<Datum>) -> Emitter<C> {
        Emitter::new(self.emitter.take().expect("a streaming signature"), pack)
    }

    fn next(&mut self) -> (&InputPort, Arg<Datum>) {
        match (self.ports.next(), self.args.next()) {
            (Some(port), Some(arg)) => (port, arg),
            _ => unreachable!("one argument a port"),
        }
    }
}

fn bad(port: &InputPort, error: DatumError) -> NodeError {
    Rc::new(BadArgument { parameter: port.name.clone(), error })
}

/// A chunk's value for one output.
pub fn chunk<T: Clone + 'static>(value: T, fold: Option<FoldFn<T>>, heap: Option<HeapFn<T>>) -> Datum {
    Datum::chunk(value, fold, heap)
}

/// The final values of a call.
pub fn values(outputs: SmallVec<[Datum; 1]>) -> Result<flow::Final<Datum>, NodeError> {
    Ok(flow::Final::Values(outputs))
}

/// The end of a stream whose chunks are folded.
pub fn fold() -> Result<flow::Final<Datum>, NodeError> {
    Ok(flow::Final::Fold)
}

/// Any error of a body as a node's.
pub fn node_error(error: impl Into<Box<dyn Error>>) -> NodeError {
    Rc::from(error.into())
}

/// A call was made while another of the same node had not ended.
#[derive(Debug, thiserror::Error)]
#[error("the node's state is still in use by an evaluation that was dropped")]
struct StateInUse;

/// Takes hold of a node's state for one call.
///
/// # Errors
///
/// If another call holds it, which the flow allows only to one that rewires its own node.
pub fn hold<T>(state: &RefCell<T>) -> Result<RefMut<'_, T>, NodeError> {
    state.try_borrow_mut().map_err(|_| Rc::new(StateInUse) as NodeError)
}
