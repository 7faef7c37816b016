//! What scripts may count on wherever they are: room on the stack, and that interrupts are looked for.

mod flag_reads;
mod stack_room;
