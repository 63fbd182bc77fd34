//! Users.

use aws_types::Caller;
use serde_json::json;

use crate::table::count_counter;
use crate::testing::{ACCOUNT, World, document, text};

#[tokio::test]
async fn a_user_is_made_shown_listed_and_deleted() {
    let world = World::new();
    let made = world.ok("CreateUser", json!({"UserName": "Alice", "Path": "/team/"})).await;
    let user = &made["User"];
    assert_eq!(user["Arn"], "arn:aws:iam::123456789012:user/team/Alice");
    assert_eq!((&user["Path"], &user["CreateDate"]), (&json!("/team/"), &json!(1_767_323_045)));
    let id = text(&made, "/User/UserId");
    assert!(id.starts_with("AIDA") && id.len() == 21, "{id}");
    assert_eq!(world.ok("GetUser", json!({"UserName": "Alice"})).await, made);
    let listed = world.ok("ListUsers", json!({})).await;
    assert_eq!((&listed["Users"][0]["UserId"], &listed["IsTruncated"]), (&json!(id), &json!(false)));
    assert_eq!(world.ok("DeleteUser", json!({"UserName": "alice"})).await, json!({}));
    assert_eq!(
        world.refused("GetUser", json!({"UserName": "Alice"})).await,
        "NoSuchEntity: The user with name Alice cannot be found."
    );
    assert_eq!(world.store.counter(&count_counter(ACCOUNT, "user#")).await.unwrap(), 0);
}

#[tokio::test]
async fn names_are_unique_without_regard_to_case() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "Alice"})).await;
    assert_eq!(
        world.refused("CreateUser", json!({"UserName": "aLICE"})).await,
        "EntityAlreadyExists: User with name aLICE already exists."
    );
}

#[tokio::test]
async fn get_user_without_name_shows_the_caller() {
    let world = World::new();
    let alice = world.user("alice").await;
    assert_eq!(world.ok_as(alice, "GetUser", json!({})).await["User"]["UserName"], "alice");
    let root = world.ok("GetUser", json!({})).await;
    assert_eq!(root["User"]["Arn"], "arn:aws:iam::123456789012:root");
    assert_eq!(root["User"]["UserId"], ACCOUNT);
    let role = Caller::Principal {
        access_key_id: "ASIA".to_owned(),
        arn: "arn:aws:sts::123456789012:assumed-role/r/s".to_owned(),
    };
    for caller in [role, Caller::Anonymous] {
        assert_eq!(
            world.refused_as(caller, "GetUser", json!({})).await,
            "ValidationError: Must specify userName when calling with non-User credentials"
        );
    }
}

#[tokio::test]
async fn a_renamed_user_keeps_id_keys_and_grants() {
    let world = World::new();
    let alice = world.user("alice").await;
    world.allow("alice", "s3:GetObject", "*").await;
    let Caller::Principal { access_key_id, .. } = &alice else { panic!("a principal") };
    let before = world.ok("GetUser", json!({"UserName": "alice"})).await;
    world.ok("UpdateUser", json!({"UserName": "alice", "NewUserName": "bob", "NewPath": "/b/"})).await;
    let after = world.ok("GetUser", json!({"UserName": "bob"})).await;
    assert_eq!(after["User"]["UserId"], before["User"]["UserId"]);
    assert_eq!(after["User"]["Arn"], "arn:aws:iam::123456789012:user/b/bob");
    assert_eq!(
        world.refused("GetUser", json!({"UserName": "alice"})).await,
        "NoSuchEntity: The user with name alice cannot be found."
    );
    let keys = world.ok("ListAccessKeys", json!({"UserName": "bob"})).await;
    assert_eq!(keys["AccessKeyMetadata"][0]["UserName"], "bob");
    let record = world.rooms.principals.lookup(access_key_id).await.unwrap().unwrap();
    assert_eq!(record.identity.arn(), "arn:aws:iam::123456789012:user/b/bob");
    assert_eq!(
        world.ok("ListUserPolicies", json!({"UserName": "bob"})).await["PolicyNames"],
        json!(["may-s3-GetObject"])
    );
}

#[tokio::test]
async fn a_user_moves_or_changes_case_in_place() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    world.ok("UpdateUser", json!({"UserName": "alice", "NewUserName": "Alice", "NewPath": "/x/"})).await;
    let shown = world.ok("GetUser", json!({"UserName": "ALICE"})).await;
    assert_eq!(shown["User"]["Arn"], "arn:aws:iam::123456789012:user/x/Alice");
}

#[tokio::test]
async fn a_user_cannot_take_another_users_name() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    world.ok("CreateUser", json!({"UserName": "bob"})).await;
    assert_eq!(
        world.refused("UpdateUser", json!({"UserName": "alice", "NewUserName": "Bob"})).await,
        "EntityAlreadyExists: User with name Bob already exists."
    );
    assert_eq!(
        world.refused("UpdateUser", json!({"UserName": "none", "NewUserName": "new"})).await,
        "NoSuchEntity: The user with name none cannot be found."
    );
}

#[tokio::test]
async fn a_user_with_anything_left_cannot_be_deleted() {
    let world = World::new();
    let conflict = |what: &str| format!("DeleteConflict: Cannot delete entity, must {what} first.");
    let key = json!({"UserName": "alice"});
    world.ok("CreateUser", key.clone()).await;
    world.allow("alice", "s3:GetObject", "*").await;
    assert_eq!(world.refused("DeleteUser", key.clone()).await, conflict("delete policies"));
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    world.ok("AttachUserPolicy", json!({"UserName": "alice", "PolicyArn": arn})).await;
    assert_eq!(world.refused("DeleteUser", key.clone()).await, conflict("detach all policies"));
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "alice"})).await;
    assert_eq!(world.refused("DeleteUser", key.clone()).await, conflict("remove users from group"));
    let made = world.ok("CreateAccessKey", key.clone()).await;
    assert_eq!(world.refused("DeleteUser", key.clone()).await, conflict("delete access keys"));

    let id = text(&made, "/AccessKey/AccessKeyId");
    world.ok("DeleteAccessKey", json!({"UserName": "alice", "AccessKeyId": id})).await;
    world.ok("RemoveUserFromGroup", json!({"GroupName": "g", "UserName": "alice"})).await;
    world.ok("DetachUserPolicy", json!({"UserName": "alice", "PolicyArn": arn})).await;
    world.ok("DeleteUserPolicy", json!({"UserName": "alice", "PolicyName": "may-s3-GetObject"})).await;
    world.ok("DeleteUser", key.clone()).await;
    assert_eq!(world.refused("DeleteUser", key).await, "NoSuchEntity: The user with name alice cannot be found.");
}

#[tokio::test]
async fn a_user_is_made_with_boundary_and_tags() {
    let world = World::new();
    let arn = "arn:aws:iam::aws:policy/PowerUserAccess";
    let input = json!({"UserName": "a", "PermissionsBoundary": arn, "Tags": [{"Key": "k", "Value": "v"}]});
    let made = world.ok("CreateUser", input).await;
    assert_eq!(made["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"], arn);
    assert_eq!(made["User"]["Tags"], json!([{"Key": "k", "Value": "v"}]));
    let absent = "arn:aws:iam::123456789012:policy/none";
    assert_eq!(
        world.refused("CreateUser", json!({"UserName": "b", "PermissionsBoundary": absent})).await,
        format!("NoSuchEntity: Policy {absent} does not exist or is not attachable.")
    );
    let shown = world.ok("GetPolicy", json!({"PolicyArn": arn})).await;
    assert_eq!(shown["Policy"]["PermissionsBoundaryUsageCount"], 1);
    world.ok("DeleteUser", json!({"UserName": "a"})).await;
    let shown = world.ok("GetPolicy", json!({"PolicyArn": arn})).await;
    assert_eq!(shown["Policy"]["PermissionsBoundaryUsageCount"], 0);
}

#[tokio::test]
async fn an_account_has_at_most_its_quota_of_users() {
    let world = World::new();
    let mut tx = store::Tx::new();
    tx.add(&count_counter(ACCOUNT, "user#"), 5_000, None, None);
    world.store.commit(tx).await.unwrap();
    for input in [
        json!({"UserName": "a"}),
        json!({"UserName": "a", "PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess"}),
    ] {
        assert_eq!(
            world.refused("CreateUser", input).await,
            "LimitExceeded: Cannot exceed quota for UsersPerAccount: 5000"
        );
    }
}

#[tokio::test]
async fn a_deleted_users_namesake_inherits_nothing() {
    let world = World::new();
    let alice = world.user("alice").await;
    let identity = world.identity(&alice).await;
    world.allow("alice", "s3:GetObject", "*").await;
    let Caller::Principal { access_key_id, .. } = &alice else { panic!("a principal") };
    world.ok("DeleteAccessKey", json!({"UserName": "alice", "AccessKeyId": access_key_id})).await;
    world.ok("DeleteUserPolicy", json!({"UserName": "alice", "PolicyName": "may-s3-GetObject"})).await;
    world.ok("DeleteUser", json!({"UserName": "alice"})).await;
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    let all = document("Allow", "*", "*");
    world.ok("PutUserPolicy", json!({"UserName": "alice", "PolicyName": "p", "PolicyDocument": all})).await;
    let question = crate::Question::new("s3:GetObject", "arn:aws:s3:::b/k", world.context(Caller::Root).now);
    assert!(!world.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed());
    assert!(world.rooms.principals.lookup(access_key_id).await.unwrap().is_none());
}
