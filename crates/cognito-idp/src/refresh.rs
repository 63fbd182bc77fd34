//! Keeps what is held in memory (plans, verifying keys) equal to the store: at start, after each own change, and on the
//! events of other nodes.

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::AwsError;
use store::{Event, Follower, Position, Store};
use world::Lock;

use crate::CognitoIdp;
use crate::compile::compile;
use crate::error::Result;
use crate::sweep;
use crate::table::{CHANGED, CLIENT_PREFIX, CLIENTS, POOL_SK, POOLS, POOLS_BY_OWNER, pool_pk};

/// How far the feed was followed.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    position: Position,
    /// Per pool, the number of the last event that its own refresh reflects already; forgotten once the feed got there.
    pools: Lock<HashMap<String, i64>>,
    /// Held between reading a pool's documents and swapping its plan, so that an older reading never wins.
    swap: tokio::sync::Mutex<()>,
}

impl Follower for CognitoIdp {
    type Error = AwsError;

    fn store(&self) -> &Store {
        &self.doors().store
    }

    fn position(&self) -> &Position {
        &self.followed.position
    }

    async fn apply(&self, events: &[Event]) -> Result<()> {
        for event in events.iter().filter(|event| event.topic == CHANGED) {
            self.apply_one(event).await?;
        }
        Ok(())
    }

    async fn reload(&self) -> Result<()> {
        self.load().await
    }
}

impl CognitoIdp {
    /// Reads all plans and verifying keys into memory. Until it has, a domain or key may look absent.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&self) -> Result<()> {
        self.followed.position.skip(self.store());
        sweep::resume(self.store()).await?;
        self.resume_imports().await?;
        let mut pages = self.store().index_pages(POOLS_BY_OWNER, "");
        while let Some(page) = pages.next().await? {
            for (key, _, _) in &page {
                self.refresh(key.rsplit('/').next().unwrap_or_default()).await?;
            }
        }
        Ok(())
    }

    /// Follows the store's events for the life of the process: a task's body.
    pub async fn follow(self: Arc<Self>) {
        store::follow(&*self).await;
    }

    /// Applies the events since the last time.
    ///
    /// # Errors
    /// The store's; what was applied stays applied.
    pub async fn catch_up(&self) -> Result<()> {
        store::catch_up(self).await
    }

    async fn apply_one(&self, event: &Event) -> Result<()> {
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
                let clients = CLIENTS.all(self.store(), &pk, CLIENT_PREFIX).await?;
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
        if let Some(seq) = event_seq.filter(|seq| *seq > self.followed.position.get()) {
            let mut pools = self.followed.pools.lock();
            let known = pools.entry(pool_id.to_owned()).or_insert(seq);
            *known = seq.max(*known);
        }
        Ok(())
    }
}
