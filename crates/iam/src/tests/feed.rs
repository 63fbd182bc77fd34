//! What one process changes, another must not go on believing.

use std::sync::Arc;

use aws_types::Caller;
use serde_json::json;

use crate::testing::{World, document};
use crate::{KeyStatus, Question, RootAssumes};

#[tokio::test]
async fn another_process_learns_of_changed_keys_and_policies() {
    let world = World::new();
    let other = World::over(world.store.clone(), RootAssumes::Never);
    let alice = world.user("alice").await;
    let Caller::Principal { access_key_id: id, .. } = &alice else { panic!("a principal") };
    let identity = other.identity(&alice).await;
    let question = Question::new("s3:GetObject", "arn:aws:s3:::b/k", world.context(Caller::Root).now);
    let allowed = async || other.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed();
    assert!(!allowed().await);
    world.allow("alice", "s3:GetObject", "*").await;
    world.ok("UpdateAccessKey", json!({"UserName": "alice", "AccessKeyId": id, "Status": "Inactive"})).await;
    assert!(!allowed().await, "remembered until the feed is followed");
    other.rooms.principals.catch_up().await.unwrap();
    assert!(allowed().await);
    assert_eq!(other.rooms.principals.lookup(id).await.unwrap().unwrap().status, KeyStatus::Inactive);

    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "alice"})).await;
    let deny = json!({"GroupName": "g", "PolicyName": "p", "PolicyDocument": document("Deny", "*", "*")});
    world.ok("PutGroupPolicy", deny).await;
    other.rooms.principals.catch_up().await.unwrap();
    assert!(!allowed().await);
}

#[tokio::test]
async fn a_follower_that_missed_events_forgets_everything() {
    let world = World::new();
    let other = World::over(world.store.clone(), RootAssumes::Never);
    let alice = world.user("alice").await;
    let identity = other.identity(&alice).await;
    let question = Question::new("s3:GetObject", "arn:aws:s3:::b/k", world.context(Caller::Root).now);
    assert!(!other.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed());
    world.allow("alice", "s3:GetObject", "*").await;
    for _ in 0..3 {
        let mut tx = store::Tx::new();
        (0..4_000).for_each(|_| tx.event("other", "x"));
        world.store.commit(tx).await.unwrap();
    }
    other.rooms.principals.catch_up().await.unwrap();
    assert!(other.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed());
}

#[tokio::test]
async fn the_follower_runs_as_a_task() {
    let world = World::new();
    let other = World::over(world.store.clone(), RootAssumes::Never);
    let task = world::spawn("iam", Arc::clone(&other.rooms.principals).follow());
    let alice = world.user("alice").await;
    let identity = other.identity(&alice).await;
    let question = Question::new("s3:GetObject", "arn:aws:s3:::b/k", world.context(Caller::Root).now);
    assert!(!other.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed());
    world.allow("alice", "s3:GetObject", "*").await;
    let newest = *world.store.subscribe().borrow();
    while other.rooms.principals.0.cache.followed.get() < newest {
        tokio::task::yield_now().await;
    }
    assert!(other.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed());
    task.abort();
}
