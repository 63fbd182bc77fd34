//! Following the store's events: what one node changes the others see.

use std::sync::Arc;

use serde_json::json;
use user_pool_domain::ports::DomainPlans;

use crate::testing::{World, config};

#[tokio::test]
async fn a_node_sees_what_another_changed() {
    let world = World::new();
    let other = World::over(world.store.clone(), config());
    other.service.load().await.unwrap();
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let keys = world.service.keys().signing(&pool).await.unwrap();
    assert!(other.service.by_domain("demo").is_none());
    other.service.catch_up().await.unwrap();
    assert_eq!(other.service.by_domain("demo").unwrap().pool_id, pool);
    assert!(other.service.keys().verifying(&pool, keys.id.kid()).is_some());
    let client = world.client(&pool, json!({})).await;
    other.service.catch_up().await.unwrap();
    assert!(other.service.by_domain("demo").unwrap().clients.contains_key(&client));
    world.ok("DeleteUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    world.ok("DeleteUserPool", json!({"UserPoolId": pool})).await;
    other.service.catch_up().await.unwrap();
    assert!(other.service.by_domain("demo").is_none());
    assert!(other.service.keys().verifying(&pool, keys.id.kid()).is_none());
}

#[tokio::test]
async fn a_new_node_loads_what_stands() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let keys = world.service.keys().signing(&pool).await.unwrap();
    let other = World::over(world.store.clone(), config());
    other.service.load().await.unwrap();
    assert!(other.service.by_domain("demo").is_some());
    assert!(other.service.keys().verifying(&pool, keys.access.kid()).is_some());
}

#[tokio::test]
async fn own_changes_are_followed_without_harm() {
    let world = World::new();
    world.service.load().await.unwrap();
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let other = World::over(world.store.clone(), config());
    other.service.load().await.unwrap();
    let client = other.client(&pool, json!({})).await;
    world.service.catch_up().await.unwrap();
    assert!(world.service.by_domain("demo").unwrap().clients.contains_key(&client));
    world.service.catch_up().await.unwrap();
}

#[tokio::test]
async fn the_followers_task_applies_events() {
    let world = World::new();
    let other = World::over(world.store.clone(), config());
    other.service.load().await.unwrap();
    let task = world::spawn("follow", Arc::clone(&other.service).follow());
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    while other.service.by_domain("demo").is_none() {
        tokio::task::yield_now().await;
    }
    task.abort();
}
