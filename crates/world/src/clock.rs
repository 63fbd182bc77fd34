//! Time. The server's clock can be moved forward in local mode, so that expiry can be tried without waiting; request
//! signatures are judged by real time, since clients sign with their own clocks.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use aws_types::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now by the server's clock, which local mode may have moved.
    fn now(&self) -> Timestamp;

    /// Now by the machine's clock, never moved. Only for judging request signatures.
    fn real(&self) -> Timestamp;

    /// Nanoseconds since some fixed moment; for measuring, never for deciding.
    fn monotonic_ns(&self) -> u64;
}

/// The machine's clock plus an offset.
#[derive(Debug)]
pub struct SystemClock {
    offset_ms: AtomicI64,
    started: Instant,
}

impl SystemClock {
    /// Starts without offset.
    #[expect(clippy::disallowed_methods, reason = "this is the door that everything else takes its time from")]
    pub fn new() -> Self {
        Self { offset_ms: AtomicI64::new(0), started: Instant::now() }
    }

    /// Moves the clock forward by `ms` (at most ten years in all). Returns the whole offset, or `None` where that is too far.
    pub fn advance(&self, ms: i64) -> Option<i64> {
        const TEN_YEARS_MS: i64 = 315_360_000_000;
        let moved = |offset: i64| offset.checked_add(ms).filter(|sum| ms >= 0 && (0..=TEN_YEARS_MS).contains(sum));
        self.offset_ms.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved).ok().map(|before| before + ms)
    }

    /// The offset in milliseconds.
    pub fn offset_ms(&self) -> i64 {
        self.offset_ms.load(Ordering::SeqCst)
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.real().plus_ms(self.offset_ms())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door that everything else takes its time from")]
    fn real(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door that everything else takes its time from")]
    fn monotonic_ns(&self) -> u64 {
        u64::try_from(Instant::now().duration_since(self.started).as_nanos()).unwrap_or(u64::MAX)
    }
}
