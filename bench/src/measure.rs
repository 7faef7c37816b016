//! What a workload cost.

use std::iter::Sum;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Items done, and the CPU time that they took. What was set up before the stopwatch ran does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// How many items, whatever the workload counts: calls, chunks, tasks, round trips.
    pub items: u64,
    /// CPU time of the whole process, in nanoseconds.
    pub cpu_ns: u64,
}

impl Measured {
    /// Nanoseconds of CPU time an item.
    pub(crate) fn cost_ns(&self) -> f64 {
        self.cpu_ns as f64 / self.items as f64
    }
}

impl Sum for Measured {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |a, b| Self { items: a.items + b.items, cpu_ns: a.cpu_ns + b.cpu_ns })
    }
}

/// Runs from [`Stopwatch::start`] to [`Stopwatch::stop`].
pub(crate) struct Stopwatch(Duration);

impl Stopwatch {
    /// Starts to measure.
    pub(crate) fn start() -> Self {
        Self(cpu_time())
    }

    /// What it cost since the start to do this many items.
    pub(crate) fn stop(self, items: u64) -> Measured {
        Measured { items, cpu_ns: (cpu_time() - self.0).as_nanos() as u64 }
    }
}

/// CPU time that the process has used, in all its threads, in user and kernel mode.
fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the answer, and the clock exists on every Unix.
    let answer = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    assert_eq!(answer, 0, "the process has a CPU clock");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
