//! The one place where a lost race is run again.

use std::future::Future;

use aws_types::AwsError;
use tokio::sync::{Mutex, RwLock};

use crate::{Store, StoreError};

/// Attempts beside all others, then in turn with those that lost as well, then while nobody new begins: eight together.
const FREE: usize = 1;
const IN_TURN: usize = 3;
const ALONE: usize = 4;

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

/// How repetitions get through where an item is hot. Operations on other items pass freely beside all this.
#[derive(Default)]
pub(crate) struct Turns {
    /// Held by the one operation that is being repeated.
    repeating: Mutex<()>,
    /// Closed (write) while a repetition has lost often enough; whoever begins waits until it opens (read), and does not
    /// hold it meanwhile.
    gate: RwLock<()>,
}

/// Runs `operation` (read, decide, commit; no call to the outside) and, where its commit lost a race, again: up to eight
/// times. The first run is free; repetitions take turns, and one that keeps losing makes new arrivals wait for it, so
/// that many contenders for one item all get through.
///
/// # Errors
/// Whatever the operation answers; a conflict only after the last attempt.
pub async fn retry<T, E, F, Fut>(store: &Store, mut operation: F) -> Result<T, E>
where
    E: MayConflict,
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    if REPEATING.try_with(|()| ()).is_ok() {
        return repeat(FREE + IN_TURN + ALONE, &mut operation).await;
    }
    let turns = store.turns();
    drop(turns.gate.read().await);
    match repeat(FREE, &mut operation).await {
        Err(error) if error.is_conflict() => {}
        done => return done,
    }
    let _turn = turns.repeating.lock().await;
    match REPEATING.scope((), repeat(IN_TURN, &mut operation)).await {
        Err(error) if error.is_conflict() => {}
        done => return done,
    }
    let _closed = turns.gate.write().await;
    REPEATING.scope((), repeat(ALONE, &mut operation)).await
}

async fn repeat<T, E, F, Fut>(attempts: usize, operation: &mut F) -> Result<T, E>
where
    E: MayConflict,
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    for _ in 1..attempts {
        match operation().await {
            Err(error) if error.is_conflict() => {}
            done => return done,
        }
    }
    operation().await
}
