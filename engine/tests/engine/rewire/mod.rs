//! Changes to a graph that has run: what is dirty, what is held, and what a refused change leaves.

mod dirty;
mod held;
mod live;
mod names;
mod own_node;
mod pinned;
mod refused;
mod reset;
mod retried;
mod while_running;
mod winding_down;
