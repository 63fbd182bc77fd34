//! Access keys.

use aws_types::{Caller, Region, Timestamp};
use serde_json::json;

use crate::principals::{KeyStatus, Use};
use crate::table::{KEY_SK, key_pk};
use crate::testing::{World, text};

#[tokio::test]
async fn a_key_is_made_shown_once_listed_switched_and_deleted() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "Alice"})).await;
    let made = world.ok("CreateAccessKey", json!({"UserName": "alice"})).await;
    let (id, secret) = (text(&made, "/AccessKey/AccessKeyId"), text(&made, "/AccessKey/SecretAccessKey"));
    assert_eq!((&made["AccessKey"]["UserName"], &made["AccessKey"]["Status"]), (&json!("Alice"), &json!("Active")));
    assert!(id.starts_with("AKIA") && id.len() == 20 && secret.len() == 40);
    let listed = world.ok("ListAccessKeys", json!({"UserName": "alice"})).await;
    assert_eq!(listed["AccessKeyMetadata"][0]["AccessKeyId"], id.as_str());
    assert!(!listed.to_string().contains(&secret));
    let found = world.rooms.principals.lookup(&id).await.unwrap().unwrap();
    assert_eq!((found.secret.expose(), found.status), (&secret, KeyStatus::Active));
    assert_eq!(found.identity.arn(), "arn:aws:iam::123456789012:user/Alice");

    let mut update = json!({"UserName": "alice", "AccessKeyId": id, "Status": "Inactive"});
    world.ok("UpdateAccessKey", update.clone()).await;
    assert_eq!(world.rooms.principals.lookup(&id).await.unwrap().unwrap().status, KeyStatus::Inactive);
    update["Status"] = json!("Active");
    world.ok("UpdateAccessKey", update.clone()).await;
    assert_eq!(world.rooms.principals.lookup(&id).await.unwrap().unwrap().status, KeyStatus::Active);
    update["Status"] = json!("Expired");
    assert!(world.refused("UpdateAccessKey", update).await.starts_with("ValidationError: "));

    world.ok("DeleteAccessKey", json!({"UserName": "alice", "AccessKeyId": id})).await;
    assert!(world.rooms.principals.lookup(&id).await.unwrap().is_none());
    assert_eq!(
        world.refused("DeleteAccessKey", json!({"UserName": "alice", "AccessKeyId": id})).await,
        format!("NoSuchEntity: The Access Key with id {id} cannot be found.")
    );
}

#[tokio::test]
async fn a_stored_key_does_not_show_its_secret() {
    let world = World::new();
    let made = world.ok("CreateAccessKey", json!({})).await;
    let (id, secret) = (text(&made, "/AccessKey/AccessKeyId"), text(&made, "/AccessKey/SecretAccessKey"));
    let stored = world.store.get_item(&key_pk(&id), KEY_SK).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&stored.body).contains(&secret));
    let record = world.rooms.principals.lookup(&id).await.unwrap().unwrap();
    assert!(!format!("{record:?}").contains(&secret));
}

#[tokio::test]
async fn a_user_has_two_keys_at_most_and_so_has_the_root() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    for owner in [json!({"UserName": "alice"}), json!({})] {
        world.ok("CreateAccessKey", owner.clone()).await;
        world.ok("CreateAccessKey", owner.clone()).await;
        assert_eq!(
            world.refused("CreateAccessKey", owner.clone()).await,
            "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2"
        );
        assert_eq!(world.ok("ListAccessKeys", owner).await["AccessKeyMetadata"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn keys_of_absent_users_and_of_others_are_not_found() {
    let world = World::new();
    let alice = world.user("alice").await;
    world.user("bob").await;
    let Caller::Principal { access_key_id: id, .. } = &alice else { panic!("a principal") };
    for operation in ["CreateAccessKey", "ListAccessKeys", "DeleteAccessKey", "UpdateAccessKey"] {
        let input = json!({"UserName": "none", "AccessKeyId": id, "Status": "Inactive"});
        assert_eq!(
            world.refused(operation, input).await,
            "NoSuchEntity: The user with name none cannot be found.",
            "{operation}"
        );
    }
    for operation in ["DeleteAccessKey", "UpdateAccessKey"] {
        for owner in [json!({"UserName": "bob"}), json!({})] {
            let mut input = owner;
            input["AccessKeyId"] = json!(id);
            input["Status"] = json!("Inactive");
            assert_eq!(
                world.refused(operation, input).await,
                format!("NoSuchEntity: The Access Key with id {id} cannot be found."),
                "{operation}"
            );
        }
    }
    assert_eq!(
        world.refused("GetAccessKeyLastUsed", json!({"AccessKeyId": "AKIAQYLPMN5HOOOOOOOO"})).await,
        "NoSuchEntity: The Access Key with id AKIAQYLPMN5HOOOOOOOO cannot be found."
    );
}

#[tokio::test]
async fn callers_without_a_user_must_name_one() {
    let world = World::new();
    let role = Caller::Principal {
        access_key_id: "ASIA".to_owned(),
        arn: "arn:aws:sts::123456789012:assumed-role/r/s".to_owned(),
    };
    for operation in ["CreateAccessKey", "ListAccessKeys", "DeleteAccessKey", "UpdateAccessKey"] {
        let input = json!({"AccessKeyId": "AKIAQYLPMN5HOOOOOOOO", "Status": "Active"});
        assert_eq!(
            world.refused_as(role.clone(), operation, input).await,
            "ValidationError: Must specify userName when calling with non-User credentials"
        );
    }
}

#[tokio::test]
async fn a_user_rotates_its_own_keys() {
    let world = World::new();
    let alice = world.user("alice").await;
    let Caller::Principal { access_key_id: old, .. } = alice.clone() else { panic!("a principal") };
    let made = world.ok_as(alice.clone(), "CreateAccessKey", json!({})).await;
    assert_eq!(made["AccessKey"]["UserName"], "alice");
    world.ok_as(alice.clone(), "DeleteAccessKey", json!({"AccessKeyId": old})).await;
    let left = world.ok_as(alice, "ListAccessKeys", json!({})).await;
    assert_eq!(left["AccessKeyMetadata"][0]["AccessKeyId"], made["AccessKey"]["AccessKeyId"]);
    assert_eq!(left["AccessKeyMetadata"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn last_use_is_told_at_once_and_written_later() {
    let world = World::new();
    let alice = world.user("alice").await;
    let Caller::Principal { access_key_id: id, .. } = &alice else { panic!("a principal") };
    let never = world.ok("GetAccessKeyLastUsed", json!({"AccessKeyId": id})).await;
    assert_eq!(never, json!({"UserName": "alice", "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}}));
    let identity = world.identity(&alice).await;
    let region = Region::parse("eu-west-1").unwrap();
    let used = Use { service: "s3", region: &region, at: Timestamp::from_secs(1_800_000_000) };
    world.rooms.principals.note_use(id, &identity, used);
    let expected = json!({"LastUsedDate": 1_800_000_000, "ServiceName": "s3", "Region": "eu-west-1"});
    assert_eq!(world.ok("GetAccessKeyLastUsed", json!({"AccessKeyId": id})).await["AccessKeyLastUsed"], expected);
    world.rooms.principals.write_used().await.unwrap();
    let other = World::over(world.store.clone(), crate::RootAssumes::Never);
    assert_eq!(other.ok("GetAccessKeyLastUsed", json!({"AccessKeyId": id})).await["AccessKeyLastUsed"], expected);
}

#[tokio::test]
async fn a_first_root_key_is_made_for_a_new_server() {
    let world = World::new();
    let (id, secret) = world.rooms.principals.create_root_key().await.unwrap();
    let record = world.rooms.principals.lookup(&id).await.unwrap().unwrap();
    assert_eq!(record.secret.expose(), secret.expose());
    assert_eq!(record.identity.caller(&id), Caller::Root);
    assert_eq!(world.ok("GetAccountSummary", json!(null)).await["SummaryMap"]["AccountAccessKeysPresent"], 1);
    world.ok("UpdateAccessKey", json!({"AccessKeyId": id, "Status": "Inactive"})).await;
    world.ok("DeleteAccessKey", json!({"AccessKeyId": id})).await;
    assert!(world.rooms.principals.lookup(&id).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_no_access_key_id_is_not_found() {
    let world = World::new();
    for id in ["", "AKIA", "test", "AKIAIOSFODNN7EXAMPLE", "AKIAQYLPMN5HOOOOOOOO"] {
        assert!(world.rooms.principals.lookup(id).await.unwrap().is_none(), "{id}");
    }
}
