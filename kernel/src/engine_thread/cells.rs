//! What happens to one execute request: busy, input, outputs, error, reply, idle, in this order.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use flowno_scripting::engine::event_loop::mailbox::mailbox;
use flowno_scripting::{Cell, DisplayMode, Interrupt, Outcome, Session, Shell};

use super::Shared;
use super::abort::{AbortLine, GRACE, Ticket};
use super::catch::catch;
use super::counter::Counter;
use super::outbox::QueueOutbox;
use super::runs::Run;
use crate::content::execute::{self, Execution};
use crate::content::{Content, output, status};
use crate::history::History;
use crate::message::Origin;
use crate::queue::{Lane, Post, Queue};

/// Who runs a cell: the session, or a fake in tests.
pub(crate) trait Runner {
    /// Runs one cell to its end.
    fn execute(&self, cell: Cell) -> impl Future<Output = Outcome>;
}

impl Runner for Rc<Session> {
    fn execute(&self, cell: Cell) -> impl Future<Output = Outcome> {
        Session::execute(self, cell)
    }
}

impl Runner for Rc<Shell> {
    fn execute(&self, cell: Cell) -> impl Future<Output = Outcome> {
        Shell::execute(self, cell)
    }
}

/// Runs or aborts the cells of one shell and says on the wire what becomes of them.
pub(crate) struct Cells<R> {
    runner: R,
    outbox: Rc<QueueOutbox>,
    queue: Queue,
    interrupt: Interrupt,
    line: AbortLine,
    counter: Counter,
    history: History,
    forced: Option<DisplayMode>,
}

impl<R: Runner> Cells<R> {
    pub(crate) fn new(
        runner: R,
        outbox: Rc<QueueOutbox>,
        shared: &Shared,
        counter: Counter,
        forced: Option<DisplayMode>,
    ) -> Self {
        let Shared { queue, interrupt, line, history, .. } = shared;
        Self {
            runner,
            outbox,
            queue: queue.clone(),
            interrupt: interrupt.clone(),
            line: line.clone(),
            counter,
            history: history.clone(),
            forced,
        }
    }

    /// Deals with one request to its end.
    pub(crate) async fn take(&mut self, ticket: &Ticket, origin: &Arc<Origin>, execution: Execution) {
        self.publish(origin, status::busy());
        let reply = match self.may_run(ticket) {
            true => self.run(ticket, origin, execution).await,
            false => execute::aborted(),
        };
        self.send(Post::Reply { origin: origin.clone(), content: reply });
        self.publish(origin, status::idle());
    }

    /// Lowers the flag that an interrupt raised for earlier cells. One that comes while this happens
    /// has drawn the line before it raised the flag, so the second look finds it.
    fn may_run(&self, ticket: &Ticket) -> bool {
        if self.line.covers(ticket) {
            return false;
        }
        self.interrupt.clear();
        !self.line.covers(ticket)
    }

    /// The reply to a cell that ran.
    async fn run(&mut self, ticket: &Ticket, origin: &Arc<Origin>, execution: Execution) -> Content {
        let number = self.counter.number(execution.store_history);
        let Execution { silent, stop_on_error, .. } = execution;
        if execution.store_history {
            self.history.add_source(number, &execution.code);
        }
        if !silent {
            self.publish(origin, execute::input(number, &execution.code));
        }
        let cell = self.cell(origin, number, execution);
        let outcome = catch(self.runner.execute(cell))
            .await
            .unwrap_or_else(|error| Outcome { result: Err(error), user_expressions: BTreeMap::new() });
        if let Err(error) = &outcome.result {
            if !silent {
                self.publish(origin, output::error(error));
            }
            if stop_on_error {
                self.wait(GRACE).await;
                self.line.draw_after(ticket);
            }
        }
        execute::reply(number, outcome)
    }

    /// Waits on the wire thread's clock, beginning when all that was sent has left.
    async fn wait(&self, time: Duration) {
        let (passed, mut waiting) = mailbox();
        self.send(Post::Wait { time, passed });
        waiting.recv().await; // `None` if the wire thread has ended
    }

    fn cell(&self, origin: &Arc<Origin>, number: u32, execution: Execution) -> Cell {
        let mode = execution.mode(self.forced);
        let asker = (execution.allow_stdin && !execution.silent).then(|| origin.clone());
        let run = Run {
            header: origin.header.clone(),
            asker,
            number,
            stored: execution.store_history,
            mode,
            silent: execution.silent,
        };
        Cell {
            run: self.outbox.add_run(run),
            number,
            code: execution.code,
            cell_id: execution.cell_id,
            deleted_cells: execution.deleted_cells,
            mode,
            silent: execution.silent,
            user_expressions: execution.user_expressions,
        }
    }

    fn publish(&self, origin: &Origin, content: Content) {
        self.send(Post::Publish { parent: origin.header.clone(), content });
    }

    fn send(&self, post: Post) {
        self.queue.push(Lane::Output { paced: false }, post);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stdin::Stdin;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use crate::history::HistoryPlace;
    use flowno_scripting::CellError;
    use serde_json::{Value, json};

    /// Does what the code says: "fail", "panic", or nothing.
    struct Fake;

    impl Runner for Fake {
        async fn execute(&self, cell: Cell) -> Outcome {
            assert!(cell.code != "panic", "on demand");
            let error = CellError { name: "E".into(), message: String::new(), traceback: vec![] };
            let result = if cell.code == "fail" { Err(error) } else { Ok(()) };
            Outcome { result, user_expressions: BTreeMap::new() }
        }
    }

    struct Bench {
        cells: Cells<Fake>,
        shared: Shared,
    }

    impl Bench {
        fn new() -> Self {
            let (history, _) = History::start(HistoryPlace::Off).unwrap();
            let (queue, interrupt) = (Queue::default(), Interrupt::new());
            let shared =
                Shared { queue, interrupt, line: AbortLine::default(), history, stdin: Stdin::default() };
            let outbox = Rc::new(QueueOutbox::new(&shared));
            Self { cells: Cells::new(Fake, outbox, &shared, Counter::default(), None), shared }
        }

        /// Message types that one request causes, with what tells about each.
        fn take(&mut self, ticket: &Ticket, content: Value) -> Vec<String> {
            let Value::Object(content) = content else { panic!("an object") };
            let execution = Execution::read(content, &Default::default()).unwrap();
            let origin = Arc::new(Origin { identities: vec![], header: "{}".into() });
            let mut seen = Vec::new();
            let mut taking = pin!(self.cells.take(ticket, &origin, execution));
            loop {
                let done = poll(taking.as_mut()).is_some();
                while let Some(post) = poll(self.shared.queue.next()) {
                    match post {
                        Post::Wait { passed, .. } => assert!(passed.send(()).is_ok(), "somebody waits"),
                        post => seen.push(tell(post)),
                    }
                }
                if done {
                    return seen;
                }
            }
        }

        fn run(&mut self, content: Value) -> Vec<String> {
            let ticket = self.shared.line.arrive(None);
            self.take(&ticket, content)
        }
    }

    fn poll<T>(future: impl Future<Output = T>) -> Option<T> {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    fn tell(post: Post) -> String {
        let (Post::Publish { content, .. } | Post::Reply { content, .. }) = post else { panic!("a flush") };
        let Content { msg_type, body } = content;
        let field = ["execution_state", "status", "ename"].iter().find_map(|field| body[field].as_str());
        let count = body.get("execution_count").map(|count| format!(" {count}")).unwrap_or_default();
        format!("{msg_type} {}{count}", field.unwrap_or("")).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_order_of_messages() {
        let mut bench = Bench::new();
        assert_eq!(
            bench.run(json!({ "code": "" })),
            ["status busy", "execute_input 1", "execute_reply ok 1", "status idle"]
        );
        assert_eq!(
            bench.run(json!({ "code": "fail" })),
            ["status busy", "execute_input 2", "error E", "execute_reply error 2", "status idle"]
        );
    }

    #[test]
    fn silent_cells_say_nothing_and_count_nothing() {
        let mut bench = Bench::new();
        for (code, reply) in [("", "execute_reply ok 0"), ("fail", "execute_reply error 0")] {
            let seen = bench.run(json!({ "code": code, "silent": true }));
            assert_eq!(seen, ["status busy", reply, "status idle"]);
        }
        assert_eq!(bench.run(json!({ "code": "", "store_history": false }))[1], "execute_input 0");
        assert_eq!(bench.run(json!({ "code": "" }))[1], "execute_input 1");
    }

    #[test]
    fn a_failure_aborts_what_waits_and_nothing_later() {
        let mut bench = Bench::new();
        let tickets = [(); 3].map(|()| bench.shared.line.arrive(None));
        bench.take(&tickets[0], json!({ "code": "fail" }));
        for ticket in &tickets[1..] {
            let seen = bench.take(ticket, json!({ "code": "" }));
            assert_eq!(seen, ["status busy", "execute_reply aborted", "status idle"]);
        }
        assert_eq!(bench.run(json!({ "code": "" }))[2], "execute_reply ok 2");
    }

    #[test]
    fn a_failure_that_may_happen_aborts_nothing() {
        let mut bench = Bench::new();
        let tickets = [(); 2].map(|()| bench.shared.line.arrive(None));
        bench.take(&tickets[0], json!({ "code": "fail", "stop_on_error": false }));
        assert_eq!(bench.take(&tickets[1], json!({ "code": "" }))[2], "execute_reply ok 2");
    }

    #[test]
    fn an_interrupt_aborts_what_waits_and_is_over_for_the_next() {
        let mut bench = Bench::new();
        let waiting = bench.shared.line.arrive(None);
        bench.shared.line.draw();
        bench.shared.interrupt.raise();
        assert_eq!(bench.take(&waiting, json!({ "code": "" }))[1], "execute_reply aborted");
        assert_eq!(bench.run(json!({ "code": "" }))[2], "execute_reply ok 1");
        assert!(!bench.shared.interrupt.is_raised());
    }

    #[test]
    fn a_panic_is_an_error_and_the_next_cell_runs() {
        let mut bench = Bench::new();
        assert_eq!(
            bench.run(json!({ "code": "panic" })),
            ["status busy", "execute_input 1", "error InternalError", "execute_reply error 1", "status idle"]
        );
        assert_eq!(bench.run(json!({ "code": "" }))[2], "execute_reply ok 2");
    }
}
