//! The connections of this node, by id: bounded in number, in what waits for each, in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_types::Timestamp;
use execute_api::ports::IamIdentity;
use serde_json::Value;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::request::Handshake;

/// Messages that wait for one client.
const MAX_WAITING: usize = 32;

/// Bounds of connections (developer guide, "Quotas for configuring and running a WebSocket API").
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections of this node.
    pub connections: usize,
    /// Without a message either way, in milliseconds.
    pub idle_ms: i64,
    /// From the handshake on, in milliseconds.
    pub lifetime_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 20_000, idle_ms: 600_000, lifetime_ms: 7_200_000 }
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
        now: Timestamp,
    ) -> (Arc<Self>, Receiver<Outgoing>) {
        let (outbox, inbox) = channel(MAX_WAITING);
        let last_active_ms = AtomicI64::new(now.ms());
        let connection = Self { id, handshake, connected_at: now, authorizer, identity, last_active_ms, outbox };
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
        self.outbox.try_send(outgoing).map_err(|error| match error {
            TrySendError::Full(_) => Unsent::Full,
            TrySendError::Closed(_) => Unsent::Gone,
        })
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Connections(papaya::HashMap<String, Arc<Connection>>);

impl Connections {
    pub fn len(&self) -> usize {
        self.0.pin().len()
    }

    pub fn put(&self, connection: &Arc<Connection>) {
        self.0.pin().insert(connection.id.clone(), Arc::clone(connection));
    }

    pub fn remove(&self, id: &str) {
        self.0.pin().remove(id);
    }

    /// A connection of a stage.
    pub fn get(&self, (api_id, stage): (&str, &str), id: &str) -> Option<Arc<Connection>> {
        let connections = self.0.pin();
        let found = connections.get(id)?;
        let own = found.handshake.api_id == api_id && found.handshake.stage == stage;
        own.then(|| Arc::clone(found))
    }

    /// Ends those whose time is over.
    pub fn sweep(&self, limits: Limits, now: Timestamp) {
        for connection in self.0.pin().values() {
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
        for connection in self.0.pin().values() {
            let _ = connection.send(Outgoing::Close(1001, "Going away"));
        }
    }
}
