//! The wire thread's life: open the channels, serve, close in order.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use zeromq::{RouterSocket, Socket, XPubSocket};

use super::channel::{Outgoing, Replies, echo, publish, read_requests, write_replies};
use super::desk::Desk;
use super::encode::{Encoder, NO_PARENT};
use super::gate::{Gate, InnerDirectory};
use super::queue::{Post, Queue};
use super::sign::Signer;
use super::{EngineHandle, WireError, parent};
use crate::connection::{Channel, Connection};
use crate::content::status;
use crate::engine_thread::Job;

/// How long the engine thread may take to end its cell once it is told to. With the two below it
/// stays under the two seconds in which a kernel must have ended.
const ENGINE_END: Duration = Duration::from_millis(700);

/// How long the last outputs may take to leave.
const DRAIN: Duration = Duration::from_millis(500);

/// How long peers may take to read what was sent before the sockets closed.
const CLOSE: Duration = Duration::from_millis(500);

/// All that runs on the wire thread.
pub(super) struct Service {
    desk: Arc<Desk>,
    engine_ended: oneshot::Receiver<()>,
    stopped: mpsc::UnboundedReceiver<()>,
    signals: Signals,
    /// Tasks that never end by themselves; each owns a socket or half of one.
    endless: Vec<JoinHandle<()>>,
    /// Tasks that end when there are no more replies.
    writers: Vec<JoinHandle<()>>,
    gates: Vec<Gate>,
    inner: InnerDirectory,
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Service {
    /// Binds every channel and starts its tasks.
    pub(super) async fn open(
        connection: &Connection,
        queue: Queue,
        engine: EngineHandle,
    ) -> Result<Self, WireError> {
        let signals = Signals::install().map_err(WireError::Resource)?;
        let inner = InnerDirectory::new().map_err(WireError::Resource)?;
        let (stop, stopped) = mpsc::unbounded_channel();
        let (shell_replies, shell_outgoing) = Replies::new();
        let (control_replies, control_outgoing) = Replies::new();
        let encoder = Arc::new(Encoder::new(Signer::new(connection.key())));
        let EngineHandle { jobs, interrupt, line, ended } = engine;
        let desk = Arc::new(Desk { encoder, queue, jobs, interrupt, line, control_replies, stop });
        let mut service = Self {
            desk,
            engine_ended: ended,
            stopped,
            signals,
            endless: Vec::new(),
            writers: Vec::new(),
            gates: Vec::new(),
            inner,
        };
        service.open_iopub(connection, shell_replies).await?;
        let heartbeat = service.open_socket::<RouterSocket>(connection, Channel::Heartbeat).await?;
        service.endless.push(tokio::spawn(echo(heartbeat)));
        service.open_requests(connection, Channel::Stdin, None).await?;
        service.open_requests(connection, Channel::Control, Some(control_outgoing)).await?;
        service.open_requests(connection, Channel::Shell, Some(shell_outgoing)).await?;
        Ok(service)
    }

    /// Serves until told to stop, then closes everything.
    pub(super) async fn run(mut self) {
        let parent_ended = parent::ended();
        tokio::pin!(parent_ended);
        loop {
            tokio::select! {
                _ = self.stopped.recv() => break,
                _ = self.signals.terminate.recv() => break,
                () = &mut parent_ended => {
                    tracing::info!("the parent process has ended");
                    break;
                }
                _ = &mut self.engine_ended => {
                    tracing::error!("the engine thread has ended by itself");
                    break;
                }
                _ = self.signals.interrupt.recv() => self.desk.interrupt(),
            }
        }
        self.close().await;
    }

    async fn open_iopub(&mut self, connection: &Connection, shell: Replies) -> Result<(), WireError> {
        let socket = self.open_socket::<XPubSocket>(connection, Channel::Iopub).await?;
        let Desk { queue, encoder, .. } = &*self.desk;
        queue.urgent(Post::Publish { parent: NO_PARENT, content: status::starting() });
        self.endless.push(tokio::spawn(publish(socket, queue.clone(), encoder.clone(), shell)));
        Ok(())
    }

    async fn open_requests(
        &mut self,
        connection: &Connection,
        channel: Channel,
        outgoing: Option<mpsc::UnboundedReceiver<Outgoing>>,
    ) -> Result<(), WireError> {
        let socket = self.open_socket::<RouterSocket>(connection, channel).await?;
        let (sender, receiver) = socket.split();
        self.endless.push(tokio::spawn(read_requests(receiver, channel, self.desk.clone())));
        if let Some(outgoing) = outgoing {
            let encoder = self.desk.encoder.clone();
            self.writers.push(tokio::spawn(write_replies(sender, outgoing, encoder)));
        }
        Ok(())
    }

    /// A socket that listens behind a gate.
    async fn open_socket<S: Socket>(
        &mut self,
        connection: &Connection,
        channel: Channel,
    ) -> Result<S, WireError> {
        let name = channel.name();
        let file = self.inner.path().join(name);
        let open = |error: zeromq::ZmqError| WireError::Open { channel: name, reason: error.to_string() };
        let mut socket = S::new();
        socket.bind(&format!("ipc://{}", file.display())).await.map_err(open)?;
        let gate = Gate::open(&connection.address(channel), file)
            .await
            .map_err(|source| WireError::Listen { channel: name, source })?;
        self.gates.push(gate);
        Ok(socket)
    }

    /// Ends the cell, then sends what is left, then closes. Each step has its time, so that neither a
    /// script nor a peer can keep the process alive.
    async fn close(self) {
        let Self { desk, mut engine_ended, endless, writers, gates, inner, .. } = self;
        desk.line.draw_for_good();
        desk.interrupt.raise();
        let _ = desk.jobs.send(Job::Stop);
        let ended = timeout(ENGINE_END, &mut engine_ended).await.is_ok();

        let (flushed_sender, flushed) = oneshot::channel();
        desk.queue.output(Post::Flush(flushed_sender));
        if timeout(DRAIN, flushed).await.is_err() {
            tracing::error!("the last outputs found no reader in {DRAIN:?}");
        }
        endless.iter().for_each(JoinHandle::abort);
        gates.iter().for_each(Gate::close);
        drop(desk);
        let closing = async {
            for task in endless.into_iter().chain(writers) {
                let _ = task.await; // ends as cancelled, which was asked for
            }
            for gate in gates {
                gate.wait_empty().await;
            }
        };
        let _ = timeout(CLOSE, closing).await;
        drop(inner);
        if !ended {
            tracing::error!("the engine thread did not end in {ENGINE_END:?}");
            std::process::exit(0);
        }
    }
}

impl Signals {
    fn install() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }
}
