//! A store that can be told to fail.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::Timestamp;
use serde_json::json;
use store::{Committed, Engine, Event, Item, MasterKey, Store, StoreError, Tx};
use tokio::sync::watch;
use world::Lock;

use crate::auth::tests::{Lab, flows};
use crate::testing::{World, config};

/// What the store answers instead of doing its work; nothing for work.
pub type Fault = Arc<Lock<Option<StoreError>>>;

/// Commits end in the fault, reads as well where the disk is gone.
struct Faulty {
    under: Store,
    fault: Fault,
}

impl Faulty {
    fn read(&self) -> Result<(), StoreError> {
        match &*self.fault.lock() {
            Some(gone @ StoreError::Unavailable(_)) => Err(gone.clone()),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Engine for Faulty {
    async fn get_item(&self, pk: &str, sk: &str) -> Result<Option<Item>, StoreError> {
        self.read()?;
        self.under.get_item(pk, sk).await
    }

    async fn query(&self, pk: &str, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<Item>, StoreError> {
        self.read()?;
        self.under.query(pk, prefix, after, limit).await
    }

    async fn lookup(
        &self,
        index: &str,
        key: &str,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.read()?;
        self.under.lookup(index, key, after, limit).await
    }

    async fn lookup_range(
        &self,
        index: &str,
        prefix: &str,
        after: Option<(&str, &str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        self.read()?;
        self.under.lookup_range(index, prefix, after, limit).await
    }

    async fn counter(&self, key: &str) -> Result<i64, StoreError> {
        self.read()?;
        self.under.counter(key).await
    }

    async fn commit(&self, tx: Tx) -> Result<Committed, StoreError> {
        let fault = self.fault.lock().clone();
        match fault {
            Some(fault) => Err(fault),
            None => self.under.commit(tx).await,
        }
    }

    async fn events(&self, after: i64, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.read()?;
        self.under.events(after, limit).await
    }

    fn subscribe(&self) -> watch::Receiver<i64> {
        self.under.subscribe()
    }

    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.under.purge_expired(now, limit).await
    }
}

/// A lab over such a store, and its switch.
pub async fn faulty_lab() -> (Lab, Fault) {
    let fault = Fault::default();
    let under = Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap();
    let engine = Faulty { under, fault: Arc::clone(&fault) };
    let world = World::over(Store::with_engine(Arc::new(engine), MasterKey::from_bytes([7; 32])), config());
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client = world.client(&pool, json!({ "ExplicitAuthFlows": flows() })).await;
    (Lab { world, pool, client }, fault)
}
