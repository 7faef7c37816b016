//! What running a cell does, sentence by sentence: a section of that contract a file.

mod background;
mod dirty_held_waiting;
mod hostile_text;
mod looking;
mod nobody_hangs;
mod one_cell;
mod ownership;
mod random_edits;
mod scale;
mod shown;

#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;
