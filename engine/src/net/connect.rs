//! Connecting without blocking: each address of the host in turn, until one answers. A socket that is bound keeps to the
//! addresses of its family, and to its own.

use std::io;
use std::time::Duration;

use socket2::SockAddr;

use super::resolve::resolve;
use super::socket::{Socket, State, Stop, misuse};
use super::tls::Session;
use super::told::Told;
use super::transport::Transport;
use super::{Address, Family, Operation, SocketError, TAG};
use crate::event_loop::{Direction, sleep};

/// How long to wait before asking again for a place in a Unix server's full queue: nothing tells when there is one.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

impl Socket {
    pub(super) async fn connect(&self, address: Address) -> Result<(), SocketError> {
        let bound = match &*self.state.borrow() {
            State::Fresh(bound) => bound.as_ref().map(Transport::family),
            state => return Err(misuse(Operation::Connect, state)),
        };
        let session = match &self.tls {
            Some(tls) => Some(self.client_session(tls, &address)?),
            None => None,
        };
        *self.peer.borrow_mut() = Some(address.clone());
        let told = Told::connect(self);
        let bound = bound.transpose().map_err(|error| self.os(Operation::Connect, error))?;
        let targets = resolve(Operation::Connect, &address, bound.or(self.family)).await?;
        let immediate = self.connect_to_any(targets).await? && session.is_none();
        tracing::debug!(target: TAG, "connected to {address}");
        if let Some(session) = session {
            *self.session.borrow_mut() = Some(session);
            let unfinished = Unfinished(Some(self));
            self.handshake().await?;
            unfinished.finish();
        }
        told.end(self, Operation::Connect, immediate);
        Ok(())
    }

    /// Tries one after the other; `true` if the one that answered did at once.
    async fn connect_to_any(&self, targets: Vec<(Family, SockAddr)>) -> Result<bool, SocketError> {
        let _attempt = Attempt(self);
        let mut result = Ok(false);
        for (family, target) in targets {
            *self.peer.borrow_mut() = Some(Address::of(&target));
            result = self.connect_to(family, &target).await;
            if result.is_ok() {
                break;
            }
        }
        result
    }

    fn client_session(
        &self,
        tls: &super::tls::TlsContext,
        address: &Address,
    ) -> Result<Session, SocketError> {
        let name = self.server_hostname.clone().or_else(|| address.host());
        Session::client(tls, name.as_deref()).map_err(|source| SocketError::Tls {
            operation: Operation::Connect,
            address: Some(address.clone()),
            source,
        })
    }

    /// `true` if it did not have to wait. A bound socket that fails is bound still.
    async fn connect_to(&self, family: Family, target: &SockAddr) -> Result<bool, SocketError> {
        let failed = |error| self.os(Operation::Connect, error);
        let bound = matches!(*self.state.borrow(), State::Fresh(Some(_)));
        let mut pause = FIRST_PAUSE;
        let begun = loop {
            match self.begin(family, target) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    sleep(pause).await;
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
                result => break result.map_err(failed)?,
            }
        };
        if !begun {
            let ended = |transport: &Transport| {
                transport.connected().map_err(|error| Stop::of(error, Direction::Write))
            };
            if let Err(error) = self.perform(Operation::Connect, ended).await {
                if matches!(*self.state.borrow(), State::Connecting(_)) {
                    if bound { self.replace(State::Fresh) } else { self.discard(State::Fresh(None)) }
                }
                return Err(error);
            }
        }
        self.replace(|transport| transport.map_or(State::Closed, State::Open));
        Ok(begun)
    }

    /// Starts to connect: `true` if that was all. A socket that is not bound is opened anew.
    fn begin(&self, family: Family, target: &SockAddr) -> io::Result<bool> {
        let mut state = self.state.borrow_mut();
        let State::Fresh(bound) = &mut *state else {
            return Err(io::Error::other("the socket was used for something else meanwhile"));
        };
        let done = match bound {
            Some(transport) => transport.connect(target)?,
            None => {
                let transport = Transport::open(family, self.kind.get(), self.proto)?;
                let done = transport.connect(target)?;
                *bound = Some(transport);
                done
            }
        };
        if let Some(transport) = bound.take() {
            *state = State::Connecting(transport);
        }
        Ok(done)
    }
}

/// Makes a socket that has failed to connect, or was given up, as new.
struct Attempt<'a>(&'a Socket);

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if matches!(*self.0.state.borrow(), State::Fresh(Some(_)) | State::Connecting(_)) {
            self.0.discard(State::Fresh(None));
        }
    }
}

/// Closes a connection that has not shaken hands.
struct Unfinished<'a>(Option<&'a Socket>);

impl Unfinished<'_> {
    fn finish(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(socket) = self.0.take()
            && !matches!(*socket.state.borrow(), State::Closed)
        {
            socket.discard(State::Closed);
        }
    }
}
