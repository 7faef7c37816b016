//! One connection: a request out, the answer's head and body in.

use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, Response};
use rhai::{EvalAltResult, Position};

use super::io::Io;
use crate::engine::net::{SocketError, SocketHandle};
use crate::net;
use crate::report::error_map;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// The largest body that is kept: an answer that is larger is an error, long before memory is.
const BODY_BYTES_MAX: usize = 64 << 20;

/// A connection in use. Dropped, it is closed.
pub(super) struct Connection {
    /// Moves the bytes; `None` when it has ended. Who waits for the answer polls it.
    driver: Option<Pin<Box<dyn Future<Output = hyper::Result<()>>>>>,
    position: Position,
}

impl Connection {
    /// Sends a request over a connected socket, and gives the answer as soon as its head is there.
    pub(super) async fn send(
        socket: SocketHandle,
        request: Request<Full<Bytes>>,
        position: Position,
    ) -> Result<(Self, Response<Incoming>)> {
        let (mut sender, driver) =
            http1::handshake(Io::new(socket)).await.map_err(|error| raise(&error, position))?;
        let mut connection = Self { driver: Some(Box::pin(driver)), position };
        let response = connection.while_driven(sender.send_request(request)).await;
        response.map(|response| (connection, response)).map_err(|error| raise(&error, position))
    }

    /// The next piece of a body; `None` at its end.
    pub(super) async fn next_piece(&mut self, body: &mut Incoming) -> Result<Option<Bytes>> {
        loop {
            match self.while_driven(body.frame()).await {
                None => return Ok(None),
                Some(Err(error)) => return Err(raise(&error, self.position)),
                Some(Ok(frame)) => {
                    if let Ok(piece) = frame.into_data() {
                        return Ok(Some(piece));
                    }
                }
            }
        }
    }

    /// A whole body.
    pub(super) async fn body(&mut self, body: &mut Incoming) -> Result<Vec<u8>> {
        let mut whole = Vec::new();
        if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
            return Err(too_large(self.position));
        }
        while let Some(piece) = self.next_piece(body).await? {
            if whole.len() + piece.len() > BODY_BYTES_MAX {
                return Err(too_large(self.position));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    async fn while_driven<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|cx| {
            if let Some(driver) = &mut self.driver
                // Its error comes out of `work` too.
                && driver.as_mut().poll(cx).is_ready()
            {
                self.driver = None;
            }
            match work.as_mut().poll(cx) {
                Poll::Ready(value) => Poll::Ready(value),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

fn too_large(position: Position) -> Box<EvalAltResult> {
    let message = format!("the answer's body is larger than {} MiB", BODY_BYTES_MAX >> 20);
    error_map("HttpError", &message, position)
}

/// hyper's errors: what the socket says if it was the socket, else what is wrong with the answer.
fn raise(error: &hyper::Error, position: Position) -> Box<EvalAltResult> {
    match socket_error(error) {
        Some(socket) => net::raise(socket, position),
        None => error_map("HttpError", &format!("the connection broke: {error}"), position),
    }
}

/// What the socket said, if that is among the causes.
fn socket_error(error: &hyper::Error) -> Option<&SocketError> {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(socket) = inner.and_then(|inner| inner.downcast_ref::<SocketError>()) {
            return Some(socket);
        }
        cause = error.source();
    }
    None
}
