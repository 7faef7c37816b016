#![doc = include_str!("../README.md")]

pub mod clock;
pub mod event_loop;
pub mod flow;
pub mod hdl;
pub mod native;
pub mod net;
pub mod sync;
