//! Messages that go out: header, signature, frames.

use bytes::Bytes;
use chrono::{SubsecRound as _, Utc};
use jupyter_protocol::Header;
use serde_json::Value;
use uuid::Uuid;

use super::frames;
use super::sign::Signer;
use crate::content::Content;
use crate::message::{PROTOCOL_VERSION, new_msg_id};

/// The parent header of what no request caused.
pub(crate) const NO_PARENT: Bytes = Bytes::from_static(b"{}");

/// The `username` of headers: whose words they are.
const USERNAME: &str = "kernel";

/// Digits of a second in dates: as many as Python's clients write and keep.
const DATE_DIGITS: u16 = 6;

/// Builds and signs messages of one kernel session.
pub(crate) struct Encoder {
    signer: Signer,
    session: String,
}

impl Encoder {
    pub(crate) fn new(signer: Signer) -> Self {
        Self { signer, session: Uuid::new_v4().to_string() }
    }

    /// What checks and makes signatures.
    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The session in the headers of all that this makes.
    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// A whole message: to `route`, caused by the message with the header `parent`.
    pub(crate) fn encode(&self, route: &[Bytes], parent: Bytes, content: &Content) -> Vec<Bytes> {
        self.encode_with_buffers(route, parent, content, &[])
    }

    /// The same, followed by binary data.
    pub(crate) fn encode_with_buffers(
        &self,
        route: &[Bytes],
        parent: Bytes,
        content: &Content,
        buffers: &[Bytes],
    ) -> Vec<Bytes> {
        self.frames(new_msg_id(), route, parent, content, buffers)
    }

    /// A whole message with an identity that was chosen before.
    pub(crate) fn encode_as(
        &self,
        msg_id: String,
        route: &[Bytes],
        parent: Bytes,
        content: &Content,
    ) -> Vec<Bytes> {
        self.frames(msg_id, route, parent, content, &[])
    }

    fn frames(
        &self,
        msg_id: String,
        route: &[Bytes],
        parent: Bytes,
        content: &Content,
        buffers: &[Bytes],
    ) -> Vec<Bytes> {
        let header = Header {
            msg_id,
            username: USERNAME.to_owned(),
            session: self.session.clone(),
            date: Utc::now().trunc_subsecs(DATE_DIGITS),
            msg_type: content.msg_type.to_owned(),
            version: PROTOCOL_VERSION.to_owned(),
        };
        let header = serde_json::to_vec(&header).expect("a header holds strings and a date");
        let signed = [header.into(), parent, Bytes::from_static(b"{}"), json_bytes(&content.body)];
        frames::join(route, self.signer.sign(&signed), signed, buffers)
    }
}

fn json_bytes(value: &Value) -> Bytes {
    serde_json::to_vec(value).expect("the keys of a JSON value are strings").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::replay::Seen;
    use crate::wire::request::Request;

    #[test]
    fn what_is_encoded_can_be_decoded() {
        let encoder = Encoder::new(Signer::new(b"key"));
        let content = Content { msg_type: "status", body: serde_json::json!({"execution_state": "busy"}) };
        let frames = encoder.encode(&[Bytes::from_static(b"topic")], NO_PARENT, &content);
        assert_eq!(frames[4], "{}", "the parent header");
        let message = Request::decode(&Encoder::new(Signer::new(b"key")), &Seen::default(), frames).unwrap();
        assert_eq!(message.msg_type, "status");
        assert_eq!(message.content["execution_state"], "busy");
        let header: Value = serde_json::from_slice(&message.origin.header).unwrap();
        assert_eq!(header["version"], "5.4");
        assert!(header["date"].as_str().is_some_and(|date| date.ends_with('Z')));
    }
}
