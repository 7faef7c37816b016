//! A dataflow engine with the semantics of Flowno.

pub mod clock;
pub mod event_loop;
pub mod flow;
pub mod hdl;
pub mod native;
pub mod sync;
