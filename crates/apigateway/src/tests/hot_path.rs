//! What a call of a deployed API costs: no read of the store, whatever guards its method.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use aws_types::Timestamp;
use serde_json::json;
use store::{Committed, Engine, Event, Item, MasterKey, SqliteEngine, Store, StoreError, Tx};
use tokio::sync::watch;

use super::fixture::*;

/// An engine that counts what it is asked.
struct Counting(SqliteEngine, AtomicUsize);

impl Counting {
    fn asked(&self) -> &SqliteEngine {
        self.1.fetch_add(1, Ordering::Relaxed);
        &self.0
    }
}

#[async_trait]
impl Engine for Counting {
    async fn get_item(&self, pk: &str, sk: &str) -> Result<Option<Item>, StoreError> {
        self.asked().get_item(pk, sk).await
    }

    async fn query(
        &self,
        pk: &str,
        sk_prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        self.asked().query(pk, sk_prefix, after, limit).await
    }

    async fn lookup(
        &self,
        index: &str,
        key: &str,
        after: Option<(&str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.asked().lookup(index, key, after, limit).await
    }

    async fn lookup_range(
        &self,
        index: &str,
        key_prefix: &str,
        after: Option<(&str, &str, &str)>,
        limit: usize,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        self.asked().lookup_range(index, key_prefix, after, limit).await
    }

    async fn counter(&self, key: &str) -> Result<i64, StoreError> {
        self.asked().counter(key).await
    }

    async fn commit(&self, tx: Tx) -> Result<Committed, StoreError> {
        self.asked().commit(tx).await
    }

    async fn events(&self, after_seq: i64, limit: usize) -> Result<Vec<Event>, StoreError> {
        self.asked().events(after_seq, limit).await
    }

    fn subscribe(&self) -> watch::Receiver<i64> {
        self.0.subscribe()
    }

    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.asked().purge_expired(now, limit).await
    }
}

#[tokio::test]
async fn a_mock_behind_a_user_pool_reads_nothing_from_the_store() {
    let engine = Arc::new(Counting(SqliteEngine::in_memory().unwrap(), AtomicUsize::new(0)));
    let store = Store::with_engine(Arc::clone(&engine) as _, MasterKey::from_bytes([7; 32]));
    let fixture = Fixture::over(store, 1);
    let api = fixture.api().await;
    let authorizer = fixture.authorizer(&api, "demo").await;
    let method = json!({"authorizationType": "COGNITO_USER_POOLS", "authorizerId": authorizer});
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, method)).await;
    fixture.mock_integration(&place, "$context.authorizer.claims.email").await;
    fixture.deploy(&api, "dev").await;
    let token = fixture.token();
    let before = engine.1.load(Ordering::Relaxed);
    assert!(before > 0, "operations are counted");
    for _ in 0..3 {
        let answer = fixture.get(&api, "dev", "/", &[("auth-token", &token)]).await;
        assert_eq!(answer, (200, "user@example.com".to_owned()));
        assert_eq!(fixture.get(&api, "dev", "/", &[]).await.0, 401);
        assert_eq!(fixture.get(&api, "dev", "/nowhere", &[]).await.0, 403);
        assert_eq!(fixture.get(&api, "other", "/", &[]).await.0, 403);
    }
    assert_eq!(engine.1.load(Ordering::Relaxed), before);
}
