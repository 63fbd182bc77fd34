//! Where things lie. Groups in a partition of their account and region; streams in one of their group; chunks of events in
//! one of their stream, and by time in two indexes, one forward and one back, each under the group and under the stream.

use aws_types::CallContext;
use store::{Index, Table};

use crate::entity::{Chunk, LogGroup, LogStream};

/// Groups: partition [`groups_pk`], place the name.
pub const GROUPS: Table<LogGroup> = Table::new("log-group", 1);
/// Streams: partition [`streams_pk`], place the name.
pub const STREAMS: Table<LogStream> = Table::new("log-stream", 1);
/// Chunks: partition [`chunks_pk`], place [`chunk_sk`].
pub const CHUNKS: Table<Chunk> = Table::new("log-chunk", 1);
/// Deleted groups and streams whose events are still to be removed: partition [`GONE_PK`], place the scope.
pub const GONE: Table<Gone> = Table::new("log-gone", 1);

/// Partition of what was deleted.
pub const GONE_PK: &str = "logs.gone";
/// Index of chunks by their first event's time.
pub const FORWARD: &str = "logs.forward";
/// Index of chunks by their last event's time, latest first.
pub const BACK: &str = "logs.back";
/// Index of chunks by when they were written last, with their size.
pub const AGE: &str = "logs.age";
/// Index of groups with a retention, all under one key.
pub const RETAINED: &str = "logs.retained";
/// The key of [`RETAINED`].
pub const RETAINED_KEY: &str = "all";

/// What was deleted.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Gone {
    /// [`Scope::key`].
    pub scope: String,
    /// The group whose streams go too.
    pub group: Option<u64>,
}

/// Whose events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A group's.
    Group(u64),
    /// A stream's.
    Stream(u64),
}

impl Scope {
    /// How keys of [`FORWARD`] and [`BACK`] begin.
    pub fn key(self) -> String {
        match self {
            Self::Group(id) => format!("g{id:016x}/"),
            Self::Stream(id) => format!("s{id:016x}/"),
        }
    }
}

/// Partition of an account's groups in a region.
pub fn groups_pk(account: &str, region: &str) -> String {
    format!("logs.groups#{account}/{region}")
}

/// The same, of a call.
pub fn groups_of(call: &CallContext) -> String {
    groups_pk(call.account.as_str(), call.region.as_str())
}

/// Partition of a group's streams.
pub fn streams_pk(group: u64) -> String {
    format!("logs.streams#{group:016x}")
}

/// Partition of a stream's chunks.
pub fn chunks_pk(stream: u64) -> String {
    format!("logs.chunks#{stream:016x}")
}

/// Place of a chunk: its first event's number, which no other event of the stream has.
pub fn chunk_sk(chunk: &Chunk) -> String {
    format!("{:020}", chunk.events.iter().map(|event| event.n).min().unwrap_or(0))
}

/// Counts a group's bytes.
pub fn bytes_counter(group: u64) -> String {
    format!("logs.bytes#{group:016x}")
}

/// The largest number of 16 digits: times count back from it in [`BACK`].
const END: i64 = 9_999_999_999_999_999;

/// A time as it stands in keys.
pub fn ahead(ms: i64) -> String {
    format!("{:016}", ms.clamp(0, END))
}

/// A time as it stands in keys that go back.
pub fn behind(ms: i64) -> String {
    format!("{:016}", END - ms.clamp(0, END))
}

/// The times of the first and the last event, of a key of [`FORWARD`].
pub fn span_ahead(key: &str) -> Option<(i64, i64)> {
    let (first, second) = key.rsplit_once('/')?.1.split_once('-')?;
    Some((first.parse().ok()?, second.parse().ok()?))
}

/// The same, of a key of [`BACK`].
pub fn span_behind(key: &str) -> Option<(i64, i64)> {
    span_ahead(key).map(|(last, first)| (END - first, END - last))
}

/// Index entries of a chunk.
pub fn chunk_index(chunk: &Chunk) -> Index {
    let (first, last) = chunk.span();
    let scopes = [Scope::Group(chunk.group).key(), Scope::Stream(chunk.stream).key()];
    let mut index: Index = Vec::with_capacity(5);
    for scope in scopes {
        index.push((FORWARD, format!("{scope}{}-{}", ahead(first), ahead(last))));
        index.push((BACK, format!("{scope}{}-{}", behind(last), behind(first))));
    }
    let ingested = chunk.events.iter().map(|event| event.i).max().unwrap_or(0);
    index.push((AGE, format!("{}/{:010}", ahead(ingested), chunk.bytes())));
    index
}

/// The bytes in a key of [`AGE`].
pub fn bytes_of(key: &str) -> u64 {
    key.split_once('/').and_then(|(_, bytes)| bytes.parse().ok()).unwrap_or(0)
}

/// Index entries of a group.
pub fn group_index(group: &LogGroup) -> Index {
    group.retention_days.map(|_| (RETAINED, RETAINED_KEY.to_owned())).into_iter().collect()
}
