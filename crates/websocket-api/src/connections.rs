//! The connections of this node, by id: bounded in number, in what waits for each, in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use aws_types::Timestamp;
use execute_api::ports::IamIdentity;
use serde_json::Value;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::request::Handshake;

/// Messages that wait for one client.
const MAX_WAITING: usize = 32;
/// Bytes that wait for all clients together.
const MAX_WAITING_BYTES: usize = 256 * 1024 * 1024;

/// Bounds of connections (developer guide, "Quotas for configuring and running a WebSocket API").
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections of this node.
    pub connections: usize,
    /// Without a message either way, in milliseconds.
    pub idle_ms: i64,
    /// From the handshake on, in milliseconds.
    pub lifetime_ms: i64,
    /// Until a client takes what is sent to it, in milliseconds (own).
    pub taking_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 20_000, idle_ms: 600_000, lifetime_ms: 7_200_000, taking_ms: 10_000 }
    }
}

/// Something for a client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// Text.
    Text(String),
    /// What is no text.
    Binary(bytes::Bytes),
    /// The end, with a status code of RFC 6455 and why.
    Close(u16, &'static str),
}

impl Outgoing {
    const fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
            Self::Close(..) => 0,
        }
    }
}

/// Bytes that wait for clients.
#[derive(Debug, Default)]
pub(crate) struct Waiting(AtomicUsize);

/// What waits for one client.
#[derive(Debug)]
pub(crate) struct Inbox {
    queue: Receiver<Outgoing>,
    waiting: Arc<Waiting>,
}

impl Inbox {
    /// The next of it; none where the connection was forgotten.
    pub async fn next(&mut self) -> Option<Outgoing> {
        let next = self.queue.recv().await;
        if let Some(outgoing) = &next {
            self.waiting.0.fetch_sub(outgoing.bytes(), Ordering::Relaxed);
        }
        next
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.queue.close();
        while let Ok(outgoing) = self.queue.try_recv() {
            self.waiting.0.fetch_sub(outgoing.bytes(), Ordering::Relaxed);
        }
    }
}

/// A connection that stands.
#[derive(Debug)]
pub(crate) struct Connection {
    pub id: String,
    /// What the client asked for.
    pub handshake: Handshake,
    pub connected_at: Timestamp,
    /// `requestContext.authorizer`
    pub authorizer: Option<Value>,
    /// Who signed the handshake.
    pub identity: Option<Arc<IamIdentity>>,
    last_active_ms: AtomicI64,
    outbox: Sender<Outgoing>,
    waiting: Arc<Waiting>,
}

/// Why nothing can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsent {
    /// The client takes nothing.
    Full,
    /// It is gone.
    Gone,
}

impl Connection {
    /// A connection, and what is to be sent to its client.
    pub fn new(
        id: String,
        handshake: Handshake,
        (authorizer, identity): (Option<Value>, Option<Arc<IamIdentity>>),
        (now, waiting): (Timestamp, &Arc<Waiting>),
    ) -> (Arc<Self>, Inbox) {
        let (outbox, queue) = channel(MAX_WAITING);
        let (waiting, inbox) = (Arc::clone(waiting), Inbox { queue, waiting: Arc::clone(waiting) });
        let last_active_ms = AtomicI64::new(now.ms());
        let connection =
            Self { id, handshake, connected_at: now, authorizer, identity, last_active_ms, outbox, waiting };
        (Arc::new(connection), inbox)
    }

    /// A message passed, either way.
    pub fn touch(&self, now: Timestamp) {
        self.last_active_ms.store(now.ms(), Ordering::Relaxed);
    }

    pub fn last_active(&self) -> Timestamp {
        Timestamp::from_ms(self.last_active_ms.load(Ordering::Relaxed))
    }

    /// Puts something into the queue of what goes to the client.
    pub fn send(&self, outgoing: Outgoing) -> Result<(), Unsent> {
        let bytes = outgoing.bytes();
        // Counted first, so that the client's end cannot take off what was not added yet.
        if self.waiting.0.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes) > MAX_WAITING_BYTES {
            self.waiting.0.fetch_sub(bytes, Ordering::Relaxed);
            return Err(Unsent::Full);
        }
        self.outbox.try_send(outgoing).map_err(|error| {
            self.waiting.0.fetch_sub(bytes, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => Unsent::Full,
                TrySendError::Closed(_) => Unsent::Gone,
            }
        })
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    by_id: papaya::HashMap<String, Arc<Connection>>,
    waiting: Arc<Waiting>,
}

impl Connections {
    pub const fn waiting(&self) -> &Arc<Waiting> {
        &self.waiting
    }

    pub fn len(&self) -> usize {
        self.by_id.pin().len()
    }

    pub fn put(&self, connection: &Arc<Connection>) {
        self.by_id.pin().insert(connection.id.clone(), Arc::clone(connection));
    }

    pub fn remove(&self, id: &str) {
        self.by_id.pin().remove(id);
    }

    /// A connection of a stage.
    pub fn get(&self, (api_id, stage): (&str, &str), id: &str) -> Option<Arc<Connection>> {
        let connections = self.by_id.pin();
        let found = connections.get(id)?;
        let own = found.handshake.api_id == api_id && found.handshake.stage == stage;
        own.then(|| Arc::clone(found))
    }

    /// Ends those whose time is over.
    pub fn sweep(&self, limits: Limits, now: Timestamp) {
        for connection in self.by_id.pin().values() {
            let since = |then: Timestamp| now.ms() - then.ms();
            if since(connection.connected_at) >= limits.lifetime_ms {
                let _ = connection.send(Outgoing::Close(1001, "Going away"));
            } else if since(connection.last_active()) >= limits.idle_ms {
                let _ = connection.send(Outgoing::Close(1001, "Idle connection timed out"));
            }
        }
    }

    /// Ends all.
    pub fn close_all(&self) {
        for connection in self.by_id.pin().values() {
            let _ = connection.send(Outgoing::Close(1001, "Going away"));
        }
    }
}
