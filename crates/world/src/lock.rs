//! A lock that does not turn one panic into many.

#[expect(clippy::disallowed_types, reason = "the one place that wraps it")]
use std::sync::Mutex;
use std::sync::{MutexGuard, PoisonError};

/// A mutex without poisoning. Held for a few instructions at a time, never across an await.
#[derive(Debug, Default)]
#[expect(clippy::disallowed_types, reason = "the one place that wraps it")]
pub struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    /// Puts the value behind a lock.
    #[expect(clippy::disallowed_types, reason = "the one place that wraps it")]
    pub const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Waits for the lock.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
