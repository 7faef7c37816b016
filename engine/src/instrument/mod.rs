//! Watching event loops and flows at work: Flowno's instrumentation.
//!
//! [`EventLoopInstrument`] and [`FlowInstrument`] have Flowno's hooks, each an empty method at first. An instrument is told
//! of what happens on its thread from when it is installed until the guard is dropped, as in Flowno's `with` block; of nested
//! ones each is told, the inner first. [`Flow::set_instrument`](crate::flow::Flow::set_instrument) is for one flow
//! alone. Ready made are [`Profile`], [`Trace`], [`PrintInstrument`] and [`LogInstrument`]; [`Each`] is for a closure.
//!
//! ```
//! use std::rc::Rc;
//! use flowno_engine::{flow_hdl, node};
//! use flowno_engine::instrument::{FlowInstrument, NodeView, Profile, install_flow};
//!
//! #[node]
//! fn Double(x: i64) -> i64 {
//!     2 * x
//! }
//!
//! struct Registered;
//! impl FlowInstrument for Registered {
//!     fn on_node_registered(&self, node: NodeView<'_>) {
//!         println!("{node} is a node now");
//!     }
//! }
//!
//! let _registered = install_flow(Rc::new(Registered));
//! let f = flow_hdl! { |f| f.four = Double(2); }?; // "four is a node now"
//! let profile = Profile::new();
//! {
//!     let _profiled = profile.install();
//!     f.run_until_complete(())?;
//! }
//! assert_eq!(profile.node("four").expect("it has run").calls, 1);
//! println!("{profile}"); // a table
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rules
//!
//! An instrument is told while the loop or flow is at work: it notes what it is told and acts later. Asking the flow from
//! inside a hook panics. A thread that nobody watches pays a look at one cell an event: no clock is read, nothing allocated.

mod each;
mod event_loop;
mod flow;
mod installed;
mod lines;
mod profile;
mod trace;

pub use self::each::{Each, Note, Subject};
pub use self::event_loop::{
    EventLoopInstrument, QueueView, SocketRecvData, SocketSendData, SocketView, SocketWait, TaskView,
    TlsHandshake,
};
pub use self::flow::{Detail, FlowId, FlowInstrument, Moment, NodeView, StreamDropped, StreamView};
pub use self::installed::{Installed, install, install_event_loop, install_flow};
pub(crate) use self::installed::{tell_flows, tell_loops, watches_flows, watches_loops};
pub use self::lines::{LogInstrument, PrintInstrument};
pub use self::profile::{ENDED_TASKS, NodeProfile, Profile, TaskProfile};
pub use self::trace::{Trace, TraceEvent};
