//! Shells: cells that run beside others of the same session.

#[path = "../common/mod.rs"]
mod common;

mod own_constants;
mod own_variables;
mod run_the_flow_in_turn;
mod waiting_cells_let_others_run;
