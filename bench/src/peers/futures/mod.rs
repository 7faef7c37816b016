//! Boxed futures in a slab, polled in the order of a ready ring, woken by number: what is left when there is
//! no graph, no waker, no error and no join. No engine with `async` bodies can be below this.

mod channel;
mod poll_loop;
mod workloads;

pub(crate) use workloads::run;
