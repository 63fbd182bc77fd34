//! The queue of events from inside: from functions and gateways, in the middle of a request. Putting never waits: it takes a
//! lock for a few instructions. What is not written in time is dropped, counted, and told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_types::{AccountId, Region, Timestamp};
use store::{MayConflict as _, Store, Tx};
use tokio::sync::{Mutex, Notify};
use world::{Clock, Lock, Rng};

use crate::append::{self, Incoming, Target, new_id, stage};
use crate::entity::{EVENT_OVERHEAD, LogGroup};
use crate::error::Result;
use crate::sweep::Size;
use crate::table::{GROUPS, STREAMS, group_index, groups_pk, streams_pk};

/// Bytes that wait at most.
const MAX_WAITING: usize = 16 * 1024 * 1024;
/// Events that wait at most.
const MAX_EVENTS: usize = 200_000;
/// Longest message; the rest is cut off (quota of CloudWatch Logs: 1 MB with its overhead).
const MAX_MESSAGE: usize = 1024 * 1024 - EVENT_OVERHEAD;
/// Streams in one transaction.
const STREAMS_AT_ONCE: usize = 64;
/// Transactions that a flush tries again after a lost race, beside the store's own.
const ATTEMPTS: usize = 3;

/// Whose group, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Whose.
    pub account: &'a AccountId,
    /// Where.
    pub region: &'a Region,
}

/// A line to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it happened.
    pub at: Timestamp,
    /// What it says. One without a letter is left out.
    pub message: String,
}

#[derive(Default)]
struct Waiting {
    batches: Vec<Batch>,
    bytes: usize,
    events: usize,
}

/// Events of one stream.
struct Batch {
    target: Stream,
    events: Vec<Incoming>,
}

/// A stream by all its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stream {
    account: String,
    region: String,
    group: String,
    stream: String,
}

/// Takes events from inside, and writes them in batches. Groups and streams that are not there are made.
pub struct Writer {
    store: Store,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    size: Arc<Size>,
    waiting: Lock<Waiting>,
    wake: Notify,
    /// One flush at a time, so that whoever waits for one knows that all is written.
    turn: Mutex<()>,
    dropped: AtomicU64,
    /// Those that were told.
    told: AtomicU64,
}

impl Writer {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, rng: Arc<dyn Rng>, size: Arc<Size>) -> Self {
        Self {
            store,
            clock,
            rng,
            size,
            waiting: Lock::default(),
            wake: Notify::new(),
            turn: Mutex::new(()),
            dropped: AtomicU64::new(0),
            told: AtomicU64::new(0),
        }
    }

    /// Takes events of one stream. Never waits.
    pub fn put(&self, place: Place<'_>, group: &str, stream: &str, lines: Vec<Line>) {
        if !is_group_name(group) || !is_stream_name(stream) {
            self.drop_events(lines.len());
            return;
        }
        let ingested = self.clock.now().ms();
        let events = lines.into_iter().filter(|line| !line.message.is_empty());
        let events: Vec<Incoming> =
            events.map(|line| Incoming { at: line.at.ms().max(0), ingested, message: cut(line.message) }).collect();
        if events.is_empty() {
            return;
        }
        let bytes: usize = events.iter().map(|event| event.message.len() + EVENT_OVERHEAD).sum();
        let mut waiting = self.waiting.lock();
        if waiting.bytes + bytes > MAX_WAITING || waiting.events + events.len() > MAX_EVENTS {
            drop(waiting);
            self.drop_events(events.len());
            return;
        }
        waiting.bytes += bytes;
        waiting.events += events.len();
        let target = Stream {
            account: place.account.as_str().to_owned(),
            region: place.region.as_str().to_owned(),
            group: group.to_owned(),
            stream: stream.to_owned(),
        };
        waiting.batches.push(Batch { target, events });
        drop(waiting);
        self.wake.notify_one();
    }

    /// Events that could not be written since the start.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn drop_events(&self, count: usize) {
        self.dropped.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
    }

    /// Until something waits to be written.
    pub(crate) async fn waits(&self) {
        self.wake.notified().await;
    }

    /// Writes all that waits; when it returns, what was put before is there to be read.
    pub async fn flush(&self) {
        let _turn = self.turn.lock().await;
        let batches = {
            let mut waiting = self.waiting.lock();
            std::mem::take(&mut *waiting).batches
        };
        let mut by_stream: BTreeMap<Stream, Vec<Incoming>> = BTreeMap::new();
        for batch in batches {
            by_stream.entry(batch.target).or_default().extend(batch.events);
        }
        let mut batches: Vec<Batch> = by_stream.into_iter().map(|(target, events)| Batch { target, events }).collect();
        while !batches.is_empty() {
            let rest = batches.split_off(batches.len().min(STREAMS_AT_ONCE));
            self.write(&batches).await;
            batches = rest;
        }
        self.tell();
    }

    /// Says how much was dropped, once for each flush at most.
    fn tell(&self) {
        let dropped = self.dropped();
        let before = self.told.swap(dropped, Ordering::Relaxed);
        if dropped > before {
            tracing::warn!(
                events = dropped - before,
                "log events were dropped: they came faster than they can be written"
            );
        }
    }

    async fn write(&self, batches: &[Batch]) {
        for attempt in 1..=ATTEMPTS {
            match store::retry(&self.store, || self.commit(batches)).await {
                Ok(()) => return,
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => {}
                Err(error) => {
                    tracing::warn!(?error, "log events could not be written");
                    self.drop_events(batches.iter().map(|batch| batch.events.len()).sum());
                    return;
                }
            }
        }
    }

    async fn commit(&self, batches: &[Batch]) -> Result<()> {
        let mut tx = Tx::new();
        let mut added = 0;
        for Batch { target, events } in batches {
            let group = self.group(target).await?;
            let target = match STREAMS.get(&self.store, &streams_pk(group.id), &target.stream).await? {
                Some(found) => Target::of(group, found),
                None => Target::new(group, &target.stream, self.clock.now().ms(), &*self.rng),
            };
            added += stage(&self.store, &mut tx, target, events.clone()).await?;
        }
        self.store.commit(tx).await?;
        self.size.add(added);
        Ok(())
    }

    /// A group, made where it is missing.
    async fn group(&self, target: &Stream) -> Result<store::Versioned<LogGroup>> {
        let (pk, name) = (groups_pk(&target.account, &target.region), target.group.as_str());
        if let Some(found) = append::group(&self.store, &pk, name).await? {
            return Ok(found);
        }
        let group = LogGroup {
            id: new_id(&*self.rng),
            account: target.account.clone(),
            region: target.region.clone(),
            name: name.to_owned(),
            class: "STANDARD".to_owned(),
            retention_days: None,
            tags: BTreeMap::new(),
            created: self.clock.now().ms(),
            protected: false,
        };
        let mut tx = Tx::new();
        GROUPS.insert(&mut tx, &pk, name, &group, group_index(&group))?;
        self.store.commit(tx).await?;
        // Read back for its version; whoever deleted it at once makes this a lost race.
        append::group(&self.store, &pk, name).await?.ok_or_else(|| store::StoreError::Conflict.into())
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Writer({} dropped)", self.dropped())
    }
}

/// A message that is not too long.
fn cut(mut message: String) -> String {
    if message.len() > MAX_MESSAGE {
        let mut end = MAX_MESSAGE;
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        message.truncate(end);
    }
    message
}

/// Whether a group may bear a name.
fn is_group_name(name: &str) -> bool {
    (1..=512).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._/#-".contains(&b))
}

/// Whether a stream may bear a name.
fn is_stream_name(name: &str) -> bool {
    (1..=512).contains(&name.chars().count()) && !name.contains([':', '*'])
}
