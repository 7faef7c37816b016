//! Telling instruments what happens on a socket. All of it is cold: nobody comes here unless somebody watches.

use std::time::Duration;

use super::socket::Socket;
use super::{Operation, SocketError};
use crate::event_loop::time;
use crate::instrument::{
    EventLoopInstrument, SocketRecvData, SocketSendData, SocketView, SocketWait, tell_loops, watches_loops,
};

/// An operation under way, if somebody watches.
pub(super) struct Told(Option<Duration>);

impl Told {
    /// An operation begins that is one step.
    #[inline]
    pub(super) fn begin(socket: &Socket, operation: Operation) -> Self {
        let step = matches!(operation, Operation::Accept | Operation::Recv | Operation::Send);
        Self(if watches_loops() && step { Some(socket.tell_start(operation)) } else { None })
    }

    /// Connecting begins.
    pub(super) fn connect(socket: &Socket) -> Self {
        Self(if watches_loops() { Some(socket.tell_start(Operation::Connect)) } else { None })
    }

    /// It has come to its end well.
    #[inline]
    pub(super) fn end(self, socket: &Socket, operation: Operation, immediate: bool) {
        if let Some(start) = self.0 {
            socket.tell_ready(operation, start, immediate);
        }
    }
}

impl Socket {
    #[cold]
    fn tell_start(&self, operation: Operation) -> Duration {
        let start_time = time();
        self.tell(|told, socket| {
            let wait = SocketWait { socket, immediate: false, start_time, finish_time: None };
            match operation {
                Operation::Connect => told.on_socket_connect_start(wait),
                Operation::Accept => told.on_socket_accept_start(wait),
                Operation::Recv => told.on_socket_recv_start(wait),
                Operation::Send => told.on_socket_send_start(wait),
                _ => {}
            }
        });
        start_time
    }

    #[cold]
    fn tell_ready(&self, operation: Operation, start_time: Duration, immediate: bool) {
        let finish_time = Some(time());
        self.tell(|told, socket| {
            let wait = SocketWait { socket, immediate, start_time, finish_time };
            match operation {
                Operation::Connect => told.on_socket_connect_ready(wait),
                Operation::Accept => told.on_socket_accept_ready(wait),
                Operation::Recv => told.on_socket_recv_ready(wait),
                Operation::Send => told.on_socket_send_ready(wait),
                _ => {}
            }
        });
    }

    #[cold]
    pub(super) fn tell_received(&self, data: &[u8]) {
        self.tell(|told, socket| told.on_socket_recv_data(SocketRecvData { socket, data }));
    }

    /// Bytes were sent, or not.
    #[inline]
    pub(super) fn told_sent(&self, data: &[u8], sent: &Result<usize, SocketError>) {
        if watches_loops()
            && let Ok(count) = sent
        {
            self.tell_sent(data, *count);
        }
    }

    #[cold]
    fn tell_sent(&self, data: &[u8], bytes_sent: usize) {
        self.tell(|told, socket| told.on_socket_send_data(SocketSendData { socket, data, bytes_sent }));
    }

    #[cold]
    pub(super) fn tell_close(&self) {
        self.tell(|told, socket| told.on_socket_close(socket));
    }

    fn tell(&self, tell: impl Fn(&dyn EventLoopInstrument, SocketView<'_>)) {
        let peer = self.peer.borrow().clone();
        let socket = SocketView { id: std::ptr::from_ref(self).addr(), peer: peer.as_ref() };
        tell_loops(|told| tell(told, socket));
    }
}
