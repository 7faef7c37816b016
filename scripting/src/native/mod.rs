//! Node types written in Rust, for cells to use: a host adds them by [`Session::add_native`](crate::Session::add_native).
//!
//! A type is described by a call of its function with every parameter left open:
//!
//! ```
//! use flowno_scripting::NativeType;
//! use flowno_scripting::engine::{OPEN, node};
//!
//! #[node]
//! fn Scale(x: f64, #[default(2.0)] factor: f64) -> f64 {
//!     x * factor
//! }
//!
//! let scale = NativeType::new(|| Scale(OPEN, OPEN))?;
//! assert_eq!(scale.name(), "Scale");
//! # Ok::<(), flowno_scripting::NativeTypeError>(())
//! ```
//!
//! | file | what it does |
//! | --- | --- |
//! | `exchange.rs` | values of Rhai as values of Rust, and back |
//! | `node.rs` | one node: a native body, called by a flow of Rhai's values |
//! | `arguments.rs` | what it is called with: values, streams, and what stands in for a stream |

mod arguments;
mod exchange;
mod node;

use std::rc::Rc;

use flowno_engine::DraftNode;
use flowno_engine::flow::{Node, Signature};
use flowno_engine::native;
use rhai::Dynamic;
use thiserror::Error;

use self::exchange::Exchange;
use self::node::NativeNode;
use crate::datum::Datum;

/// A node type written in Rust.
pub struct NativeType {
    signature: Signature,
    /// The default of each parameter that has one.
    defaults: Vec<Option<Dynamic>>,
    make: Box<dyn Fn() -> Option<Body>>,
}

type Body = Rc<dyn Node<native::Datum>>;

/// A type that cells cannot use.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NativeTypeError {
    /// What was made stands for a name, or is part of a flow already.
    #[error("a native node type is described by a new node: `|| Add(OPEN, OPEN)`")]
    NoNode,
    /// Its name cannot be written in a cell, or means something else there.
    #[error(
        "{0:?} cannot name a node type in cells: it is no identifier of Rhai's, or a word of the language"
    )]
    Name(String),
}

impl NativeType {
    /// Describes a type by how its nodes are made: each node calls `make` for a body, and a state, of its own.
    ///
    /// # Errors
    ///
    /// [`NativeTypeError`] if cells could not use it.
    pub fn new<S>(make: impl Fn() -> DraftNode<S> + 'static) -> Result<Self, NativeTypeError> {
        let (body, defaults) = make().body().ok_or(NativeTypeError::NoNode)?;
        let signature = body.signature().clone();
        let name = &signature.type_name;
        if !rhai::is_valid_identifier(name)
            || name.starts_with('_')
            || crate::words::named(name).next().is_some()
        {
            return Err(NativeTypeError::Name(name.to_string()));
        }
        let inputs = signature.inputs.iter().map(|input| Exchange::of(input.port_type.as_ref()));
        let defaults = inputs
            .zip(defaults)
            .map(|(exchange, default)| default.map(|default| exchange.default_to_script(default)))
            .collect();
        let make = Box::new(move || make().body().map(|(body, _)| body));
        Ok(Self { signature, defaults, make })
    }

    /// Its name in cells: that of the Rust function or struct.
    pub fn name(&self) -> &str {
        &self.signature.type_name
    }

    /// How it is called: `Scale(x: f64, factor: f64 = 2.0)`, `Sum(stream xs: i64)`.
    pub fn usage(&self) -> String {
        let parameter = |(input, default): (&flowno_engine::flow::InputPort, &Option<Dynamic>)| {
            let stream = if input.stream { "stream " } else { "" };
            let port_type = input.port_type.as_ref().map(|t| format!(": {t}")).unwrap_or_default();
            let default = default.as_ref().map(|value| format!(" = {value:?}")).unwrap_or_default();
            format!("{stream}{}{port_type}{default}", input.name)
        };
        let parameters: Vec<String> =
            self.signature.inputs.iter().zip(&self.defaults).map(parameter).collect();
        format!("{}({})", self.name(), parameters.join(", "))
    }

    pub(crate) fn arity(&self) -> usize {
        self.signature.inputs.len()
    }

    pub(crate) fn defaults(&self) -> Vec<Option<Dynamic>> {
        self.defaults.clone()
    }

    /// The body of a new node.
    pub(crate) fn node(&self) -> Option<Rc<dyn Node<Datum>>> {
        let body = (self.make)()?;
        Some(Rc::new(NativeNode::new(body, &self.signature)))
    }
}
