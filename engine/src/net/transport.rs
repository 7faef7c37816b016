//! The operating system's socket.
//!
//! mio has a type for each kind of socket, but they differ only in the calls they offer; here socket2 makes the calls, for all
//! kinds alike, and mio's TCP type serves as the descriptor that can be registered and is read from and written to.

use std::io::{self, Read, Write};
#[cfg(unix)]
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use mio::event::Source;
use mio::{Interest, Registry, Token};
use socket2::{Domain, Protocol, SockAddr, SockRef, Socket, Type};

use super::{Family, Kind};

#[derive(Debug)]
pub(super) struct Transport(mio::net::TcpStream);

impl Transport {
    pub(super) fn open(family: Family, kind: Kind, proto: Option<i32>) -> io::Result<Self> {
        let domain = match family {
            Family::Inet => Domain::IPV4,
            Family::Inet6 => Domain::IPV6,
            Family::Unix => Domain::UNIX,
        };
        let kind = match kind {
            Kind::Stream => Type::STREAM,
            Kind::Datagram => Type::DGRAM,
        };
        Self::of(Socket::new(domain, kind, proto.map(Protocol::from))?)
    }

    fn of(socket: Socket) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self(mio::net::TcpStream::from_std(socket.into())))
    }

    /// Takes over an open socket, and tells its kind.
    #[cfg(unix)]
    pub(super) fn adopt(fd: OwnedFd) -> io::Result<(Self, Kind)> {
        let socket = Socket::from(fd);
        let kind = if socket.r#type()? == Type::DGRAM { Kind::Datagram } else { Kind::Stream };
        Ok((Self::of(socket)?, kind))
    }

    /// Calls that only read or set the socket's state.
    pub(super) fn socket(&self) -> SockRef<'_> {
        SockRef::from(&self.0)
    }

    /// That of the address to which it is bound.
    pub(super) fn family(&self) -> io::Result<Family> {
        let local = self.socket().local_addr()?;
        Ok(match () {
            () if local.is_ipv4() => Family::Inet,
            () if local.is_ipv6() => Family::Inet6,
            () => Family::Unix,
        })
    }

    /// A call that may block; on Windows, asks for the next event if it would.
    fn attempt<T>(&self, call: impl FnOnce(&Socket) -> io::Result<T>) -> io::Result<T> {
        self.0.try_io(|| call(&self.socket()))
    }

    pub(super) fn bind(&self, address: &SockAddr, kind: Kind) -> io::Result<()> {
        // So that a server can be started again at once. On Windows this would let two servers share a port.
        if cfg!(unix) && !address.is_unix() && kind == Kind::Stream {
            self.socket().set_reuse_address(true)?;
        }
        self.socket().bind(address)
    }

    /// Begins to connect: `true` if that was all, `false` if it goes on.
    pub(super) fn connect(&self, address: &SockAddr) -> io::Result<bool> {
        match self.socket().connect(address) {
            Ok(()) => Ok(true),
            Err(error) if goes_on(&error, address) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// How connecting has ended; `WouldBlock` while it goes on.
    pub(super) fn connected(&self) -> io::Result<()> {
        if let Some(error) = self.socket().take_error()? {
            return Err(error);
        }
        self.attempt(|socket| match socket.peer_addr() {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                Err(io::ErrorKind::WouldBlock.into())
            }
            Err(error) => Err(error),
        })
    }

    pub(super) fn accept(&self) -> io::Result<(Self, SockAddr)> {
        let (socket, address) = self.attempt(Socket::accept)?;
        Ok((Self::of(socket)?, address))
    }

    pub(super) fn send_to(&self, data: &[u8], address: &SockAddr) -> io::Result<usize> {
        self.attempt(|socket| socket.send_to(data, address))
    }

    #[cfg(unix)]
    pub(super) fn is_connected(&self) -> bool {
        self.socket().peer_addr().is_ok()
    }

    /// Whether it listens, where the system tells; elsewhere `listen` is to be called again.
    #[cfg(unix)]
    pub(super) fn is_listening(&self) -> bool {
        #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
        return self.socket().is_listener().unwrap_or(false);
        #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
        return false;
    }

    #[cfg(unix)]
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Connecting has begun and will end by itself.
fn goes_on(error: &io::Error, address: &SockAddr) -> bool {
    #[cfg(unix)]
    let in_progress = error.raw_os_error() == Some(libc::EINPROGRESS);
    // Windows says that it would block; a Unix socket says so when the server's queue is full, and does not go on.
    #[cfg(not(unix))]
    let in_progress = error.kind() == io::ErrorKind::WouldBlock;
    !address.is_unix() && (in_progress || error.kind() == io::ErrorKind::Interrupted)
}

impl Read for &Transport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.0).read(buffer)
    }
}

impl Write for &Transport {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        (&self.0).write(data)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Source for Transport {
    fn register(&mut self, registry: &Registry, token: Token, interests: Interest) -> io::Result<()> {
        self.0.register(registry, token, interests)
    }

    fn reregister(&mut self, registry: &Registry, token: Token, interests: Interest) -> io::Result<()> {
        self.0.reregister(registry, token, interests)
    }

    fn deregister(&mut self, registry: &Registry) -> io::Result<()> {
        self.0.deregister(registry)
    }
}
