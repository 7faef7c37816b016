//! The state behind the handles of a socket, and trying until it does not block.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::task::Poll;

use super::tls::{Session, TlsContext, TlsError};
use super::told::Told;
use super::transport::Transport;
use super::{Address, Family, Kind, Operation, SocketError};
use crate::event_loop::{Direction, Readiness, Wait, note};

/// How far a socket has come.
pub(super) enum State {
    /// Nothing done yet, or bound.
    Fresh(Option<Transport>),
    Connecting(Transport),
    Listening(Transport),
    /// Connected; or a datagram socket that is bound.
    Open(Transport),
    /// Saying goodbye; nobody else may use it any more.
    Closing(Transport),
    Closed,
}

impl State {
    fn transport(&self) -> Option<&Transport> {
        match self {
            Self::Fresh(transport) => transport.as_ref(),
            Self::Connecting(transport)
            | Self::Listening(transport)
            | Self::Open(transport)
            | Self::Closing(transport) => Some(transport),
            Self::Closed => None,
        }
    }

    fn transport_mut(&mut self) -> Option<&mut Transport> {
        match self {
            Self::Fresh(transport) => transport.as_mut(),
            Self::Connecting(transport)
            | Self::Listening(transport)
            | Self::Open(transport)
            | Self::Closing(transport) => Some(transport),
            Self::Closed => None,
        }
    }

    pub(super) fn describe(&self) -> &'static str {
        match self {
            Self::Fresh(_) => "is not connected",
            Self::Connecting(_) => "is still connecting",
            Self::Listening(_) => "listens",
            Self::Open(_) => "is connected already",
            Self::Closing(_) | Self::Closed => "is closed",
        }
    }

    /// Whether an operation can be tried in this state.
    fn serves(&self, operation: Operation) -> bool {
        match operation {
            Operation::Connect => matches!(self, Self::Connecting(_)),
            Operation::Accept => matches!(self, Self::Listening(_)),
            Operation::Close => matches!(self, Self::Closing(_)),
            _ => matches!(self, Self::Open(_)),
        }
    }
}

/// Why an attempt has no result.
pub(super) enum Stop {
    Blocked(Direction),
    Os(io::Error),
    Tls(TlsError),
}

impl Stop {
    /// Of a call that would have waited in this direction.
    pub(super) fn of(error: io::Error, direction: Direction) -> Self {
        if error.kind() == io::ErrorKind::WouldBlock { Self::Blocked(direction) } else { Self::Os(error) }
    }
}

/// What all handles of a socket share. The last one closes it.
pub(super) struct Socket {
    pub(super) state: RefCell<State>,
    pub(super) readiness: Readiness,
    pub(super) session: RefCell<Option<Session>>,
    /// With whom it talks, for messages.
    pub(super) peer: RefCell<Option<Address>>,
    pub(super) family: Option<Family>,
    pub(super) kind: Cell<Kind>,
    pub(super) proto: Option<i32>,
    pub(super) tls: Option<TlsContext>,
    pub(super) server_hostname: Option<String>,
}

impl Socket {
    /// Tries until the attempt does not block.
    pub(super) async fn perform<T>(
        &self,
        operation: Operation,
        mut attempt: impl FnMut(&Transport) -> Result<T, Stop>,
    ) -> Result<T, SocketError> {
        let mut wait = Wait::new(&self.readiness);
        let (told, mut waited) = (Told::begin(self, operation), false);
        let result = poll_fn(|cx| {
            let mut state = self.state.borrow_mut();
            if !state.serves(operation) {
                return Poll::Ready(Err(misuse(operation, &state)));
            }
            let Some(transport) = state.transport_mut() else {
                return Poll::Ready(Err(SocketError::Closed(operation)));
            };
            let error = loop {
                match attempt(transport) {
                    Ok(value) => return Poll::Ready(Ok(value)),
                    Err(Stop::Blocked(direction)) => match self.readiness.register(transport) {
                        Ok(()) => {
                            wait.stand(direction, cx.waker());
                            waited = true;
                            note(operation.waits_for());
                            return Poll::Pending;
                        }
                        Err(error) => break self.os(operation, error),
                    },
                    Err(Stop::Os(error)) if is_passing(operation, &error) => {}
                    Err(Stop::Os(error)) => break self.os(operation, error),
                    Err(Stop::Tls(error)) => break self.tls(operation, error),
                }
            };
            Poll::Ready(Err(error))
        })
        .await;
        if result.is_ok() {
            told.end(self, operation, !waited);
        }
        result
    }

    /// Calls that never block.
    pub(super) fn inspect<T>(
        &self,
        operation: Operation,
        look: impl FnOnce(&Transport) -> io::Result<T>,
    ) -> Result<T, SocketError> {
        let state = self.state.borrow();
        match state.transport() {
            Some(transport) => look(transport).map_err(|error| self.os(operation, error)),
            None => Err(misuse(operation, &state)),
        }
    }

    /// Goes to another state. The transport that was there is closed unless the next state has it, and whoever
    /// waits for it tries again and finds the next state.
    pub(super) fn replace(&self, next: impl FnOnce(Option<Transport>) -> State) {
        let mut state = self.state.borrow_mut();
        let transport = match std::mem::replace(&mut *state, State::Closed) {
            State::Fresh(transport) => transport,
            State::Connecting(transport)
            | State::Listening(transport)
            | State::Open(transport)
            | State::Closing(transport) => Some(transport),
            State::Closed => None,
        };
        *state = next(transport);
        drop(state);
        self.readiness.wake_all();
    }

    /// Closes the transport, so that the socket is closed, or as new.
    pub(super) fn discard(&self, next: State) {
        self.replace(|transport| {
            if let Some(mut transport) = transport {
                self.readiness.deregister(&mut transport);
            }
            next
        });
        self.session.take();
    }

    pub(super) fn os(&self, operation: Operation, source: io::Error) -> SocketError {
        SocketError::Os { operation, address: self.peer.borrow().clone(), source }
    }

    pub(super) fn tls(&self, operation: Operation, source: TlsError) -> SocketError {
        SocketError::Tls { operation, address: self.peer.borrow().clone(), source }
    }
}

impl Drop for Socket {
    /// Without a goodbye: an end that nobody asked for shall not look like one.
    fn drop(&mut self) {
        self.discard(State::Closed);
    }
}

pub(super) fn misuse(operation: Operation, state: &State) -> SocketError {
    match state {
        State::Closing(_) | State::Closed => SocketError::Closed(operation),
        _ if operation == Operation::Accept => SocketError::State { operation, state: "does not listen" },
        state => SocketError::State { operation, state: state.describe() },
    }
}

/// Errors that say nothing of this socket: a signal came, or a connection was gone before it was accepted.
fn is_passing(operation: Operation, error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::Interrupted => true,
        // Elsewhere it is the end of the socket's own connection.
        io::ErrorKind::ConnectionAborted => operation == Operation::Accept,
        _ => false,
    }
}
