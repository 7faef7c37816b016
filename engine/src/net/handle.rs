//! What tasks call: how a socket begins and ends, and what can be asked of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::resolve::resolve;
use super::socket::{Socket, State, Stop, misuse};
use super::tls::{Session, TlsContext};
use super::transport::Transport;
use super::{Address, Family, Kind, Operation, SocketError, SocketOptions, TAG};
use crate::event_loop::{Direction, Readiness};
use crate::instrument::watches_loops;

/// How many connections wait to be accepted unless said otherwise, as in Python and Rust.
const BACKLOG: u32 = 128;

/// A socket on the event loop; made by [`socket`](super::socket). A clone is the same socket, which closes when the last is dropped.
///
/// # Panics
///
/// The asynchronous methods panic when they must wait and no event loop runs on this thread.
#[derive(Clone)]
pub struct SocketHandle(pub(super) Rc<Socket>);

impl SocketHandle {
    pub(super) fn new(options: SocketOptions) -> Result<Self, SocketError> {
        if cfg!(not(unix)) && options.family == Some(Family::Unix) {
            return Err(SocketError::Unsupported("Unix sockets"));
        }
        let tls = match (options.use_tls, options.ssl_context) {
            (false, _) => None,
            (true, Some(context)) => Some(context),
            (true, None) => Some(TlsContext::system().map_err(|source| SocketError::Tls {
                operation: Operation::Open,
                address: None,
                source,
            })?),
        };
        let socket = Socket {
            state: RefCell::new(State::Fresh(None)),
            readiness: Readiness::default(),
            session: RefCell::default(),
            peer: RefCell::default(),
            family: options.family,
            kind: Cell::new(options.kind),
            proto: options.proto,
            tls,
            server_hostname: options.server_hostname,
        };
        #[cfg(unix)]
        if let Some(fd) = options.fileno {
            socket.adopt(fd)?;
        }
        Ok(Self(Rc::new(socket)))
    }

    /// Connects to an address, with TLS shaking hands too. Of a host with several addresses each is tried in turn; a socket
    /// that is bound connects from there, to addresses of that family.
    ///
    /// Once it has begun, it leaves the socket as new, unbound, if it fails or is dropped; or closed, if TLS failed. Before,
    /// as when the name is not found or its addresses are of another family, the socket stays as it is.
    ///
    /// # Errors
    ///
    /// If the name is not found, or nobody answers: then that of the last address. If TLS fails, why.
    pub async fn connect(&self, address: impl Into<Address>) -> Result<(), SocketError> {
        self.0.connect(address.into()).await
    }

    /// Binds the socket to an address; port 0 is any free one, an empty host is all IPv4 addresses of this machine, or
    /// all IPv6 ones if that is the socket's family. On Unix the port may be taken again at once when its server has ended.
    ///
    /// # Errors
    ///
    /// If the address is in use or not this machine's, or the socket is bound already.
    pub async fn bind(&self, address: impl Into<Address>) -> Result<(), SocketError> {
        let address = address.into();
        let targets = resolve(Operation::Bind, &address, self.0.family).await?;
        let failed =
            |source| SocketError::Os { operation: Operation::Bind, address: Some(address.clone()), source };
        let mut state = self.0.state.borrow_mut();
        if !matches!(*state, State::Fresh(None)) {
            let what = if matches!(*state, State::Fresh(_)) { "is bound already" } else { state.describe() };
            return Err(SocketError::State { operation: Operation::Bind, state: what });
        }
        let kind = self.0.kind.get();
        let mut result = Err(SocketError::Unsupported("sockets without an address"));
        for (family, target) in targets {
            result = self.0.open(family, Some(&target)).map_err(failed);
            if result.is_ok() {
                break;
            }
        }
        *state = match kind {
            Kind::Stream => State::Fresh(Some(result?)),
            Kind::Datagram => State::Open(result?),
        };
        Ok(())
    }

    /// Listens for connections, of which `backlog` (`None`: 128) may wait to be accepted.
    ///
    /// # Errors
    ///
    /// If the socket is not bound, or is connected, carries datagrams, or has a TLS context without a certificate.
    pub fn listen(&self, backlog: Option<u32>) -> Result<(), SocketError> {
        let refused = |state| Err(SocketError::State { operation: Operation::Listen, state });
        if self.0.kind.get() == Kind::Datagram {
            return refused("carries datagrams");
        }
        if self.0.tls.as_ref().is_some_and(TlsContext::is_client) {
            return refused("has no certificate: give it TlsContext::server(...) as ssl_context");
        }
        match &*self.0.state.borrow() {
            State::Fresh(Some(_)) => {}
            State::Fresh(None) => return refused("is not bound"),
            state => return Err(misuse(Operation::Listen, state)),
        }
        let backlog = i32::try_from(backlog.unwrap_or(BACKLOG)).unwrap_or(i32::MAX);
        self.0.inspect(Operation::Listen, |transport| transport.socket().listen(backlog))?;
        self.0.replace(|transport| transport.map_or(State::Closed, State::Listening));
        Ok(())
    }

    /// Waits for a connection, and gives its socket and the peer's address.
    ///
    /// With TLS the hands are shaken when that socket is first used, or by [`handshake`](Self::handshake), so that a slow or
    /// hostile client holds up nobody else.
    ///
    /// # Errors
    ///
    /// If the socket does not listen, is closed, or the system has no more descriptors.
    pub async fn accept(&self) -> Result<(SocketHandle, Address), SocketError> {
        let accept =
            |transport: &Transport| transport.accept().map_err(|error| Stop::of(error, Direction::Read));
        let (transport, peer) = self.0.perform(Operation::Accept, accept).await?;
        let address = Address::of(&peer);
        tracing::debug!(target: TAG, "accepted a connection from {address}");
        let session = match &self.0.tls {
            Some(tls) => Some(Session::server(tls).map_err(|error| self.0.tls(Operation::Accept, error))?),
            None => None,
        };
        let socket = Socket {
            state: RefCell::new(State::Open(transport)),
            readiness: Readiness::default(),
            session: RefCell::new(session),
            peer: RefCell::new(Some(address.clone())),
            family: self.0.family,
            kind: Cell::new(Kind::Stream),
            proto: self.0.proto,
            tls: self.0.tls.clone(),
            server_hostname: None,
        };
        Ok((Self(Rc::new(socket)), address))
    }

    /// Shakes hands, if it is a TLS socket that has not; others do nothing.
    ///
    /// # Errors
    ///
    /// If TLS fails, why.
    pub async fn handshake(&self) -> Result<(), SocketError> {
        self.0.handshake().await
    }

    /// Ends sending: the peer reads what was sent and then the end, and may go on sending.
    ///
    /// # Errors
    ///
    /// If the connection broke, or the socket is closed or was never connected.
    pub async fn shutdown(&self) -> Result<(), SocketError> {
        self.0.say_goodbye(Operation::Shutdown).await?;
        let ended = self
            .0
            .inspect(Operation::Shutdown, |transport| transport.socket().shutdown(std::net::Shutdown::Write));
        match ended {
            // The peer is gone already.
            Err(error) if error.kind() == Some(std::io::ErrorKind::NotConnected) => Ok(()),
            result => result,
        }
    }

    /// Closes the socket for all its handles; whoever waits for it gets [`SocketError::Closed`] at once. With TLS it waits until the
    /// peer's side has taken the goodbye; dropped before, it closes without. Closing again does nothing.
    pub async fn close(&self) {
        self.0.close().await;
    }

    /// Whether it is closed, by [`close`](Self::close) or because TLS failed as it connected.
    pub fn is_closed(&self) -> bool {
        matches!(*self.0.state.borrow(), State::Closing(_) | State::Closed)
    }

    /// This side's address; after binding to port 0, with the port that it got.
    ///
    /// # Errors
    ///
    /// If it is neither bound nor connected.
    pub fn local_addr(&self) -> Result<Address, SocketError> {
        self.0
            .inspect(Operation::Inspect, |transport| transport.socket().local_addr())
            .map(|address| Address::of(&address))
    }

    /// The peer's address.
    ///
    /// # Errors
    ///
    /// If it is not connected.
    pub fn peer_addr(&self) -> Result<Address, SocketError> {
        self.0
            .inspect(Operation::Inspect, |transport| transport.socket().peer_addr())
            .map(|address| Address::of(&address))
    }

    /// Whether small pieces are sent at once instead of being gathered (`TCP_NODELAY`). Off at first, as in Python.
    ///
    /// # Errors
    ///
    /// If it is no TCP socket that is connected.
    pub fn set_nodelay(&self, nodelay: bool) -> Result<(), SocketError> {
        self.0.inspect(Operation::SetOption, |transport| transport.socket().set_tcp_nodelay(nodelay))
    }

    /// The descriptor's number (Python's `fileno`), while the socket is open.
    #[cfg(unix)]
    pub fn fileno(&self) -> Option<std::os::fd::RawFd> {
        use std::os::fd::AsRawFd;
        self.0.inspect(Operation::Inspect, |transport| Ok(transport.fd().as_raw_fd())).ok()
    }
}

impl std::fmt::Debug for SocketHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SocketHandle")
            .field("state", &self.0.state.borrow().describe())
            .field("peer", &*self.0.peer.borrow())
            .finish_non_exhaustive()
    }
}

impl Socket {
    #[cfg(unix)]
    fn adopt(&self, fd: std::os::fd::OwnedFd) -> Result<(), SocketError> {
        let (transport, kind) = Transport::adopt(fd).map_err(|error| self.os(Operation::Open, error))?;
        self.kind.set(kind);
        let connected = transport.is_connected();
        if connected && let Some(tls) = &self.tls {
            let session = match tls.is_client() {
                true => Session::client(tls, self.server_hostname.as_deref()),
                false => Session::server(tls),
            };
            *self.session.borrow_mut() = Some(session.map_err(|error| self.tls(Operation::Open, error))?);
        }
        *self.peer.borrow_mut() = transport.socket().peer_addr().ok().map(|address| Address::of(&address));
        *self.state.borrow_mut() = match kind {
            Kind::Stream if transport.is_listening() => State::Listening(transport),
            Kind::Stream if !connected => State::Fresh(Some(transport)),
            _ => State::Open(transport),
        };
        Ok(())
    }

    pub(super) async fn handshake(&self) -> Result<(), SocketError> {
        self.perform(Operation::Handshake, |transport| match &mut *self.session.borrow_mut() {
            Some(session) => session.handshake(transport),
            None => Ok(()),
        })
        .await
    }

    async fn say_goodbye(&self, operation: Operation) -> Result<(), SocketError> {
        self.perform(operation, |transport| match &mut *self.session.borrow_mut() {
            Some(session) => session.say_goodbye(transport),
            None => Ok(()),
        })
        .await
    }

    async fn close(&self) {
        struct Finally<'a>(&'a Socket);
        impl Drop for Finally<'_> {
            fn drop(&mut self) {
                self.0.discard(State::Closed);
            }
        }
        if watches_loops() && !matches!(*self.state.borrow(), State::Closing(_) | State::Closed) {
            self.tell_close();
        }
        if !matches!(*self.state.borrow(), State::Open(_)) {
            return self.discard(State::Closed);
        }
        tracing::debug!(target: TAG, "closes");
        self.replace(|transport| transport.map_or(State::Closed, State::Closing));
        let _finally = Finally(self);
        // A connection that is broken needs no goodbye.
        if self.say_goodbye(Operation::Close).await.is_ok() && self.session.borrow().is_some() {
            let _ = self.inspect(Operation::Close, |transport| {
                transport.socket().shutdown(std::net::Shutdown::Write)?;
                Session::clear_the_way(transport)
            });
        }
    }
}
