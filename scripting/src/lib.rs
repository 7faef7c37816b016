//! Cells: Rhai on the flowno engine.

pub mod body;
pub mod coroutine;
pub mod event;
mod interrupt;
mod session;
pub mod source;

pub use flowno_engine as engine;
pub use interrupt::Interrupt;
pub use session::{Cell, CellError, DisplayMode, Outcome, Session, SessionOptions, block_on};
pub use source::{Completeness, is_complete};
