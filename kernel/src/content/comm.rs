//! `comm_open`, `comm_msg`, `comm_close`, `comm_info_request`.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages>

use jupyter_protocol::{CommClose, CommId, CommInfo, CommInfoReply, CommMsg, CommOpen};
use serde_json::{Map, Value, json};

use super::Content;
use crate::message::Object;

/// What both front ends and kernels send.
pub(crate) const PUBLISHED: [&str; 2] = ["comm_msg", "comm_close"];

/// A front end wants a comm.
#[derive(Debug, PartialEq)]
pub(crate) struct Opening {
    pub(crate) comm_id: String,
    pub(crate) target_name: String,
    pub(crate) data: Object,
}

impl Opening {
    /// # Errors
    ///
    /// When the content is not that of a `comm_open`.
    pub(crate) fn read(content: Object) -> Result<Self, serde_json::Error> {
        let CommOpen { comm_id, target_name, data, .. } = serde_json::from_value(with_data(content))?;
        Ok(Self { comm_id: comm_id.0, target_name, data })
    }
}

/// The identity and the data of a `comm_msg` or a `comm_close`.
///
/// # Errors
///
/// When the content is that of neither.
pub(crate) fn read(content: Object) -> Result<(String, Object), serde_json::Error> {
    let CommMsg { comm_id, data } = serde_json::from_value(with_data(content))?;
    Ok((comm_id.0, data))
}

/// What goes to the front ends.
pub(crate) fn message(comm_id: &str, data: Object) -> Content {
    Content::typed(CommMsg { comm_id: CommId(comm_id.to_owned()), data }, "comm_msg")
}

/// The end of a comm, or the answer to a `comm_open` for which there is no target.
pub(crate) fn close(comm_id: &str, data: Object) -> Content {
    Content::typed(CommClose { comm_id: CommId(comm_id.to_owned()), data }, "comm_close")
}

/// The target of which a `comm_info_request` wants the comms; `None` for all.
pub(crate) fn wanted_target(content: &Object) -> Option<&str> {
    content.get("target_name").and_then(Value::as_str)
}

/// The reply to `comm_info_request`: identities and the names of their targets.
pub(crate) fn info_reply(open: Vec<(String, String)>) -> Content {
    let comms = open.into_iter().map(|(id, target_name)| (CommId(id), CommInfo { target_name })).collect();
    Content::typed(CommInfoReply { comms, ..CommInfoReply::default() }, "comm_info_reply")
}

/// Data may be left out.
fn with_data(mut content: Object) -> Value {
    if content.get("data").is_none_or(Value::is_null) {
        content.insert("data".to_owned(), json!(Map::new()));
    }
    Value::Object(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Object {
        let Value::Object(object) = value else { panic!("an object") };
        object
    }

    #[test]
    fn data_may_be_left_out_but_identities_may_not() {
        let opening = Opening::read(object(json!({ "comm_id": "1", "target_name": "t" }))).unwrap();
        assert_eq!(opening, Opening { comm_id: "1".into(), target_name: "t".into(), data: Map::new() });
        assert_eq!(read(object(json!({ "comm_id": "1", "data": null }))).unwrap().0, "1");
        assert!(Opening::read(object(json!({ "comm_id": "1" }))).is_err());
        assert!(read(object(json!({ "comm_id": 1 }))).is_err());
        assert!(read(object(json!({ "comm_id": "1", "data": [] }))).is_err());
    }

    #[test]
    fn what_is_open_is_told_by_identity() {
        let body = info_reply(vec![("1".into(), "t".into())]).body;
        assert_eq!(body, json!({ "status": "ok", "comms": { "1": { "target_name": "t" } } }));
    }
}
