#![doc = include_str!("../README.md")]

#[doc = include_str!("../docs/api.md")]
pub mod api {}
pub mod clock;
pub mod event_loop;
pub mod flow;
pub mod hdl;
pub mod instrument;
pub mod logging;
pub mod native;
pub mod net;
#[doc = include_str!("../docs/quickstart.md")]
pub mod quickstart {}
pub mod sync;

pub use self::event_loop::{EventLoop, exit, sleep, spawn};
pub use self::flow::{Flow, MissingDefaultError, NodeExecutionError, StreamCancelled, TerminateLimitReached};
pub use self::hdl::{DEFAULT, DraftNode, FlowHDL, FlowHDLView, OPEN, RunUntilComplete};
pub use self::native::{Emitter, Stream};
pub use self::net::{SocketHandle, socket};
pub use self::sync::{AsyncQueue, Condition, Event, Lock, QueueClosedError, azip};
pub use flowno_macros::{flow_hdl, node};

/// `#[node::template]`, beside `#[node]`.
pub mod node {
    pub use flowno_macros::template;
}
