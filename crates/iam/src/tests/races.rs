//! Many at once: quotas hold, and nothing is left attached to what is gone.

use aws_types::Caller;
use serde_json::json;

use crate::testing::{World, document};

#[tokio::test]
async fn two_keys_are_the_most_however_many_ask_at_once() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "u"})).await;
    let one = || world.call(Caller::Root, "CreateAccessKey", json!({"UserName": "u"}));
    let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
    assert_eq!([a, b, c, d].iter().filter(|made| made.is_ok()).count(), 2);
    let listed = world.ok("ListAccessKeys", json!({"UserName": "u"})).await;
    assert_eq!(listed["AccessKeyMetadata"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_policy_is_attached_or_deleted_never_both() {
    let world = World::new();
    let arn = "arn:aws:iam::123456789012:policy/p";
    world.ok("CreateUser", json!({"UserName": "u"})).await;
    for _ in 0..20 {
        world.ok("CreatePolicy", json!({"PolicyName": "p", "PolicyDocument": document("Allow", "s3:*", "*")})).await;
        let (attached, deleted) = tokio::join!(
            world.call(Caller::Root, "AttachUserPolicy", json!({"UserName": "u", "PolicyArn": arn})),
            world.call(Caller::Root, "DeletePolicy", json!({"PolicyArn": arn})),
        );
        assert!(attached.is_ok() != deleted.is_ok(), "{attached:?} {deleted:?}");
        if attached.is_ok() {
            world.ok("DetachUserPolicy", json!({"UserName": "u", "PolicyArn": arn})).await;
            world.ok("DeletePolicy", json!({"PolicyArn": arn})).await;
        }
    }
}

#[tokio::test]
async fn a_group_is_entered_or_deleted_never_both() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "u"})).await;
    for _ in 0..20 {
        world.ok("CreateGroup", json!({"GroupName": "g"})).await;
        let (entered, deleted) = tokio::join!(
            world.call(Caller::Root, "AddUserToGroup", json!({"UserName": "u", "GroupName": "g"})),
            world.call(Caller::Root, "DeleteGroup", json!({"GroupName": "g"})),
        );
        assert!(entered.is_ok() != deleted.is_ok(), "{entered:?} {deleted:?}");
        if entered.is_ok() {
            world.ok("RemoveUserFromGroup", json!({"UserName": "u", "GroupName": "g"})).await;
            world.ok("DeleteGroup", json!({"GroupName": "g"})).await;
        }
    }
}
