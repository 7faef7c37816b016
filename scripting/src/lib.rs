//! Cells: Rhai on the flowno engine.

mod assist;
mod background;
pub mod body;
mod compile;
mod concurrency;
mod console;
pub mod coroutine;
mod datum;
mod definitions;
mod display;
mod ending;
pub mod event;
mod gate;
mod graph;
mod http;
mod interrupt;
mod language;
pub mod limits;
mod memory;
mod native;
mod net;
mod nodes;
mod report;
mod rich;
mod run;
mod session;
pub mod source;
mod suggest;
mod waiting;
mod wiring;
pub mod words;
mod world;

pub use assist::{Completion, Match};
pub use flowno_engine as engine;
pub use gate::{Access, Gate};
pub use interrupt::Interrupt;
pub use limits::Limits;
pub use memory::{Apart, CountingAllocator, allocated};
pub use native::{NativeType, NativeTypeError};
pub use report::CellError;
pub use session::{Cell, DisplayMode, Outcome, Session, SessionOptions, Shell, block_on};
pub use source::{Completeness, is_complete};

/// Keeps the README's example true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
