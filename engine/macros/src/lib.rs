//! The macros of `flowno-engine`, which re-exports and shows them.
//!
//! `node` reads a function or an `impl` block (`parameter`, `outputs`, `options`), then writes a function of the node
//! type's name that makes draft nodes (`node_fn`, `node_impl` on `maker`). `hdl` turns `f.name` into calls
//! of a view, for `flow_hdl!` and `template`. What is written calls `flowno_engine::native::generated` and
//! `flowno_engine::hdl`.

mod hdl;
mod maker;
mod node_fn;
mod node_impl;
mod options;
mod outputs;
mod parameter;
mod template;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{Error, Item, parse_macro_input};

/// Makes a node type of a function, or of a struct with a `call` (Flowno's `@node`).
///
/// The node type is a function of the same name, which takes one argument a parameter, a value or another node, and
/// gives a `DraftNode`:
///
/// ```
/// use flowno_engine::{DEFAULT, FlowHDL, node};
///
/// #[node]
/// async fn Add(x: i64, #[default(1)] y: i64) -> i64 {
///     x + y
/// }
///
/// let two = Add(1, DEFAULT);
/// let five = Add(3, two);
/// # let f = FlowHDL::new();
/// # f.assign("five", five.clone())?;
/// # f.run_until_complete(())?;
/// # assert_eq!(five.get_data(), Some((5,)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// * A `fn` that is not `async` is called in place and costs no allocation.
/// * `#[default(..)]` before a parameter gives it a default, which starts cycles and stands in for `DEFAULT`. The
///   default of a stream is anything to iterate over.
/// * A parameter `a: Stream<T>` reads a stream: `while let Some(value) = a.next().await`.
/// * A parameter `out: Emitter<T>` makes the node a streaming one, `out.emit(value).await?`; it is no input. What
///   the body returns is the stream's explicit final value; `()` folds the chunks.
/// * `Result<T, E>` as return type: an error fails the node.
/// * `#[node(multiple_outputs)]` makes each element of the returned tuple an output of its own, and
///   `#[node(outputs("sum", "difference"))]` names them.
///
/// On an `impl` block with a method `call`, the struct is the node's state, which begins as its `Default` and lives as
/// long as the node; `Struct { .. }.node(..)` begins with a state of choice:
///
/// ```
/// use flowno_engine::{flow_hdl, node};
///
/// #[derive(Default)]
/// struct RollingSum {
///     total: i64,
/// }
///
/// #[node]
/// impl RollingSum {
///     async fn call(&mut self, x: i64) -> i64 {
///         self.total += x;
///         self.total
///     }
/// }
///
/// let f = flow_hdl! { |f|
///     f.a = RollingSum(5);
///     f.b = RollingSum { total: 100 }.node(f.a);
/// }?;
/// f.run_until_complete(())?;
/// assert_eq!(f.b.get_data(), Some((105,)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[proc_macro_attribute]
pub fn node(attributes: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(attributes as options::Options);
    let written = match parse_macro_input!(item as Item) {
        Item::Fn(function) => node_fn::write(&options, function),
        Item::Impl(block) => node_impl::write(&options, block),
        other => Err(Error::new_spanned(
            other,
            "a node is made of a function, or of an `impl` block that has a method `call`",
        )),
    };
    written.unwrap_or_else(Error::into_compile_error).into()
}

/// Makes a group of nodes that is used like a node (Flowno's `@node.template`): `#[node::template]`.
///
/// The first parameter names the group's nodes, `f.inner`; the others are its arguments, to be given on. Each use makes
/// the nodes anew, under the name of the group: `g.inner`. What the function returns stands for the group.
///
/// ```
/// use flowno_engine::{DraftNode, FlowHDLView, flow_hdl, node};
///
/// #[node]
/// fn Add(x: i64, y: i64) -> i64 {
///     x + y
/// }
///
/// #[node::template]
/// fn AddTwice(f: FlowHDLView, x: i64, y: i64) -> DraftNode<(i64,)> {
///     f.once = Add(x, y);
///     f.twice = Add(f.once, y);
///     f.twice
/// }
///
/// let f = flow_hdl! { |f|
///     f.five = AddTwice(1, 2);
///     f.nine = AddTwice(f.five, 2);
/// }?;
/// f.run_until_complete(())?;
/// assert_eq!(f.nine.get_data(), Some((9,)));
/// assert!(f.flow().node("nine.once").is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[proc_macro_attribute]
pub fn template(attributes: TokenStream, item: TokenStream) -> TokenStream {
    let attributes = proc_macro2::TokenStream::from(attributes);
    if !attributes.is_empty() {
        let error = Error::new_spanned(attributes, "a template has no options");
        return error.into_compile_error().into();
    }
    template::write(parse_macro_input!(item)).unwrap_or_else(Error::into_compile_error).into()
}

/// Describes a graph by names (Flowno's `with FlowHDL() as f:`), and gives a `Result<FlowHDL, WiringError>` whose fields
/// are the nodes.
///
/// ```
/// use flowno_engine::{flow_hdl, node};
/// use flowno_engine::hdl::FlowError;
///
/// #[node]
/// async fn Add(x: i64, #[default(0)] y: i64) -> i64 {
///     x + y
/// }
///
/// let f = flow_hdl! { |f|
///     f.a = Add(1, f.b); // `b` comes later
///     f.b = Add(f.a, 1);
/// }?;
/// let stopped = f.run_until_complete([(&f.b, (2,))]);
/// assert!(matches!(stopped, Err(FlowError::Run(_))));
/// assert_eq!(f.b.get_data(), Some((6,)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// After `|f|` come statements of Rust, in which
///
/// * `f.name = node;` gives a node a name, and `f.name` is that node, or, before the assignment, the one that will
///   get the name. The compiler checks types across both. In Python's way, `f.name` means the node that bore the name
///   at that moment if there is one.
/// * `f.name.output(1)` and `f.name["difference"]` are outputs of a node.
/// * `Print(f.name);` alone takes in a node without a name.
/// * `f` itself is a `FlowHDLView`, for names that are made while the program runs: `f.assign(&name, node)?`.
///
/// Names in the arguments of other macros are not seen.
#[proc_macro]
pub fn flow_hdl(input: TokenStream) -> TokenStream {
    let written = parse_macro_input!(input as hdl::Description).write();
    let errors = |error: Error| {
        let errors = error.into_compile_error();
        quote::quote!({ #errors }) // a block, for there may be several
    };
    written.unwrap_or_else(errors).into()
}
