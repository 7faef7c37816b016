//! The hooks of event loops.

use std::fmt;
use std::time::Duration;

use crate::event_loop::TaskError;
use crate::net::Address;

/// The task that an event is about. Shown, it is ``task 3 `name` ``.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskView<'a> {
    /// Its number: tasks are numbered from 1 as they are spawned.
    pub number: u64,
    /// The name that it was spawned with; a node's evaluation has the node's.
    pub name: Option<&'a str>,
}

impl fmt::Display for TaskView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => write!(f, "task {} `{name}`", self.number),
            None => write!(f, "task {}", self.number),
        }
    }
}

/// The queue that an event is about. Its items are not shown: they may be of any type, borrowed things too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueueView {
    /// Tells queues apart that live at one time.
    pub id: usize,
    /// The type of its items.
    pub item_type: &'static str,
    /// How many items are in it after the event.
    pub len: usize,
}

impl fmt::Display for QueueView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsyncQueue<{}>", self.item_type)
    }
}

/// The socket that an event is about. Shown, it is its peer.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SocketView<'a> {
    /// Tells sockets apart that live at one time.
    pub id: usize,
    /// With whom it talks, or is to talk.
    pub peer: Option<&'a Address>,
}

impl fmt::Display for SocketView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.peer {
            Some(peer) => peer.fmt(f),
            None => f.write_str("a socket"),
        }
    }
}

/// An operation of a socket (Flowno's `InstrumentationMetadata`, `SocketConnectStartMetadata` and their `Ready` sisters).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SocketWait<'a> {
    /// The socket.
    pub socket: SocketView<'a>,
    /// Whether it did not have to wait; `false` as long as it is not known.
    pub immediate: bool,
    /// When it began, on the loop's clock.
    pub start_time: Duration,
    /// When it was ready, on the loop's clock; `None` before it is.
    pub finish_time: Option<Duration>,
}

/// Bytes that were received.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SocketRecvData<'a> {
    /// The socket.
    pub socket: SocketView<'a>,
    /// What came.
    pub data: &'a [u8],
}

/// Bytes that were sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SocketSendData<'a> {
    /// The socket.
    pub socket: SocketView<'a>,
    /// What was to be sent.
    pub data: &'a [u8],
    /// How many of these bytes the system has taken.
    pub bytes_sent: usize,
}

/// A handshake of TLS that has succeeded.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct TlsHandshake<'a> {
    /// The cipher suite.
    pub cipher: Option<&'a str>,
    /// The version of the protocol.
    pub version: Option<&'a str>,
    /// Whom the client wanted; `None` on the server's side.
    pub server_hostname: Option<&'a str>,
}

/// Told of what happens on event loops (Flowno's `EventLoopInstrument`). See the [rules](super#rules).
///
/// Evaluations of nodes that their flow polls itself are told of by
/// [`FlowInstrument::on_node_resumed`](super::FlowInstrument::on_node_resumed).
pub trait EventLoopInstrument {
    /// An item was taken from a queue; `immediate`: without waiting.
    fn on_queue_get(&self, _queue: QueueView, _immediate: bool) {}

    /// An item was put into a queue; `immediate`: without waiting.
    fn on_queue_put(&self, _queue: QueueView, _immediate: bool) {}

    /// A socket begins to connect to its peer.
    fn on_socket_connect_start(&self, _connect: SocketWait<'_>) {}

    /// A socket is connected, with TLS too if it uses it.
    fn on_socket_connect_ready(&self, _connect: SocketWait<'_>) {}

    /// A task begins to receive.
    fn on_socket_recv_start(&self, _recv: SocketWait<'_>) {}

    /// A task has received.
    fn on_socket_recv_ready(&self, _recv: SocketWait<'_>) {}

    /// Bytes were received.
    fn on_socket_recv_data(&self, _received: SocketRecvData<'_>) {}

    /// Bytes were sent.
    fn on_socket_send_data(&self, _sent: SocketSendData<'_>) {}

    /// The hands are shaken.
    fn on_tls_handshake_complete(&self, _handshake: TlsHandshake<'_>) {}

    /// A task begins to send.
    fn on_socket_send_start(&self, _send: SocketWait<'_>) {}

    /// A task has sent.
    fn on_socket_send_ready(&self, _send: SocketWait<'_>) {}

    /// A task begins to wait for a connection.
    fn on_socket_accept_start(&self, _accept: SocketWait<'_>) {}

    /// A connection was accepted.
    fn on_socket_accept_ready(&self, _accept: SocketWait<'_>) {}

    /// A socket is being closed.
    fn on_socket_close(&self, _socket: SocketView<'_>) {}

    /// A task goes on, or begins.
    fn on_task_before_send(&self, _task: TaskView<'_>) {}

    /// A task has suspended; `command` is what it waits for, as it stands after "waits for".
    fn on_task_after_send(&self, _task: TaskView<'_>, _command: &str) {}

    /// A task is about to be dropped where it waits: it was cancelled.
    fn on_task_before_throw(&self, _task: TaskView<'_>, _error: &TaskError) {}

    /// A cancelled task was dropped.
    fn on_task_after_throw(&self, _task: TaskView<'_>, _error: &TaskError) {}

    /// A task has ended with a value.
    fn on_task_completed(&self, _task: TaskView<'_>) {}

    /// A task has panicked.
    fn on_task_error(&self, _task: TaskView<'_>, _error: &TaskError) {}

    /// A task has ended by being cancelled.
    fn on_task_cancelled(&self, _task: TaskView<'_>, _error: &TaskError) {}
}
