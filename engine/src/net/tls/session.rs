//! One TLS connection: plain bytes on one side, the transport on the other.

use std::io::{self, ErrorKind, Read, Write};

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Connection, ServerConnection};

use super::context::{Side, TlsContext};
use super::error::TlsError;
use crate::event_loop::Direction;
use crate::instrument::{TlsHandshake, tell_loops, watches_loops};
use crate::net::socket::Stop;
use crate::net::transport::Transport;

/// The most that is encrypted before it is sent: a few records, less than rustls keeps.
const SEND_LIMIT: usize = 32 * 1024;

/// The most that is read and thrown away before closing.
const CLEARING_LIMIT: usize = 64 * 1024;

pub(in crate::net) struct Session {
    connection: Connection,
    /// The host a client asked for, for messages.
    host: Option<String>,
    /// Once it has failed, it has.
    failed: Option<TlsError>,
}

impl Session {
    pub(in crate::net) fn client(context: &TlsContext, host: Option<&str>) -> Result<Self, TlsError> {
        let Side::Client(config) = &context.0 else { return Err(TlsError::WrongSide("server")) };
        let host = host.ok_or(TlsError::NoHostname)?;
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| TlsError::BadHostname(host.to_owned()))?;
        let connection = ClientConnection::new(config.clone(), name);
        let connection = connection.map_err(|error| TlsError::of(error, true, Some(host)))?;
        Ok(Self { connection: connection.into(), host: Some(host.to_owned()), failed: None })
    }

    pub(in crate::net) fn server(context: &TlsContext) -> Result<Self, TlsError> {
        let Side::Server(config) = &context.0 else { return Err(TlsError::WrongSide("client")) };
        let connection = ServerConnection::new(config.clone());
        let connection = connection.map_err(|error| TlsError::of(error, true, None))?;
        Ok(Self { connection: connection.into(), host: None, failed: None })
    }

    pub(in crate::net) fn handshake(&mut self, transport: &Transport) -> Result<(), Stop> {
        self.check()?;
        while self.connection.is_handshaking() {
            self.exchange(transport)?;
        }
        self.flush(transport).map_err(|error| Stop::of(error, Direction::Write))
    }

    pub(in crate::net) fn recv(&mut self, transport: &Transport, buffer: &mut [u8]) -> Result<usize, Stop> {
        loop {
            match self.connection.reader().read(buffer) {
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.exchange(transport)?,
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(self.truncated()),
                Err(error) => return Err(Stop::Os(error)),
            }
        }
    }

    /// Encrypts a piece of `data` and sends it. Called again after it was blocked, it goes on with the piece that it has `taken`.
    pub(in crate::net) fn send(
        &mut self,
        transport: &Transport,
        data: &[u8],
        taken: &mut Option<usize>,
    ) -> Result<usize, Stop> {
        // What an earlier piece has left goes first.
        self.handshake(transport)?;
        if let Some(count) = *taken {
            return Ok(count);
        }
        let piece = &data[..data.len().min(SEND_LIMIT)];
        let count = self.connection.writer().write(piece).map_err(Stop::Os)?;
        *taken = Some(count);
        self.flush(transport).map_err(|error| Stop::of(error, Direction::Write))?;
        Ok(count)
    }

    /// Tells the peer that nothing more comes. Before the hands are shaken there is nobody to tell.
    pub(in crate::net) fn say_goodbye(&mut self, transport: &Transport) -> Result<(), Stop> {
        if self.connection.is_handshaking() || self.failed.is_some() {
            return Ok(());
        }
        self.connection.send_close_notify();
        self.flush(transport).map_err(|error| Stop::of(error, Direction::Write))
    }

    /// Takes what the peer has sent and nobody wants, session tickets for example: closing a socket with unread bytes would
    /// reset the connection and could destroy what is still on its way to the peer.
    pub(in crate::net) fn clear_the_way(mut transport: &Transport) -> io::Result<()> {
        let mut rest = [0; 4096];
        for _ in 0..CLEARING_LIMIT / rest.len() {
            if transport.read(&mut rest)? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Sends what is to be sent and takes what has come, once.
    fn exchange(&mut self, mut transport: &Transport) -> Result<(), Stop> {
        self.check()?;
        // If the peer cannot take it, it may have said why: read first, then tell.
        let flushed = self.flush(transport);
        match self.connection.read_tls(&mut transport) {
            Ok(0) if self.connection.is_handshaking() => return Err(self.truncated()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                return Err(match flushed {
                    Ok(()) => Stop::Blocked(Direction::Read),
                    Err(error) => Stop::of(error, Direction::Both),
                });
            }
            Err(error) => return Err(Stop::Os(error)),
        }
        let shaking_hands = self.connection.is_handshaking();
        if let Err(error) = self.connection.process_new_packets() {
            // Tell the peer why, as far as it goes.
            let _ = self.flush(transport);
            return Err(self.fail(TlsError::of(error, shaking_hands, self.host.as_deref())));
        }
        if shaking_hands && !self.connection.is_handshaking() {
            let (version, suite) =
                (self.connection.protocol_version(), self.connection.negotiated_cipher_suite());
            tracing::debug!("hands are shaken: {version:?}, {:?}", suite.map(|suite| suite.suite()));
            if watches_loops() {
                self.tell_shaken();
            }
        }
        Ok(())
    }

    #[cold]
    fn tell_shaken(&self) {
        let version = self.connection.protocol_version().map(|version| format!("{version:?}"));
        let cipher = self.connection.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
        let handshake = TlsHandshake {
            cipher: cipher.as_deref(),
            version: version.as_deref(),
            server_hostname: self.host.as_deref(),
        };
        tell_loops(|told| told.on_tls_handshake_complete(handshake));
    }

    fn flush(&mut self, mut transport: &Transport) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut transport)?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), Stop> {
        self.failed.clone().map_or(Ok(()), |error| Err(Stop::Tls(error)))
    }

    fn truncated(&mut self) -> Stop {
        self.fail(TlsError::Truncated)
    }

    fn fail(&mut self, error: TlsError) -> Stop {
        self.failed = Some(error.clone());
        Stop::Tls(error)
    }
}
