//! Runs of a flow: the rules of the semantics page, one a file or a table row; and what one may ask of a flow.

mod completed;
mod cycles;
mod defaulted;
mod errors;
mod generations;
mod inspected;
mod limits;
mod loops;
mod ports;
mod replay;
mod shown;
mod status_set;
mod streams;
mod streams_cancelled;
mod values;
