//! What tasks call: sending and receiving.

use std::cell::RefCell;
use std::io::{Read, Write};

use super::handle::SocketHandle;
use super::resolve::resolve;
use super::socket::{Socket, State, Stop};
use super::transport::Transport;
use super::{Address, Family, Kind, Operation, SocketError};
use crate::event_loop::Direction;
use crate::instrument::watches_loops;

/// The most that one [`SocketHandle::recv`] takes, in bytes: what a system call gives at best.
const RECV_LIMIT: usize = 64 * 1024;

thread_local! {
    /// Where bytes land before their number is known, so that a task that waits holds no buffer.
    static LANDING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl SocketHandle {
    /// Receives at least one byte and at most `bufsize`, or 64 KiB if that is less; or one datagram. Empty at the end of the stream.
    ///
    /// Dropped before it is ready, it has taken nothing.
    ///
    /// # Errors
    ///
    /// If the connection broke, or the socket is closed or was never connected. With TLS an end without a goodbye is
    /// [`TlsError::Truncated`](super::tls::TlsError::Truncated).
    pub async fn recv(&self, bufsize: usize) -> Result<Vec<u8>, SocketError> {
        let size = bufsize.min(RECV_LIMIT);
        self.0
            .recv(|receive| {
                LANDING.with_borrow_mut(|landing| {
                    if landing.len() < size {
                        landing.resize(size, 0);
                    }
                    receive(&mut landing[..size]).map(|count| landing[..count].to_vec())
                })
            })
            .await
    }

    /// [`recv`](Self::recv) into a buffer of the caller's: how many bytes came, 0 at the end.
    ///
    /// # Errors
    ///
    /// As `recv`.
    pub async fn recv_into(&self, buffer: &mut [u8]) -> Result<usize, SocketError> {
        self.0.recv(|receive| receive(buffer)).await
    }

    /// Sends what there is room for, at least one byte, and tells how much; or one datagram.
    ///
    /// # Errors
    ///
    /// If the connection broke, or the socket is closed or was never connected.
    pub async fn send(&self, data: &[u8]) -> Result<usize, SocketError> {
        self.0.send(data).await
    }

    /// Sends all data (Flowno's `sendAll`), in pieces as there is room. Pieces of two tasks that send at once may mix.
    ///
    /// Dropped half-way, it has sent a part.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_all(&self, data: &[u8]) -> Result<(), SocketError> {
        let mut rest = data;
        while !rest.is_empty() {
            let sent = self.send(rest).await?;
            rest = &rest[sent..];
        }
        Ok(())
    }

    /// Sends one datagram to an address. A socket that is not bound gets a free port.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), or if the socket carries no datagrams or its family is another.
    pub async fn send_to(&self, data: &[u8], address: impl Into<Address>) -> Result<usize, SocketError> {
        let address = address.into();
        if self.0.kind.get() == Kind::Stream {
            return Err(SocketError::State { operation: Operation::Send, state: "carries no datagrams" });
        }
        let targets = resolve(Operation::Send, &address, self.0.family).await?;
        let Some((family, target)) = targets.first() else { return Ok(0) };
        self.0.open_for_datagrams(*family)?;
        let send = |transport: &Transport| {
            transport.send_to(data, target).map_err(|error| Stop::of(error, Direction::Write))
        };
        let sent = self.0.perform(Operation::Send, send).await;
        self.0.told_sent(data, &sent);
        sent
    }
}

/// Reads into a buffer that the caller has.
type Receive<'a> = &'a mut dyn FnMut(&mut [u8]) -> Result<usize, Stop>;

impl Socket {
    /// Opens the socket if it is new: the first datagram that it sends binds it.
    fn open_for_datagrams(&self, family: Family) -> Result<(), SocketError> {
        let mut state = self.state.borrow_mut();
        if let State::Fresh(None) = *state {
            let opened = Transport::open(family, Kind::Datagram, self.proto);
            *state = State::Open(opened.map_err(|error| self.os(Operation::Send, error))?);
        }
        Ok(())
    }

    async fn recv<T>(&self, mut take: impl FnMut(Receive<'_>) -> Result<T, Stop>) -> Result<T, SocketError> {
        self.perform(Operation::Recv, |mut transport| {
            let mut session = self.session.borrow_mut();
            take(&mut |buffer| {
                let count = match &mut *session {
                    _ if buffer.is_empty() => 0,
                    Some(session) => session.recv(transport, buffer)?,
                    None => transport.read(buffer).map_err(|error| Stop::of(error, Direction::Read))?,
                };
                if watches_loops() {
                    self.tell_received(&buffer[..count]);
                }
                Ok(count)
            })
        })
        .await
    }

    async fn send(&self, data: &[u8]) -> Result<usize, SocketError> {
        let mut taken = None;
        let sent = self
            .perform(Operation::Send, |mut transport| match &mut *self.session.borrow_mut() {
                Some(session) => session.send(transport, data, &mut taken),
                None => transport.write(data).map_err(|error| Stop::of(error, Direction::Write)),
            })
            .await;
        self.told_sent(data, &sent);
        sent
    }
}
