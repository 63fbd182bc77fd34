//! What is kept, and how it is shown.

use std::collections::BTreeMap;

use model_logs::types as wire;
use serde::{Deserialize, Serialize};

/// A log group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogGroup {
    /// Drawn at random: a group of the same name that is made later is another one.
    pub id: u64,
    /// Whose it is.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// `/aws/lambda/hello`
    pub name: String,
    /// `STANDARD`
    pub class: String,
    /// Whole days; without them events stay.
    pub retention_days: Option<i32>,
    /// By key.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// In milliseconds since the epoch, as all times here.
    pub created: i64,
    /// It cannot be deleted.
    #[serde(default)]
    pub protected: bool,
}

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

impl LogGroup {
    /// `arn:aws:logs:us-east-1:123456789012:log-group:name`.
    pub fn arn(&self) -> String {
        format!("arn:aws:logs:{}:{}:log-group:{}", self.region, self.account, self.name)
    }

    /// Events before this are gone.
    pub fn cutoff(&self, now: i64) -> i64 {
        self.retention_days.map_or(0, |days| now.saturating_sub(i64::from(days) * DAY_MS))
    }

    /// As it is shown.
    pub fn to_wire(&self, stored_bytes: i64) -> wire::LogGroup {
        wire::LogGroup {
            log_group_name: Some(self.name.clone()),
            creation_time: Some(self.created),
            retention_in_days: self.retention_days,
            metric_filter_count: Some(0),
            arn: Some(format!("{}:*", self.arn())),
            stored_bytes: Some(stored_bytes.max(0)),
            log_group_class: wire::LogGroupClass::parse(&self.class),
            log_group_arn: Some(self.arn()),
            deletion_protection_enabled: Some(self.protected),
            ..wire::LogGroup::default()
        }
    }
}

/// A log stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStream {
    /// Drawn at random, as a group's.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: i64,
    /// Of the earliest event it ever had.
    pub first: Option<i64>,
    /// Of the latest event it ever had.
    pub last: Option<i64>,
    /// When an event came last.
    pub ingested: Option<i64>,
    /// The number that its next event gets.
    #[serde(default)]
    pub next: u64,
    /// The chunk that was written last.
    #[serde(default)]
    pub tail: Option<String>,
}

impl LogStream {
    /// As it is shown. A stream's own size is 0 for all, as at AWS since 2019.
    pub fn to_wire(&self, group: &LogGroup) -> wire::LogStream {
        wire::LogStream {
            log_stream_name: Some(self.name.clone()),
            creation_time: Some(self.created),
            first_event_timestamp: self.first,
            last_event_timestamp: self.last,
            last_ingestion_time: self.ingested,
            // Ignored since 2023, and still shown.
            upload_sequence_token: Some(format!("{:056}", self.next)),
            arn: Some(format!("{}:log-stream:{}", group.arn(), self.name)),
            stored_bytes: Some(0),
        }
    }
}

/// Some events of a stream that are near in time, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// The group's id.
    pub group: u64,
    /// The stream's id.
    pub stream: u64,
    /// The stream's name.
    pub name: String,
    /// At least one.
    pub events: Vec<Kept>,
}

/// An event. Its names are short because they are repeated so often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// When it happened.
    pub t: i64,
    /// When it came.
    pub i: i64,
    /// Its number in the stream.
    pub n: u64,
    /// What it says.
    pub m: String,
}

/// What CloudWatch counts for an event beside its message.
pub const EVENT_OVERHEAD: usize = 26;

impl Chunk {
    /// As CloudWatch counts them.
    pub fn bytes(&self) -> usize {
        self.events.iter().map(|event| event.m.len() + EVENT_OVERHEAD).sum()
    }

    /// Times of its first and its last event.
    pub fn span(&self) -> (i64, i64) {
        let times = || self.events.iter().map(|event| event.t);
        (times().min().unwrap_or(0), times().max().unwrap_or(0))
    }
}
