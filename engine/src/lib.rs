//! A dataflow engine with the semantics of Flowno.

pub mod event_loop;
