//! Typed tables: a body is one serde document under the name of its table and its schema version.
//!
//! A stored body reads `user/1 {"…"}`: the head is cheap to check, and a document read through the wrong table, or
//! written by a newer version, is refused instead of guessed at.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use aws_types::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::kept::MAX_KEPT_BYTES;
use crate::{Expect, Index, Item, Store, StoreError, Tx};

/// Turns a document of an older schema version into today's.
type Upgrade<T> = fn(u32, Value) -> Result<T, serde_json::Error>;

/// A kind of document. Const-constructible: `const USERS: Table<User> = Table::new("user", 1);`
pub struct Table<T> {
    name: &'static str,
    schema: u32,
    upgrade: Option<Upgrade<T>>,
    documents: PhantomData<fn() -> T>,
}

/// A document with its place and the version it was read at.
#[derive(Clone, Debug)]
pub struct Versioned<T> {
    /// Partition.
    pub pk: String,
    /// Place within the partition.
    pub sk: String,
    /// The commit that wrote it last.
    pub version: i64,
    /// The document.
    pub value: T,
    /// When it may be swept away; readers compare this with their clock.
    pub expires_at: Option<Timestamp>,
}

impl<T> Versioned<T> {
    /// Whether its time has come.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

impl<T> Deref for Versioned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Table<T> {
    /// A table whose documents bear `name` and the current `schema` version. The name is stored: it never changes.
    pub const fn new(name: &'static str, schema: u32) -> Self {
        Self { name, schema, upgrade: None, documents: PhantomData }
    }

    /// How documents of older schema versions are read.
    #[must_use]
    pub const fn with_upgrade(mut self, upgrade: Upgrade<T>) -> Self {
        self.upgrade = Some(upgrade);
        self
    }
}

impl<T: Serialize + DeserializeOwned> Table<T> {
    /// One document, expired or not.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where the body is not this table's, else as [`Store::get_item`].
    pub async fn get(&self, store: &Store, pk: &str, sk: &str) -> Result<Option<Versioned<T>>, StoreError> {
        store.get_item(pk, sk).await?.map(|item| self.read(item)).transpose()
    }

    /// [`Table::get`] of a document that nearly every call reads: parsed again only where the store holds another version
    /// than the one that was parsed last. For documents of which there are few.
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn get_kept(&self, store: &Store, pk: &str, sk: &str) -> Result<Option<Arc<Versioned<T>>>, StoreError>
    where
        T: Send + Sync + 'static,
    {
        if let Some(kept) = store.kept().get::<T>(pk, sk)
            && store.item_version(pk, sk).await? == Some(kept.version)
        {
            return Ok(Some(kept));
        }
        let Some(item) = store.get_item(pk, sk).await? else { return Ok(None) };
        let small = item.body.len() <= MAX_KEPT_BYTES;
        let document = Arc::new(self.read(item)?);
        if small {
            store.kept().keep(Arc::clone(&document));
        }
        Ok(Some(document))
    }

    /// The first document under exactly this key of an index (the one, where the key was reserved).
    ///
    /// # Errors
    /// As [`Table::get`].
    pub async fn find(&self, store: &Store, index: &str, key: &str) -> Result<Option<Versioned<T>>, StoreError> {
        match store.lookup(index, key, None, 1).await?.first() {
            Some((pk, sk)) => self.get(store, pk, sk).await,
            None => Ok(None),
        }
    }

    /// Documents of a partition, as [`Store::query`] lists them.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where a body is not this table's.
    pub async fn list(
        &self,
        store: &Store,
        pk: &str,
        sk_prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Versioned<T>>, StoreError> {
        let items = store.query(pk, sk_prefix, after, limit).await?;
        items.into_iter().map(|item| self.read(item)).collect()
    }

    /// Adds a new document; the commit conflicts where its place is taken.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where the value cannot be written as JSON, as every write here.
    pub fn insert(&self, tx: &mut Tx, pk: &str, sk: &str, value: &T, index: Index) -> Result<(), StoreError> {
        tx.put_raw(pk, sk, self.body(value)?, Expect::Absent, None, index);
        Ok(())
    }

    /// Adds a new document that may be swept away at `expires_at`.
    ///
    /// # Errors
    /// As [`Table::insert`].
    #[expect(clippy::too_many_arguments, reason = "insert's, and the time")]
    pub fn insert_expiring(
        &self,
        tx: &mut Tx,
        pk: &str,
        sk: &str,
        value: &T,
        index: Index,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        tx.put_raw(pk, sk, self.body(value)?, Expect::Absent, Some(expires_at), index);
        Ok(())
    }

    /// Writes a document whether or not its place is taken.
    ///
    /// # Errors
    /// As [`Table::insert`].
    pub fn put(&self, tx: &mut Tx, pk: &str, sk: &str, value: &T, index: Index) -> Result<(), StoreError> {
        tx.put_raw(pk, sk, self.body(value)?, Expect::Any, None, index);
        Ok(())
    }

    /// Writes a document whether or not its place is taken, to be swept away at `expires_at`.
    ///
    /// # Errors
    /// As [`Table::insert`].
    #[expect(clippy::too_many_arguments, reason = "put's, and the time")]
    pub fn put_expiring(
        &self,
        tx: &mut Tx,
        pk: &str,
        sk: &str,
        value: &T,
        index: Index,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        tx.put_raw(pk, sk, self.body(value)?, Expect::Any, Some(expires_at), index);
        Ok(())
    }

    /// Replaces a document that was read; the commit conflicts where it changed meanwhile. Its expiry stays.
    ///
    /// # Errors
    /// As [`Table::insert`].
    pub fn update(&self, tx: &mut Tx, current: &Versioned<T>, value: &T, index: Index) -> Result<(), StoreError> {
        self.update_expiring(tx, current, value, index, current.expires_at)
    }

    /// Replaces a document that was read, and its expiry.
    ///
    /// # Errors
    /// As [`Table::insert`].
    pub fn update_expiring(
        &self,
        tx: &mut Tx,
        current: &Versioned<T>,
        value: &T,
        index: Index,
        expires_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let expect = Expect::Version(current.version);
        tx.put_raw(&current.pk, &current.sk, self.body(value)?, expect, expires_at, index);
        Ok(())
    }

    /// Removes a document that was read; the commit conflicts where it changed meanwhile.
    pub fn delete(&self, tx: &mut Tx, current: &Versioned<T>) {
        tx.delete_raw(&current.pk, &current.sk, Expect::Version(current.version));
    }

    /// Makes the transaction depend on a document that was read being unchanged.
    pub fn require(&self, tx: &mut Tx, current: &Versioned<T>) {
        tx.require(&current.pk, &current.sk, Expect::Version(current.version));
    }

    /// A raw item as this table's document.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where it is not.
    pub fn read(&self, item: Item) -> Result<Versioned<T>, StoreError> {
        let value = self.parse(&item.body).map_err(|why| StoreError::Corrupt {
            what: format!("item {:?} {:?} of table {}", item.pk, item.sk, self.name),
            why,
        })?;
        Ok(Versioned { pk: item.pk, sk: item.sk, version: item.version, value, expires_at: item.expires_at })
    }

    fn body(&self, value: &T) -> Result<Vec<u8>, StoreError> {
        let mut body = format!("{}/{} ", self.name, self.schema).into_bytes();
        serde_json::to_writer(&mut body, value).map_err(|error| StoreError::Corrupt {
            what: format!("a new document of table {}", self.name),
            why: error.to_string(),
        })?;
        Ok(body)
    }

    fn parse(&self, body: &[u8]) -> Result<T, String> {
        let (head, document) = split_head(body).ok_or("the body has no head")?;
        let (name, schema) = head.rsplit_once('/').ok_or("the head has no schema version")?;
        let schema: u32 = schema.parse().map_err(|_| "the schema version is no number")?;
        if name != self.name {
            return Err(format!("it belongs to table {name:?}"));
        }
        if schema > self.schema {
            return Err(format!("schema version {schema} is newer than {}", self.schema));
        }
        let read = match self.upgrade {
            Some(upgrade) if schema < self.schema => {
                serde_json::from_slice(document).and_then(|document| upgrade(schema, document))
            }
            _ => serde_json::from_slice(document),
        };
        read.map_err(|error| describe(&error))
    }
}

/// Where a document broke, without quoting it: what is stored may be secret.
fn describe(error: &serde_json::Error) -> String {
    format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column())
}

fn split_head(body: &[u8]) -> Option<(&str, &[u8])> {
    let at = body.iter().take(128).position(|byte| *byte == b' ')?;
    let (head, document) = body.split_at_checked(at)?;
    Some((std::str::from_utf8(head).ok()?, document.get(1..)?))
}
