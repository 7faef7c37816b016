//! `execute_request`, `execute_input` and the replies.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute>

use std::collections::BTreeMap;

use flowno_scripting::event::MimeBundle;
use flowno_scripting::{CellError, DisplayMode, Outcome};
use jupyter_protocol::{ExecuteInput, ExecuteRequest, ExecutionCount};
use serde_json::{Map, Value, json};

use super::Content;
use crate::message::Object;

/// What a request asks of a cell, with the protocol's defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Execution {
    pub(crate) code: String,
    /// No output and no number.
    pub(crate) silent: bool,
    /// Whether the counter counts it; never when silent.
    pub(crate) store_history: bool,
    /// Whether its failure aborts the cells that wait behind it.
    pub(crate) stop_on_error: bool,
    /// Whether who sends it can be asked for input.
    pub(crate) allow_stdin: bool,
    pub(crate) user_expressions: BTreeMap<String, String>,
    pub(crate) cell_id: Option<String>,
    pub(crate) deleted_cells: Vec<String>,
}

impl Execution {
    /// Reads the content, and from the metadata the cell identities that JupyterLab and VS Code send.
    ///
    /// # Errors
    ///
    /// When the content is not that of an `execute_request`.
    pub(crate) fn read(mut content: Object, metadata: &Object) -> Result<Self, serde_json::Error> {
        let defaults =
            [("silent", json!(false)), ("store_history", json!(true)), ("user_expressions", json!({}))];
        for (field, default) in defaults {
            content.entry(field).or_insert(default);
        }
        // Where it is missing, nobody can be asked: older clients do not know the field.
        let allow_stdin = content.get("allow_stdin").and_then(Value::as_bool).unwrap_or(false);
        let request: ExecuteRequest = serde_json::from_value(Value::Object(content))?;
        Ok(Self {
            code: request.code,
            silent: request.silent,
            store_history: request.store_history && !request.silent,
            stop_on_error: request.stop_on_error,
            allow_stdin,
            user_expressions: request.user_expressions.unwrap_or_default().into_iter().collect(),
            cell_id: metadata.get("cellId").and_then(Value::as_str).map(str::to_owned),
            deleted_cells: strings(metadata.get("deletedCells")),
        })
    }

    /// How the displays are sent: live to front ends that name the cell, as only those update
    /// displays in place, unless the user decided by `forced`.
    pub(crate) fn mode(&self, forced: Option<DisplayMode>) -> DisplayMode {
        forced.unwrap_or(match self.cell_id {
            Some(_) => DisplayMode::Live,
            None => DisplayMode::Headless,
        })
    }
}

/// What other front ends show of the cell while it runs.
pub(crate) fn input(number: u32, code: &str) -> Content {
    let input = ExecuteInput { code: code.to_owned(), execution_count: count(number) };
    Content::typed(input, "execute_input")
}

/// The reply for a cell that ran.
pub(crate) fn reply(number: u32, outcome: Outcome) -> Content {
    let body = match outcome.result {
        Ok(()) => json!({
            "status": "ok",
            "execution_count": number,
            "user_expressions": expressions(outcome.user_expressions),
            "payload": [],
        }),
        Err(error) => {
            let mut body = error_fields(error);
            body.insert("execution_count".to_owned(), json!(number));
            body.insert("user_expressions".to_owned(), json!({}));
            body.insert("payload".to_owned(), json!([]));
            Value::Object(body)
        }
    };
    Content { msg_type: "execute_reply", body }
}

/// The reply for a cell that never ran, since one before it failed or was interrupted.
pub(crate) fn aborted() -> Content {
    Content { msg_type: "execute_reply", body: json!({ "status": "aborted" }) }
}

fn expressions(values: BTreeMap<String, Result<MimeBundle, CellError>>) -> Value {
    let value = |value| match value {
        Ok(data) => json!({ "status": "ok", "data": Value::Object(data), "metadata": {} }),
        Err(error) => Value::Object(error_fields(error)),
    };
    values.into_iter().map(|(name, result)| (name, value(result))).collect::<Map<_, _>>().into()
}

fn error_fields(error: CellError) -> Object {
    Map::from_iter([
        ("status".to_owned(), json!("error")),
        ("ename".to_owned(), json!(error.name)),
        ("evalue".to_owned(), json!(error.message)),
        ("traceback".to_owned(), json!(error.traceback)),
    ])
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn count(number: u32) -> ExecutionCount {
    ExecutionCount::new(usize::try_from(number).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: Value, metadata: Value) -> Result<Execution, serde_json::Error> {
        let (Value::Object(content), Value::Object(metadata)) = (content, metadata) else {
            panic!("objects")
        };
        Execution::read(content, &metadata)
    }

    #[test]
    fn defaults_of_the_protocol() {
        let execution = read(json!({ "code": "1" }), json!({})).unwrap();
        assert!(!execution.silent && execution.store_history && execution.stop_on_error);
        assert_eq!(execution.mode(None), DisplayMode::Headless);
    }

    #[test]
    fn silent_stores_no_history() {
        let execution =
            read(json!({ "code": "", "silent": true, "store_history": true }), json!({})).unwrap();
        assert!(execution.silent && !execution.store_history);
    }

    #[test]
    fn cell_identities_make_it_live() {
        let metadata = json!({ "cellId": "a", "deletedCells": ["b", 3, "c"], "recordTiming": true });
        let execution = read(json!({ "code": "" }), metadata).unwrap();
        assert_eq!(execution.deleted_cells, ["b", "c"]);
        assert_eq!(execution.mode(None), DisplayMode::Live);
        assert_eq!(execution.mode(Some(DisplayMode::Headless)), DisplayMode::Headless);
    }

    #[test]
    fn odd_metadata_is_no_identity() {
        let execution = read(json!({ "code": "" }), json!({ "cellId": 5, "deletedCells": "b" })).unwrap();
        assert_eq!((execution.cell_id, execution.deleted_cells), (None, vec![]));
    }

    #[test]
    fn contents_that_are_none() {
        for content in [json!({}), json!({ "code": 1 }), json!({ "code": "", "silent": "no" })] {
            assert!(read(content.clone(), json!({})).is_err(), "{content}");
        }
    }

    #[test]
    fn replies() {
        let error = CellError { name: "E".into(), message: "m".into(), traceback: vec!["t".into()] };
        let data = MimeBundle::from_iter([("text/plain".to_owned(), json!("2"))]);
        let user_expressions = BTreeMap::from([("a".into(), Ok(data)), ("b".into(), Err(error.clone()))]);
        let ok = reply(7, Outcome { result: Ok(()), user_expressions }).body;
        assert_eq!(ok["execution_count"], 7);
        assert_eq!(ok["user_expressions"]["a"]["data"]["text/plain"], "2");
        assert_eq!(ok["user_expressions"]["b"]["ename"], "E");
        let failed = reply(8, Outcome { result: Err(error), user_expressions: BTreeMap::new() }).body;
        assert_eq!((&failed["status"], &failed["evalue"]), (&json!("error"), &json!("m")));
        assert_eq!(aborted().body, json!({ "status": "aborted" }));
    }
}
