//! Lines of logs for delivery streams of Firehose and for buckets: access logs of REST APIs, logs of user pools.
//!
//! What comes in: a line and its destination, from the rooms that log. What goes out: objects of this server's buckets and
//! requests to endpoints, a batch at a time, when it is large or old enough by the server's clock. Taking a line never
//! waits: what has no room is lost, and counted. What waits when the server is told to stop is sent before it does.

mod carry;
mod queue;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_types::{Arn, AwsError};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use world::{Clock, HttpClient, Lock, Rng};

pub use carry::{OwnBuckets, Shelf};
use queue::{Batch, Place, Queue, Settled};
use settings::Bounds;
pub use settings::{DeliveryStream, FileStream, To, daemon, streams};

/// How often the clock is looked at while lines wait; it may be moved.
const LOOK: Duration = Duration::from_millis(100);
/// How often a server that stops looks whether all is sent.
const LAST_LOOK: Duration = Duration::from_millis(10);
/// Batches that are sent at a time.
const AT_A_TIME: usize = 16;

/// What deliveries reach.
pub struct Doors {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids of batches.
    pub rng: Arc<dyn Rng>,
    /// Endpoints.
    pub http: Arc<dyn HttpClient>,
    /// Buckets.
    pub shelf: Arc<dyn Shelf>,
}

/// The deliveries.
pub struct LogDelivery {
    doors: Doors,
    streams: BTreeMap<String, DeliveryStream>,
    queue: Lock<Queue>,
    news: Notify,
    slots: Semaphore,
    delivered: AtomicU64,
    lost: AtomicU64,
    under_way: Lock<Vec<JoinHandle<()>>>,
}

impl LogDelivery {
    /// Over the streams that are declared; lines are sent once [`Self::run`] runs.
    pub fn new(streams: &[DeliveryStream], doors: Doors) -> Arc<Self> {
        Arc::new(Self {
            doors,
            streams: streams.iter().map(|stream| (stream.name.clone(), stream.clone())).collect(),
            queue: Lock::default(),
            news: Notify::new(),
            slots: Semaphore::new(AT_A_TIME),
            delivered: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            under_way: Lock::default(),
        })
    }

    /// Whether a stream is declared.
    pub fn has_stream(&self, name: &str) -> bool {
        self.streams.contains_key(name)
    }

    /// Takes a line for a delivery stream, by its ARN.
    pub fn to_stream(&self, arn: &str, line: String) {
        match self.stream(arn) {
            Some(stream) => self.put(Place::Stream(arn.to_owned()), stream.bounds, line),
            // It was declared when it was set.
            None => self.lose(1),
        }
    }

    /// Takes a line of a user pool, by the ARNs of its destination and of the pool.
    pub fn of_pool(&self, destination: &str, pool: &str, line: String) {
        match Arn::parse(destination) {
            Some(arn) if arn.service == "s3" => {
                self.put(Place::PoolBucket(arn.resource, pool.to_owned()), Bounds::of_buckets(), line);
            }
            _ => self.to_stream(destination, line),
        }
    }

    /// Whether a bucket or a stream of an account is there.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_there(&self, destination: &str, account: &str) -> Result<bool, AwsError> {
        match Arn::parse(destination) {
            Some(arn) if arn.service == "s3" => self.doors.shelf.has(&arn.resource).await,
            Some(arn) => Ok(arn.account == account && self.stream(destination).is_some()),
            None => Ok(false),
        }
    }

    fn stream(&self, arn: &str) -> Option<&DeliveryStream> {
        let (_, name) = arn.split_once(":deliverystream/")?;
        self.streams.get(name)
    }

    fn put(&self, place: Place, bounds: Bounds, line: String) {
        let mut queue = self.queue.lock();
        let waited = !queue.is_empty();
        let taken = queue.put(place, bounds, self.doors.clock.now(), line);
        drop(queue);
        if !taken {
            self.lose(1);
        }
        if !waited {
            self.news.notify_one();
        }
    }

    fn lose(&self, lines: u64) {
        self.lost.fetch_add(lines, Ordering::Relaxed);
    }

    /// Sends what is due, for as long as the server runs.
    pub async fn run(self: Arc<Self>) {
        loop {
            let now = self.doors.clock.now();
            let (due, waits) = {
                let mut queue = self.queue.lock();
                let due = queue.take_due(now, || world::rng::uuid(self.doors.rng.as_ref()));
                (due, !queue.is_empty())
            };
            for batch in due {
                let delivery = Arc::clone(&self);
                let sending = world::spawn("log delivery", async move { delivery.send(batch).await });
                let mut under_way = self.under_way.lock();
                under_way.retain(|one| !one.is_finished());
                under_way.push(sending);
            }
            if waits {
                let _ = tokio::time::timeout(LOOK, self.news.notified()).await;
            } else {
                self.news.notified().await;
            }
        }
    }

    async fn send(&self, batch: Batch) {
        let Ok(_slot) = self.slots.acquire().await else { return };
        let to = match &batch.place {
            Place::Stream(arn) => self.stream(arn).map(|stream| (stream.name.as_str(), &stream.to)),
            Place::PoolBucket(..) => None,
        };
        let doors = (self.doors.shelf.as_ref(), self.doors.http.as_ref());
        let sent = carry::carry(doors, to, &batch, self.doors.clock.now()).await;
        match sent {
            Ok(()) => {
                self.delivered.fetch_add(u64::try_from(batch.lines.len()).unwrap_or(0), Ordering::Relaxed);
                self.queue.lock().delivered(&batch);
            }
            Err(error) => {
                tracing::warn!(destination = ?batch.place, error, "a batch of log lines was not delivered");
                let settled = self.queue.lock().failed(batch, self.doors.clock.now());
                if let Settled::GivenUp(lines) = settled {
                    self.lose(lines);
                    tracing::error!(lines, "log lines were given up");
                }
            }
        }
        self.news.notify_one();
    }

    /// Sends all that waits, `at_most_ms` long, each batch once.
    pub async fn finish(&self, at_most_ms: u64) {
        self.queue.lock().close();
        self.news.notify_one();
        let emptied = async {
            while !self.queue.lock().is_empty() {
                tokio::time::sleep(LAST_LOOK).await;
            }
        };
        if tokio::time::timeout(Duration::from_millis(at_most_ms), emptied).await.is_err() {
            let lines = self.queue.lock().lines();
            tracing::error!(lines, "log lines that waited to be delivered were given up");
        }
        let left = std::mem::take(&mut *self.under_way.lock());
        for sending in left {
            sending.abort();
            let _ = sending.await;
        }
    }

    /// All counters, in Prometheus's text form.
    pub fn render(&self) -> String {
        format!(
            "# HELP portcullis_log_delivery_lines_total Log lines for buckets and delivery streams.\n# TYPE \
             portcullis_log_delivery_lines_total counter\nportcullis_log_delivery_lines_total{{outcome=\"delivered\"}} \
             {}\nportcullis_log_delivery_lines_total{{outcome=\"lost\"}} {}\n# HELP portcullis_log_delivery_bytes Bytes of \
             log lines that wait to be delivered.\n# TYPE portcullis_log_delivery_bytes gauge\n\
             portcullis_log_delivery_bytes {}\n",
            self.delivered.load(Ordering::Relaxed),
            self.lost.load(Ordering::Relaxed),
            self.queue.lock().bytes(),
        )
    }
}

#[cfg(test)]
mod tests;
