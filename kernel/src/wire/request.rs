//! A message that came in, decoded and believed.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::encode::Encoder;
use super::frames::{self, CONTENT, HEADER, METADATA, PARENT};
use super::malformed::Malformed;
use super::replay::Seen;
use super::sign::Checked;
use crate::message::{Object, Origin, Sent};

/// A request.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) origin: Arc<Origin>,
    /// `None` if the header does not say it in a way that is understood.
    pub(crate) sent: Option<Sent>,
    pub(crate) msg_type: String,
    /// The subshell that is meant, if it is not the kernel's first shell (JEP 91).
    pub(crate) subshell_id: Option<String>,
    /// The header of what it answers, if it answers anything.
    pub(crate) parent: Object,
    pub(crate) metadata: Object,
    pub(crate) content: Object,
    /// Binary data. No signature covers it.
    pub(crate) buffers: Vec<Bytes>,
}

/// A message that is no request.
#[derive(Debug)]
pub(crate) enum Rejected {
    /// Nobody can be trusted to have sent it.
    Dropped(Malformed),
    /// Who sent it knows the key and may wait for an answer.
    Refused { origin: Arc<Origin>, msg_type: String, malformed: Malformed },
}

impl From<Malformed> for Rejected {
    fn from(malformed: Malformed) -> Self {
        Self::Dropped(malformed)
    }
}

impl Request {
    /// Checks and decodes a multipart message. What `encoder` has made comes from whoever reads iopub.
    pub(crate) fn decode(encoder: &Encoder, seen: &Seen, frames: Vec<Bytes>) -> Result<Self, Rejected> {
        let frames = frames::split(frames)?;
        // Nothing is parsed before the signature has been checked.
        match encoder.signer().check(&frames.signature, &frames.signed) {
            Checked::Wrong => return Err(Malformed::Signature.into()),
            Checked::Signed(digest) if !seen.note(digest) => return Err(Malformed::Replayed.into()),
            Checked::Signed(_) | Checked::Unsigned => {}
        }
        let header = object("header", &frames.signed[HEADER])?;
        let text = |field| header.get(field).and_then(Value::as_str).ok_or(Malformed::Header { field });
        text("msg_id")?;
        let msg_type = text("msg_type")?.to_owned();
        if text("session").is_ok_and(|session| session == encoder.session()) {
            return Err(Malformed::Own.into());
        }
        let parent = object("parent header", &frames.signed[PARENT]).unwrap_or_default();
        let metadata = object("metadata", &frames.signed[METADATA]).unwrap_or_default();
        let content = object("content", &frames.signed[CONTENT]);
        let [header_frame, ..] = frames.signed;
        let origin = Arc::new(Origin { identities: frames.identities, header: header_frame });
        let content = match content {
            Ok(content) => content,
            Err(malformed) => return Err(Rejected::Refused { origin, msg_type, malformed }),
        };
        let subshell_id = header.get("subshell_id").and_then(Value::as_str).map(str::to_owned);
        let sent = Sent::read(&header);
        Ok(Self { origin, sent, msg_type, subshell_id, parent, metadata, content, buffers: frames.buffers })
    }
}

fn object(frame: &'static str, bytes: &[u8]) -> Result<Object, Malformed> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Malformed::NotAnObject { frame }),
        Err(source) => Err(Malformed::NotJson { frame, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::sign::Signer;

    const HEADER_TEXT: &str = r#"{"msg_id":"1","msg_type":"x_request","subshell_id":null,"date":"odd"}"#;

    fn encoder() -> Encoder {
        Encoder::new(Signer::new(b"key"))
    }

    fn decode(header: &str, metadata: &str, content: &str) -> Result<Request, Rejected> {
        let encoder = encoder();
        let signed = [header, "{}", metadata, content].map(|text| Bytes::from(text.to_owned()));
        let signature = encoder.signer().sign(&signed);
        let route = [Bytes::from_static(b"peer")];
        Request::decode(&encoder, &Seen::default(), frames::join(&route, signature, signed, &[]))
    }

    #[test]
    fn a_request_keeps_its_header_byte_for_byte() {
        let request = decode(HEADER_TEXT, r#"{"cellId":"c"}"#, r#"{"code":"1"}"#).unwrap();
        assert_eq!(request.msg_type, "x_request");
        assert_eq!(request.origin.header, HEADER_TEXT);
        assert_eq!(request.origin.identities, [Bytes::from_static(b"peer")]);
        assert_eq!(request.metadata["cellId"], "c");
        assert_eq!(request.content["code"], "1");
    }

    #[test]
    fn dates_of_front_ends() {
        let sent = |date: &str| {
            let header = format!(r#"{{"msg_id":"1","msg_type":"x","session":"s","date":"{date}"}}"#);
            decode(&header, "{}", "{}").unwrap().sent.and_then(|sent| sent.at).map(|at| at.timestamp_micros())
        };
        assert_eq!(sent("1970-01-01T00:00:01.000002Z"), Some(1_000_002)); // jupyter_client
        assert_eq!(sent("1970-01-01T01:00:01.500+01:00"), Some(1_500_000)); // JupyterLab
        assert_eq!(sent("yesterday"), None);
        assert_eq!(decode(HEADER_TEXT, "{}", "{}").unwrap().sent.and_then(|sent| sent.at), None);
    }

    #[test]
    fn hostile_frames() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for text in ["", "{", "nul", "\u{0}", "{}{}", &deep, "[]", "null", "1", "\"{}\""] {
            assert!(matches!(
                decode(text, "{}", "{}"),
                Err(Rejected::Dropped(
                    Malformed::NotJson { frame: "header", .. } | Malformed::NotAnObject { frame: "header" }
                ))
            ));
            assert!(decode(HEADER_TEXT, text, "{}").unwrap().metadata.is_empty());
            let Err(Rejected::Refused { origin, msg_type, .. }) = decode(HEADER_TEXT, "{}", text) else {
                panic!("{text} is no content");
            };
            assert_eq!((&origin.header[..], &msg_type[..]), (HEADER_TEXT.as_bytes(), "x_request"));
        }
        for text in [r#"{"msg_type":"x"}"#, r#"{"msg_id":1,"msg_type":"x"}"#, r#"{"msg_id":"1"}"#, "{}"] {
            let dropped = decode(text, "{}", "{}");
            assert!(matches!(dropped, Err(Rejected::Dropped(Malformed::Header { .. }))), "{text}");
        }
    }

    #[test]
    fn what_this_kernel_has_published_is_not_obeyed() {
        let encoder = encoder();
        let content = crate::content::status::busy();
        let published = encoder.encode(&[Bytes::from_static(b"peer")], Bytes::from_static(b"{}"), &content);
        let decoded = Request::decode(&encoder, &Seen::default(), published);
        assert!(matches!(decoded, Err(Rejected::Dropped(Malformed::Own))));
    }

    #[test]
    fn the_signature_is_checked_before_anything_is_parsed() {
        let signed = ["{", "{", "{", "{"].map(|text| Bytes::from_static(text.as_bytes()));
        let frames = frames::join(&[], "0".repeat(64), signed, &[]);
        let result = Request::decode(&encoder(), &Seen::default(), frames);
        assert!(matches!(result, Err(Rejected::Dropped(Malformed::Signature))));
    }

    #[test]
    fn a_copy_is_refused_in_whatever_case_its_digits_come() {
        let (encoder, seen) = (encoder(), Seen::default());
        let signed = [HEADER_TEXT, "{}", "{}", "{}"].map(|text| Bytes::from_static(text.as_bytes()));
        let signature = encoder.signer().sign(&signed);
        let decode = |signature: String, peer: &'static str| {
            let route = [Bytes::from_static(peer.as_bytes())];
            Request::decode(&encoder, &seen, frames::join(&route, signature, signed.clone(), &[]))
        };
        assert!(decode(signature.clone(), "a").is_ok());
        assert!(matches!(decode(signature.to_uppercase(), "b"), Err(Rejected::Dropped(Malformed::Replayed))));
    }

    #[test]
    fn the_subshell_is_the_headers() {
        assert_eq!(decode(HEADER_TEXT, "{}", "{}").unwrap().subshell_id, None);
        let header = r#"{"msg_id":"1","msg_type":"x","subshell_id":"s"}"#;
        assert_eq!(decode(header, "{}", "{}").unwrap().subshell_id.as_deref(), Some("s"));
    }
}
