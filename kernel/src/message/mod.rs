//! What all know of messages, whoever reads, answers or sends them.

mod identity;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

pub(crate) use identity::{MAX_NAME_BYTES, identity, is_same_client, name, next_number, number};

/// The protocol that this kernel speaks; 5.4 is the first with `iopub_welcome`.
pub(crate) const PROTOCOL_VERSION: &str = "5.4";

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// Who asked, as answers repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The way back to the sender.
    pub(crate) identities: Vec<Bytes>,
    /// The request's header frame. It becomes the parent header of all that the request causes,
    /// byte for byte: fields that this kernel does not know survive.
    pub(crate) header: Bytes,
}

/// Who sent a request, and when by its clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The sender's session: dates of two senders cannot be compared.
    pub(crate) session: String,
    /// `None` if its header does not say it in a way that is understood.
    pub(crate) at: Option<DateTime<Utc>>,
}

impl Sent {
    /// As a header says it; `None` if it names no session.
    pub(crate) fn read(header: &Object) -> Option<Self> {
        let text = |field| header.get(field).and_then(Value::as_str);
        let at = text("date").and_then(|date| DateTime::parse_from_rfc3339(date).ok());
        Some(Self { session: text("session")?.to_owned(), at: at.map(|at| at.to_utc()) })
    }
}

/// An identity for a message.
pub(crate) fn new_msg_id() -> String {
    Uuid::new_v4().to_string()
}
