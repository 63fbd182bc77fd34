//! What another process, or this one after its restart, serves.

use serde_json::json;

use super::fixture::*;

#[tokio::test]
async fn a_new_process_serves_what_is_stored() {
    let first = Fixture::new();
    let api = first.api().await;
    first.mock(&api, &api.root, "GET", "hello").await;
    first.deploy(&api, "dev").await;
    let second = Fixture::over(first.store.clone(), 2);
    assert_eq!(second.get(&api, "dev", "/", &[]).await.0, 403);
    second.service.load().await.unwrap();
    assert_eq!(second.get(&api, "dev", "/", &[]).await, (200, "hello".to_owned()));
}

#[tokio::test]
async fn other_nodes_follow_the_events() {
    let first = Fixture::new();
    let second = Fixture::over(first.store.clone(), 2);
    second.service.load().await.unwrap();
    let api = first.api().await;
    first.mock(&api, &api.root, "GET", "hello").await;
    first.deploy(&api, "dev").await;
    second.service.catch_up().await.unwrap();
    assert_eq!(second.get(&api, "dev", "/", &[]).await, (200, "hello".to_owned()));
    first.ok("DeleteStage", json!({"restApiId": api.id, "stageName": "dev"})).await;
    second.service.catch_up().await.unwrap();
    assert_eq!(second.get(&api, "dev", "/", &[]).await.0, 403);
}
