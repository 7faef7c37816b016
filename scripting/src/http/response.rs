//! An answer, as scripts hold it.

use std::rc::Rc;

use hyper::header::{CONTENT_TYPE, HeaderMap};
use rhai::{Dynamic, Engine, EvalAltResult, INT, Map, NativeCallContext};

use super::json;
use crate::report::error_map;

/// An answer. A copy is the same.
#[derive(Clone)]
pub(super) struct ScriptResponse(Rc<Inner>);

struct Inner {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    url: String,
}

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<ScriptResponse>("HttpResponse");
    engine.register_get("status", |response: &mut ScriptResponse| INT::from(response.0.status));
    engine.register_get("ok", |response: &mut ScriptResponse| (200..300).contains(&response.0.status));
    engine.register_get("url", |response: &mut ScriptResponse| response.0.url.clone());
    engine.register_get("headers", |response: &mut ScriptResponse| headers_of(&response.0.headers));
    engine.register_get("body", |response: &mut ScriptResponse| response.body());
    engine.register_fn("text", |response: ScriptResponse| response.text());
    engine.register_fn("json", |context: NativeCallContext, response: ScriptResponse| {
        json::parse(&response.0.body).map_err(|why| {
            let message = format!("the answer of {} is no JSON: {why}", response.0.url);
            error_map("ValueError", &message, context.call_position())
        })
    });
    engine.register_fn("to_string", |response: ScriptResponse| response.to_text());
    engine.register_fn("to_debug", |response: ScriptResponse| response.to_text());
}

impl ScriptResponse {
    pub(super) fn new(status: u16, headers: HeaderMap, body: Vec<u8>, url: String) -> Self {
        Self(Rc::new(Inner { status, headers, body, url }))
    }

    /// A string if it is text by its type, or by its bytes where no type says; else a blob.
    fn body(&self) -> Dynamic {
        let kind = self.0.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_text = match kind {
            Some(kind) => is_text(&kind.to_ascii_lowercase()),
            None => std::str::from_utf8(&self.0.body).is_ok(),
        };
        if is_text { self.text().into() } else { Dynamic::from_blob(self.0.body.clone()) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.body).into_owned()
    }

    fn to_text(&self) -> String {
        format!("HttpResponse: status {}, {} bytes from {}", self.0.status, self.0.body.len(), self.0.url)
    }
}

/// Whether a media type is text.
fn is_text(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.starts_with("text/")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
        || ["application/json", "application/xml", "application/javascript", "application/x-ndjson"]
            .contains(&kind)
}

/// Headers by lower-case name; those that come more than once are joined by commas.
fn headers_of(headers: &HeaderMap) -> Map {
    headers
        .keys()
        .map(|name| {
            let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
            let joined = values.collect::<Vec<_>>().join(", ");
            (name.as_str().into(), joined.into())
        })
        .collect()
}

/// An answer that is none of what was asked for.
pub(super) fn refused(status: u16, what: &str, url: &str, position: rhai::Position) -> Box<EvalAltResult> {
    error_map("HttpError", &format!("{url} answered with status {status}, {what}"), position)
}
