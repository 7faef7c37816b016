//! Nodes written in Rust.
//!
//! [`#[node]`](macro@crate::node) makes a node type of a function or of a struct with a `call`; its values are [`Datum`]s.
//! [`node`] makes one of a closure, for any type of value.

mod datum;
mod fold;
#[doc(hidden)]
pub mod generated;
mod heap;
mod stream;

use std::rc::Rc;

use crate::flow::{Arg, Call, Evaluation, Node, Signature, Value};

pub use self::datum::{Datum, DatumError, Folded};
pub use self::fold::{CannotFold, Fold, FoldFn};
pub use self::heap::{HeapFn, HeapSize};
pub use self::stream::{Chunks, Emitter, Stream};

/// A node whose body is a closure.
pub struct NodeFn<F> {
    signature: Signature,
    body: F,
}

/// Makes a node of a signature and a closure.
///
/// ```
/// use flowno_engine::flow::{Arg, Evaluation, Signature};
/// use flowno_engine::native::node;
/// let add = node(Signature::new("Add").input("x").input("y"), |call| {
///     let [Arg::Value(x), Arg::Value(y)] = &call.args[..] else { unreachable!("two values") };
///     Evaluation::value(x + y)
/// });
/// # let _: std::rc::Rc<dyn flowno_engine::flow::Node<i64>> = add;
/// ```
pub fn node<V: Value>(
    signature: Signature,
    body: impl Fn(&mut Call<V>) -> Evaluation<V> + 'static,
) -> Rc<dyn Node<V>> {
    Rc::new(NodeFn { signature, body })
}

impl<V: Value, F: Fn(&mut Call<V>) -> Evaluation<V>> Node<V> for NodeFn<F> {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn call(&self, call: &mut Call<V>) -> Evaluation<V> {
        (self.body)(call)
    }
}

/// A node without inputs that always gives `value`.
pub fn constant<V: Value>(value: V) -> Rc<dyn Node<V>> {
    node(Signature::new("Constant"), move |_| Evaluation::value(value.clone()))
}

/// A node that passes its one input on: what `flow.b = flow.c` makes.
pub fn identity<V: Value>() -> Rc<dyn Node<V>> {
    node(Signature::new("Identity").input("x"), |call: &mut Call<V>| match call.args.pop() {
        Some(Arg::Value(value)) => Evaluation::value(value),
        _ => unreachable!("the signature has one input, which is no stream"),
    })
}
