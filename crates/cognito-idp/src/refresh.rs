//! Keeps what is held in memory (plans, verifying keys) equal to the store: at start, after each own change, and on the
//! events of other nodes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use store::Event;
use world::Lock;

use crate::CognitoIdp;
use crate::compile::compile;
use crate::entity::AppClient;
use crate::error::Result;
use crate::sweep;
use crate::table::{CHANGED, CLIENT_PREFIX, CLIENTS, POOL_SK, POOLS, POOLS_BY_OWNER, pool_pk};

/// Rows read at a time.
const BATCH: usize = 500;
/// How often the feed is asked for events of other nodes.
const POLL_MS: u64 = 1000;

/// How far the feed was followed.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    /// Number of the last event that memory reflects.
    seq: Lock<i64>,
    /// Per pool, the number of the last event that its own refresh reflects already; forgotten once the feed got there.
    pools: Lock<HashMap<String, i64>>,
    /// Held between reading a pool's documents and swapping its plan, so that an older reading never wins.
    swap: tokio::sync::Mutex<()>,
}

impl CognitoIdp {
    /// Reads all plans and verifying keys into memory. Until it has, a domain or key may look absent.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&self) -> Result<()> {
        *self.followed.seq.lock() = *self.store().subscribe().borrow();
        sweep::resume(self.store()).await?;
        self.resume_imports().await?;
        let mut after: Option<(String, String, String)> = None;
        loop {
            let from = after.as_ref().map(|(key, pk, sk)| (key.as_str(), pk.as_str(), sk.as_str()));
            let page = self.store().lookup_range(POOLS_BY_OWNER, "", from, BATCH).await?;
            for (key, _, _) in &page {
                self.refresh(key.rsplit('/').next().unwrap_or_default()).await?;
            }
            match page.into_iter().next_back() {
                Some(last) => after = Some(last),
                None => return Ok(()),
            }
        }
    }

    /// Follows the store's events for the life of the process: a task's body.
    pub async fn follow(self: Arc<Self>) {
        let mut newest = self.store().subscribe();
        loop {
            // The engine's end ends the task; the timer brings the events of other processes.
            let changed = tokio::time::timeout(Duration::from_millis(POLL_MS), newest.changed()).await;
            if matches!(changed, Ok(Err(_))) {
                return;
            }
            if let Err(error) = self.catch_up().await {
                tracing::warn!(%error, "the event feed could not be followed");
            }
        }
    }

    /// Applies the events since the last time.
    ///
    /// # Errors
    /// The store's; what was applied stays applied.
    pub async fn catch_up(&self) -> Result<()> {
        loop {
            let seq = *self.followed.seq.lock();
            let events = self.store().events(seq, BATCH).await?;
            let Some((first, last)) = events.first().zip(events.last()) else { return Ok(()) };
            if first.seq > seq + 1 {
                tracing::info!("events were missed; everything is read anew");
                return self.load().await;
            }
            for event in events.iter().filter(|event| event.topic == CHANGED) {
                self.apply(event).await?;
            }
            *self.followed.seq.lock() = last.seq;
        }
    }

    async fn apply(&self, event: &Event) -> Result<()> {
        let reflected = self.followed.pools.lock().get(&event.key).copied();
        if reflected.is_some_and(|seq| seq <= event.seq) {
            self.followed.pools.lock().remove(&event.key);
        }
        if reflected.is_some_and(|seq| seq >= event.seq) {
            return Ok(());
        }
        self.refresh(&event.key).await
    }

    /// Makes memory reflect the pool as it stands now. Called by every operation that changed a plan, after its commit.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn refresh(&self, pool_id: &str) -> Result<()> {
        let _swap = self.followed.swap.lock().await;
        let pk = pool_pk(pool_id);
        let plans = match POOLS.get(self.store(), &pk, POOL_SK).await? {
            Some(pool) if pool.domain.is_some() || pool.custom_domain.is_some() => {
                let clients = self.all_clients(&pk).await?;
                let looks = self.looks(&pool, clients.iter().map(|client| client.id.as_str())).await?;
                compile(&pool, &clients, (self.config(), &looks), &self.keys().issuer(pool_id))
            }
            _ => Vec::new(),
        };
        if !plans.is_empty() || self.plans().has(pool_id) {
            self.plans().replace(pool_id, &plans);
        }
        self.keys().reload(pool_id).await
    }

    /// [`CognitoIdp::refresh`] after a commit of this process, whose event need not be followed again.
    pub(crate) async fn reflect(&self, pool_id: &str, event_seq: Option<i64>) -> Result<()> {
        self.refresh(pool_id).await?;
        if let Some(seq) = event_seq.filter(|seq| *seq > *self.followed.seq.lock()) {
            let mut pools = self.followed.pools.lock();
            let known = pools.entry(pool_id.to_owned()).or_insert(seq);
            *known = seq.max(*known);
        }
        Ok(())
    }

    async fn all_clients(&self, pk: &str) -> Result<Vec<AppClient>> {
        let mut clients: Vec<AppClient> = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = CLIENTS.list(self.store(), pk, CLIENT_PREFIX, after.as_deref(), BATCH).await?;
            let Some(last) = page.last() else { return Ok(clients) };
            after = Some(last.sk.clone());
            clients.extend(page.into_iter().map(|client| client.value));
        }
    }
}
