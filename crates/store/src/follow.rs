//! Following the event feed: what a process holds in memory is kept equal to the store, at each of its own commits and
//! at those of other processes.

use std::fmt::Display;
use std::future::{Future, ready};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::{Event, Store, StoreError};

/// Events read at a time.
const BATCH: usize = 500;
/// How often the feed is asked for events of other processes.
const POLL: Duration = Duration::from_secs(1);

/// Number of the last event that memory reflects.
#[derive(Debug, Default)]
pub struct Position(AtomicI64);

impl Position {
    /// At an event of that number.
    pub const fn at(seq: i64) -> Self {
        Self(AtomicI64::new(seq))
    }

    /// The event's number.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Goes to the newest event there is: for whoever is about to read everything anew.
    pub fn skip(&self, store: &Store) {
        self.set(*store.subscribe().borrow());
    }

    fn set(&self, seq: i64) {
        self.0.store(seq, Ordering::SeqCst);
    }
}

/// Somebody who holds in memory what lies in the store.
pub trait Follower: Send + Sync {
    /// Why memory could not be brought up to date.
    type Error: From<StoreError> + Display + Send;

    /// Whose events.
    fn store(&self) -> &Store;

    /// How far they were followed.
    fn position(&self) -> &Position;

    /// Makes memory reflect some events, of whatever topic, oldest first. They may come again where this fails.
    fn apply(&self, events: &[Event]) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Reads everything anew, as events were missed.
    fn reload(&self) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// What else is to be done now and then; called after each look at the feed.
    fn keep_house(&self) -> impl Future<Output = ()> + Send {
        ready(())
    }
}

/// Follows the feed for the life of the process: a task's body. The engine's end ends it.
pub async fn follow<F: Follower>(follower: &F) {
    let mut newest = follower.store().subscribe();
    loop {
        // The timer brings the events of other processes.
        let changed = tokio::time::timeout(POLL, newest.changed()).await;
        if matches!(changed, Ok(Err(_))) {
            return;
        }
        if let Err(error) = catch_up(follower).await {
            tracing::warn!(%error, "the event feed could not be followed");
        }
        follower.keep_house().await;
    }
}

/// Applies the events since the last time.
///
/// # Errors
/// The follower's; what was applied stays applied, and the rest is tried again the next time.
pub async fn catch_up<F: Follower>(follower: &F) -> Result<(), F::Error> {
    let position = follower.position();
    loop {
        let seq = position.get();
        let events = follower.store().events(seq, BATCH).await?;
        let Some((first, last)) = events.first().zip(events.last()) else { return Ok(()) };
        if first.seq > seq + 1 {
            tracing::info!("events were missed; everything is read anew");
            position.skip(follower.store());
            return follower.reload().await.inspect_err(|_| position.set(seq));
        }
        follower.apply(&events).await?;
        position.set(last.seq);
    }
}

/// What the events of a topic name, each once, in order.
pub fn keys_of<'a>(events: &'a [Event], topic: &str) -> Vec<&'a str> {
    let mut keys: Vec<&str> =
        events.iter().filter(|event| event.topic == topic).map(|event| event.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
