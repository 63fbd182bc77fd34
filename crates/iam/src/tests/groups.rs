//! Groups.

use serde_json::json;

use crate::testing::{World, document, text};

#[tokio::test]
async fn a_group_is_made_shown_renamed_and_deleted() {
    let world = World::new();
    let made = world.ok("CreateGroup", json!({"GroupName": "Admins", "Path": "/a/"})).await;
    assert_eq!(made["Group"]["Arn"], "arn:aws:iam::123456789012:group/a/Admins");
    assert!(text(&made, "/Group/GroupId").starts_with("AGPA"));
    assert_eq!(
        world.refused("CreateGroup", json!({"GroupName": "admins"})).await,
        "EntityAlreadyExists: Group with name admins already exists."
    );
    world.ok("CreateUser", json!({"UserName": "u"})).await;
    world.ok("AddUserToGroup", json!({"GroupName": "admins", "UserName": "u"})).await;
    world.ok("UpdateGroup", json!({"GroupName": "admins", "NewGroupName": "chiefs", "NewPath": "/b/"})).await;
    let shown = world.ok("GetGroup", json!({"GroupName": "chiefs"})).await;
    assert_eq!(shown["Group"]["Arn"], "arn:aws:iam::123456789012:group/b/chiefs");
    assert_eq!(shown["Group"]["GroupId"], made["Group"]["GroupId"]);
    assert_eq!(shown["Users"][0]["UserName"], "u");
    let listed = world.ok("ListGroups", json!({"PathPrefix": "/b/"})).await;
    assert_eq!(listed["Groups"], json!([shown["Group"]]));
    assert_eq!(world.ok("ListGroups", json!({"PathPrefix": "/a/"})).await["Groups"], json!([]));
    for operation in ["GetGroup", "DeleteGroup", "UpdateGroup"] {
        assert_eq!(
            world.refused(operation, json!({"GroupName": "Admins"})).await,
            "NoSuchEntity: The group with name Admins cannot be found."
        );
    }
    world.ok("UpdateGroup", json!({"GroupName": "chiefs", "NewGroupName": "Chiefs"})).await;
    world.ok("CreateGroup", json!({"GroupName": "other"})).await;
    assert_eq!(
        world.refused("UpdateGroup", json!({"GroupName": "other", "NewGroupName": "CHIEFS"})).await,
        "EntityAlreadyExists: Group with name CHIEFS already exists."
    );
}

#[tokio::test]
async fn users_enter_and_leave_groups() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "u"})).await;
    for name in ["b", "a"] {
        world.ok("CreateGroup", json!({"GroupName": name})).await;
        for _ in 0..2 {
            world.ok("AddUserToGroup", json!({"GroupName": name, "UserName": "u"})).await;
        }
    }
    let groups = world.ok("ListGroupsForUser", json!({"UserName": "u"})).await;
    let names: Vec<_> = groups["Groups"].as_array().unwrap().iter().map(|group| group["GroupName"].clone()).collect();
    assert_eq!(names, ["a", "b"]);
    for _ in 0..2 {
        world.ok("RemoveUserFromGroup", json!({"GroupName": "a", "UserName": "u"})).await;
    }
    assert_eq!(world.ok("GetGroup", json!({"GroupName": "a"})).await["Users"], json!([]));
    for operation in ["AddUserToGroup", "RemoveUserFromGroup"] {
        assert_eq!(
            world.refused(operation, json!({"GroupName": "a", "UserName": "none"})).await,
            "NoSuchEntity: The user with name none cannot be found."
        );
        assert_eq!(
            world.refused(operation, json!({"GroupName": "none", "UserName": "u"})).await,
            "NoSuchEntity: The group with name none cannot be found."
        );
    }
    assert_eq!(
        world.refused("ListGroupsForUser", json!({"UserName": "none"})).await,
        "NoSuchEntity: The user with name none cannot be found."
    );
}

#[tokio::test]
async fn a_user_is_in_ten_groups_at_most() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "u"})).await;
    for n in 0..11 {
        let name = format!("g{n}");
        world.ok("CreateGroup", json!({"GroupName": name})).await;
        let input = json!({"GroupName": name, "UserName": "u"});
        if n < 10 {
            world.ok("AddUserToGroup", input).await;
        } else {
            assert_eq!(
                world.refused("AddUserToGroup", input).await,
                "LimitExceeded: Cannot exceed quota for GroupsPerUser: 10"
            );
        }
    }
}

#[tokio::test]
async fn a_group_with_anything_left_cannot_be_deleted() {
    let world = World::new();
    let group = json!({"GroupName": "g"});
    let conflict = |what: &str| format!("DeleteConflict: Cannot delete entity, must {what} first.");
    world.ok("CreateGroup", group.clone()).await;
    let policy = json!({"GroupName": "g", "PolicyName": "p", "PolicyDocument": document("Allow", "s3:*", "*")});
    world.ok("PutGroupPolicy", policy).await;
    assert_eq!(world.refused("DeleteGroup", group.clone()).await, conflict("delete policies"));
    let attached = json!({"GroupName": "g", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    world.ok("AttachGroupPolicy", attached.clone()).await;
    assert_eq!(world.refused("DeleteGroup", group.clone()).await, conflict("detach all policies"));
    world.ok("CreateUser", json!({"UserName": "u"})).await;
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "u"})).await;
    assert_eq!(world.refused("DeleteGroup", group.clone()).await, conflict("remove users from group"));
    world.ok("RemoveUserFromGroup", json!({"GroupName": "g", "UserName": "u"})).await;
    world.ok("DetachGroupPolicy", attached).await;
    world.ok("DeleteGroupPolicy", json!({"GroupName": "g", "PolicyName": "p"})).await;
    world.ok("DeleteGroup", group).await;
}
