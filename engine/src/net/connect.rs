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

    /// Tries one after the other, each from where the socket is bound; `true` if the one that answered did at once.
    async fn connect_to_any(&self, targets: Vec<(Family, SockAddr)>) -> Result<bool, SocketError> {
        let home = self.inspect(Operation::Connect, |transport| transport.socket().local_addr()).ok();
        let mut result = Ok(false);
        for (family, target) in targets {
            result = self.connect_to(family, &target, home.as_ref()).await;
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

    /// `true` if it did not have to wait.
    async fn connect_to(
        &self,
        family: Family,
        target: &SockAddr,
        home: Option<&SockAddr>,
    ) -> Result<bool, SocketError> {
        let mut pause = FIRST_PAUSE;
        let immediate = loop {
            match self.begin(family, target, home) {
                Err(error) if error.kind() == Some(io::ErrorKind::WouldBlock) => {
                    sleep(pause).await;
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
                result => break result?,
            }
        };
        let _attempt = Attempt(self);
        if !immediate {
            let ended = |transport: &Transport| {
                transport.connected().map_err(|error| Stop::of(error, Direction::Write))
            };
            self.perform(Operation::Connect, ended).await?;
        }
        self.replace(|transport| transport.map_or(State::Closed, State::Open));
        Ok(immediate)
    }

    /// Starts to connect: `true` if that was all. A transport that has failed is of no more use: it is closed, and the
    /// next one opened where it was bound.
    fn begin(&self, family: Family, target: &SockAddr, home: Option<&SockAddr>) -> Result<bool, SocketError> {
        let mut state = self.state.borrow_mut();
        let State::Fresh(bound) = &mut *state else {
            return Err(misuse(Operation::Connect, &state)); // used for something else meanwhile
        };
        *self.peer.borrow_mut() = Some(Address::of(target));
        let failed = |error| self.os(Operation::Connect, error);
        let transport = match bound.take() {
            Some(transport) => transport,
            None => self.open(family, home).map_err(failed)?,
        };
        match transport.connect(target) {
            Ok(immediate) => {
                *state = State::Connecting(transport);
                Ok(immediate)
            }
            Err(error) => {
                let is_unused = error.kind() == io::ErrorKind::WouldBlock;
                *bound = Some(transport).filter(|_| is_unused && home.is_some());
                Err(failed(error))
            }
        }
    }

    /// A new transport, bound if there is an address.
    pub(super) fn open(&self, family: Family, address: Option<&SockAddr>) -> io::Result<Transport> {
        let kind = self.kind.get();
        let transport = Transport::open(family, kind, self.proto)?;
        if let Some(address) = address {
            transport.bind(address, kind)?;
        }
        Ok(transport)
    }
}

/// Makes a socket that has begun to connect, and failed or was given up, as new.
struct Attempt<'a>(&'a Socket);

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if matches!(*self.0.state.borrow(), State::Connecting(_)) {
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
