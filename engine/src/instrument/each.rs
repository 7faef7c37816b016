//! One closure for all hooks.

use std::any::Any;
use std::fmt;

use super::{
    EventLoopInstrument, FlowId, FlowInstrument, Moment, NodeView, QueueView, SocketRecvData, SocketSendData,
    SocketView, SocketWait, StreamDropped, StreamView, TaskView, TlsHandshake,
};
use crate::event_loop::TaskError;
use crate::flow::{Generation, NodeFailure, NodeStatus};

/// What a note is about.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Subject<'a> {
    /// A flow.
    Flow(FlowId),
    /// A node.
    Node(NodeView<'a>),
    /// A stream.
    Stream(StreamView<'a>),
    /// A task.
    Task(TaskView<'a>),
    /// A queue.
    Queue(QueueView),
    /// A socket.
    Socket(SocketView<'a>),
    /// A TLS connection, with the host that its client wanted.
    Tls(Option<&'a str>),
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flow(flow) => flow.fmt(f),
            Self::Node(node) => node.fmt(f),
            Self::Stream(stream) => stream.fmt(f),
            Self::Task(task) => task.fmt(f),
            Self::Queue(queue) => queue.fmt(f),
            Self::Socket(socket) => socket.fmt(f),
            Self::Tls(host) => f.write_str(host.unwrap_or("a client")),
        }
    }
}

/// A hook that was called. Shown, it is a line: `[NODE-RESUMED] total at run level 0`.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Note<'a> {
    /// The hook's name: `on_node_resumed`.
    pub hook: &'static str,
    /// What it is about.
    pub subject: Subject<'a>,
    /// Of a hook that tells of a beginning and an end, which.
    pub at: Option<Moment>,
    /// The run level, if the hook tells it: 0 for a whole call, 1 for a chunk.
    pub run_level: Option<u32>,
    /// What else it says; often nothing.
    pub detail: fmt::Arguments<'a>,
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hook = self.hook.strip_prefix("on_").unwrap_or(self.hook);
        let tag = hook.replace('_', "-").to_ascii_uppercase();
        let at = match self.at {
            None => "",
            Some(Moment::Begin) => "-START",
            Some(Moment::End) => "-END",
        };
        write!(f, "[{tag}{at}] {}", self.subject)?;
        match self.detail.as_str() {
            Some("") => Ok(()),
            _ => write!(f, " {}", self.detail),
        }
    }
}

/// An instrument that gives every hook to one closure, as a [`Note`].
pub struct Each<F>(F);

impl<F: Fn(&Note<'_>)> Each<F> {
    /// An instrument of a closure.
    pub fn new(note: F) -> Self {
        Self(note)
    }

    fn tell(&self, hook: &'static str, subject: Subject<'_>, detail: fmt::Arguments<'_>) {
        (self.0)(&Note { hook, subject, at: None, run_level: None, detail });
    }

    fn tell_level(
        &self,
        hook: &'static str,
        node: NodeView<'_>,
        level: u32,
        at: Option<Moment>,
        detail: fmt::Arguments<'_>,
    ) {
        (self.0)(&Note { hook, subject: Subject::Node(node), at, run_level: Some(level), detail });
    }
}

/// Names, separated by commas.
struct Listed<'a>(&'a [NodeView<'a>]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, node) in self.0.iter().enumerate() {
            write!(f, "{}{node}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

fn at_once(immediate: bool) -> &'static str {
    if immediate { "at once" } else { "after a wait" }
}

/// How long an operation took.
struct Took<'a>(SocketWait<'a>);

impl fmt::Display for Took<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let took = self.0.finish_time.unwrap_or(self.0.start_time).saturating_sub(self.0.start_time);
        write!(f, "{}, in {took:?}", at_once(self.0.immediate))
    }
}

impl<F: Fn(&Note<'_>)> FlowInstrument for Each<F> {
    fn on_flow_start(&self, flow: FlowId) {
        self.tell("on_flow_start", Subject::Flow(flow), format_args!(""));
    }

    fn on_flow_end(&self, flow: FlowId) {
        self.tell("on_flow_end", Subject::Flow(flow), format_args!(""));
    }

    fn on_node_registered(&self, node: NodeView<'_>) {
        self.tell("on_node_registered", Subject::Node(node), format_args!(""));
    }

    fn on_node_visited(&self, node: NodeView<'_>) {
        self.tell("on_node_visited", Subject::Node(node), format_args!(""));
    }

    fn on_resolution_queue_put(&self, node: NodeView<'_>) {
        self.tell("on_resolution_queue_put", Subject::Node(node), format_args!(""));
    }

    fn on_resolution_queue_get(&self, node: NodeView<'_>) {
        self.tell("on_resolution_queue_get", Subject::Node(node), format_args!(""));
    }

    fn on_solving_nodes(&self, flow: FlowId, head_node: NodeView<'_>, solution_nodes: &[NodeView<'_>]) {
        self.tell(
            "on_solving_nodes",
            Subject::Flow(flow),
            format_args!("{head_node}: by {}", Listed(solution_nodes)),
        );
    }

    fn on_node_resumed(&self, node: NodeView<'_>, run_level: u32) {
        self.tell_level("on_node_resumed", node, run_level, None, format_args!("at run level {run_level}"));
    }

    fn on_node_stalled(&self, node: NodeView<'_>, stalled_input: usize) {
        self.tell("on_node_stalled", Subject::Node(node), format_args!("for input {stalled_input}"));
    }

    fn on_node_emitted_data(&self, node: NodeView<'_>, data: Option<&dyn Any>, generation: Generation) {
        self.tell(
            "on_node_emitted_data",
            Subject::Node(node),
            format_args!("{generation}{}", if data.is_some() { "" } else { " without a value" }),
        );
    }

    fn on_node_generation_limit(&self, node: NodeView<'_>, limit: Generation) {
        self.tell("on_node_generation_limit", Subject::Node(node), format_args!("{limit}"));
    }

    fn on_node_error(&self, node: NodeView<'_>, error: &NodeFailure) {
        self.tell("on_node_error", Subject::Node(node), format_args!("{error}"));
    }

    fn on_node_pause(&self, node: NodeView<'_>, run_level: u32) {
        self.tell_level("on_node_pause", node, run_level, None, format_args!("at run level {run_level}"));
    }

    fn on_node_status_change(&self, node: NodeView<'_>, old_status: NodeStatus, new_status: NodeStatus) {
        self.tell(
            "on_node_status_change",
            Subject::Node(node),
            format_args!("from {old_status:?} to {new_status:?}"),
        );
    }

    fn on_stream_start(&self, stream: StreamView<'_>) {
        self.tell("on_stream_start", Subject::Stream(stream), format_args!(""));
    }

    fn on_stream_next(&self, stream: StreamView<'_>, _data: &dyn Any) {
        self.tell("on_stream_next", Subject::Stream(stream), format_args!(""));
    }

    fn on_stream_end(&self, stream: StreamView<'_>) {
        self.tell("on_stream_end", Subject::Stream(stream), format_args!(""));
    }

    fn on_stream_error(&self, stream: StreamView<'_>, error: &StreamDropped) {
        self.tell("on_stream_error", Subject::Stream(stream), format_args!("{error}"));
    }

    fn on_barrier_node_write(&self, node: NodeView<'_>, run_level: u32, at: Moment) {
        self.tell_level(
            "on_barrier_node_write",
            node,
            run_level,
            Some(at),
            format_args!("at run level {run_level}"),
        );
    }

    fn on_barrier_node_read(&self, node: NodeView<'_>, run_level: u32, at: Moment) {
        self.tell_level(
            "on_barrier_node_read",
            node,
            run_level,
            Some(at),
            format_args!("at run level {run_level}"),
        );
    }

    fn node_lifecycle(&self, node: NodeView<'_>, run: u64, run_level: u32, at: Moment) {
        self.tell_level(
            "node_lifecycle",
            node,
            run_level,
            Some(at),
            format_args!("of run {run} at run level {run_level}"),
        );
    }

    fn on_defaulted_inputs_set(&self, node: NodeView<'_>, defaulted_inputs: &[usize]) {
        self.tell("on_defaulted_inputs_set", Subject::Node(node), format_args!("{defaulted_inputs:?}"));
    }

    fn on_node_invalidated(&self, node: NodeView<'_>) {
        self.tell("on_node_invalidated", Subject::Node(node), format_args!(""));
    }
}

impl<F: Fn(&Note<'_>)> EventLoopInstrument for Each<F> {
    fn on_queue_get(&self, queue: QueueView, immediate: bool) {
        self.tell(
            "on_queue_get",
            Subject::Queue(queue),
            format_args!("{}, {} left", at_once(immediate), queue.len),
        );
    }

    fn on_queue_put(&self, queue: QueueView, immediate: bool) {
        self.tell(
            "on_queue_put",
            Subject::Queue(queue),
            format_args!("{}, {} in it", at_once(immediate), queue.len),
        );
    }

    fn on_socket_connect_start(&self, connect: SocketWait<'_>) {
        self.tell("on_socket_connect_start", Subject::Socket(connect.socket), format_args!(""));
    }

    fn on_socket_connect_ready(&self, connect: SocketWait<'_>) {
        self.tell(
            "on_socket_connect_ready",
            Subject::Socket(connect.socket),
            format_args!("{}", Took(connect)),
        );
    }

    fn on_socket_recv_start(&self, recv: SocketWait<'_>) {
        self.tell("on_socket_recv_start", Subject::Socket(recv.socket), format_args!(""));
    }

    fn on_socket_recv_ready(&self, recv: SocketWait<'_>) {
        self.tell("on_socket_recv_ready", Subject::Socket(recv.socket), format_args!("{}", Took(recv)));
    }

    fn on_socket_send_start(&self, send: SocketWait<'_>) {
        self.tell("on_socket_send_start", Subject::Socket(send.socket), format_args!(""));
    }

    fn on_socket_send_ready(&self, send: SocketWait<'_>) {
        self.tell("on_socket_send_ready", Subject::Socket(send.socket), format_args!("{}", Took(send)));
    }

    fn on_socket_accept_start(&self, accept: SocketWait<'_>) {
        self.tell("on_socket_accept_start", Subject::Socket(accept.socket), format_args!(""));
    }

    fn on_socket_accept_ready(&self, accept: SocketWait<'_>) {
        self.tell("on_socket_accept_ready", Subject::Socket(accept.socket), format_args!("{}", Took(accept)));
    }

    fn on_socket_recv_data(&self, received: SocketRecvData<'_>) {
        self.tell(
            "on_socket_recv_data",
            Subject::Socket(received.socket),
            format_args!("{} bytes", received.data.len()),
        );
    }

    fn on_socket_send_data(&self, sent: SocketSendData<'_>) {
        self.tell(
            "on_socket_send_data",
            Subject::Socket(sent.socket),
            format_args!("{} of {} bytes", sent.bytes_sent, sent.data.len()),
        );
    }

    fn on_socket_close(&self, socket: SocketView<'_>) {
        self.tell("on_socket_close", Subject::Socket(socket), format_args!(""));
    }

    fn on_tls_handshake_complete(&self, handshake: TlsHandshake<'_>) {
        self.tell(
            "on_tls_handshake_complete",
            Subject::Tls(handshake.server_hostname),
            format_args!("{}, {}", handshake.version.unwrap_or("?"), handshake.cipher.unwrap_or("?")),
        );
    }

    fn on_task_before_send(&self, task: TaskView<'_>) {
        self.tell("on_task_before_send", Subject::Task(task), format_args!(""));
    }

    fn on_task_after_send(&self, task: TaskView<'_>, command: &str) {
        self.tell("on_task_after_send", Subject::Task(task), format_args!("waits for {command}"));
    }

    fn on_task_before_throw(&self, task: TaskView<'_>, error: &TaskError) {
        self.tell("on_task_before_throw", Subject::Task(task), format_args!("{error}"));
    }

    fn on_task_after_throw(&self, task: TaskView<'_>, error: &TaskError) {
        self.tell("on_task_after_throw", Subject::Task(task), format_args!("{error}"));
    }

    fn on_task_completed(&self, task: TaskView<'_>) {
        self.tell("on_task_completed", Subject::Task(task), format_args!(""));
    }

    fn on_task_error(&self, task: TaskView<'_>, error: &TaskError) {
        self.tell("on_task_error", Subject::Task(task), format_args!("{error}"));
    }

    fn on_task_cancelled(&self, task: TaskView<'_>, error: &TaskError) {
        self.tell("on_task_cancelled", Subject::Task(task), format_args!("{error}"));
    }
}
