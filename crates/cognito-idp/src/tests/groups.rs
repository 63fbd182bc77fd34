//! Groups and their users.

use serde_json::{Value, json};

use crate::entity::Group;
use crate::table::group::{groups_of_user, groups_of_user_counter};
use crate::testing::World;

async fn user(world: &World, pool: &str, name: &str) -> String {
    let made =
        world.ok("AdminCreateUser", json!({"UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS"})).await;
    let attributes = made["User"]["Attributes"].as_array().unwrap().clone();
    attributes.iter().find(|attribute| attribute["Name"] == "sub").unwrap()["Value"].as_str().unwrap().to_owned()
}

async fn group(world: &World, pool: &str, name: &str, settings: Value) {
    let mut settings = settings;
    settings["UserPoolId"] = json!(pool);
    settings["GroupName"] = json!(name);
    world.ok("CreateGroup", settings).await;
}

fn membership(pool: &str, user: &str, group: &str) -> Value {
    json!({"UserPoolId": pool, "Username": user, "GroupName": group})
}

#[tokio::test]
pub async fn a_group_is_made_shown_changed_and_deleted() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let key = json!({"UserPoolId": pool, "GroupName": "admins"});
    let mut settings = key.clone();
    settings["Description"] = json!("They may");
    settings["Precedence"] = json!(0);
    settings["RoleArn"] = json!("arn:aws:iam::123456789012:role/r");
    let made = world.ok("CreateGroup", settings.clone()).await;
    settings["CreationDate"] = json!(1_767_323_045);
    settings["LastModifiedDate"] = json!(1_767_323_045);
    assert_eq!(made["Group"], settings);
    assert_eq!(world.ok("GetGroup", key.clone()).await, made);
    assert_eq!(
        world.refused("CreateGroup", key.clone()).await,
        "GroupExistsException: A group with the name already exists."
    );
    world.clock.advance_s(1);
    let changed = world.ok("UpdateGroup", json!({"UserPoolId": pool, "GroupName": "admins", "Precedence": 5})).await;
    assert_eq!((&changed["Group"]["Precedence"], &changed["Group"]["Description"]), (&json!(5), &json!("They may")));
    assert_eq!(changed["Group"]["LastModifiedDate"], 1_767_323_046);
    assert_eq!(world.ok("ListGroups", json!({"UserPoolId": pool})).await["Groups"], json!([changed["Group"]]));
    assert_eq!(world.ok("DeleteGroup", key.clone()).await, json!({}));
    for operation in ["GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup"] {
        assert_eq!(
            world.refused(operation, key.clone()).await,
            "ResourceNotFoundException: Group not found.",
            "{operation}"
        );
    }
}

#[tokio::test]
async fn attack_149_groups_of_another_or_absent_pool_do_not_exist() {
    let world = World::new();
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    group(&world, &pool, "admins", json!({})).await;
    user(&world, &pool, "alice").await;
    for operation in ["GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup"] {
        let refusal = world.refused(operation, json!({"UserPoolId": other, "GroupName": "admins"})).await;
        assert_eq!(refusal, "ResourceNotFoundException: Group not found.", "{operation}");
    }
    for operation in [
        "CreateGroup",
        "GetGroup",
        "UpdateGroup",
        "DeleteGroup",
        "ListGroups",
        "ListUsersInGroup",
        "AdminAddUserToGroup",
        "AdminRemoveUserFromGroup",
        "AdminListGroupsForUser",
    ] {
        let refusal = world.refused(operation, membership("eu-west-1_none", "alice", "admins")).await;
        assert_eq!(refusal, "ResourceNotFoundException: User pool eu-west-1_none does not exist.", "{operation}");
    }
    for operation in ["AdminAddUserToGroup", "AdminRemoveUserFromGroup", "AdminListGroupsForUser"] {
        let refusal = world.refused(operation, membership(&other, "alice", "admins")).await;
        assert_eq!(refusal, "UserNotFoundException: User does not exist.", "{operation}");
    }
    for operation in ["AdminAddUserToGroup", "AdminRemoveUserFromGroup"] {
        let refusal = world.refused(operation, membership(&pool, "alice", "none")).await;
        assert_eq!(refusal, "ResourceNotFoundException: Group not found.", "{operation}");
    }
}

#[tokio::test]
async fn users_enter_and_leave_groups() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let sub = user(&world, &pool, "alice").await;
    group(&world, &pool, "readers", json!({"Precedence": 9})).await;
    group(&world, &pool, "admins", json!({"Precedence": 1})).await;
    group(&world, &pool, "others", json!({})).await;
    for name in ["readers", "admins", "others", "admins"] {
        assert_eq!(world.ok("AdminAddUserToGroup", membership(&pool, "alice", name)).await, json!({}));
    }
    let best_first: Vec<_> = groups_of_user(&world.store, &pool, &sub).await.unwrap();
    let names = |groups: &[Group]| groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&best_first), ["admins", "readers", "others"]);
    let listed = world.ok("AdminListGroupsForUser", json!({"UserPoolId": pool, "Username": "alice"})).await;
    let listed: Vec<_> = listed["Groups"].as_array().unwrap().iter().map(|g| g["GroupName"].clone()).collect();
    assert_eq!(listed, ["admins", "others", "readers"]);
    let users = world.ok("ListUsersInGroup", json!({"UserPoolId": pool, "GroupName": "admins"})).await;
    assert_eq!(users["Users"][0]["Username"], "alice");
    assert_eq!(users["Users"].as_array().unwrap().len(), 1);
    for _ in 0..2 {
        assert_eq!(world.ok("AdminRemoveUserFromGroup", membership(&pool, "alice", "admins")).await, json!({}));
    }
    assert_eq!(world.store.counter(&groups_of_user_counter(&pool, &sub)).await.unwrap(), 2);
    let users = world.ok("ListUsersInGroup", json!({"UserPoolId": pool, "GroupName": "admins"})).await;
    assert_eq!(users["Users"], json!([]));
}

#[tokio::test]
async fn a_new_group_of_an_old_name_inherits_nobody() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let sub = user(&world, &pool, "alice").await;
    group(&world, &pool, "admins", json!({})).await;
    world.ok("AdminAddUserToGroup", membership(&pool, "alice", "admins")).await;
    world.ok("DeleteGroup", json!({"UserPoolId": pool, "GroupName": "admins"})).await;
    assert_eq!(world.store.counter(&groups_of_user_counter(&pool, &sub)).await.unwrap(), 0);
    group(&world, &pool, "admins", json!({})).await;
    assert!(groups_of_user(&world.store, &pool, &sub).await.unwrap().is_empty());
    let users = world.ok("ListUsersInGroup", json!({"UserPoolId": pool, "GroupName": "admins"})).await;
    assert_eq!(users["Users"], json!([]));
}

#[tokio::test]
async fn a_user_is_in_at_most_a_hundred_groups() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let sub = user(&world, &pool, "alice").await;
    group(&world, &pool, "one_too_many", json!({})).await;
    let mut tx = store::Tx::new();
    tx.add(&groups_of_user_counter(&pool, &sub), 100, None, None);
    world.store.commit(tx).await.unwrap();
    let refusal = world.refused("AdminAddUserToGroup", membership(&pool, "alice", "one_too_many")).await;
    assert!(refusal.starts_with("LimitExceededException: "), "{refusal}");
}

#[tokio::test]
pub async fn a_pool_has_at_most_ten_thousand_groups() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let mut tx = store::Tx::new();
    tx.add(&crate::table::groups_counter(&pool), 10_000, None, None);
    world.store.commit(tx).await.unwrap();
    let refusal = world.refused("CreateGroup", json!({"UserPoolId": pool, "GroupName": "admins"})).await;
    assert!(refusal.starts_with("LimitExceededException: "), "{refusal}");
}
