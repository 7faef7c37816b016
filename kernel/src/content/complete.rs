//! `complete_request`: what could be typed at the cursor.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#completion>

use flowno_scripting::Completion;
use jupyter_protocol::CompleteRequest;
use serde_json::{Value, json};

use super::Content;
use crate::message::Object;

/// What is asked.
///
/// # Errors
///
/// When the content is not that of a `complete_request`.
pub(crate) fn request(content: Object) -> Result<CompleteRequest, serde_json::Error> {
    serde_json::from_value(Value::Object(content))
}

/// The matches, in the metadata also with their types and signatures, as IPython gives them and front ends read them.
pub(crate) fn reply(completion: Completion) -> Content {
    let Completion { start, end, matches } = completion;
    let typed: Vec<Value> = matches
        .iter()
        .map(|found| {
            json!({
                "start": start,
                "end": end,
                "text": found.text,
                "type": found.kind,
                "signature": found.signature,
            })
        })
        .collect();
    let texts: Vec<Value> = matches.into_iter().map(|found| found.text.into()).collect();
    let body = json!({
        "status": "ok",
        "matches": texts,
        "cursor_start": start,
        "cursor_end": end,
        "metadata": { "_jupyter_types_experimental": typed },
    });
    Content { msg_type: "complete_reply", body }
}

#[cfg(test)]
mod tests {
    use flowno_scripting::Match;

    use super::*;

    #[test]
    fn matches_are_told_twice() {
        let matches = vec![Match { text: "sleep".into(), kind: "function", signature: "sleep(s)".into() }];
        let body = reply(Completion { start: 2, end: 4, matches }).body;
        assert_eq!(body["matches"], json!(["sleep"]));
        assert_eq!((&body["cursor_start"], &body["cursor_end"]), (&json!(2), &json!(4)));
        let typed = &body["metadata"]["_jupyter_types_experimental"][0];
        assert_eq!((&typed["type"], &typed["signature"]), (&json!("function"), &json!("sleep(s)")));
        assert_eq!((&typed["start"], &typed["end"]), (&json!(2), &json!(4)));
    }

    #[test]
    fn odd_requests() {
        for content in
            [json!({}), json!({ "code": 1, "cursor_pos": 0 }), json!({ "code": "", "cursor_pos": -1 })]
        {
            let Value::Object(content) = content else { panic!("an object") };
            assert!(request(content).is_err());
        }
    }
}
