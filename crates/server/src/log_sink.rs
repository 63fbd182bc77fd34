//! Where the gateway's logs go: to CloudWatch Logs, the newest events to memory, and all to a file under the data folder
//! that is turned over when it is full. Writing never waits: what the disk cannot take in time is dropped, and the number
//! of what was.

use std::collections::VecDeque;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use aws_types::{AccountId, Arn, AwsError, Region, Timestamp};
use cognito_idp::ports::LogDestinations;
use execute_api::ports::{LogEvent, LogPlace, LogSink};
use logs::{Line, Place, Writer};
use serde_json::{Value, json};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use world::Lock;

use crate::log_delivery::LogDelivery;

/// Events in memory.
const MAX_EVENTS: usize = 10_000;
/// Bytes of their messages.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Batches that wait for the disk.
const MAX_WAITING: usize = 1_024;
/// A file is full at so many bytes.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;
/// Full files that are kept.
const KEPT_FILES: usize = 4;

/// The logs.
pub struct Logs {
    newest: Lock<Ring>,
    to_disk: Sender<String>,
    dropped: AtomicU64,
    onward: Onward,
}

/// Where events go beside memory and disk.
#[derive(Default)]
pub struct Onward {
    /// To log groups.
    pub groups: Option<Arc<Writer>>,
    /// To delivery streams.
    pub streams: Option<Arc<LogDelivery>>,
}

#[derive(Default)]
struct Ring {
    events: VecDeque<Kept>,
    bytes: usize,
}

struct Kept {
    group: Arc<str>,
    stream: Arc<str>,
    event: LogEvent,
}

impl Logs {
    /// Logs over a folder, with the task that writes there.
    pub fn new(folder: PathBuf, onward: Onward) -> (Arc<Self>, impl Future<Output = ()> + Send + 'static) {
        let (to_disk, waiting) = channel(MAX_WAITING);
        let logs = Self { newest: Lock::default(), to_disk, dropped: AtomicU64::new(0), onward };
        (Arc::new(logs), write(folder, waiting))
    }

    /// The newest events, oldest first: of one group, or of all.
    pub fn newest(&self, group: Option<&str>, limit: usize) -> Value {
        let ring = self.newest.lock();
        let wanted = ring.events.iter().rev().filter(|kept| group.is_none_or(|group| *kept.group == *group));
        let mut events: Vec<Value> = wanted.take(limit).map(shown).collect();
        events.reverse();
        Value::Array(events)
    }

    /// Batches that the disk did not take.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

fn shown(kept: &Kept) -> Value {
    json!({
        "logGroup": &*kept.group, "logStream": &*kept.stream, "timestamp": kept.event.at.ms(),
        "message": kept.event.message,
    })
}

impl LogSink for Logs {
    fn put_at(&self, place: LogPlace<'_>, group: &str, stream: &str, events: Vec<LogEvent>) {
        if let Some(groups) = &self.onward.groups {
            let lines = events.iter().map(|event| Line { at: event.at, message: event.message.clone() }).collect();
            groups.put(Place { account: place.account, region: place.region }, group, stream, lines);
        }
        self.put(group, stream, events);
    }

    fn put(&self, group: &str, stream: &str, events: Vec<LogEvent>) {
        let (group, stream): (Arc<str>, Arc<str>) = (Arc::from(group), Arc::from(stream));
        let mut lines = String::new();
        let mut ring = self.newest.lock();
        for event in events {
            let kept = Kept { group: Arc::clone(&group), stream: Arc::clone(&stream), event };
            lines.push_str(&shown(&kept).to_string());
            lines.push('\n');
            ring.bytes += kept.event.message.len();
            ring.events.push_back(kept);
        }
        while ring.events.len() > MAX_EVENTS || ring.bytes > MAX_BYTES {
            let Some(oldest) = ring.events.pop_front() else { break };
            ring.bytes -= oldest.event.message.len();
        }
        drop(ring);
        if self.to_disk.try_send(lines).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn deliver(&self, stream_arn: &str, event: LogEvent) {
        if let Some(streams) = &self.onward.streams {
            streams.to_stream(stream_arn, event.message);
        }
    }

    fn has_stream(&self, stream: &str) -> bool {
        self.onward.streams.as_ref().is_some_and(|streams| streams.has_stream(stream))
    }
}

/// Writes what comes, a batch at a time, off the runtime's own threads.
async fn write(folder: PathBuf, mut waiting: Receiver<String>) {
    while let Some(mut lines) = waiting.recv().await {
        while let Ok(more) = waiting.try_recv() {
            lines.push_str(&more);
        }
        let folder = folder.clone();
        let written = tokio::task::spawn_blocking(move || append(&folder, &lines)).await;
        if let Ok(Err(error)) = written {
            tracing::warn!(%error, "a gateway log could not be written");
        }
    }
}

/// What user pools deliver to.
pub struct PoolLogs {
    /// Log groups.
    pub groups: Arc<Writer>,
    /// Buckets and delivery streams.
    pub delivery: Arc<LogDelivery>,
}

#[async_trait]
impl LogDestinations for PoolLogs {
    fn put(&self, group_arn: &str, stream: &str, (at, message): (Timestamp, String)) {
        let Some(arn) = Arn::parse(group_arn) else { return };
        let group = arn.resource.strip_prefix("log-group:").unwrap_or_default().trim_end_matches(":*");
        if let (Some(account), Some(region)) = (AccountId::parse(&arn.account), Region::parse(&arn.region)) {
            let place = Place { account: &account, region: &region };
            self.groups.put(place, group, stream, vec![Line { at, message }]);
        }
    }

    fn deliver(&self, destination_arn: &str, pool_arn: &str, (_, message): (Timestamp, String)) {
        self.delivery.of_pool(destination_arn, pool_arn, message);
    }

    async fn is_there(&self, destination_arn: &str, account: &str) -> Result<bool, AwsError> {
        self.delivery.is_there(destination_arn, account).await
    }
}

/// The owner's alone: logs may hold what callers sent.
fn append(folder: &Path, lines: &str) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = folder.join("gateway.log");
    let full = std::fs::metadata(&path).is_ok_and(|file| file.len() >= MAX_FILE_BYTES);
    if full {
        turn_over(folder)?;
    }
    let mut file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
    file.write_all(lines.as_bytes())
}

/// `gateway.log` becomes `gateway.1.log` and so on; the last goes.
fn turn_over(folder: &Path) -> std::io::Result<()> {
    let numbered = |number: usize| match number {
        0 => folder.join("gateway.log"),
        number => folder.join(format!("gateway.{number}.log")),
    };
    for number in (0..KEPT_FILES).rev() {
        match std::fs::rename(numbered(number), numbered(number + 1)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_types::Timestamp;

    use super::*;

    fn event(message: &str) -> LogEvent {
        LogEvent { at: Timestamp::from_secs(1), message: message.to_owned() }
    }

    #[tokio::test]
    async fn the_newest_events_are_kept_within_bounds() {
        let (logs, _writer) = Logs::new(PathBuf::new(), Onward::default());
        for n in 0..MAX_EVENTS + 10 {
            logs.put("a", "s", vec![event(&n.to_string())]);
        }
        logs.put("b", "s", vec![event("other")]);
        let shown = logs.newest(Some("a"), 2);
        let last = (MAX_EVENTS + 9).to_string();
        assert_eq!(shown[1], json!({"logGroup": "a", "logStream": "s", "timestamp": 1000, "message": last}));
        assert_eq!(logs.newest(None, usize::MAX).as_array().unwrap().len(), MAX_EVENTS);
        logs.put("c", "s", (0..9).map(|_| event(&"x".repeat(1024 * 1024))).collect());
        assert_eq!(logs.newest(None, usize::MAX).as_array().unwrap().len(), 8);
        // Nobody writes, so most was dropped, and nobody waited.
        assert!(logs.dropped() > 0);
    }

    #[test]
    fn a_full_file_is_turned_over_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let large = "x".repeat(usize::try_from(MAX_FILE_BYTES).unwrap());
        for _ in 0..KEPT_FILES + 3 {
            append(folder.path(), &large).unwrap();
        }
        append(folder.path(), "last\n").unwrap();
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, KEPT_FILES + 1);
        assert_eq!(std::fs::read_to_string(folder.path().join("gateway.log")).unwrap(), "last\n");
    }
}
