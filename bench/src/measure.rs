//! What a workload cost.

use std::iter::Sum;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Items done, and what they took. What was set up before the stopwatch ran does not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// How many items, whatever the workload counts: calls, chunks, tasks, round trips.
    pub items: u64,
    /// In the case's [`Unit`].
    pub amount: u64,
}

impl Measured {
    /// What an item took.
    pub(crate) fn cost(&self) -> f64 {
        self.amount as f64 / self.items as f64
    }
}

/// What is measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// CPU time of the whole process, in nanoseconds.
    #[default]
    CpuNs,
    /// Resident memory of the process, in bytes.
    Bytes,
    /// Time by the clock on the wall, in microseconds.
    WallUs,
}

impl Unit {
    /// As tables say it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CpuNs => "ns",
            Self::Bytes => "bytes",
            Self::WallUs => "us",
        }
    }
}

impl Sum for Measured {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |a, b| Self { items: a.items + b.items, amount: a.amount + b.amount })
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
        Measured { items, amount: (cpu_time() - self.0).as_nanos() as u64 }
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
