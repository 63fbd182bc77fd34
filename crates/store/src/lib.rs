//! The item store: everything a service keeps (user pools, users, REST APIs, buckets) as versioned items, changed only
//! by small all-or-nothing transactions.
//!
//! What comes in: a [`Tx`], a list of conditional writes that a service built from what it read. What goes out:
//! [`Item`]s (or the typed [`Versioned`] values of a [`Table`]), index entries, counters and the feed of [`Event`]s by
//! which data planes learn that a plan or a key changed. Values that must not lie open in the data file pass through
//! the [`Sealer`].
//!
//! What it must not know: what a user pool is, HTTP, the clock. **Reads do not hide expired items**: the store has no
//! clock, so a service compares `expires_at` itself, and [`Store::purge_expired`] sweeps later. An expired item that is
//! still there counts as present for every [`Expect`].
//!
//! An operation reads, decides, and commits once; where a neighbour was quicker the commit answers
//! [`StoreError::Conflict`] and [`retry()`] runs the operation again.
//!
//! What is held in memory is kept equal to the store by a [`Follower`] of the feed. What a deletion leaves behind is a
//! [`Leftover`], swept in batches.
//!
//! To add a kind of item: declare a `const USERS: Table<User> = Table::new("user", 1);` in the service's `table.rs`.
//! To change its shape: raise the schema version and give `with_upgrade`.
//! To add an engine: implement [`Engine`] in a folder beside `sqlite/`, with the statements of `sql.rs`, and run the
//! `conformance` suite on it.

mod engine;
mod error;
mod follow;
mod kept;
mod key;
mod pages;
mod retry;
mod seal;
mod sql;
mod sqlite;
mod store;
mod sweep;
mod table;
mod tx;

#[cfg(test)]
mod tests;

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;

pub use engine::{Committed, Engine, Event, Item, MAX_EVENTS, MAX_PAGE};
pub use error::StoreError;
pub use follow::{Follower, Position, catch_up, follow, keys_of};
pub use key::{KeyError, MasterKey};
pub use pages::{Entry, IndexPages};
pub use retry::{MayConflict, retry};
pub use seal::{SealError, Sealer};
pub use sqlite::SqliteEngine;
pub use store::Store;
pub use sweep::{Left, Leftover, broken_off, mark, sweep, sweep_some};
pub use table::{Table, Versioned};
pub use tx::{Expect, Index, MAX_BODY_BYTES, MAX_KEY_BYTES, MAX_WRITES, Tx, Write};
