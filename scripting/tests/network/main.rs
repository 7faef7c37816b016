//! Sockets and HTTP from scripts, on this machine only: one behaviour a file.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/allocator.rs"]
mod allocator;
#[path = "../common/mod.rs"]
mod common;
mod server;

mod errors_say_what_to_do;
mod http_answers;
mod http_asks;
mod http_follows_redirects;
mod server_sent_events_are_iterated;
mod sockets_talk;
mod the_gate_can_be_closed;
mod tls_is_checked;
