//! One transaction inside SQLite's: first every condition, then every line. A refused transaction has written nothing,
//! so that its neighbours in the same commit need no savepoint.

use std::collections::{HashMap, HashSet};

use aws_types::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::engine::MAX_EVENTS;
use crate::sql::Statements;
use crate::{Committed, Expect, StoreError, Tx, Write};

/// Applies transactions one after another and counts versions and events.
pub(super) struct Applier<'a> {
    db: &'a Transaction<'a>,
    sql: &'a Statements,
    version: i64,
    event_seq: i64,
    first_event_seq: i64,
}

/// A refused transaction, or a database that fails.
enum Refusal {
    Condition(StoreError),
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

const CONFLICT: Refusal = Refusal::Condition(StoreError::Conflict);

impl<'a> Applier<'a> {
    pub(super) fn new(db: &'a Transaction<'a>, sql: &'a Statements, version: i64, event_seq: i64) -> Self {
        Self { db, sql, version, event_seq, first_event_seq: event_seq }
    }

    /// The outer error means that the database failed and everything must be rolled back.
    pub(super) fn apply(&mut self, tx: &Tx) -> rusqlite::Result<Result<Committed, StoreError>> {
        match Conditions::new(self.db, self.sql).check(tx) {
            Ok(()) => {}
            Err(Refusal::Condition(error)) => return Ok(Err(error)),
            Err(Refusal::Database(error)) => return Err(error),
        }
        self.version += 1;
        let before = self.event_seq;
        for write in tx.writes() {
            self.write(write)?;
        }
        let event_seq = (self.event_seq > before).then_some(self.event_seq);
        Ok(Ok(Committed { version: self.version, event_seq }))
    }

    /// Trims the feed; answers the last version and event number given out.
    pub(super) fn finish(self) -> rusqlite::Result<(i64, i64)> {
        if self.event_seq > self.first_event_seq {
            self.db.prepare_cached(&self.sql.event_trim)?.execute([self.event_seq - MAX_EVENTS])?;
        }
        Ok((self.version, self.event_seq))
    }

    fn write(&mut self, write: &Write) -> rusqlite::Result<()> {
        match write {
            Write::Put { pk, sk, body, expires_at, index, .. } => {
                let expires_at = expires_at.map(Timestamp::ms);
                self.run(&self.sql.item_put, params![pk, sk, self.version, body, expires_at])?;
                self.run(&self.sql.idx_clear, params![pk, sk])?;
                index.iter().try_for_each(|(name, key)| self.run(&self.sql.idx_add, params![name, key, pk, sk]))
            }
            Write::Delete { pk, sk, .. } => {
                self.run(&self.sql.item_delete, params![pk, sk])?;
                self.run(&self.sql.idx_clear_all, params![pk, sk])
            }
            Write::Require { .. } => Ok(()),
            Write::Add { counter, n, expires_at, .. } => {
                self.run(&self.sql.counter_add, params![counter, n, expires_at.map(Timestamp::ms)])
            }
            Write::Reserve { index, key, pk, sk } => self.run(&self.sql.idx_hold, params![index, key, pk, sk]),
            Write::Release { index, key, pk, sk } => self.run(&self.sql.idx_release, params![index, key, pk, sk]),
            Write::Event { topic, key } => {
                self.event_seq += 1;
                self.run(&self.sql.event_add, params![self.event_seq, topic, key])
            }
        }
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<()> {
        self.db.prepare_cached(sql)?.execute(params).map(drop)
    }
}

/// The conditions of one transaction, with what its own earlier lines would change.
struct Conditions<'a, 't> {
    db: &'a Connection,
    sql: &'a Statements,
    counters: HashMap<&'t str, i64>,
    deleted: HashSet<(&'t str, &'t str)>,
    holders: HashMap<(&'t str, &'t str), Option<(&'t str, &'t str)>>,
}

impl<'a, 't> Conditions<'a, 't> {
    fn new(db: &'a Connection, sql: &'a Statements) -> Self {
        Self { db, sql, counters: HashMap::new(), deleted: HashSet::new(), holders: HashMap::new() }
    }

    fn check(mut self, tx: &'t Tx) -> Result<(), Refusal> {
        tx.writes().iter().try_for_each(|write| self.check_write(write))
    }

    fn check_write(&mut self, write: &'t Write) -> Result<(), Refusal> {
        match write {
            Write::Put { pk, sk, expect, .. } | Write::Require { pk, sk, expect } => self.item(pk, sk, *expect),
            Write::Delete { pk, sk, expect } => {
                self.item(pk, sk, *expect)?;
                self.deleted.insert((pk, sk));
                self.holders.values_mut().for_each(|holder| *holder = holder.filter(|held| *held != (pk, sk)));
                Ok(())
            }
            Write::Add { counter, n, at_most, .. } => self.add(counter, *n, *at_most),
            Write::Reserve { index, key, pk, sk } => self.reserve((index, key), (pk, sk)),
            Write::Release { index, key, pk, sk } => self.release((index, key), (pk, sk)),
            Write::Event { .. } => Ok(()),
        }
    }

    fn item(&self, pk: &str, sk: &str, expect: Expect) -> Result<(), Refusal> {
        if expect == Expect::Any {
            return Ok(());
        }
        let mut statement = self.db.prepare_cached(&self.sql.item_version)?;
        let version = statement.query_row([pk, sk], |row| row.get(0)).optional()?;
        if expect.holds(version) { Ok(()) } else { Err(CONFLICT) }
    }

    fn add(&mut self, counter: &'t str, n: i64, at_most: Option<i64>) -> Result<(), Refusal> {
        let now = match self.counters.get(counter) {
            Some(now) => *now,
            None => {
                let mut statement = self.db.prepare_cached(&self.sql.counter_get)?;
                statement.query_row([counter], |row| row.get(0)).optional()?.unwrap_or(0)
            }
        };
        let then = now.checked_add(n).filter(|then| at_most.is_none_or(|bound| *then <= bound));
        self.counters.insert(counter, then.ok_or(Refusal::Condition(StoreError::Limit))?);
        Ok(())
    }

    fn reserve(&mut self, entry: (&'t str, &'t str), item: (&'t str, &'t str)) -> Result<(), Refusal> {
        let free = match self.holders.get(&entry) {
            Some(holder) => holder.is_none_or(|holder| holder == item),
            None => self.stored_holder(entry)?.is_none_or(|(pk, sk)| {
                (pk.as_str(), sk.as_str()) == item || self.deleted.contains(&(pk.as_str(), sk.as_str()))
            }),
        };
        if !free {
            return Err(CONFLICT);
        }
        self.holders.insert(entry, Some(item));
        Ok(())
    }

    fn release(&mut self, entry: (&'t str, &'t str), item: (&'t str, &'t str)) -> Result<(), Refusal> {
        let holds = match self.holders.get(&entry) {
            Some(holder) => *holder == Some(item),
            None => self.stored_holder(entry)?.is_some_and(|(pk, sk)| (pk.as_str(), sk.as_str()) == item),
        };
        if holds {
            self.holders.insert(entry, None);
        }
        Ok(())
    }

    fn stored_holder(&self, (name, key): (&str, &str)) -> rusqlite::Result<Option<(String, String)>> {
        let mut statement = self.db.prepare_cached(&self.sql.idx_holder)?;
        statement.query_row([name, key], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }
}

/// Removes what has expired, items first; answers how much went.
pub(super) fn purge(db: &mut Connection, sql: &Statements, now: Timestamp, limit: i64) -> rusqlite::Result<usize> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let items: Vec<(String, String)> =
        super::rows(&tx, &sql.item_expired, params![now.ms(), limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (pk, sk) in &items {
        tx.prepare_cached(&sql.item_delete)?.execute([pk, sk])?;
        tx.prepare_cached(&sql.idx_clear_all)?.execute([pk, sk])?;
    }
    let left = limit.saturating_sub(i64::try_from(items.len()).unwrap_or(limit));
    let counters: Vec<String> = super::rows(&tx, &sql.counter_expired, params![now.ms(), left], |row| row.get(0))?;
    for key in &counters {
        tx.prepare_cached(&sql.counter_delete)?.execute([key])?;
    }
    tx.commit()?;
    Ok(items.len() + counters.len())
}
