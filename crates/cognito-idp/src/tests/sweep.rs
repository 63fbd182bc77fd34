//! DeleteUserPool leaves nothing.

use serde_json::json;

use crate::table::pool_pk;
use crate::testing::{World, config};

#[tokio::test]
async fn a_deleted_pool_leaves_nothing_in_its_partition() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let client = world.client(&pool, json!({"GenerateSecret": true})).await;
    world.ok("CreateGroup", json!({"UserPoolId": pool, "GroupName": "admins"})).await;
    world.ok("AdminCreateUser", json!({"UserPoolId": pool, "Username": "alice", "MessageAction": "SUPPRESS"})).await;
    world.ok("AdminAddUserToGroup", json!({"UserPoolId": pool, "Username": "alice", "GroupName": "admins"})).await;
    world.ok("CreateResourceServer", json!({"UserPoolId": pool, "Identifier": "s", "Name": "s"})).await;
    world.service.keys().signing(&pool).await.unwrap();
    world.ok("DeleteUserPool", json!({"UserPoolId": pool})).await;
    let left = world.store.query(&pool_pk(&pool), "", None, 100).await.unwrap();
    assert!(left.is_empty(), "{:?}", left.iter().map(|item| &item.sk).collect::<Vec<_>>());
    assert!(world.store.lookup(crate::table::CLIENT_BY_ID, &client, None, 1).await.unwrap().is_empty());
    assert!(world.store.query("cognito.swept", "", None, 10).await.unwrap().is_empty());
    world.store.purge_expired(aws_types::Timestamp::from_secs(1_800_000_000), 1000).await.unwrap();
    for counter in [crate::table::users_counter(&pool), crate::table::clients_counter(&pool)] {
        assert_eq!(world.store.counter(&counter).await.unwrap(), 0);
    }
    assert_eq!(world.store.counter(&crate::table::pools_counter("123456789012", "eu-west-1")).await.unwrap(), 0);
}

#[tokio::test]
async fn a_sweep_that_was_broken_off_is_taken_up_at_the_next_start() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    for i in 0..3 {
        world.ok("CreateGroup", json!({"UserPoolId": pool, "GroupName": format!("g{i}")})).await;
    }
    let mut tx = store::Tx::new();
    tx.delete_raw(pool_pk(&pool), crate::table::POOL_SK, store::Expect::Present);
    crate::sweep::mark(&mut tx, &pool, "").unwrap();
    world.store.commit(tx).await.unwrap();
    World::over(world.store.clone(), config()).service.load().await.unwrap();
    assert!(world.store.query(&pool_pk(&pool), "", None, 100).await.unwrap().is_empty());
    assert!(world.store.query("cognito.swept", "", None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_large_pool_is_swept_in_batches() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let mut tx = store::Tx::new();
    for i in 0..1234 {
        tx.put_raw(pool_pk(&pool), format!("x{i}"), "x/1 {}", store::Expect::Absent, None, Vec::new());
    }
    world.store.commit(tx).await.unwrap();
    world.ok("DeleteUserPool", json!({"UserPoolId": pool})).await;
    while !world.store.query("cognito.swept", "", None, 10).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(world.store.query(&pool_pk(&pool), "", None, 10).await.unwrap().is_empty());
}
