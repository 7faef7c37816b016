//! Flows that are rewired every hour, and fail, panic or are paused in between.

use std::time::Duration;

use flowno_engine::event_loop::{TaskHandle, now, spawn as spawn_task};
use flowno_engine::flow::{Flow, OnMissingDefault, RunEnd, RunError, RunOptions};

use super::Day;
use crate::support::{Log, edit};

const FLOWS: u64 = 12;
const HOURS: u64 = 23;
const HOUR_S: u64 = 3_600;

/// The longest that a flow's slow node takes, in seconds.
const SLOW_S: u64 = 1_000;

/// By how many generations a cycle goes on in a run: nothing else would end it.
const GENERATIONS: u64 = 3;

/// Runs what is dirty, and cycles a little further.
async fn run(flow: &Flow<i64>) -> Result<RunEnd, RunError> {
    flow.run(RunOptions { generations: Some(GENERATIONS), ..RunOptions::default() }).await
}

pub(super) fn spawn(day: &Day, tasks: &mut Vec<TaskHandle<()>>) {
    for number in 0..FLOWS {
        tasks.push(
            day.spawn(Rewired { day: day.clone(), number, flow: Flow::new(), log: Log::default() }.live()),
        );
    }
}

/// What goes wrong in an hour.
#[derive(Debug, Clone, Copy)]
enum Fault {
    None,
    Fails,
    Panics,
    Paused,
}

struct Rewired {
    day: Day,
    number: u64,
    flow: Flow<i64>,
    log: Log,
}

impl Rewired {
    async fn live(self) {
        self.edit("s = range:5(); t = sum(s); c = add(c|0, t)");
        for hour in 0..HOURS {
            self.hour().await;
            self.day.sleep((hour + 1) * HOUR_S - now().as_secs()).await;
        }
    }

    /// Rewires the flow, lets it fail, mends it, and checks what it gave and how long that took.
    async fn hour(&self) {
        let (value, seconds) = (self.day.draw(1_000) as i64, 2 * self.day.draw(SLOW_S / 2));
        let faults = [Fault::None, Fault::Fails, Fault::Panics, Fault::Paused];
        let fault = faults[self.day.draw(4) as usize - 1];
        let last = match fault {
            Fault::Fails => "over:0(w)",
            Fault::Panics => "panics(w)",
            Fault::None | Fault::Paused => "inc(w)",
        };
        self.edit(&format!("a = const:{value}(); w = slow:{seconds}(a); b = {last}; s = range:5()"));
        let started = now();
        if let Fault::Paused = fault {
            let flow = self.flow.clone();
            let run = spawn_task(async move { run(&flow).await });
            self.day.sleep(seconds / 2).await;
            assert!(run.cancel());
        }
        self.check(fault, run(&self.flow).await);
        assert_eq!(now() - started, Duration::from_secs(seconds), "a pause neither costs nor saves time");
        if let Fault::Fails | Fault::Panics = fault {
            self.edit("b = inc(w)");
            self.check(Fault::None, run(&self.flow).await);
            assert_eq!(now() - started, Duration::from_secs(seconds), "what went well is not done again");
        }
        assert_eq!((self.value("b"), self.value("t")), (Some(value + 1), Some(15)));
        self.day.note(format!("flow {}: {fault:?} {value}, c = {:?}", self.number, self.value("c")));
        self.log.borrow_mut().clear();
    }

    fn edit(&self, lines: &str) {
        edit(&self.flow, &self.log, lines, OnMissingDefault::Refuse).expect("lines that can be wired");
    }

    fn check(&self, fault: Fault, end: Result<RunEnd, RunError>) {
        let told = match (fault, end) {
            (Fault::None | Fault::Paused, end) => return assert!(end.is_ok(), "{end:?}"),
            (_, Err(RunError::NodeExecution(failure))) => failure.error.to_string(),
            (_, end) => panic!("{end:?} with {fault:?}"),
        };
        let expected = if let Fault::Fails = fault { "b fails" } else { "the node panicked: b gave up" };
        assert_eq!(told, expected);
    }

    fn value(&self, name: &str) -> Option<i64> {
        Some(self.flow.value(self.flow.node(name)?)?[0])
    }
}
