//! What the nodes of a case did: calls and their events.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use flowno_engine::flow::{Arg, Call, Emitter, Final, NodeError, StreamCancelled, StreamReader};
use serde_json::{Value as Json, json};
use smallvec::SmallVec;

use crate::case::CallRecord;
use crate::datum::Datum;

/// The error that failing kinds raise.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CaseError(pub(crate) &'static str);

/// The calls of all nodes.
#[derive(Clone, Default)]
pub(crate) struct Trace(Rc<RefCell<BTreeMap<String, Vec<CallRecord>>>>);

impl Trace {
    /// Notes the beginning of a call.
    pub(crate) fn begin(&self, node: &str, call: &Call<Datum>) -> Log {
        let record = CallRecord {
            args: call
                .args
                .iter()
                .map(|arg| match arg {
                    Arg::Value(value) => value.0.clone(),
                    Arg::Stream(_) => json!("<stream>"),
                })
                .collect(),
            defaulted: call.defaulted.to_vec(),
            events: Vec::new(),
        };
        let mut calls = self.0.borrow_mut();
        let calls = calls.entry(node.to_owned()).or_default();
        calls.push(record);
        Log { trace: self.clone(), node: node.to_owned(), index: calls.len() - 1 }
    }

    /// All calls by node.
    pub(crate) fn take(&self) -> BTreeMap<String, Vec<CallRecord>> {
        std::mem::take(&mut self.0.borrow_mut())
    }
}

/// Where one call writes its events, and how it ends.
pub(crate) struct Log {
    trace: Trace,
    node: String,
    index: usize,
}

/// How a body of a case ends.
pub(crate) type End = Result<Final<Datum>, NodeError>;

impl Log {
    pub(crate) fn event(&self, event: Json) {
        if let Some(calls) = self.trace.0.borrow_mut().get_mut(&self.node) {
            calls[self.index].events.push(event);
        }
    }

    /// A run-level-0 end.
    pub(crate) fn give(&self, outputs: impl IntoIterator<Item = Datum>) -> End {
        self.end_with("return", outputs)
    }

    /// An explicit final value of a stream.
    pub(crate) fn finally(&self, output: Datum) -> End {
        self.end_with("final", [output])
    }

    fn end_with(&self, event: &str, outputs: impl IntoIterator<Item = Datum>) -> End {
        let outputs: SmallVec<[Datum; 1]> = outputs.into_iter().collect();
        self.event(json!([event, json_of(&outputs)]));
        Ok(Final::Values(outputs))
    }

    /// The end of a stream without explicit final value.
    pub(crate) fn end(&self) -> End {
        self.event(json!(["end"]));
        Ok(Final::Fold)
    }

    pub(crate) fn fail(&self, message: &'static str) -> End {
        self.event(json!(["raise", "NodeError", message]));
        Err(Rc::new(CaseError(message)))
    }

    pub(crate) async fn yields(
        &self,
        emitter: &Emitter<Datum>,
        outputs: impl IntoIterator<Item = Datum>,
    ) -> Result<(), StreamCancelled> {
        let outputs: SmallVec<[Datum; 1]> = outputs.into_iter().collect();
        self.event(json!(["yield", json_of(&outputs)]));
        emitter.emit(outputs).await
    }

    pub(crate) fn cancelled(&self) {
        self.event(json!(["cancelled"]));
    }
}

fn json_of(outputs: &[Datum]) -> Vec<Json> {
    outputs.iter().map(|output| output.0.clone()).collect()
}

/// A stream argument, or the list that stands in for it as a default.
pub(crate) enum Items {
    Stream(StreamReader<Datum>),
    List(std::vec::IntoIter<Json>),
}

impl Items {
    pub(crate) fn of(arg: Arg<Datum>) -> Self {
        match arg {
            Arg::Stream(reader) => Self::Stream(reader),
            Arg::Value(Datum(Json::Array(items))) => Self::List(items.into_iter()),
            Arg::Value(_) => Self::List(Vec::new().into_iter()),
        }
    }

    pub(crate) async fn next(&mut self, log: &Log, port: usize) -> Option<Datum> {
        let item = match self {
            Self::Stream(reader) => reader.next().await,
            Self::List(items) => items.next().map(Datum),
        };
        match &item {
            Some(item) => log.event(json!(["recv", port, item.0])),
            None => log.event(json!(["eos", port])),
        }
        item
    }

    pub(crate) fn cancel(&mut self, log: &Log, port: usize) {
        log.event(json!(["cancel", port]));
        if let Self::Stream(reader) = self {
            reader.cancel();
        }
    }
}
