//! The one place where a lost race is run again.

use std::future::Future;

use aws_types::AwsError;

use crate::{Store, StoreError};

/// How often an operation is run before its conflict is the caller's.
const ATTEMPTS: usize = 8;

tokio::task_local! {
    /// Set while this task repeats an operation, so that a retry inside a retry does not wait for itself.
    static REPEATING: ();
}

/// An error that can tell whether it is, at bottom, a [`StoreError::Conflict`].
pub trait MayConflict {
    /// Whether running the operation again can help.
    fn is_conflict(&self) -> bool;
}

impl MayConflict for StoreError {
    fn is_conflict(&self) -> bool {
        *self == StoreError::Conflict
    }
}

impl MayConflict for AwsError {
    fn is_conflict(&self) -> bool {
        self.internal
            .as_ref()
            .and_then(|cause| cause.downcast_ref::<StoreError>())
            .is_some_and(MayConflict::is_conflict)
    }
}

/// Runs `operation` (read, decide, commit; no call to the outside) and, where its commit lost a race, again: up to eight
/// times. The first run is free; repetitions take turns, so that many contenders for one item all get through.
///
/// # Errors
/// Whatever the operation answers; a conflict only after the last attempt.
pub async fn retry<T, E, F, Fut>(store: &Store, mut operation: F) -> Result<T, E>
where
    E: MayConflict,
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    match operation().await {
        Err(error) if error.is_conflict() => {}
        done => return done,
    }
    if REPEATING.try_with(|()| ()).is_ok() {
        return repeat(operation).await;
    }
    let _turn = store.contended().lock().await;
    REPEATING.scope((), repeat(operation)).await
}

async fn repeat<T, E, F, Fut>(mut operation: F) -> Result<T, E>
where
    E: MayConflict,
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    for _ in 2..ATTEMPTS {
        match operation().await {
            Err(error) if error.is_conflict() => {}
            done => return done,
        }
    }
    operation().await
}
