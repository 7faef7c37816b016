//! Errors of sockets by the names that scripts know; those of the system are Python's.

use std::io::ErrorKind;

use rhai::{EvalAltResult, Position};

use crate::engine::net::SocketError;
use crate::report::error_map;

/// An error that scripts can catch.
pub(crate) fn raise(error: &SocketError, position: Position) -> Box<EvalAltResult> {
    error_map(name(error), &error.to_string(), position)
}

fn name(error: &SocketError) -> &'static str {
    match error {
        SocketError::Resolve { .. } => "HostNotFoundError",
        SocketError::Tls { .. } => "TlsError",
        SocketError::Os { source, .. } => match source.kind() {
            ErrorKind::ConnectionRefused => "ConnectionRefusedError",
            ErrorKind::ConnectionReset => "ConnectionResetError",
            ErrorKind::ConnectionAborted => "ConnectionAbortedError",
            ErrorKind::BrokenPipe => "BrokenPipeError",
            ErrorKind::PermissionDenied => "PermissionError",
            ErrorKind::TimedOut => "TimeoutError",
            _ => "SocketError",
        },
        _ => "SocketError",
    }
}
