//! The one thread that writes: it takes what waits in its queue, judges and applies each transaction, and syncs them all
//! with one commit. Nobody hears "done" before the disk has it.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use aws_types::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot, watch};

use super::apply::{Applier, purge};
use super::{SharedConnection, from_sqlite};
use crate::engine::{MAX_PAGE, page};
use crate::sql::Statements;
use crate::{Committed, StoreError, Tx};

/// Transactions that may wait; who comes then waits to be let in.
const QUEUE: usize = 1024;
/// Most transactions in one commit.
const BATCH: usize = 256;
/// Bytes of bodies after which a commit takes no further transaction.
const BATCH_BYTES: usize = 8 << 20;
/// Versions are `epoch * 2^40 + n`: an epoch begins with the first write after opening, so no version comes twice.
const VERSIONS_PER_EPOCH: i64 = 1 << 40;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

enum Job {
    Commit(Tx, Reply<Committed>),
    Purge(Timestamp, usize, Reply<usize>),
}

/// The handle to the thread.
pub(super) struct Writer {
    /// `None` only while dropping.
    queue: Option<mpsc::Sender<Job>>,
    newest: watch::Receiver<i64>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: SharedConnection, statements: Arc<Statements>) -> Result<Self, StoreError> {
        let newest_event = {
            let db = connection.try_lock().map_err(|_| StoreError::Closed)?;
            db.query_row(&statements.event_newest, [], |row| row.get(0)).map_err(from_sqlite)?
        };
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (announce, newest) = watch::channel(newest_event);
        let state = State { statements, announce, last_version: None, newest_event };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || state.run(&connection, jobs))
            .map_err(|error| StoreError::Unavailable(format!("no writer thread: {error}")))?;
        Ok(Self { queue: Some(queue), newest, thread: Some(thread) })
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<i64> {
        self.newest.clone()
    }

    pub(super) async fn commit(&self, tx: Tx) -> Result<Committed, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Commit(tx, reply)).await?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    pub(super) async fn purge(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Purge(now, limit.min(MAX_PAGE), reply)).await?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    async fn send(&self, job: Job) -> Result<(), StoreError> {
        let queue = self.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.send(job).await.map_err(|_| StoreError::Closed)
    }
}

impl Drop for Writer {
    /// Lets the thread finish what waits, and waits for it, so that the folder is free afterwards.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer thread panicked");
        }
    }
}

/// What the thread knows between commits.
struct State {
    statements: Arc<Statements>,
    announce: watch::Sender<i64>,
    /// `None` until this opening has its epoch.
    last_version: Option<i64>,
    newest_event: i64,
}

impl State {
    fn run(mut self, connection: &SharedConnection, mut jobs: mpsc::Receiver<Job>) {
        while let Some(job) = jobs.blocking_recv() {
            match job {
                Job::Purge(now, limit, reply) => self.purge(connection, now, limit, reply),
                Job::Commit(tx, reply) => self.commit(connection, &mut jobs, (tx, reply)),
            }
        }
    }

    fn purge(&self, connection: &SharedConnection, now: Timestamp, limit: usize, reply: Reply<usize>) {
        let done = purge(&mut connection.blocking_lock(), &self.statements, now, page(limit));
        drop(reply.send(done.map_err(from_sqlite)));
    }

    /// One batch: the first transaction and whatever else waits. A purge among it is done after.
    fn commit(&mut self, connection: &SharedConnection, jobs: &mut mpsc::Receiver<Job>, first: (Tx, Reply<Committed>)) {
        let mut bytes = first.0.body_bytes();
        let (mut txs, mut replies) = (vec![first.0], vec![first.1]);
        let mut purges = Vec::new();
        while txs.len() < BATCH && bytes < BATCH_BYTES {
            match jobs.try_recv() {
                Ok(Job::Commit(tx, reply)) => {
                    bytes += tx.body_bytes();
                    txs.push(tx);
                    replies.push(reply);
                }
                Ok(Job::Purge(now, limit, reply)) => {
                    purges.push((now, limit, reply));
                    break;
                }
                Err(_) => break,
            }
        }
        let outcomes = self.outcomes(&mut connection.blocking_lock(), &txs);
        self.announce.send_if_modified(|newest| std::mem::replace(newest, self.newest_event) != self.newest_event);
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            drop(reply.send(outcome));
        }
        for (now, limit, reply) in purges {
            self.purge(connection, now, limit, reply);
        }
    }

    /// Where a batch fails as a whole, each transaction is tried alone, so that only the guilty one fails.
    fn outcomes(&mut self, db: &mut Connection, txs: &[Tx]) -> Vec<Result<Committed, StoreError>> {
        match self.batch(db, txs) {
            Ok(outcomes) => outcomes,
            Err(error) if txs.len() == 1 => vec![Err(from_sqlite(error))],
            Err(_) => txs.iter().map(|tx| self.alone(db, tx)).collect(),
        }
    }

    fn alone(&mut self, db: &mut Connection, tx: &Tx) -> Result<Committed, StoreError> {
        let outcomes = self.batch(db, std::slice::from_ref(tx)).map_err(from_sqlite)?;
        outcomes.into_iter().next().unwrap_or(Err(StoreError::Closed))
    }

    /// Applies transactions within one of the database's. State moves on only when the commit has succeeded.
    fn batch(&mut self, db: &mut Connection, txs: &[Tx]) -> rusqlite::Result<Vec<Result<Committed, StoreError>>> {
        let sqlite = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last_version = match self.last_version {
            Some(last) => last,
            None => sqlite.query_row(&self.statements.epoch_next, [], |row| row.get::<_, i64>(0))? * VERSIONS_PER_EPOCH,
        };
        let mut applier = Applier::new(&sqlite, &self.statements, last_version, self.newest_event);
        let outcomes = txs.iter().map(|tx| applier.apply(tx)).collect::<rusqlite::Result<Vec<_>>>()?;
        let (last_version, newest_event) = applier.finish()?;
        sqlite.commit()?;
        self.last_version = Some(last_version);
        self.newest_event = newest_event;
        Ok(outcomes)
    }
}
