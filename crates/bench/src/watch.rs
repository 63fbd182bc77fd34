//! Measures: wall time, CPU time of a process, rates.

use std::fs;
use std::hint::black_box;
use std::time::Duration;

use world::{Clock as _, SystemClock};

use crate::Outcome;

/// How long a rate is measured.
const MEASURE_NS: u64 = 1_000_000_000;
/// How long its operation runs before, so that caches and branch predictors have seen it.
const WARM_NS: u64 = 200_000_000;
/// Length of the tick that `/proc` counts CPU time in: 100 a second on every Linux.
const TICK_NS: u64 = 10_000_000;

/// A stopwatch.
#[derive(Default)]
pub struct Watch(SystemClock);

impl Watch {
    /// Starts at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nanoseconds since its start.
    pub fn ns(&self) -> u64 {
        self.0.monotonic_ns()
    }

    /// How often a second an operation runs, one after the other.
    pub fn rate<T>(&self, mut operation: impl FnMut() -> Outcome<T>) -> Outcome<Rate> {
        let warm_until = self.ns() + WARM_NS;
        while self.ns() < warm_until {
            black_box(operation()?);
        }
        let begun = Begun::now(self)?;
        let mut operations = 0;
        while self.ns() < begun.wall_ns + MEASURE_NS {
            black_box(operation()?);
            operations += 1;
        }
        begun.end(self, operations)
    }

    /// [`Watch::rate`] of an asynchronous operation; the next begins when one is done.
    pub async fn rate_async<T>(&self, mut operation: impl AsyncFnMut() -> Outcome<T>) -> Outcome<Rate> {
        let warm_until = self.ns() + WARM_NS;
        while self.ns() < warm_until {
            black_box(operation().await?);
        }
        let begun = Begun::now(self)?;
        let mut operations = 0;
        while self.ns() < begun.wall_ns + MEASURE_NS {
            black_box(operation().await?);
            operations += 1;
        }
        begun.end(self, operations)
    }
}

/// When a measurement began.
pub struct Begun {
    wall_ns: u64,
    cpu_ns: u64,
}

impl Begun {
    /// It begins.
    pub fn now(watch: &Watch) -> Outcome<Self> {
        Ok(Self { wall_ns: watch.ns(), cpu_ns: cpu_ns("self")? })
    }

    /// It ends after so many operations.
    pub fn end(&self, watch: &Watch, operations: u64) -> Outcome<Rate> {
        let (wall_ns, cpu_ns) = (watch.ns() - self.wall_ns, cpu_ns("self")?.saturating_sub(self.cpu_ns));
        Ok(Rate { operations, wall_ns, cpu_ns })
    }
}

/// What was done in which time.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// How many operations.
    pub operations: u64,
    /// In which wall time.
    pub wall_ns: u64,
    /// For how much CPU time of all threads.
    pub cpu_ns: u64,
}

impl Rate {
    /// Operations a second of wall time.
    pub fn per_second(&self) -> f64 {
        per_second(self.operations, self.wall_ns)
    }

    /// Operations a second of CPU time: what one core could do if nothing had to be waited for.
    pub fn per_core(&self) -> f64 {
        per_second(self.operations, self.cpu_ns)
    }

    /// Microseconds of wall time an operation.
    pub fn us(&self) -> f64 {
        1e6 / self.per_second()
    }

    /// Microseconds of CPU time an operation.
    pub fn cpu_us(&self) -> f64 {
        1e6 / self.per_core()
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown with four digits")]
fn per_second(operations: u64, ns: u64) -> f64 {
    operations as f64 * 1e9 / ns.max(1) as f64
}

/// CPU time that a process (a number, or `self`) has used, user and system.
pub fn cpu_ns(process: &str) -> Outcome<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').ok_or("unreadable /proc stat")?;
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(ticks * TICK_NS)
}

/// How long a server may make keys ahead before it is looked at.
const SETTLE: Duration = Duration::from_secs(3);

/// Waits, on a channel that nobody writes to.
pub fn settle() {
    let (_quiet, waiting) = std::sync::mpsc::channel::<()>();
    let _ = waiting.recv_timeout(SETTLE);
}

/// Least, median and greatest of some times.
pub fn spread(mut times: Vec<u64>) -> Outcome<(u64, u64, u64)> {
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied();
    match (times.first(), middle, times.last()) {
        (Some(least), Some(middle), Some(greatest)) => Ok((*least, middle, *greatest)),
        _ => Err("nothing was measured".into()),
    }
}
