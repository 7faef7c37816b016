//! The wire thread's life: serve, then close in order.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;
use zeromq::RouterSocket;

use super::channel::{
    Outlet, Questions, Replies, echo, publish, read_requests, write_questions, write_replies,
};
use super::desk::Desk;
use super::encode::{Encoder, NO_PARENT};
use super::ending::{Signals, parent_ended};
use super::gate::Gate;
use super::open::{Gates, Sockets};
use super::replay::Seen;
use super::sign::Signer;
use super::subshells::{ShellQueue, Subshells};
use super::{EngineHandle, WireError};
use crate::connection::{Channel, Connection};
use crate::content::status;
use crate::panics::caught;
use crate::queue::{Lane, Post, Queue};

/// How long the engine thread may take to end its cell once it is told to. With the two below, a look at the parent
/// (200 ms) and the history (300 ms) it stays under the two seconds in which a kernel must have ended.
const ENGINE_END: Duration = Duration::from_millis(700);

/// How long the last outputs may take to leave.
const DRAIN: Duration = Duration::from_millis(500);

/// How long peers may take to read what was sent before the sockets closed.
const CLOSE: Duration = Duration::from_millis(250);

/// All that runs on the wire thread.
pub(super) struct Service {
    desk: Arc<Desk>,
    engine_ended: oneshot::Receiver<()>,
    stopped: UnboundedReceiver<()>,
    signals: Signals,
    tasks: Tasks,
    gates: Gates,
}

#[derive(Default)]
struct Tasks {
    /// These never end by themselves; each owns a socket or half of one.
    endless: JoinSet<()>,
    /// These end when there are no more replies, which is when all closes.
    writers: JoinSet<()>,
}

impl Service {
    /// Opens every channel and starts its tasks.
    pub(super) async fn open(
        connection: &Connection,
        queue: Queue,
        engine: EngineHandle,
    ) -> Result<Self, WireError> {
        let signals = Signals::install().map_err(WireError::Resource)?;
        let Sockets { shell, control, stdin, heartbeat, iopub, gates } = Sockets::open(connection).await?;
        let (stop, stopped) = mpsc::unbounded_channel();
        let (shell_replies, shell_outgoing) = Replies::new();
        let (control_replies, control_outgoing) = Replies::new();
        let encoder = Arc::new(Encoder::new(Signer::new(connection.key())));
        let (questions_to_ask, asking) = Questions::new();
        let EngineHandle { jobs, questions, interrupt, line, comms, history, stdin: open_question, ended } =
            engine;
        let desk = Arc::new(Desk {
            encoder,
            seen: Seen::default(),
            queue,
            main: ShellQueue { jobs, line },
            subshells: Subshells::new(questions.clone()),
            questions,
            stdin: open_question,
            interrupt,
            comms,
            history,
            control_replies,
            stop,
        });

        let mut tasks = Tasks::default();
        let Desk { queue, encoder, .. } = &*desk;
        queue.push(Lane::Urgent, Post::Publish { parent: NO_PARENT, content: status::starting() });
        tasks.endless.spawn(publish(iopub, queue.clone(), encoder.clone(), shell_replies, questions_to_ask));
        tasks.endless.spawn(echo(heartbeat));
        gates.all().for_each(|gate| drop(tasks.endless.spawn(gate.ended())));
        let outlet = tasks.read(stdin, Channel::Stdin, &desk, &gates);
        tasks.write(write_questions(outlet, asking, encoder.clone(), desk.stdin.clone()));
        let outlet = tasks.read(control, Channel::Control, &desk, &gates);
        tasks.write(write_replies(outlet, control_outgoing, encoder.clone()));
        let outlet = tasks.read(shell, Channel::Shell, &desk, &gates);
        tasks.write(write_replies(outlet, shell_outgoing, encoder.clone()));
        Ok(Self { desk, engine_ended: ended, stopped, signals, tasks, gates })
    }

    /// Serves until told to stop, then closes everything.
    ///
    /// # Errors
    ///
    /// When a defect ended it. It has closed in order also then: cells must not run on where nobody hears of them.
    pub(super) async fn run(mut self) -> Result<(), WireError> {
        let served = caught(self.serve()).await;
        self.close().await;
        served.unwrap_or(Err(WireError::Panic))
    }

    async fn serve(&mut self) -> Result<(), WireError> {
        let parent_ended = parent_ended();
        tokio::pin!(parent_ended);
        loop {
            tokio::select! {
                _ = self.stopped.recv() => return Ok(()),
                _ = self.signals.terminate.recv() => return Ok(()),
                () = &mut parent_ended => {
                    tracing::info!("the parent process has ended");
                    return Ok(());
                }
                _ = &mut self.engine_ended => {
                    tracing::error!("the engine thread has ended by itself");
                    return Ok(());
                }
                // A channel that nobody serves is worse than none: the front end sees that the kernel has ended.
                ended = self.tasks.ended() => {
                    tracing::error!("a channel's task has ended: {ended:?}");
                    return Err(WireError::Panic);
                }
                _ = self.signals.interrupt.recv() => self.desk.interrupt(),
            }
        }
    }

    /// Ends the cell, then sends what is left, then closes. Each step has its time, so that neither a
    /// script nor a peer can keep the process alive.
    async fn close(mut self) {
        let engine_ended = self.end_engine().await;
        self.flush().await;
        let history = self.desk.history.clone();
        let _ = timeout(CLOSE, self.close_sockets()).await; // peers that do not read lose what is left
        if !engine_ended {
            tracing::error!("the engine thread did not end in {ENGINE_END:?}");
            history.flush().await;
            std::process::exit(1); // it holds what only it can drop
        }
    }

    /// `false` if the engine thread does not end in time.
    async fn end_engine(&mut self) -> bool {
        self.desk.stop_cells();
        self.engine_ended.is_terminated() || timeout(ENGINE_END, &mut self.engine_ended).await.is_ok()
    }

    /// Waits until all that is queued has been written.
    async fn flush(&self) {
        self.desk.comms.end();
        let (done, flushed) = oneshot::channel();
        self.desk.queue.push(Lane::Output { paced: false }, Post::Flush(done));
        if timeout(DRAIN, flushed).await.is_err() {
            tracing::error!("the last outputs found no reader in {DRAIN:?}");
        }
    }

    /// Drops the sockets and waits until the peers have what was written.
    async fn close_sockets(self) {
        let Self { desk, tasks: Tasks { mut endless, mut writers }, gates, .. } = self;
        gates.others.iter().for_each(Gate::close);
        gates.iopub.drain();
        endless.shutdown().await;
        drop(desk); // the last handle of control's replies
        while writers.join_next().await.is_some() {} // one that panicked has nothing more to write
        for gate in gates.others.into_iter().chain([gates.iopub]) {
            gate.wait_empty().await;
        }
    }
}

impl Tasks {
    /// Reads a socket; what remains is its writing half.
    fn read(&mut self, socket: RouterSocket, channel: Channel, desk: &Arc<Desk>, gates: &Gates) -> Outlet {
        let (socket, receiver) = socket.split();
        let crowd = gates.crowd(channel);
        self.endless.spawn(read_requests(receiver, channel, desk.clone(), crowd.clone()));
        Outlet { socket, crowd }
    }

    fn write(&mut self, writing: impl Future<Output = ()> + Send + 'static) {
        self.writers.spawn(writing);
    }

    /// Waits until one of them ends that should not.
    async fn ended(&mut self) -> Result<(), JoinError> {
        tokio::select! {
            Some(ended) = self.endless.join_next() => ended,
            Some(ended) = self.writers.join_next() => ended,
            else => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_ends_is_noticed_whether_it_reads_or_writes() {
        let mut tasks = Tasks::default();
        tasks.write(std::future::pending());
        tasks.write(async { panic!("on demand") });
        assert!(tasks.ended().await.unwrap_err().is_panic());
        tasks.endless.spawn(async {});
        assert!(tasks.ended().await.is_ok());
    }
}
