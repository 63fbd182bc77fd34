//! Events into chunks. The chunk that a stream filled last is filled further while it is small and near in time, so that a
//! stream that says little now and then does not leave a chunk a line.

use store::{Expect, Tx, Versioned};
use world::Rng;

use crate::entity::{Chunk, EVENT_OVERHEAD, Kept, LogGroup, LogStream};
use crate::error::Result;
use crate::table::{CHUNKS, GROUPS, STREAMS, bytes_counter, chunk_index, chunk_sk, chunks_pk, streams_pk};

/// Longest time between two events of a chunk, in milliseconds. What is read begins to look so much earlier.
pub const SPAN_MS: i64 = 600_000;
/// A chunk of so many bytes is full, though one event may be larger.
const FULL: usize = 128 * 1024;
/// A chunk of so many bytes is not read again to be filled further.
const REFILL: usize = 32 * 1024;

/// An event on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// When it happened.
    pub at: i64,
    /// When it came.
    pub ingested: i64,
    /// What it says.
    pub message: String,
}

/// Where events go.
pub struct Target {
    /// The group.
    pub group: Versioned<LogGroup>,
    /// The stream as it was read; where it is new, its item is absent.
    pub stream: LogStream,
    /// The version that was read.
    pub version: Option<i64>,
}

impl Target {
    /// A stream that is there.
    pub fn of(group: Versioned<LogGroup>, stream: Versioned<LogStream>) -> Self {
        Self { group, version: Some(stream.version), stream: stream.value }
    }

    /// A stream that is made with its first event.
    pub fn new(group: Versioned<LogGroup>, name: &str, now: i64, rng: &dyn Rng) -> Self {
        let stream = LogStream { id: new_id(rng), name: name.to_owned(), created: now, ..LogStream::default() };
        Self { group, stream, version: None }
    }
}

/// A new id of a group or a stream.
pub fn new_id(rng: &dyn Rng) -> u64 {
    u64::from_be_bytes(world::rng::bytes::<8>(rng))
}

/// Adds to a transaction that events are kept. Answers the bytes that come with it.
///
/// # Errors
/// The store's.
pub async fn stage(store: &store::Store, tx: &mut Tx, mut target: Target, events: Vec<Incoming>) -> Result<i64> {
    let (group, stream) = (&target.group, &mut target.stream);
    let pk = chunks_pk(stream.id);
    let mut events: Vec<Kept> = events
        .into_iter()
        .map(|event| {
            let n = stream.next;
            stream.next += 1;
            Kept { t: event.at, i: event.ingested, n, m: event.message }
        })
        .collect();
    let latest = |of: Option<i64>, times: Option<i64>| of.max(times);
    stream.last = latest(stream.last, events.iter().map(|event| event.t).max());
    stream.ingested = latest(stream.ingested, events.iter().map(|event| event.i).max());
    stream.first = stream.first.into_iter().chain(events.iter().map(|event| event.t)).min();
    let mut tail = match &stream.tail {
        Some(sk) => CHUNKS.get(store, &pk, sk).await?.filter(|chunk| chunk.bytes() < REFILL),
        None => None,
    };
    events.sort_by_key(|event| (event.t, event.n));
    let mut added = 0;
    for events in split(events, tail.as_ref().map(|tail| &tail.value)) {
        let refill = tail.take().filter(|tail| fits(tail, &events));
        let before = refill.as_ref().map_or(0, |tail| tail.bytes());
        let mut kept = refill.as_ref().map(|tail| tail.events.clone()).unwrap_or_default();
        kept.extend(events);
        kept.sort_by_key(|event| (event.t, event.n));
        let chunk = Chunk { group: group.id, stream: stream.id, name: stream.name.clone(), events: kept };
        match &refill {
            Some(tail) => CHUNKS.update(tx, tail, &chunk, chunk_index(&chunk))?,
            None => {
                let sk = chunk_sk(&chunk);
                CHUNKS.insert(tx, &pk, &sk, &chunk, chunk_index(&chunk))?;
                stream.tail = Some(sk);
            }
        }
        added += i64::try_from(chunk.bytes()).unwrap_or(i64::MAX) - i64::try_from(before).unwrap_or(0);
    }
    tx.add(&bytes_counter(group.id), added, None, None);
    let (streams, name) = (streams_pk(group.id), stream.name.clone());
    match target.version {
        Some(version) => {
            let read = Versioned { pk: streams, sk: name, version, value: stream.clone(), expires_at: None };
            STREAMS.update(tx, &read, stream, Vec::new())?;
        }
        None => STREAMS.insert(tx, &streams, &name, stream, Vec::new())?,
    }
    // A group that was deleted meanwhile gets no events; one that was only changed does.
    tx.require(&group.pk, &group.sk, Expect::Version(group.version));
    Ok(added)
}

/// Whether events may join a chunk.
fn fits(tail: &Chunk, events: &[Kept]) -> bool {
    let (first, last) = tail.span();
    let times = || events.iter().map(|event| event.t);
    let (first, last) = (times().min().map_or(first, |t| t.min(first)), times().max().map_or(last, |t| t.max(last)));
    last.saturating_sub(first) <= SPAN_MS
}

/// Events in portions of a chunk each; the first that may join `tail` comes first.
fn split(events: Vec<Kept>, tail: Option<&Chunk>) -> Vec<Vec<Kept>> {
    let mut portions: Vec<Vec<Kept>> = Vec::new();
    let (mut began, mut bytes) = (0, 0);
    for event in events {
        let size = event.m.len() + EVENT_OVERHEAD;
        match portions.last_mut() {
            Some(portion) if event.t - began <= SPAN_MS && bytes + size <= FULL => portion.push(event),
            _ => {
                (began, bytes) = (event.t, 0);
                portions.push(vec![event]);
            }
        }
        bytes += size;
    }
    if let Some(at) = tail.and_then(|tail| portions.iter().position(|portion| fits(tail, portion))) {
        portions.swap(0, at);
    }
    portions
}

/// A group by its place.
///
/// # Errors
/// The store's.
pub async fn group(store: &store::Store, pk: &str, name: &str) -> Result<Option<Versioned<LogGroup>>> {
    Ok(GROUPS.get(store, pk, name).await?)
}
