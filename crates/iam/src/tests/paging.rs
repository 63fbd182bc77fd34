//! Attack 150: lists by page, and markers that are forged or of another question.

use serde_json::{Value, json};

use crate::testing::{World, document};

const LISTS: [(&str, &str, &str); 6] = [
    ("ListUsers", "Users", "/UserName"),
    ("ListGroups", "Groups", "/GroupName"),
    ("ListRoles", "Roles", "/RoleName"),
    ("ListPolicies", "Policies", "/PolicyName"),
    ("ListInstanceProfiles", "InstanceProfiles", "/InstanceProfileName"),
    ("ListUserPolicies", "PolicyNames", ""),
];

async fn world() -> World {
    let world = World::new();
    for n in 0..5 {
        let name = format!("n{n}");
        world.ok("CreateUser", json!({"UserName": name})).await;
        world.ok("CreateGroup", json!({"GroupName": name})).await;
        world.role(&name, json!({"AWS": "*"})).await;
        world.ok("CreatePolicy", json!({"PolicyName": name, "PolicyDocument": document("Allow", "s3:*", "*")})).await;
        world.ok("CreateInstanceProfile", json!({"InstanceProfileName": name})).await;
        let policy = json!({"UserName": "n0", "PolicyName": name, "PolicyDocument": document("Allow", "s3:*", "*")});
        world.ok("PutUserPolicy", policy).await;
    }
    world
}

#[tokio::test]
async fn every_list_shows_each_thing_once_over_its_pages() {
    let world = world().await;
    for (operation, list, name) in LISTS {
        let (mut seen, mut input) = (Vec::new(), json!({"MaxItems": 2, "UserName": "n0", "Scope": "Local"}));
        loop {
            let page = world.ok(operation, input.clone()).await;
            let items = page[list].as_array().unwrap();
            assert!(items.len() <= 2);
            seen.extend(items.iter().map(|item| item.pointer(name).unwrap().clone()));
            match page.get("Marker") {
                Some(marker) => input["Marker"] = marker.clone(),
                None => break,
            }
            assert_eq!(page["IsTruncated"], true);
        }
        let expected: Vec<Value> = (0..5).map(|n| json!(format!("n{n}"))).collect();
        assert_eq!(seen, expected, "{operation}");
    }
}

#[tokio::test]
async fn attack_150_markers_forged_or_of_another_question_are_refused() {
    let world = world().await;
    let first = |operation: &'static str| {
        let world = &world;
        async move { world.ok(operation, json!({"MaxItems": 2, "UserName": "n0"})).await["Marker"].clone() }
    };
    let users = first("ListUsers").await;
    for (operation, ..) in LISTS {
        let mut markers = vec![json!("forged"), json!("")];
        markers.extend((operation != "ListUsers").then(|| users.clone()));
        for marker in markers {
            let input = json!({"Marker": marker, "UserName": "n0"});
            assert_eq!(world.refused(operation, input).await, "ValidationError: Invalid Marker.", "{operation}");
        }
    }
    let filtered = json!({"Marker": users, "PathPrefix": "/x/"});
    assert_eq!(world.refused("ListUsers", filtered).await, "ValidationError: Invalid Marker.");
}
