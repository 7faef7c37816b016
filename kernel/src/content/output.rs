//! What a cell shows: `stream`, `display_data`, `update_display_data`, `execute_result`, `error`.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#messages-on-the-iopub-pub-sub-channel>

use flowno_scripting::CellError;
use flowno_scripting::event::{Display, EventKind, MimeBundle};
use jupyter_protocol::{ErrorOutput, Stdio, StreamContent};
use serde_json::{Value, json};

use super::Content;

/// The message type of [`stream`], by which the queue knows what it may join.
pub(crate) const STREAM: &str = "stream";

/// What an event of the cell with this number is on the wire.
pub(crate) fn of_event(event: EventKind, number: u32) -> Content {
    match event {
        EventKind::Stdout(text) => stream(Stdio::Stdout, text),
        EventKind::Stderr(text) => stream(Stdio::Stderr, text),
        EventKind::Display(display) => display_data(display),
        EventKind::Update(display) => update_display_data(display),
        EventKind::Result(data) => execute_result(number, data),
    }
}

/// Text for standard output or standard error.
pub(crate) fn stream(name: Stdio, text: String) -> Content {
    Content::typed(StreamContent { name, text }, STREAM)
}

/// A new output.
pub(crate) fn display_data(display: Display) -> Content {
    Content { msg_type: "display_data", body: display_body(display) }
}

/// New content for outputs that are there.
pub(crate) fn update_display_data(display: Display) -> Content {
    Content { msg_type: "update_display_data", body: display_body(display) }
}

/// The result of the cell with this number.
pub(crate) fn execute_result(number: u32, data: MimeBundle) -> Content {
    let body = json!({ "execution_count": number, "data": Value::Object(data), "metadata": {} });
    Content { msg_type: "execute_result", body }
}

/// The end of a cell that failed.
pub(crate) fn error(error: &CellError) -> Content {
    let output = ErrorOutput {
        ename: error.name.clone(),
        evalue: error.message.clone(),
        traceback: error.traceback.clone(),
    };
    Content::typed(output, "error")
}

fn display_body(Display { display_id, data }: Display) -> Value {
    let mut body = json!({ "data": Value::Object(data), "metadata": {}, "transient": {} });
    if let Some(id) = display_id {
        body["transient"]["display_id"] = Value::String(id);
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> MimeBundle {
        MimeBundle::from_iter([("text/plain".to_owned(), json!(text))])
    }

    #[test]
    fn displays_with_and_without_identity() {
        let anonymous = display_data(Display { display_id: None, data: plain("1") });
        assert_eq!(anonymous.body, json!({ "data": { "text/plain": "1" }, "metadata": {}, "transient": {} }));
        let named = update_display_data(Display { display_id: Some("flowno/a".into()), data: plain("2") });
        assert_eq!(named.msg_type, "update_display_data");
        assert_eq!(named.body["transient"], json!({ "display_id": "flowno/a" }));
    }

    #[test]
    fn bundles_keep_their_order() {
        let data = MimeBundle::from_iter(
            ["text/plain", "application/json", "image/png"]
                .map(|mime| (mime.to_owned(), json!({ "b": 1, "a": 2 }))),
        );
        let text = execute_result(3, data).body.to_string();
        let at = |mime| text.find(mime).unwrap();
        assert!(at("text/plain") < at("application/json") && at("application/json") < at("image/png"));
        assert!(text.contains(r#"{"b":1,"a":2}"#));
    }
}
