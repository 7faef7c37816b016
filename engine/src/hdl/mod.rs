//! FlowHDL: describing a graph by names.
//!
//! [`FlowHDL`] is Flowno's: natively typed nodes, wired by [`flow_hdl!`](crate::flow_hdl) and then run. Its parts:
//! node types make [`DraftNode`]s, which are references too; a [`FlowHDLView`] gives them names, that of the flow or
//! one inside a group; finalizing turns all that was named into nodes of a [`Flow`](crate::flow::Flow).
//!
//! [`LiveHdl`] is for any type of value, and for graphs that are rewired while they live.

mod draft;
mod draft_node;
mod finalize;
mod flow_hdl;
mod input;
mod live;
mod name;
mod ports;
mod retire;
mod run;
mod view;

pub use self::draft_node::{AnyOutput, DraftBody, DraftNode, NodeOutput};
pub use self::finalize::WiringError;
pub use self::flow_hdl::FlowHDL;
pub use self::input::{
    Argument, ByDefault, ByInput, ByNode, ByOpen, ByOutput, ByText, ByValue, DEFAULT, Input, IntoInput, OPEN,
    Omitted, Open, argument,
};
pub use self::live::{Draft, DraftArg, LiveHdl, NodeRef, Unchanged};
pub use self::name::{KEYWORDS, NameError, check_name};
pub use self::ports::{HasPort, Ports, Unknown};
pub use self::run::{FlowError, RunUntilComplete, StopAt};
pub use self::view::FlowHDLView;

/// What the code that macros write calls. No part of the interface.
#[doc(hidden)]
pub mod generated {
    pub use super::input::group_input;
    pub use super::view::group;
}
