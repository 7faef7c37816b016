//! The same workloads on other libraries, each as its users would write it.

#[cfg(any(feature = "tokio", feature = "smol"))]
#[macro_use]
mod echo;
pub(crate) mod futures;
#[cfg(feature = "reactive_graph")]
pub(crate) mod reactive_graph;
#[cfg(feature = "salsa")]
pub(crate) mod salsa;
#[cfg(feature = "smol")]
pub(crate) mod smol;
#[cfg(feature = "timely")]
pub(crate) mod timely;
#[cfg(feature = "tokio")]
pub(crate) mod tokio;
