//! Server-sent events as an iterable: `for e in http::stream_get(url) { print(e.data) }`.
//!
//! The connection is there as long as somebody may read from it: a loop that is left, a script that ends and
//! `close` give it up.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use hyper::body::Incoming;
use rhai::{Dynamic, Engine, EvalAltResult, Map, Position};

use super::event_parser::{EVENT_BYTES_MAX, Event, EventParser};
use super::exchange::Connection;
use crate::coroutine::block_on;
use crate::report::error_map;
use crate::waiting::{Items, Source as ItemSource, blocked};

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// Events as they come. A copy is the same stream.
#[derive(Clone)]
pub(super) struct EventStream(Rc<RefCell<State>>);

enum State {
    Open(Box<Source>),
    /// Somebody waits for the next event.
    Busy,
    Closed,
}

struct Source {
    connection: Connection,
    body: Incoming,
    parser: EventParser,
    ready: VecDeque<Event>,
}

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<EventStream>("EventStream");
    engine.register_iterator_result::<EventStream, Dynamic>();
    engine.register_fn("next", |stream: EventStream| -> Result<Dynamic> {
        Ok(stream.next()?.unwrap_or(Dynamic::UNIT))
    });
    engine.register_fn("close", |stream: EventStream| stream.close());
    engine.register_fn("is_closed", |stream: EventStream| stream.is_closed());
}

impl EventStream {
    pub(super) fn new(connection: Connection, body: Incoming) -> Self {
        let source = Source { connection, body, parser: EventParser::default(), ready: VecDeque::new() };
        Self(Rc::new(RefCell::new(State::Open(Box::new(source)))))
    }

    /// The next event; `None` when the server has ended.
    fn next(&self) -> Result<Option<Dynamic>> {
        let mut source = match self.0.replace(State::Busy) {
            State::Open(source) => source,
            State::Closed => {
                self.close();
                return Ok(None);
            }
            State::Busy => {
                let message = "the event stream is being read by another task";
                return Err(error_map("RuntimeError", message, Position::NONE));
            }
        };
        let next = block_on(source.next()).map_err(|error| blocked(error, Position::NONE));
        // Closed meanwhile, it stays so.
        let closed = self.is_closed() || !matches!(next, Ok(Ok(Some(_))));
        self.0.replace(if closed { State::Closed } else { State::Open(source) });
        Ok(next??.map(|event| {
            let mut map = Map::new();
            map.insert("event".into(), event.event.into());
            map.insert("data".into(), event.data.into());
            map.insert("id".into(), event.id.into());
            map.into()
        }))
    }

    fn close(&self) {
        drop(self.0.replace(State::Closed));
    }

    fn is_closed(&self) -> bool {
        matches!(*self.0.borrow(), State::Closed)
    }
}

impl Source {
    async fn next(&mut self) -> Result<Option<Event>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(Some(event));
            }
            let Some(piece) = self.connection.next_piece(&mut self.body).await? else { return Ok(None) };
            let events = self.parser.push(&piece).map_err(|_| {
                let message = format!("an event is larger than {} MiB", EVENT_BYTES_MAX >> 20);
                error_map("HttpError", &message, Position::NONE)
            })?;
            self.ready.extend(events);
        }
    }
}

impl IntoIterator for EventStream {
    type Item = Result<Dynamic>;
    type IntoIter = Items<Loop>;

    fn into_iter(self) -> Self::IntoIter {
        Items::new(Loop(self))
    }
}

/// The events of a loop, each waited for.
pub(super) struct Loop(EventStream);

impl ItemSource for Loop {
    fn next(&mut self) -> Result<Option<Dynamic>> {
        self.0.next()
    }
}

impl Drop for Loop {
    /// The loop is left.
    fn drop(&mut self) {
        self.0.close();
    }
}
