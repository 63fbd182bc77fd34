//! What this process remembers: keys, compiled policies, opened sessions. It follows the store's events, so that nothing
//! is remembered longer than it is true. Every map has a bound; one that is full is emptied.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use iam_policy::Policy;
use papaya::HashMap;
use store::Position;

use crate::compile::Compiled;
use crate::entity::{Group, ManagedPolicy, Role, User};
use crate::error::Result;
use crate::principals::OpenKey;
use crate::session::Opened;
use crate::table::Entity;

/// The most entries of one map.
const MOST: usize = 5_000;

/// A map whose entries are found again by the place in the store that they were made of.
pub struct Remembered<V>(HashMap<String, Arc<V>>);

impl<V> Default for Remembered<V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<V> Remembered<V> {
    /// What is remembered under a key.
    pub fn get(&self, key: &str) -> Option<Arc<V>> {
        self.0.pin().get(key).cloned()
    }

    /// Remembers.
    pub fn put(&self, key: &str, value: Arc<V>) {
        let map = self.0.pin();
        if map.len() >= MOST {
            map.clear();
        }
        map.insert(key.to_owned(), value);
    }

    /// Forgets.
    pub fn remove(&self, key: &str) {
        self.0.pin().remove(key);
    }

    fn clear(&self) {
        self.0.pin().clear();
    }
}

/// All that is remembered.
pub struct Cache {
    /// Access keys by id.
    pub keys: Remembered<OpenKey>,
    /// Principals by account and place.
    pub principals: Remembered<Compiled>,
    /// Policies that sessions name, by account and ARN.
    pub policies: Remembered<Policy>,
    /// Sessions by access key id.
    pub sessions: Remembered<Opened>,
    /// Raised by each change: what was read before a change and is remembered after it would be wrong for ever.
    changes: AtomicU64,
    /// Number of the last event that was followed.
    pub followed: Position,
}

impl Cache {
    /// Empty, as of the event of that number.
    pub fn new(followed: i64) -> Self {
        Self {
            keys: Remembered::default(),
            principals: Remembered::default(),
            policies: Remembered::default(),
            sessions: Remembered::default(),
            changes: AtomicU64::new(0),
            followed: Position::at(followed),
        }
    }

    /// Reads what is not remembered, and remembers it unless something changed meanwhile.
    ///
    /// # Errors
    /// `read`'s.
    pub async fn load<V, F>(&self, map: &Remembered<V>, key: &str, read: F) -> Result<Option<Arc<V>>>
    where
        F: Future<Output = Result<Option<V>>>,
    {
        if let Some(found) = map.get(key) {
            return Ok(Some(found));
        }
        let before = self.changes.load(Ordering::SeqCst);
        let Some(value) = read.await?.map(Arc::new) else { return Ok(None) };
        map.put(key, Arc::clone(&value));
        if self.changes.load(Ordering::SeqCst) != before {
            map.remove(key);
        }
        Ok(Some(value))
    }

    /// Forgets what was made of the place an event names (`account/sk`). Groups and policies are part of many
    /// principals: with them all principals go.
    pub fn forget(&self, event_key: &str) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        let sk = event_key.split_once('/').map_or(event_key, |(_, sk)| sk);
        if let Some(id) = sk.strip_prefix("iam-key#") {
            self.keys.remove(id);
        } else if sk.starts_with(User::PREFIX) || sk.starts_with(Role::PREFIX) {
            self.principals.remove(event_key);
        } else if sk.starts_with(Group::PREFIX) || sk.starts_with(ManagedPolicy::PREFIX) {
            self.principals.clear();
            self.policies.clear();
        }
    }

    /// Forgets all that was made of the store.
    pub fn forget_all(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.keys.clear();
        self.principals.clear();
        self.policies.clear();
    }
}
