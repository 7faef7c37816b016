//! `history_request`: what was typed before.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#history>

use serde_json::{Map, Value, json};

use super::Content;
use crate::history::{Access, Entry, Query};
use crate::message::Object;

/// Reads a request. Front ends leave out what they do not care for, or send null.
///
/// # Errors
///
/// When a field is there and means nothing; the text says which.
pub(crate) fn query(content: &Object) -> Result<Query, String> {
    let access = match text(content, "hist_access_type")?.unwrap_or("tail") {
        "range" => Access::Range {
            session: number(content, "session")?.unwrap_or(0),
            start: number(content, "start")?.unwrap_or(0),
            stop: number(content, "stop")?,
        },
        "tail" => Access::Tail { n: count(content)?.unwrap_or(DEFAULT_TAIL) },
        "search" => Access::Search {
            pattern: text(content, "pattern")?.unwrap_or("*").to_owned(),
            n: count(content)?,
            unique: flag(content, "unique")?,
        },
        other => return Err(format!("hist_access_type {other:?} is none of range, tail and search")),
    };
    Ok(Query { access, output: flag(content, "output")? })
}

/// How many cells a tail has if the request does not say.
const DEFAULT_TAIL: usize = 10;

/// The reply: `(session, line, source)` for each cell, or `(session, line, (source, output))`.
pub(crate) fn reply(entries: Vec<Entry>, output: bool) -> Content {
    let history: Vec<Value> = entries
        .into_iter()
        .map(|Entry { session, line, source, output: result }| match output {
            true => json!([session, line, [source, result]]),
            false => json!([session, line, source]),
        })
        .collect();
    Content { msg_type: "history_reply", body: json!({ "status": "ok", "history": history }) }
}

fn field<'a>(content: &'a Object, name: &str) -> Option<&'a Value> {
    content.get(name).filter(|value| !value.is_null())
}

fn text<'a>(content: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, String> {
    let read = |value: &'a Value| value.as_str().ok_or_else(|| wrong(name, "a string", value));
    field(content, name).map(read).transpose()
}

fn number(content: &Object, name: &str) -> Result<Option<i64>, String> {
    let read = |value: &Value| value.as_i64().ok_or_else(|| wrong(name, "an integer", value));
    field(content, name).map(read).transpose()
}

fn flag(content: &Object, name: &str) -> Result<bool, String> {
    let read = |value: &Value| value.as_bool().ok_or_else(|| wrong(name, "a boolean", value));
    field(content, name).map_or(Ok(false), read)
}

/// `n`; a negative number counts nothing.
fn count(content: &Object) -> Result<Option<usize>, String> {
    Ok(number(content, "n")?.map(|n| usize::try_from(n).unwrap_or(0)))
}

fn wrong(name: &str, expected: &str, value: &Value) -> String {
    format!("{name} is {expected}, not {value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: Value) -> Result<Access, String> {
        let Value::Object(content) = content else { panic!("an object") };
        query(&content).map(|query| query.access)
    }

    #[test]
    fn what_front_ends_ask() {
        // jupyter_console, JupyterLab's console, and the least that the protocol's page has.
        let tail = json!({ "raw": true, "output": false, "hist_access_type": "tail", "n": 1000 });
        assert_eq!(read(tail), Ok(Access::Tail { n: 1000 }));
        let range = json!({ "hist_access_type": "range", "session": -1, "start": 1, "stop": null });
        assert_eq!(read(range), Ok(Access::Range { session: -1, start: 1, stop: None }));
        let search = json!({ "hist_access_type": "search", "pattern": "a*", "unique": true });
        assert_eq!(read(search), Ok(Access::Search { pattern: "a*".into(), n: None, unique: true }));
        assert_eq!(read(json!({ "n": -3 })), Ok(Access::Tail { n: 0 }));
    }

    #[test]
    fn what_means_nothing_is_named() {
        assert!(read(json!({ "hist_access_type": "all" })).unwrap_err().contains("\"all\""));
        for field in ["n", "output"] {
            assert!(read(json!({ field: "x" })).unwrap_err().contains(field));
        }
        assert!(read(json!({ "hist_access_type": "range", "start": 1.5 })).is_err());
    }

    #[test]
    fn replies_with_and_without_results() {
        let entry = Entry { session: 2, line: 3, source: "1".into(), output: None };
        let body = reply(vec![entry.clone()], false).body;
        assert_eq!(body, json!({ "status": "ok", "history": [[2, 3, "1"]] }));
        assert_eq!(reply(vec![entry], true).body["history"], json!([[2, 3, ["1", null]]]));
    }
}
