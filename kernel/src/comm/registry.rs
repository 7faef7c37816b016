//! The targets that the kernel knows, and the comms that are open.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::Map;

use super::{Comm, CommHandler, CommMessage, CommTarget};
use crate::content::comm::Opening;
use crate::queue::Queue;

/// Comms open at a time, some 300 bytes each and what their handlers hold. A page with a thousand sliders has three
/// thousand.
const MAX_OPEN: usize = 10_000;

/// Bytes of a comm's identity. Front ends use 32 or 36 hexadecimal digits.
const MAX_ID_BYTES: usize = 256;

/// What is known of comms.
pub(crate) struct Registry {
    targets: HashMap<String, CommTarget>,
    open: Mutex<BTreeMap<String, Open>>,
    queue: Queue,
}

struct Open {
    target_name: String,
    comm: Comm,
    handler: Handler,
}

/// Called without the lock on all comms.
type Handler = Arc<Mutex<Box<dyn CommHandler>>>;

impl Registry {
    pub(crate) fn new(targets: HashMap<String, CommTarget>, queue: Queue) -> Self {
        Self { targets, open: Mutex::default(), queue }
    }

    /// A front end opens a comm. If no target takes it, it is told so by a `comm_close`.
    pub(crate) fn open(&self, parent: &Bytes, opening: Opening, buffers: Vec<Bytes>) {
        let Opening { comm_id, target_name, data } = opening;
        if self.lock().contains_key(&comm_id) {
            // Closing the newcomer would close the one that is there.
            tracing::error!("comm {comm_id:?} is open already; the second comm_open is ignored");
            return;
        }
        let comm = Comm::new(comm_id.clone(), self.queue.clone(), parent.clone());
        match self.accept(&comm, &target_name, CommMessage { data, buffers }) {
            Ok(handler) => {
                self.lock().insert(comm_id, Open { target_name, comm, handler });
            }
            Err(reason) => {
                tracing::info!("comm {comm_id:?} for {target_name:?} is refused: {reason}");
                comm.close(Map::new());
            }
        }
        self.forget_closed();
    }

    /// A message on a comm. One for a comm that is not open is none of ours.
    pub(crate) fn message(&self, parent: &Bytes, comm_id: &str, message: CommMessage) {
        self.forget_closed();
        let found = self.lock().get(comm_id).map(|open| (open.comm.clone(), open.handler.clone()));
        let Some((comm, handler)) = found else {
            tracing::info!("a message for comm {comm_id:?}, which is not open");
            return;
        };
        comm.set_parent(parent.clone());
        if guarded(|| lock(&handler).message(&comm, message)).is_none() {
            comm.close(Map::new());
        }
        self.forget_closed();
    }

    /// The front end closes a comm.
    pub(crate) fn close(&self, parent: &Bytes, comm_id: &str, message: CommMessage) {
        let Some(open) = self.lock().remove(comm_id) else { return };
        open.comm.set_parent(parent.clone());
        open.comm.shut();
        guarded(|| {
            lock(&open.handler).closed(message);
            drop(open);
        });
    }

    /// The comms that are open, each with its target's name; of one target only, if it is named.
    pub(crate) fn list(&self, target_name: Option<&str>) -> Vec<(String, String)> {
        self.forget_closed();
        self.lock()
            .iter()
            .filter(|(_, open)| target_name.is_none_or(|wanted| wanted == open.target_name))
            .map(|(id, open)| (id.clone(), open.target_name.clone()))
            .collect()
    }

    fn accept(&self, comm: &Comm, target_name: &str, message: CommMessage) -> Result<Handler, &'static str> {
        let target = self.targets.get(target_name).ok_or("there is no such target")?;
        if comm.id().len() > MAX_ID_BYTES {
            return Err("its identity is too long");
        }
        if self.lock().len() >= MAX_OPEN {
            return Err("too many comms are open");
        }
        let handler = guarded(|| target(comm, message)).flatten().ok_or("its target refuses it")?;
        Ok(Arc::new(Mutex::new(handler)))
    }

    /// Lets go of the comms that the kernel's side has closed.
    fn forget_closed(&self) {
        let mut all = self.lock();
        let is_closed = |(_, open): &(&String, &Open)| !open.comm.is_open();
        let ids: Vec<String> = all.iter().filter(is_closed).map(|(id, _)| id.clone()).collect();
        let closed: Vec<Option<Open>> = ids.iter().map(|id| all.remove(id)).collect();
        drop(all);
        guarded(|| drop(closed)); // what their handlers hold is let go of without the lock
    }

    /// The kernel ends: nothing is sent by comms any more, and whoever waits to send goes on.
    pub(crate) fn end(&self) {
        self.lock().values().for_each(|open| {
            open.comm.shut();
        });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Open>> {
        lock(&self.open)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// Whether all of Jupyter's channels wait while this thread does.
    static WIRE_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// This thread is the one that calls handlers, and never waits for room.
pub(crate) fn mark_wire_thread() {
    WIRE_THREAD.set(true);
}

pub(super) fn is_wire_thread() -> bool {
    WIRE_THREAD.get()
}

/// Runs a host's handler or target. `None` after a panic: a defect costs its comm, not the kernel.
fn guarded<R>(work: impl FnOnce() -> R) -> Option<R> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.inspect_err(|_| tracing::error!("a comm's handler panicked")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{Lane, Post};
    use serde_json::{Value, json};
    use std::future::Future as _;
    use std::pin::pin;
    use std::sync::mpsc;
    use std::task::{Context, Poll, Waker};
    use std::thread;

    /// A registry with targets: `echo` says everything back, `once` closes after a message, `shy` refuses, `broken`
    /// panics at a message.
    fn registry() -> Registry {
        mark_wire_thread();
        let echo: CommTarget = Box::new(|comm, opening| {
            comm.send(opening);
            Some(Box::new(|comm: &Comm, message| comm.send(message)))
        });
        let once: CommTarget =
            Box::new(|_, _| Some(Box::new(|comm: &Comm, message: CommMessage| comm.close(message.data))));
        let shy: CommTarget = Box::new(|_, _| None);
        let broken: CommTarget = Box::new(|_, _| Some(Box::new(|_: &Comm, _| panic!("on demand"))));
        let targets = [("echo", echo), ("once", once), ("shy", shy), ("broken", broken)];
        Registry::new(targets.map(|(name, target)| (name.to_owned(), target)).into(), Queue::default())
    }

    fn open(registry: &Registry, comm_id: &str, target_name: &str) {
        let (comm_id, target_name) = (comm_id.to_owned(), target_name.to_owned());
        let opening = Opening { comm_id, target_name, data: Map::new() };
        registry.open(&Bytes::from_static(b"open"), opening, Vec::new());
    }

    fn say(registry: &Registry, comm_id: &str, what: &str) {
        let data = Map::from_iter([("say".to_owned(), json!(what))]);
        let message = CommMessage { data, buffers: vec![Bytes::from_static(b"\xff")] };
        registry.message(&Bytes::from_static(b"msg"), comm_id, message);
    }

    /// What was published: type, parent, what was said, number of buffers.
    fn heard(registry: &Registry) -> Vec<(String, String, Value, usize)> {
        let mut heard = Vec::new();
        let mut cx = Context::from_waker(Waker::noop());
        while let Poll::Ready(post) = pin!(registry.queue.next()).poll(&mut cx) {
            let Post::Comm { parent, content, buffers } = post else { panic!("published") };
            let said = content.body["data"]["say"].clone();
            let parent = String::from_utf8(parent.to_vec()).unwrap();
            heard.push((content.msg_type.to_owned(), parent, said, buffers.len()));
        }
        heard
    }

    fn line(msg_type: &str, parent: &str, said: Value, buffers: usize) -> (String, String, Value, usize) {
        (msg_type.to_owned(), parent.to_owned(), said, buffers)
    }

    #[test]
    fn a_target_answers_with_buffers_under_the_header_that_asked() {
        let registry = registry();
        open(&registry, "1", "echo");
        say(&registry, "1", "hi");
        let expected = [line("comm_msg", "open", Value::Null, 0), line("comm_msg", "msg", json!("hi"), 1)];
        assert_eq!(heard(&registry), expected);
    }

    #[test]
    fn who_is_not_taken_is_closed_and_not_listed() {
        let registry = registry();
        for target in ["none", "shy"] {
            open(&registry, "1", target);
            assert_eq!(heard(&registry), [line("comm_close", "open", Value::Null, 0)], "{target}");
        }
        open(&registry, &"x".repeat(MAX_ID_BYTES + 1), "echo");
        assert_eq!(heard(&registry)[0].0, "comm_close");
        assert!(registry.list(None).is_empty());
    }

    #[test]
    fn what_a_target_keeps_of_a_comm_that_it_refuses_is_closed() {
        let (sender, kept) = mpsc::channel();
        let keeps: CommTarget = Box::new(move |comm, _| {
            sender.send(comm.clone()).unwrap();
            None
        });
        let registry = Registry::new([("keeps".to_owned(), keeps)].into(), Queue::default());
        open(&registry, "1", "keeps");
        assert_eq!(heard(&registry).len(), 1);
        let comm = kept.recv().unwrap();
        comm.send(CommMessage::default());
        assert!(!comm.is_open());
        assert!(heard(&registry).is_empty());
    }

    #[test]
    fn open_comms_are_listed_until_either_side_closes() {
        let registry = registry();
        open(&registry, "1", "echo");
        open(&registry, "2", "once");
        let pair = |id: &str, target: &str| (id.to_owned(), target.to_owned());
        assert_eq!(registry.list(None), [pair("1", "echo"), pair("2", "once")]);
        assert_eq!(registry.list(Some("once")), [pair("2", "once")]);
        assert!(registry.list(Some("none")).is_empty());
        say(&registry, "2", "bye");
        assert_eq!(registry.list(None), [pair("1", "echo")]);
        registry.close(&Bytes::from_static(b"close"), "1", CommMessage::default());
        assert!(registry.list(None).is_empty());
        heard(&registry);
        say(&registry, "1", "too late");
        assert!(heard(&registry).is_empty());
    }

    #[test]
    fn a_second_comm_of_one_identity_leaves_the_first_alone() {
        let registry = registry();
        open(&registry, "1", "echo");
        open(&registry, "1", "none");
        heard(&registry);
        say(&registry, "1", "still here");
        assert_eq!(heard(&registry).len(), 1);
    }

    #[test]
    fn a_handler_is_not_called_once_another_thread_has_closed_its_comm() {
        let (sender, called) = mpsc::channel();
        let target: CommTarget = Box::new(move |comm, _| {
            let (sender, comm) = (sender.clone(), comm.clone());
            thread::spawn(move || comm.close(Map::new())).join().unwrap();
            Some(Box::new(move |_: &Comm, _| sender.send(()).unwrap()))
        });
        let registry = Registry::new([("closed".to_owned(), target)].into(), Queue::default());
        let comm = Comm::new("1".into(), registry.queue.clone(), Bytes::new());
        let handler = registry.accept(&comm, "closed", CommMessage::default()).unwrap();
        registry.lock().insert("1".into(), Open { target_name: "closed".into(), comm, handler });
        say(&registry, "1", "too late");
        assert!(called.try_recv().is_err());
        assert!(registry.list(None).is_empty());
    }

    #[test]
    fn a_handler_holds_up_no_other_comm() {
        let (sender, receiver) = mpsc::channel();
        let (begun_sender, begun) = mpsc::channel();
        let receiver = Mutex::new(Some(receiver));
        let waits: CommTarget = Box::new(move |_, _| {
            let (receiver, begun) = (receiver.lock().unwrap().take().unwrap(), begun_sender.clone());
            Some(Box::new(move |comm: &Comm, message| {
                begun.send(()).unwrap();
                let () = receiver.recv().unwrap();
                comm.send(message);
            }))
        });
        let goes: CommTarget = Box::new(move |_, _| {
            let sender = sender.clone();
            Some(Box::new(move |_: &Comm, _| sender.send(()).unwrap()))
        });
        let targets = [("waits", waits), ("goes", goes)].map(|(name, target)| (name.to_owned(), target));
        let registry = Arc::new(Registry::new(targets.into(), Queue::default()));
        open(&registry, "1", "waits");
        open(&registry, "2", "goes");
        let waiting = thread::spawn({
            let registry = registry.clone();
            move || say(&registry, "1", "after")
        });
        begun.recv().unwrap();
        say(&registry, "2", "go");
        waiting.join().unwrap();
        assert_eq!(heard(&registry), [line("comm_msg", "msg", json!("after"), 1)]);
    }

    #[tokio::test]
    async fn threads_wait_for_room_and_handlers_do_not() {
        let registry = registry();
        open(&registry, "1", "echo");
        let comm = registry.lock()["1"].comm.clone();
        let message = || CommMessage { data: Map::new(), buffers: vec![Bytes::from(vec![0; 100_000])] };
        let filling = comm.clone();
        let fill = move || {
            let mut sent = 1; // its target's answer
            while filling.try_send(message()).is_ok() {
                sent += 1;
                assert!(sent < 100, "no bound");
            }
            assert_eq!(filling.try_send(message()), Err(message()));
            sent
        };
        let sent = thread::spawn(fill).join().unwrap();
        say(&registry, "1", "answered though there is no room");
        let thread = thread::spawn(move || (0..100).for_each(|_| comm.send(message())));
        for _ in 0..sent + 1 + 100 {
            registry.queue.next().await;
        }
        thread.join().unwrap();
        assert!(heard(&registry).is_empty());
    }

    #[tokio::test]
    async fn at_the_end_whoever_waits_goes_on_and_nothing_more_is_sent() {
        let registry = registry();
        open(&registry, "1", "echo");
        let comm = registry.lock()["1"].comm.clone();
        let message = || CommMessage { data: Map::new(), buffers: vec![Bytes::from(vec![0; 100_000])] };
        let (filled_sender, filled) = mpsc::channel();
        let thread = thread::spawn(move || {
            while comm.try_send(message()).is_ok() {}
            filled_sender.send(()).unwrap();
            (0..100).for_each(|_| comm.send(message()));
        });
        filled.recv().unwrap();
        registry.end();
        let (done, mut flushed) = tokio::sync::oneshot::channel();
        registry.queue.push(Lane::Output { paced: false }, Post::Flush(done));
        let mut sent = 0;
        loop {
            if let Post::Flush(done) = registry.queue.next().await {
                done.send(()).unwrap();
                break;
            }
            sent += 1;
        }
        flushed.try_recv().unwrap();
        thread.join().unwrap();
        assert!(sent < 100, "{sent} were sent");
        assert!(heard(&registry).is_empty());
    }

    #[test]
    fn a_panic_closes_its_comm_and_no_other() {
        let registry = registry();
        open(&registry, "1", "broken");
        open(&registry, "2", "once");
        say(&registry, "1", "boo");
        assert_eq!(heard(&registry), [line("comm_close", "msg", Value::Null, 0)]);
        assert_eq!(registry.list(None).len(), 1);
    }

    #[test]
    fn comms_are_bounded() {
        let registry = registry();
        (0..MAX_OPEN).for_each(|number| open(&registry, &number.to_string(), "once"));
        open(&registry, "one more", "once");
        assert_eq!(heard(&registry).len(), 1);
        assert_eq!(registry.list(None).len(), MAX_OPEN);
    }

    #[test]
    fn a_closed_comm_says_nothing() {
        let registry = registry();
        let comm = Comm::new("1".into(), registry.queue.clone(), Bytes::new());
        comm.close(Map::new());
        comm.close(Map::new());
        comm.send(CommMessage::default());
        assert_eq!(heard(&registry).len(), 1);
    }
}
