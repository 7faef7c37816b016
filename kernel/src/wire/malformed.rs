//! Why a message was dropped or refused.

use thiserror::Error;

/// A message that is not one. The kernel logs it and lives on. What has no right signature and no good header is dropped:
/// an answer would have no sender that can be trusted to exist. What asks for what cannot be is refused.
#[derive(Debug, Error)]
pub(crate) enum Malformed {
    #[error("there is no <IDS|MSG> delimiter")]
    NoDelimiter,
    #[error("{got} frames after the delimiter, where a signature and four more are expected")]
    TooFewFrames { got: usize },
    #[error("the signature is wrong")]
    Signature,
    #[error("it has come before: a copy of a message is not obeyed")]
    Replayed,
    #[error("it is this kernel's own: somebody sends back what it has published")]
    Own,
    #[error("the {frame} is not a JSON object")]
    NotAnObject { frame: &'static str },
    #[error("the {frame} is not JSON: {source}")]
    NotJson { frame: &'static str, source: serde_json::Error },
    #[error("the header has no string {field:?}")]
    Header { field: &'static str },
    #[error("the content does not fit {msg_type}: {source}")]
    Content { msg_type: String, source: serde_json::Error },
    #[error("the content does not fit {msg_type}: {reason}")]
    Field { msg_type: String, reason: String },
    #[error("there is no subshell {id:?}")]
    NoSubshell { id: String },
    #[error("too many subshells: delete one first")]
    TooManySubshells,
    #[error("message type {msg_type:?} is not known on this channel")]
    UnknownType { msg_type: String },
}
