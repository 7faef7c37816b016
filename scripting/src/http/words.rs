//! `http::get(url)`, `http::post(url, #{ json: x })`, `http::stream_get(url)` and the like.

use std::rc::{Rc, Weak};

use hyper::header::{ACCEPT, CONTENT_TYPE};
use rhai::{Engine, EvalAltResult, FuncRegistration, ImmutableString, Map, Module, NativeCallContext};

use super::events::{self, EventStream};
use super::request::Ask;
use super::response::{self, ScriptResponse, refused};
use crate::concurrency::within;
use crate::coroutine::block_on;
use crate::gate::Gate;
use crate::report::error_map;
use crate::waiting::blocked;
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// The functions by method. HEAD answers have no body, so there is no stream of one.
const METHODS: [(&str, &str, Option<&str>); 6] = [
    ("get", "GET", Some("stream_get")),
    ("post", "POST", Some("stream_post")),
    ("put", "PUT", Some("stream_put")),
    ("patch", "PATCH", Some("stream_patch")),
    ("delete", "DELETE", Some("stream_delete")),
    ("head", "HEAD", None),
];

/// What a server says that sends events.
const EVENT_STREAM: &str = "text/event-stream";

type GateOf = Rc<dyn Fn() -> Gate>;

/// Adds the words to an engine.
pub(crate) fn register(engine: &mut Engine, world: &Weak<World>) {
    response::register(engine);
    events::register(engine);
    let world = world.clone();
    let gate: GateOf = Rc::new(move || world.upgrade().map(|world| world.gate).unwrap_or_default());
    let mut module = Module::new();
    for (name, method, stream_name) in METHODS {
        add(&mut module, name, method, &gate, answer);
        if let Some(name) = stream_name {
            add(&mut module, name, method, &gate, stream);
        }
    }
    add_general(&mut module, "request", &gate, answer);
    add_general(&mut module, "stream_request", &gate, stream);
    module.build_index();
    engine.register_static_module("http", module.into());
}

/// `name(url)` and `name(url, options)`.
fn add<T: Clone + 'static>(
    module: &mut Module,
    name: &'static str,
    method: &'static str,
    gate: &GateOf,
    send: fn(Ask) -> Result<T>,
) {
    let of_session = gate.clone();
    FuncRegistration::new(name).set_into_module(
        module,
        move |context: NativeCallContext, url: ImmutableString| {
            send(Ask::new(&full(name), method, &url, &Map::new(), of_session(), context.call_position())?)
        },
    );
    let of_session = gate.clone();
    FuncRegistration::new(name).set_into_module(
        module,
        move |context: NativeCallContext, url: ImmutableString, options: Map| {
            send(Ask::new(&full(name), method, &url, &options, of_session(), context.call_position())?)
        },
    );
}

/// `name(method, url)` and `name(method, url, options)`.
fn add_general<T: Clone + 'static>(
    module: &mut Module,
    name: &'static str,
    gate: &GateOf,
    send: fn(Ask) -> Result<T>,
) {
    let of_session = gate.clone();
    FuncRegistration::new(name).set_into_module(
        module,
        move |context: NativeCallContext, method: ImmutableString, url: ImmutableString| {
            send(Ask::new(&full(name), &method, &url, &Map::new(), of_session(), context.call_position())?)
        },
    );
    let of_session = gate.clone();
    FuncRegistration::new(name).set_into_module(
        module,
        move |context: NativeCallContext, method: ImmutableString, url: ImmutableString, options: Map| {
            send(Ask::new(&full(name), &method, &url, &options, of_session(), context.call_position())?)
        },
    );
}

fn full(name: &str) -> String {
    format!("http::{name}")
}

/// The whole answer.
fn answer(mut ask: Ask) -> Result<ScriptResponse> {
    let (limit, position) = (ask.timeout, ask.position);
    let whole = async {
        let (mut connection, response) = ask.send().await?;
        let (head, mut body) = response.into_parts();
        let body = connection.body(&mut body).await?;
        Ok(ScriptResponse::new(head.status.as_u16(), head.headers, body, ask.url.to_string()))
    };
    match block_on(within(limit, whole)).map_err(|error| blocked(error, position))? {
        Some(response) => response,
        None => Err(too_slow(&ask)),
    }
}

/// The events of an answer; only its head has to come in time.
fn stream(mut ask: Ask) -> Result<EventStream> {
    ask.prefer(ACCEPT, EVENT_STREAM);
    let (limit, position) = (ask.timeout, ask.position);
    let head = block_on(within(limit, ask.send())).map_err(|error| blocked(error, position))?;
    let Some(sent) = head else { return Err(too_slow(&ask)) };
    let (connection, response) = sent?;
    let status = response.status();
    if !status.is_success() {
        return Err(refused(status.as_u16(), "not with events", ask.url.as_str(), position));
    }
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with(EVENT_STREAM) {
        let what = format!("with {kind:?} and not with {EVENT_STREAM}");
        return Err(refused(status.as_u16(), &what, ask.url.as_str(), position));
    }
    Ok(EventStream::new(connection, response.into_body()))
}

fn too_slow(ask: &Ask) -> Box<EvalAltResult> {
    let message = format!("no answer from {} in {} s", ask.url, ask.timeout.as_secs_f64());
    error_map("TimeoutError", &message, ask.position)
}
