//! Roles.

use aws_types::{Caller, Region, Timestamp};
use serde_json::json;

use crate::principals::Use;
use crate::testing::{World, document, text, trust};

#[tokio::test]
async fn a_role_is_made_shown_changed_and_deleted() {
    let world = World::new();
    let trusts = trust(json!({"Service": "lambda.amazonaws.com"}), &["sts:AssumeRole"]);
    let input = json!({"RoleName": "Worker", "Path": "/w/", "AssumeRolePolicyDocument": trusts, "Description": "works",
        "Tags": [{"Key": "a", "Value": "b"}]});
    let made = world.ok("CreateRole", input).await;
    assert_eq!(made["Role"]["Arn"], "arn:aws:iam::123456789012:role/w/Worker");
    assert!(text(&made, "/Role/RoleId").starts_with("AROA"));
    assert_eq!(made["Role"]["MaxSessionDuration"], 3_600);
    assert!(text(&made, "/Role/AssumeRolePolicyDocument").starts_with("%7B"));
    let shown = world.ok("GetRole", json!({"RoleName": "worker"})).await;
    assert_eq!(shown["Role"]["RoleLastUsed"], json!({}));
    let update = json!({"RoleName": "Worker", "Description": "works hard", "MaxSessionDuration": 7_200});
    assert_eq!(world.ok("UpdateRole", update).await, json!({}));
    let shown = world.ok("GetRole", json!({"RoleName": "Worker"})).await;
    assert_eq!(
        (&shown["Role"]["Description"], &shown["Role"]["MaxSessionDuration"]),
        (&json!("works hard"), &json!(7_200))
    );
    let described = world.ok("UpdateRoleDescription", json!({"RoleName": "Worker", "Description": "rests"})).await;
    assert_eq!(described["Role"]["Description"], "rests");
    let trusts = trust(json!({"AWS": "*"}), &["sts:AssumeRole"]);
    world.ok("UpdateAssumeRolePolicy", json!({"RoleName": "Worker", "PolicyDocument": trusts})).await;
    let listed = world.ok("ListRoles", json!({"PathPrefix": "/w/"})).await;
    assert!(text(&listed, "/Roles/0/AssumeRolePolicyDocument").contains("%22AWS%22%3A%22%2A%22"));
    world.ok("DeleteRole", json!({"RoleName": "Worker"})).await;
    for operation in ["GetRole", "DeleteRole", "UpdateRole", "UpdateRoleDescription", "UpdateAssumeRolePolicy"] {
        let input = json!({"RoleName": "Worker", "Description": "", "PolicyDocument": trusts});
        assert_eq!(
            world.refused(operation, input).await,
            "NoSuchEntity: The role with name Worker cannot be found.",
            "{operation}"
        );
    }
}

#[tokio::test]
async fn names_are_unique_and_trust_is_judged() {
    let world = World::new();
    world.role("r", json!({"AWS": "*"})).await;
    let input = |name: &str, trusts: &str| json!({"RoleName": name, "AssumeRolePolicyDocument": trusts});
    let good = trust(json!({"AWS": "*"}), &["sts:AssumeRole"]);
    assert_eq!(
        world.refused("CreateRole", input("R", &good)).await,
        "EntityAlreadyExists: Role with name R already exists."
    );
    let s3 = trust(json!({"AWS": "*"}), &["s3:GetObject"]);
    for broken in ["{}", "", &document("Allow", "sts:AssumeRole", "*"), &s3] {
        for (operation, document) in
            [("CreateRole", "AssumeRolePolicyDocument"), ("UpdateAssumeRolePolicy", "PolicyDocument")]
        {
            let refusal = world.refused(operation, json!({"RoleName": "r", document: broken})).await;
            assert!(refusal.starts_with("MalformedPolicyDocument: "), "{refusal}");
        }
    }
    for absent in ["user/none", "role/none", "role/path/r"] {
        let arn = format!("arn:aws:iam::123456789012:{absent}");
        let trusts = trust(json!({"AWS": ["123456789012", arn]}), &["sts:AssumeRole"]);
        for (operation, document) in
            [("CreateRole", "AssumeRolePolicyDocument"), ("UpdateAssumeRolePolicy", "PolicyDocument")]
        {
            assert_eq!(
                world.refused(operation, json!({"RoleName": "r", document: trusts})).await,
                format!("MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"{arn}\"")
            );
        }
    }
    let long = trust(json!({"AWS": vec!["123456789012"; 200]}), &["sts:AssumeRole"]);
    assert_eq!(
        world.refused("CreateRole", input("long", &long)).await,
        "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048"
    );
}

#[tokio::test]
async fn a_role_with_anything_left_cannot_be_deleted() {
    let world = World::new();
    let role = json!({"RoleName": "r"});
    let conflict = |what: &str| format!("DeleteConflict: Cannot delete entity, must {what} first.");
    world.role("r", json!({"AWS": "*"})).await;
    let policy = json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": document("Allow", "s3:*", "*")});
    world.ok("PutRolePolicy", policy).await;
    assert_eq!(world.refused("DeleteRole", role.clone()).await, conflict("delete policies"));
    let attached = json!({"RoleName": "r", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    world.ok("AttachRolePolicy", attached.clone()).await;
    assert_eq!(world.refused("DeleteRole", role.clone()).await, conflict("detach all policies"));
    world.ok("CreateInstanceProfile", json!({"InstanceProfileName": "i"})).await;
    let held = json!({"InstanceProfileName": "i", "RoleName": "r"});
    world.ok("AddRoleToInstanceProfile", held.clone()).await;
    assert_eq!(world.refused("DeleteRole", role.clone()).await, conflict("remove roles from instance profile"));
    world.ok("RemoveRoleFromInstanceProfile", held).await;
    world.ok("DetachRolePolicy", attached).await;
    world.ok("DeleteRolePolicy", json!({"RoleName": "r", "PolicyName": "p"})).await;
    world.ok("DeleteRole", role).await;
}

#[tokio::test]
async fn a_roles_last_use_is_shown() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": "arn:aws:iam::123456789012:user/alice"})).await;
    let session = world.ok_as(alice, "AssumeRole", json!({"RoleArn": arn, "RoleSessionName": "session"})).await;
    let identity = world.session(&session);
    let region = Region::parse("eu-west-1").unwrap();
    let used = Use { service: "s3", region: &region, at: Timestamp::from_secs(1_800_000_000) };
    world.rooms.principals.note_use(&text(&session, "/Credentials/AccessKeyId"), &identity, used);
    world.rooms.principals.write_used().await.unwrap();
    let shown = world.ok_as(Caller::Root, "GetRole", json!({"RoleName": "r"})).await;
    assert_eq!(shown["Role"]["RoleLastUsed"], json!({"LastUsedDate": 1_800_000_000, "Region": "eu-west-1"}));
}

#[tokio::test]
async fn a_service_linked_role_is_its_services_alone() {
    let world = World::new();
    let service = json!({"AWSServiceName": "ops.apigateway.amazonaws.com"});
    let made = world.ok("CreateServiceLinkedRole", service.clone()).await;
    let name = "AWSServiceRoleForAPIGateway";
    let arn = format!("arn:aws:iam::123456789012:role/aws-service-role/ops.apigateway.amazonaws.com/{name}");
    assert_eq!(made["Role"]["Arn"], arn.as_str());
    assert_eq!(
        world.refused("CreateServiceLinkedRole", service).await,
        format!(
            "InvalidInput: Service role name {name} has been taken in this account, please try a different suffix."
        )
    );
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    world.ok("CreateInstanceProfile", json!({"InstanceProfileName": "i"})).await;
    let trusts = trust(json!({"AWS": "*"}), &["sts:AssumeRole"]);
    for operation in [
        "DeleteRole",
        "UpdateRole",
        "UpdateAssumeRolePolicy",
        "PutRolePolicy",
        "DeleteRolePolicy",
        "AttachRolePolicy",
        "DetachRolePolicy",
        "PutRolePermissionsBoundary",
        "DeleteRolePermissionsBoundary",
        "AddRoleToInstanceProfile",
    ] {
        let document =
            if operation == "UpdateAssumeRolePolicy" { trusts.clone() } else { document("Allow", "s3:*", "*") };
        let input = json!({"RoleName": name, "PolicyName": "p", "PolicyDocument": document, "PolicyArn": policy,
            "PermissionsBoundary": policy, "InstanceProfileName": "i"});
        assert_eq!(
            world.refused(operation, input).await,
            format!(
                "UnmodifiableEntity: Cannot perform the operation on the protected role '{name}' - this role is only \
                 modifiable by AWS"
            ),
            "{operation}"
        );
    }
    let task = world.ok("DeleteServiceLinkedRole", json!({"RoleName": name})).await;
    assert_eq!(world.ok("GetServiceLinkedRoleDeletionStatus", task.clone()).await, json!({"Status": "SUCCEEDED"}));
    world.clock.advance_s(31 * 86_400);
    assert!(world.refused("GetServiceLinkedRoleDeletionStatus", task).await.starts_with("NoSuchEntity: "));
    assert_eq!(
        world.refused("DeleteServiceLinkedRole", json!({"RoleName": name})).await,
        format!("NoSuchEntity: The role with name {name} cannot be found.")
    );
}

#[tokio::test]
async fn only_services_that_live_here_have_a_role_and_none_takes_a_suffix() {
    let world = World::new();
    for input in [
        json!({"AWSServiceName": "autoscaling.amazonaws.com"}),
        json!({"AWSServiceName": "wafv2.amazonaws.com", "CustomSuffix": "x"}),
    ] {
        assert!(world.refused("CreateServiceLinkedRole", input).await.starts_with("InvalidInput: "));
    }
    world.role("plain", json!({"AWS": "*"})).await;
    assert!(world.refused("DeleteServiceLinkedRole", json!({"RoleName": "plain"})).await.starts_with("NoSuchEntity: "));
    assert!(
        world
            .refused("GetServiceLinkedRoleDeletionStatus", json!({"DeletionTaskId": "task/none"}))
            .await
            .starts_with("NoSuchEntity: ")
    );
}
