//! The engine's socket as hyper reads and writes it.
//!
//! A socket's operations are futures that borrow their buffers, hyper polls with a buffer of its own each time. So a
//! piece is copied on its way, and the operation under way is kept until it is done.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};

use crate::engine::net::{SocketError, SocketHandle};

/// How much is read or written at once: what a system call gives at best.
const PIECE_BYTES: usize = 64 << 10;

type Operation<T> = Pin<Box<dyn Future<Output = Result<T, SocketError>>>>;

/// A connected socket.
pub(super) struct Io {
    handle: SocketHandle,
    reading: Option<Operation<Vec<u8>>>,
    /// What was read and not taken yet.
    rest: Vec<u8>,
    writing: Option<Operation<usize>>,
    ending: Option<Operation<()>>,
}

impl Io {
    pub(super) fn new(handle: SocketHandle) -> Self {
        Self { handle, reading: None, rest: Vec::new(), writing: None, ending: None }
    }
}

/// Polls the operation under way, or begins one.
fn go_on<T>(
    place: &mut Option<Operation<T>>,
    begin: impl FnOnce() -> Operation<T>,
    cx: &mut Context<'_>,
) -> Poll<io::Result<T>> {
    let ended = ready!(place.get_or_insert_with(begin).as_mut().poll(cx));
    *place = None;
    Poll::Ready(ended.map_err(io::Error::other))
}

impl Read for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            let handle = this.handle.clone();
            let begin = || -> Operation<Vec<u8>> { Box::pin(async move { handle.recv(PIECE_BYTES).await }) };
            this.rest = ready!(go_on(&mut this.reading, begin, cx))?;
        }
        let count = this.rest.len().min(buffer.remaining());
        buffer.put_slice(&this.rest[..count]);
        this.rest.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl Write for Io {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let handle = this.handle.clone();
        let begin = || -> Operation<usize> {
            let piece = data[..data.len().min(PIECE_BYTES)].to_vec();
            Box::pin(async move { handle.send(&piece).await })
        };
        go_on(&mut this.writing, begin, cx)
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let handle = this.handle.clone();
        let begin = || -> Operation<()> { Box::pin(async move { handle.shutdown().await }) };
        go_on(&mut this.ending, begin, cx)
    }
}
