//! Token buckets ("Throttle requests to your REST APIs"): a bucket holds `burst` tokens and is refilled at `rate` a
//! second. Kept as one number, the theoretical arrival time, so that a decision is one compare-and-swap.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Limits of a bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throttle {
    /// Tokens a second.
    pub rate: f64,
    /// Most tokens at once.
    pub burst: u32,
}

/// All calls of an account in a region together (quota).
pub const ACCOUNT_THROTTLE: Throttle = Throttle { rate: 10_000.0, burst: 5_000 };

/// The state of a bucket; its limits come with each question, so that they may change.
#[derive(Debug, Default)]
pub struct Bucket(AtomicU64);

impl Bucket {
    /// Takes a token, if there is one. `now_ns` is monotonic.
    pub fn take(&self, throttle: Throttle, now_ns: u64) -> bool {
        if throttle.burst == 0 || throttle.rate <= 0.0 {
            return false;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the rate is positive; a float beyond u64 saturates, which is a bucket that never refills"
        )]
        let interval_ns = (1e9 / throttle.rate) as u64;
        let capacity_ns = interval_ns.saturating_mul(u64::from(throttle.burst));
        let advance = |arrival: u64| {
            let next = arrival.max(now_ns).saturating_add(interval_ns);
            (next - now_ns <= capacity_ns).then_some(next)
        };
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, advance).is_ok()
    }
}

/// Buckets by name. A name stands for a method of a definition, so their number is bounded by the definition.
#[derive(Debug, Default)]
pub struct Buckets(papaya::HashMap<String, Arc<Bucket>>);

impl Buckets {
    /// The named bucket itself, for whoever asks it often.
    pub fn bucket(&self, name: &str) -> Arc<Bucket> {
        Arc::clone(self.0.pin().get_or_insert_with(name.to_owned(), Arc::default))
    }

    /// Takes a token of the named bucket.
    pub fn take(&self, name: &str, throttle: Throttle, now_ns: u64) -> bool {
        let buckets = self.0.pin();
        match buckets.get(name) {
            Some(bucket) => bucket.take(throttle, now_ns),
            None => buckets.get_or_insert_with(name.to_owned(), Arc::default).take(throttle, now_ns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let (bucket, throttle) = (Bucket::default(), Throttle { rate: 2.0, burst: 3 });
        let given = |now_ns: u64| (0..10).filter(|_| bucket.take(throttle, now_ns)).count();
        assert_eq!(given(SECOND), 3);
        assert_eq!(given(SECOND), 0);
        assert_eq!(given(SECOND * 3 / 2), 1);
        assert_eq!(given(SECOND * 5 / 2), 2);
        assert_eq!(given(SECOND * 100), 3);
    }

    #[test]
    fn zero_gives_nothing() {
        for throttle in
            [Throttle { rate: 0.0, burst: 5 }, Throttle { rate: 5.0, burst: 0 }, Throttle { rate: -1.0, burst: 1 }]
        {
            assert!(!Bucket::default().take(throttle, SECOND));
        }
    }

    #[test]
    fn threads_together_get_no_more() {
        let bucket = Arc::new(Bucket::default());
        let takers: Vec<_> = (0..8)
            .map(|_| {
                let bucket = Arc::clone(&bucket);
                std::thread::spawn(move || {
                    (0..1000).filter(|_| bucket.take(Throttle { rate: 1.0, burst: 100 }, SECOND)).count()
                })
            })
            .collect();
        let given: usize = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
        assert_eq!(given, 100);
    }
}
