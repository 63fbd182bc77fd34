//! A transaction as a service states it: conditional writes, applied together or not at all.

use aws_types::Timestamp;

use crate::StoreError;

/// Largest number of writes in one transaction.
pub const MAX_WRITES: usize = 10_000;
/// Longest pk, sk, index key, counter key or event key in bytes.
pub const MAX_KEY_BYTES: usize = 4096;
/// Largest body in bytes.
pub const MAX_BODY_BYTES: usize = 16 << 20;

/// Index entries of one item: (index name, key).
pub type Index = Vec<(&'static str, String)>;

/// What must be true of an item before the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Anything.
    Any,
    /// It is not there.
    Absent,
    /// It is there.
    Present,
    /// It is there and was last written by this version.
    Version(i64),
}

impl Expect {
    /// Whether an item with this version (`None`: absent) is as expected.
    pub fn holds(self, version: Option<i64>) -> bool {
        match self {
            Self::Any => true,
            Self::Absent => version.is_none(),
            Self::Present => version.is_some(),
            Self::Version(expected) => version == Some(expected),
        }
    }
}

/// One conditional write; see the methods of [`Tx`] for what each means.
#[derive(Clone, Debug)]
pub enum Write {
    /// [`Tx::put_raw`].
    Put {
        /// Partition.
        pk: String,
        /// Place within the partition.
        sk: String,
        /// The document.
        body: Vec<u8>,
        /// Condition.
        expect: Expect,
        /// When [`crate::Store::purge_expired`] may remove it.
        expires_at: Option<Timestamp>,
        /// All its index entries.
        index: Index,
    },
    /// [`Tx::delete_raw`].
    Delete {
        /// Partition.
        pk: String,
        /// Place within the partition.
        sk: String,
        /// Condition.
        expect: Expect,
    },
    /// [`Tx::require`].
    Require {
        /// Partition.
        pk: String,
        /// Place within the partition.
        sk: String,
        /// Condition.
        expect: Expect,
    },
    /// [`Tx::add`].
    Add {
        /// Which counter.
        counter: String,
        /// By how much, negative to lower it.
        n: i64,
        /// The result may not be above this.
        at_most: Option<i64>,
        /// When it may be removed.
        expires_at: Option<Timestamp>,
    },
    /// [`Tx::reserve`].
    Reserve {
        /// Index name.
        index: &'static str,
        /// The key held.
        key: String,
        /// Holder's partition.
        pk: String,
        /// Holder's place.
        sk: String,
    },
    /// [`Tx::release`].
    Release {
        /// Index name.
        index: &'static str,
        /// The key held.
        key: String,
        /// Holder's partition.
        pk: String,
        /// Holder's place.
        sk: String,
    },
    /// [`Tx::event`].
    Event {
        /// What sort of thing changed.
        topic: &'static str,
        /// Which one.
        key: String,
    },
}

/// A list of conditional writes. All conditions are judged against the state before the transaction (additions to one
/// counter, and reservations after releases or deletions, against what the transaction's earlier lines leave);
/// then all lines are applied in order, or none.
#[derive(Clone, Debug, Default)]
pub struct Tx {
    writes: Vec<Write>,
}

impl Tx {
    /// An empty transaction.
    pub const fn new() -> Self {
        Self { writes: Vec::new() }
    }

    /// Writes an item. Its index entries become exactly `index`; keys it holds by [`Tx::reserve`] stay held.
    #[expect(clippy::too_many_arguments, reason = "an item's columns, one by one; tables wrap this")]
    pub fn put_raw(
        &mut self,
        pk: impl Into<String>,
        sk: impl Into<String>,
        body: impl Into<Vec<u8>>,
        expect: Expect,
        expires_at: Option<Timestamp>,
        index: Index,
    ) {
        self.writes.push(Write::Put { pk: pk.into(), sk: sk.into(), body: body.into(), expect, expires_at, index });
    }

    /// Removes an item with its index entries and the keys it holds.
    pub fn delete_raw(&mut self, pk: impl Into<String>, sk: impl Into<String>, expect: Expect) {
        self.writes.push(Write::Delete { pk: pk.into(), sk: sk.into(), expect });
    }

    /// A condition on an item that the transaction does not write (the pool of a new user).
    pub fn require(&mut self, pk: impl Into<String>, sk: impl Into<String>, expect: Expect) {
        self.writes.push(Write::Require { pk: pk.into(), sk: sk.into(), expect });
    }

    /// Raises a counter (absent is 0) by `n`; [`StoreError::Limit`] where the result would be above `at_most` or
    /// overflow. `expires_at`, where given, replaces the counter's; a window belongs into the counter's name, because
    /// the store has no clock to end it by.
    pub fn add(&mut self, counter: &str, n: i64, at_most: Option<i64>, expires_at: Option<Timestamp>) {
        self.writes.push(Write::Add { counter: counter.to_owned(), n, at_most, expires_at });
    }

    /// Holds a key of an index for one item: [`StoreError::Conflict`] where another item holds it, no change where this
    /// one does. Found by [`crate::Store::lookup`]; given back by [`Tx::release`] or with the item's deletion. The item
    /// need not exist. Entries made by a put's `index` hold nothing.
    pub fn reserve(&mut self, index: &'static str, key: &str, pk: impl Into<String>, sk: impl Into<String>) {
        self.writes.push(Write::Reserve { index, key: key.to_owned(), pk: pk.into(), sk: sk.into() });
    }

    /// Gives a held key back; nothing happens where this item does not hold it.
    pub fn release(&mut self, index: &'static str, key: &str, pk: impl Into<String>, sk: impl Into<String>) {
        self.writes.push(Write::Release { index, key: key.to_owned(), pk: pk.into(), sk: sk.into() });
    }

    /// Tells followers that something changed.
    pub fn event(&mut self, topic: &'static str, key: &str) {
        self.writes.push(Write::Event { topic, key: key.to_owned() });
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// The lines, for engines.
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Whether the transaction keeps within the store's bounds.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] naming what does not.
    pub fn check_size(&self) -> Result<(), StoreError> {
        if self.writes.len() > MAX_WRITES {
            return Err(StoreError::TooLarge("the transaction"));
        }
        self.writes.iter().try_for_each(check_write)
    }

    /// Bytes of all bodies, so that a writer can bound a batch.
    pub(crate) fn body_bytes(&self) -> usize {
        self.writes.iter().map(|write| if let Write::Put { body, .. } = write { body.len() } else { 0 }).sum()
    }
}

fn check_write(write: &Write) -> Result<(), StoreError> {
    match write {
        Write::Put { pk, sk, body, index, .. } => {
            if body.len() > MAX_BODY_BYTES {
                return Err(StoreError::TooLarge("the body"));
            }
            if index.len() > MAX_WRITES {
                return Err(StoreError::TooLarge("the list of index entries"));
            }
            check_keys([pk, sk])?;
            index.iter().try_for_each(|(_, key)| check_keys([key]))
        }
        Write::Delete { pk, sk, .. } | Write::Require { pk, sk, .. } => check_keys([pk, sk]),
        Write::Add { counter, .. } => check_keys([counter]),
        Write::Reserve { key, pk, sk, .. } | Write::Release { key, pk, sk, .. } => check_keys([key, pk, sk]),
        Write::Event { key, .. } => check_keys([key]),
    }
}

fn check_keys<const N: usize>(keys: [&String; N]) -> Result<(), StoreError> {
    if keys.iter().all(|key| key.len() <= MAX_KEY_BYTES) { Ok(()) } else { Err(StoreError::TooLarge("a key")) }
}
