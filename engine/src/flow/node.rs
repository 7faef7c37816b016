//! Nodes as the flow sees them: a signature and a call.

use std::error::Error;
use std::pin::Pin;
use std::rc::Rc;

use smallvec::SmallVec;

use super::generation::Generation;
use super::port_type::PortType;
use super::stream::{Emitter, StreamReader};
use super::value::Value;

/// One value an output port; nearly every node has one port.
pub type Outputs<V> = SmallVec<[V; 1]>;

/// Any error a node's body ends with. Shared, for the node keeps it and the run ends with it.
pub type NodeError = Rc<dyn Error>;

/// A future on the engine's thread.
pub type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// An input port of a node type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputPort {
    /// The parameter's name.
    pub name: Rc<str>,
    /// Whether the body takes a stream here, rather than a value.
    pub stream: bool,
    /// The type of the value, or of the stream's chunks; `None`: anything.
    pub port_type: Option<PortType>,
}

/// An output port of a node type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutputPort {
    /// Its name; a port without one is reached by index.
    pub name: Option<Rc<str>>,
    /// The type of its values and chunks; `None`: not known.
    pub port_type: Option<PortType>,
}

/// What is known of a node before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name of the node type, as messages give it.
    pub type_name: Rc<str>,
    /// The input ports, in order.
    pub inputs: Vec<InputPort>,
    /// The output ports, in order.
    pub outputs: Vec<OutputPort>,
    /// Whether the body yields chunks.
    pub streaming: bool,
}

impl Signature {
    /// A node type without inputs and with one unnamed output; add to it by the methods below.
    pub fn new(type_name: &str) -> Self {
        Self {
            type_name: type_name.into(),
            inputs: Vec::new(),
            outputs: vec![OutputPort::default()],
            streaming: false,
        }
    }

    /// Adds an input that takes a value.
    pub fn input(mut self, name: &str) -> Self {
        self.inputs.push(InputPort { name: name.into(), stream: false, port_type: None });
        self
    }

    /// Adds an input that takes a stream.
    pub fn stream_input(mut self, name: &str) -> Self {
        self.inputs.push(InputPort { name: name.into(), stream: true, port_type: None });
        self
    }

    /// Sets the number of outputs, which have no names.
    pub fn outputs(mut self, count: usize) -> Self {
        self.outputs = vec![OutputPort::default(); count];
        self
    }

    /// Sets the names of the outputs.
    pub fn named_outputs(mut self, names: &[&str]) -> Self {
        self.outputs =
            names.iter().map(|name| OutputPort { name: Some((*name).into()), port_type: None }).collect();
        self
    }

    /// Sets the type of the input added last.
    ///
    /// # Panics
    ///
    /// If there is no input.
    pub fn takes(mut self, port_type: PortType) -> Self {
        let input = self.inputs.last_mut().expect("an input before its type");
        input.port_type = Some(port_type);
        self
    }

    /// Sets the types of the outputs, in order; of those beyond the last output nothing is kept.
    pub fn gives(mut self, port_types: impl IntoIterator<Item = PortType>) -> Self {
        for (output, port_type) in self.outputs.iter_mut().zip(port_types) {
            output.port_type = Some(port_type);
        }
        self
    }

    /// The index of the output of this name.
    pub fn output_index(&self, name: &str) -> Option<usize> {
        self.outputs.iter().position(|output| output.name.as_deref() == Some(name))
    }

    /// What messages call an output: its name, or its index if it has none.
    pub fn output_label(&self, index: usize) -> String {
        match self.outputs.get(index).and_then(|output| output.name.as_ref()) {
            Some(name) => name.to_string(),
            None => index.to_string(),
        }
    }

    /// Makes the body one that yields chunks.
    pub fn streaming(mut self) -> Self {
        self.streaming = true;
        self
    }
}

/// The body of a node.
///
/// One instance belongs to one node, so a stateful body keeps its state in itself. The flow never runs two
/// calls of one node at a time.
pub trait Node<V: Value> {
    /// The ports of this node.
    fn signature(&self) -> &Signature;

    /// Evaluates the node once. The flow keeps `call` for the next one, whichever node's that is: a body that
    /// outlives this function [takes](Call::take) it, or what it needs of it.
    fn call(&self, call: &mut Call<V>) -> Evaluation<V>;

    /// Whether a body that waits may be polled from within the poll of another: a reader then gets the next chunk
    /// of a stream straight from its producer. Not if the body runs on a stack of its own.
    fn nests(&self) -> bool {
        true
    }
}

/// An argument of a call.
pub enum Arg<V: Value> {
    /// A value: of a run-level-0 port, or the default of any port.
    Value(V),
    /// A stream to read.
    Stream(StreamReader<V>),
}

/// One evaluation's arguments.
pub struct Call<V: Value> {
    /// The node's name.
    pub name: Rc<str>,
    /// The run, from 0: the value will be generation `(run,)`.
    pub run: u64,
    /// One argument an input port.
    pub args: SmallVec<[Arg<V>; 4]>,
    /// The ports whose default was used to break a cycle (not those that are merely unconnected).
    pub defaulted: SmallVec<[usize; 2]>,
    /// Takes the chunks of a streaming node; `None` for the others.
    pub emitter: Option<Emitter<V>>,
}

impl<V: Value> Call<V> {
    /// A call of nobody, to be filled.
    pub(crate) fn empty() -> Self {
        Self { name: "".into(), run: 0, args: SmallVec::new(), defaulted: SmallVec::new(), emitter: None }
    }

    /// Drops what was not taken of the arguments.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.args.clear();
        self.defaulted.clear();
        if self.emitter.is_some() {
            self.emitter = None;
        }
    }

    /// Moves the call out, for a future to keep.
    pub fn take(&mut self) -> Self {
        Self {
            name: self.name.clone(),
            run: self.run,
            args: std::mem::take(&mut self.args),
            defaulted: std::mem::take(&mut self.defaulted),
            emitter: self.emitter.take(),
        }
    }
}

/// How a body ended.
pub enum Final<V> {
    /// With this value on each port.
    Values(Outputs<V>),
    /// A stream without explicit final value: its chunks are folded.
    Fold,
}

/// What a call gives: the end at once, or a future of it.
///
/// A synchronous native node that answers [`Evaluation::Ready`] allocates nothing.
pub enum Evaluation<V: Value> {
    /// The body has ended.
    Ready(Result<Final<V>, NodeError>),
    /// The body waits for something.
    Pending(LocalFuture<Result<Final<V>, NodeError>>),
}

impl<V: Value> Evaluation<V> {
    /// A single value, at once.
    pub fn value(value: V) -> Self {
        Self::Ready(Ok(Final::Values(smallvec::smallvec![value])))
    }

    /// An error, at once.
    pub fn error(error: impl Error + 'static) -> Self {
        Self::Ready(Err(Rc::new(error)))
    }

    /// A future of the end.
    pub fn future(future: impl Future<Output = Result<Final<V>, NodeError>> + 'static) -> Self {
        Self::Pending(Box::pin(future))
    }
}

/// Raised at a producer's `yield` after a reader has cancelled the stream (Flowno's `StreamCancelled`).
///
/// A body that ends with this error ends its stream: the chunks so far are folded, and the body's own
/// stream inputs are cancelled too (rule A16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stream was cancelled by its reader")]
pub struct StreamCancelled;

/// A node that failed, and why.
#[derive(Debug, Clone, thiserror::Error)]
#[error("node {name} failed in generation {generation}: {error}")]
pub struct NodeFailure {
    /// The node's name.
    pub name: Rc<str>,
    /// The generation it was making.
    pub generation: Generation,
    /// What its body ended with.
    pub error: NodeError,
}

/// A panic in a node's body, kept from going further.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the node panicked: {0}")]
pub struct NodePanic(pub String);

/// A node needed the final value of a stream that ended without a chunk.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{producer} ended without a value: it yielded nothing")]
pub struct NoValue {
    /// The producer.
    pub producer: Rc<str>,
}

/// A body that gave another number of values than its node has output ports.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the body gave {got} value(s) for {expected} output port(s)")]
pub struct WrongOutputs {
    /// How many ports the signature has.
    pub expected: usize,
    /// How many values came.
    pub got: usize,
}
