//! Cells: Rhai on the flowno engine.

pub mod event;
mod interrupt;
mod session;

pub use flowno_engine as engine;
pub use interrupt::Interrupt;
pub use session::{
    Cell, CellError, Completeness, DisplayMode, Outcome, Session, SessionOptions, block_on, is_complete,
};
