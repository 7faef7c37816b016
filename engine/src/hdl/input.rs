//! What can be given to a parameter of a node: values, nodes, outputs, or nothing where there is a default.

use std::marker::PhantomData;

use super::draft::{Argument as Erased, Draft, Reference, Source};
use super::draft_node::{AnyOutput, DraftNode, NodeOutput};
use super::ports::HasPort;
use crate::flow::PortRef;
use crate::native::{Datum, constant, identity};

/// An argument for a parameter of type `T`: what a group's parameters are inside the group.
pub struct Input<T> {
    source: Source,
    value: PhantomData<fn() -> T>,
}

/// Leaves a parameter to its default: `Add(1, DEFAULT)`.
pub const DEFAULT: Omitted = Omitted(());

/// The type of [`DEFAULT`].
#[derive(Debug, Clone, Copy)]
pub struct Omitted(());

/// Leaves a parameter open: `Add(OPEN, OPEN)` is no node but stands for its type, whose nodes others connect.
pub const OPEN: Open = Open(());

/// The type of [`OPEN`].
#[derive(Debug, Clone, Copy)]
pub struct Open(());

/// What can be given to a parameter of type `T`; of a stream parameter, `T` is the type of a chunk.
///
/// `How` keeps the ways apart and is always inferred. `OPTIONAL`: the parameter has a default.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to a parameter of type `{T}`",
    label = "neither a `{T}`, nor a node that gives one",
    note = "`DEFAULT` can be given only to a parameter with a default"
)]
pub trait IntoInput<T, How, const OPTIONAL: bool = false> {
    /// The argument.
    fn into_input(self) -> Input<T>;
}

impl<T> Input<T> {
    fn new(source: Source) -> Self {
        Self { source, value: PhantomData }
    }
}

impl<T: Clone + 'static> Input<T> {
    /// The input as a node: the one that it comes from, or a node that passes it on.
    pub fn into_node(self) -> DraftNode<(T,)> {
        let body = match self.source {
            Source::Output(reference, PortRef::Index(0)) => return DraftNode::of(reference),
            Source::Constant(value) => constant(value),
            source => {
                let argument = Erased { source, default: None };
                return DraftNode::of(Reference::to_draft(Draft::new(identity(), vec![argument])));
            }
        };
        DraftNode::of(Reference::to_draft(Draft::new(body, Vec::new())))
    }
}

impl<T> Clone for Input<T> {
    fn clone(&self) -> Self {
        Self::new(self.source.clone())
    }
}

/// Given as a value. See [`IntoInput`].
pub enum ByValue {}
/// Given as text. See [`IntoInput`].
pub enum ByText {}
/// Given as a node, meaning its first output. See [`IntoInput`].
pub enum ByNode {}
/// Given as an output of a node. See [`IntoInput`].
pub enum ByOutput {}
/// Passed on by a group. See [`IntoInput`].
pub enum ByInput {}
/// Left out. See [`IntoInput`].
pub enum ByDefault {}
/// Left open. See [`IntoInput`].
pub enum ByOpen {}

impl<T: Clone + 'static, const OPTIONAL: bool> IntoInput<T, ByValue, OPTIONAL> for T {
    fn into_input(self) -> Input<T> {
        Input::new(Source::Constant(Datum::new(self)))
    }
}

impl<const OPTIONAL: bool> IntoInput<String, ByText, OPTIONAL> for &str {
    fn into_input(self) -> Input<String> {
        Input::new(Source::Constant(Datum::new(self.to_owned())))
    }
}

impl<T, S: HasPort<0, T>, const OPTIONAL: bool> IntoInput<T, ByNode, OPTIONAL> for DraftNode<S> {
    fn into_input(self) -> Input<T> {
        Input::new(Source::Output(self.into_reference(), PortRef::Index(0)))
    }
}

impl<T, S: HasPort<0, T>, const OPTIONAL: bool> IntoInput<T, ByNode, OPTIONAL> for &DraftNode<S> {
    fn into_input(self) -> Input<T> {
        IntoInput::<T, ByNode, OPTIONAL>::into_input(self.clone())
    }
}

impl<T, S: HasPort<PORT, T>, const PORT: usize, const OPTIONAL: bool> IntoInput<T, ByOutput, OPTIONAL>
    for NodeOutput<S, PORT>
{
    fn into_input(self) -> Input<T> {
        Input::new(Source::Output(self.0.into_reference(), PortRef::Index(PORT)))
    }
}

impl<T, const OPTIONAL: bool> IntoInput<T, ByOutput, OPTIONAL> for AnyOutput {
    fn into_input(self) -> Input<T> {
        Input::new(Source::Output(self.node.into_reference(), self.port))
    }
}

impl<T, const OPTIONAL: bool> IntoInput<T, ByInput, OPTIONAL> for Input<T> {
    fn into_input(self) -> Self {
        self
    }
}

impl<T, const OPTIONAL: bool> IntoInput<T, ByInput, OPTIONAL> for &Input<T> {
    fn into_input(self) -> Input<T> {
        self.clone()
    }
}

impl<T> IntoInput<T, ByDefault, true> for Omitted {
    fn into_input(self) -> Input<T> {
        Input::new(Source::Omitted)
    }
}

impl<T, const OPTIONAL: bool> IntoInput<T, ByOpen, OPTIONAL> for Open {
    fn into_input(self) -> Input<T> {
        Input::new(Source::Omitted)
    }
}

/// An argument whose type is left behind, for [`DraftNode::new`].
pub struct Argument(pub(super) Erased);

/// An argument for a parameter, with the parameter's default.
pub fn argument<T, How, const OPTIONAL: bool>(
    given: impl IntoInput<T, How, OPTIONAL>,
    default: Option<Datum>,
) -> Argument {
    Argument(Erased { source: given.into_input().source, default })
}

impl<T> From<Input<T>> for Argument {
    fn from(input: Input<T>) -> Self {
        Self(Erased { source: input.source, default: None })
    }
}

/// A group's argument; `default` stands in for one that is left out.
#[doc(hidden)]
pub fn group_input<T: Clone + 'static, How, const OPTIONAL: bool>(
    given: impl IntoInput<T, How, OPTIONAL>,
    default: Option<Datum>,
) -> Input<T> {
    match (given.into_input().source, default) {
        (Source::Omitted, Some(default)) => Input::new(Source::Constant(default)),
        (source, _) => Input::new(source),
    }
}
