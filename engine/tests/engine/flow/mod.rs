//! Runs of a fresh graph: the rules of the semantics page, one a file or a table row.

mod cycles;
mod errors;
mod generations;
mod limits;
mod ports;
mod replay;
mod shown;
mod streams;
mod streams_cancelled;
mod values;
