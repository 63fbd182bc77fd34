//! What goes without being asked for: events past their group's retention, events of what was deleted, and the oldest of
//! all where they are more than the disk is meant to hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aws_types::AwsError;
use store::{Entry, Store, Tx};

use crate::entity::Chunk;
use crate::error::Result;
use crate::service::Logs;
use crate::table::{
    AGE, CHUNKS, FORWARD, GONE, GONE_PK, GROUPS, RETAINED, RETAINED_KEY, STREAMS, Scope, bytes_counter, bytes_of,
    span_ahead, streams_pk,
};

/// Events gather so long before they are written.
const GATHER: Duration = Duration::from_millis(100);
/// How often retention and the bound are looked after.
const SWEEP: Duration = Duration::from_secs(30);
/// Chunks removed in one transaction.
const BATCH: usize = 200;
/// Chunks that are counted at a time.
const COUNT: usize = 10_000;

/// Bytes of all events.
#[derive(Debug, Default)]
pub struct Size(AtomicI64);

impl Size {
    /// So many come, or go where negative.
    pub fn add(&self, bytes: i64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many there are.
    pub fn get(&self) -> u64 {
        u64::try_from(self.0.load(Ordering::Relaxed)).unwrap_or(0)
    }
}

impl Logs {
    /// Counts what there is. Once, at the start.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&self) -> Result<()> {
        let mut pages = self.store().index_pages(AGE, "").by(COUNT);
        while let Some(page) = pages.next().await? {
            let bytes: u64 = page.iter().map(|(key, _, _)| bytes_of(key)).sum();
            self.size().add(i64::try_from(bytes).unwrap_or(i64::MAX));
        }
        Ok(())
    }

    /// Writes what waits and keeps house, for as long as the server runs.
    pub async fn run(self: Arc<Self>) {
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                () = self.writer().waits() => {
                    tokio::time::sleep(GATHER).await;
                    self.writer().flush().await;
                }
                () = self.deleted().notified() => {}
                _ = sweep.tick() => self.report(self.expire().await),
            }
            self.report(self.sweep_gone().await);
            self.report(self.evict().await);
        }
    }

    fn report(&self, done: Result<()>) {
        if let Err(error) = done {
            tracing::warn!(?error, "old log events could not be removed");
        }
    }

    /// Removes what is past its retention.
    ///
    /// # Errors
    /// The store's.
    pub async fn expire(&self) -> Result<()> {
        let now = self.clock().now().ms();
        // Counters of groups that are gone.
        self.store().purge_expired(self.clock().now(), BATCH).await?;
        let mut after: Option<(String, String)> = None;
        loop {
            let from = after.as_ref().map(|(pk, sk)| (pk.as_str(), sk.as_str()));
            let groups = self.store().lookup(RETAINED, RETAINED_KEY, from, BATCH).await?;
            for (pk, sk) in &groups {
                if let Some(group) = GROUPS.get(self.store(), pk, sk).await? {
                    self.expire_group(Scope::Group(group.id), group.cutoff(now)).await?;
                }
            }
            let Some(last) = groups.last().cloned() else { return Ok(()) };
            after = Some(last);
        }
    }

    async fn expire_group(&self, scope: Scope, cutoff: i64) -> Result<()> {
        let scope = scope.key();
        let mut pages = self.store().index_pages(FORWARD, &scope).by(BATCH);
        while let Some(page) = pages.next().await? {
            let over = page.last().and_then(|(key, _, _)| span_ahead(key)).is_none_or(|(first, _)| first >= cutoff);
            let old = page.into_iter().filter(|(key, _, _)| span_ahead(key).is_none_or(|(_, last)| last < cutoff));
            self.remove(old.collect()).await?;
            if over {
                break;
            }
        }
        Ok(())
    }

    /// Removes the events of deleted groups and streams.
    ///
    /// # Errors
    /// The store's.
    pub async fn sweep_gone(&self) -> Result<()> {
        loop {
            let gone = GONE.list(self.store(), GONE_PK, "", None, BATCH).await?;
            if gone.is_empty() {
                return Ok(());
            }
            for one in gone {
                self.remove_all(&one.scope).await?;
                let mut tx = Tx::new();
                if let Some(group) = one.group {
                    remove_streams(self.store(), group).await?;
                    let counter = bytes_counter(group);
                    let left = self.store().counter(&counter).await?;
                    tx.add(&counter, -left, None, Some(self.clock().now()));
                }
                GONE.delete(&mut tx, &one);
                // Another sweep may have been quicker.
                drop(self.store().commit(tx).await);
            }
        }
    }

    /// Removes all events of a scope.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn remove_all(&self, scope: &str) -> Result<()> {
        loop {
            let found = self.store().lookup_range(FORWARD, scope, None, BATCH).await?;
            if found.is_empty() {
                return Ok(());
            }
            self.remove(found).await?;
        }
    }

    /// Removes the oldest events while there are more than there may be.
    ///
    /// # Errors
    /// The store's.
    pub async fn evict(&self) -> Result<()> {
        let mut told = false;
        while self.size().get() > self.max_bytes() {
            let mut found = self.store().lookup_range(AGE, "", None, BATCH).await?;
            if found.is_empty() {
                return Ok(());
            }
            // As many as it takes, and no more.
            let mut over = self.size().get().saturating_sub(self.max_bytes());
            found.retain(|(key, _, _)| {
                let goes = over > 0;
                over = over.saturating_sub(bytes_of(key));
                goes
            });
            if !std::mem::replace(&mut told, true) {
                tracing::warn!(bytes = self.max_bytes(), "the oldest log events go: there are more than may be kept");
            }
            self.remove(found).await?;
        }
        Ok(())
    }

    async fn remove(&self, found: Vec<Entry>) -> Result<()> {
        let mut tx = Tx::new();
        let mut removed = 0;
        for (_, pk, sk) in &found {
            let Some(chunk) = CHUNKS.get(self.store(), pk, sk).await? else { continue };
            let bytes = i64::try_from(Chunk::bytes(&chunk)).unwrap_or(0);
            removed += bytes;
            tx.add(&bytes_counter(chunk.group), -bytes, None, None);
            CHUNKS.delete(&mut tx, &chunk);
        }
        match self.store().commit(tx).await {
            Ok(_) => {
                self.size().add(-removed);
                Ok(())
            }
            // One of them was written to meanwhile: they are looked at again.
            Err(store::StoreError::Conflict) => Ok(()),
            Err(error) => Err(AwsError::from(error)),
        }
    }
}

async fn remove_streams(store: &Store, group: u64) -> Result<()> {
    let pk = streams_pk(group);
    loop {
        let streams = STREAMS.list(store, &pk, "", None, BATCH).await?;
        if streams.is_empty() {
            return Ok(());
        }
        let mut tx = Tx::new();
        for stream in &streams {
            STREAMS.delete(&mut tx, stream);
        }
        match store.commit(tx).await {
            Ok(_) | Err(store::StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
