//! What running a cell does, sentence by sentence: a section of that contract a file.

mod background;
mod dirty_held_waiting;
mod graph_pictures;
mod hostile_text;
mod live_displays;
mod looking;
mod nobody_hangs;
mod one_cell;
mod random_edits;
mod scale;
mod shown;

#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;
