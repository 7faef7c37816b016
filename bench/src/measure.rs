//! What one workload cost.

use std::time::Duration;

/// Items done, and the CPU time that they took. What was set up before the stopwatch ran does not count.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// How many items, whatever the workload counts: calls, chunks, tasks, round trips.
    pub items: u64,
    /// CPU time of the whole process.
    pub cpu: Duration,
}

impl Measured {
    /// Nanoseconds of CPU time an item.
    pub fn nanoseconds(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e9 / self.items as f64
    }
}

/// Runs from [`Stopwatch::start`] to [`Stopwatch::stop`].
pub struct Stopwatch(Duration);

impl Stopwatch {
    /// Starts to measure.
    pub fn start() -> Self {
        Self(cpu_time())
    }

    /// What it cost since the start to do this many items.
    pub fn stop(self, items: u64) -> Measured {
        Measured { items, cpu: cpu_time() - self.0 }
    }
}

/// CPU time that the process has used.
fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the answer, and the clock exists on every Unix.
    let answer = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    assert_eq!(answer, 0, "the process has a CPU clock");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
