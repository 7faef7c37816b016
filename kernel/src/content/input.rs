//! `input_request` and `input_reply`: the kernel asks, and the front end answers.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-stdin-router-dealer-channel>

use flowno_scripting::event::Question;
use jupyter_protocol::InputReply;
use serde_json::{Value, json};

use super::Content;
use crate::message::Object;

/// The message type of [`request`].
const REQUEST: &str = "input_request";

/// The question.
pub(crate) fn request(question: &Question) -> Content {
    let body = json!({ "prompt": question.prompt, "password": question.password });
    Content { msg_type: REQUEST, body }
}

/// Which question an answer's parent header names. jupyter_client names none.
pub(crate) fn question_of(parent: &Object) -> Option<&str> {
    let text = |field| parent.get(field).and_then(Value::as_str);
    text("msg_id").filter(|_| text("msg_type") == Some(REQUEST))
}

/// The answer.
///
/// # Errors
///
/// When the content is not that of an `input_reply`.
pub(crate) fn answer(content: Object) -> Result<String, serde_json::Error> {
    let reply: InputReply = serde_json::from_value(Value::Object(content))?;
    Ok(reply.value)
}
