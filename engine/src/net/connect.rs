//! Connecting without blocking: each address of the host in turn, until one answers.

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
        if !matches!(*self.state.borrow(), State::Fresh(_)) {
            return Err(misuse(Operation::Connect, &self.state.borrow()));
        }
        let session = match &self.tls {
            Some(tls) => Some(self.client_session(tls, &address)?),
            None => None,
        };
        *self.peer.borrow_mut() = Some(address.clone());
        let told = Told::connect(self);
        let mut result = Ok(false);
        for (family, target) in resolve(Operation::Connect, &address, self.family).await? {
            *self.peer.borrow_mut() = Some(Address::of(&target));
            result = self.connect_to(family, &target).await;
            if result.is_ok() {
                break;
            }
        }
        let immediate = result? && session.is_none();
        tracing::debug!(target: TAG, "connected to {address}");
        if let Some(session) = session {
            *self.session.borrow_mut() = Some(session);
            let unfinished = Unfinished { socket: self, after: Some(State::Closed) };
            self.handshake().await?;
            unfinished.finish();
        }
        told.end(self, Operation::Connect, immediate);
        Ok(())
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

    /// `true` if it did not have to wait.
    async fn connect_to(&self, family: Family, target: &SockAddr) -> Result<bool, SocketError> {
        let failed = |error| self.os(Operation::Connect, error);
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
        let unfinished = Unfinished { socket: self, after: Some(State::Fresh(None)) };
        if !begun {
            let ended = |transport: &Transport| {
                transport.connected().map_err(|error| Stop::of(error, Direction::Write))
            };
            self.perform(Operation::Connect, ended).await?;
        }
        unfinished.finish();
        self.replace(|transport| transport.map_or(State::Closed, State::Open));
        Ok(begun)
    }

    /// Starts to connect: `true` if that was all. A bound socket is used for the first attempt, if the family fits.
    fn begin(&self, family: Family, target: &SockAddr) -> io::Result<bool> {
        let mut state = self.state.borrow_mut();
        let bound = match &mut *state {
            State::Fresh(bound) => bound.take(),
            _ => return Err(io::Error::other("the socket was used for something else meanwhile")),
        };
        let fits = |transport: &Transport| {
            transport.socket().local_addr().is_ok_and(|local| local.family() == target.family())
        };
        let transport = match bound.filter(fits) {
            Some(transport) => transport,
            None => Transport::open(family, self.kind.get(), self.proto)?,
        };
        let done = transport.connect(target)?;
        *state = State::Connecting(transport);
        Ok(done)
    }
}

/// What becomes of a socket that fails to connect, or is given up.
struct Unfinished<'a> {
    socket: &'a Socket,
    after: Option<State>,
}

impl Unfinished<'_> {
    fn finish(mut self) {
        self.after = None;
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let Some(after) = self.after.take() else { return };
        if !matches!(*self.socket.state.borrow(), State::Closed) {
            self.socket.discard(after);
        }
    }
}
