//! Instance profiles.

use serde_json::json;

use crate::testing::{World, text};

#[tokio::test]
async fn a_profile_is_made_filled_emptied_and_deleted() {
    let world = World::new();
    let made = world.ok("CreateInstanceProfile", json!({"InstanceProfileName": "web", "Path": "/w/"})).await;
    assert_eq!(made["InstanceProfile"]["Arn"], "arn:aws:iam::123456789012:instance-profile/w/web");
    assert!(text(&made, "/InstanceProfile/InstanceProfileId").starts_with("AIPA"));
    assert_eq!(made["InstanceProfile"]["Roles"], json!([]));
    assert_eq!(
        world.refused("CreateInstanceProfile", json!({"InstanceProfileName": "web"})).await,
        "EntityAlreadyExists: Instance Profile web already exists."
    );
    for role in ["r", "s"] {
        world.role(role, json!({"Service": "ec2.amazonaws.com"})).await;
    }
    world.ok("AddRoleToInstanceProfile", json!({"InstanceProfileName": "web", "RoleName": "r"})).await;
    let shown = world.ok("GetInstanceProfile", json!({"InstanceProfileName": "web"})).await;
    assert_eq!(shown["InstanceProfile"]["Roles"][0]["RoleName"], "r");
    assert_eq!(
        world.ok("ListInstanceProfilesForRole", json!({"RoleName": "r"})).await["InstanceProfiles"],
        json!([shown["InstanceProfile"]])
    );
    assert_eq!(world.ok("ListInstanceProfilesForRole", json!({"RoleName": "s"})).await["InstanceProfiles"], json!([]));
    assert_eq!(
        world.ok("ListInstanceProfiles", json!({"PathPrefix": "/w/"})).await["InstanceProfiles"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        world.refused("AddRoleToInstanceProfile", json!({"InstanceProfileName": "web", "RoleName": "s"})).await,
        "LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"
    );
    assert_eq!(
        world.refused("DeleteInstanceProfile", json!({"InstanceProfileName": "web"})).await,
        "DeleteConflict: Cannot delete entity, must remove roles from instance profile first."
    );
    assert_eq!(
        world.refused("RemoveRoleFromInstanceProfile", json!({"InstanceProfileName": "web", "RoleName": "s"})).await,
        "NoSuchEntity: The role with name s cannot be found."
    );
    world.ok("RemoveRoleFromInstanceProfile", json!({"InstanceProfileName": "web", "RoleName": "r"})).await;
    world.ok("DeleteInstanceProfile", json!({"InstanceProfileName": "web"})).await;
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let world = World::new();
    for operation in
        ["GetInstanceProfile", "DeleteInstanceProfile", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile"]
    {
        assert_eq!(
            world.refused(operation, json!({"InstanceProfileName": "none", "RoleName": "r"})).await,
            "NoSuchEntity: Instance Profile none cannot be found."
        );
    }
    world.ok("CreateInstanceProfile", json!({"InstanceProfileName": "web"})).await;
    let absent = "NoSuchEntity: The role with name none cannot be found.";
    let input = json!({"InstanceProfileName": "web", "RoleName": "none"});
    assert_eq!(world.refused("AddRoleToInstanceProfile", input.clone()).await, absent);
    assert_eq!(world.refused("ListInstanceProfilesForRole", input).await, absent);
}
