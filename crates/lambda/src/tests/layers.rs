//! Layers.

use serde_json::{Value, json};
use testkit::Calls as _;

use super::{Room, create, zipped};

fn publish(content: &str) -> Value {
    json!({
        "LayerName": "tools", "Content": { "ZipFile": zipped(content) }, "CompatibleRuntimes": ["python3.12"],
        "Description": content,
    })
}

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:layer:tools";

#[tokio::test]
async fn a_layers_versions_are_numbered_and_listed() {
    let room = Room::new();
    let first = room.ok("PublishLayerVersion", publish("one")).await;
    assert_eq!((&first["Version"], &first["LayerVersionArn"]), (&json!(1), &json!(format!("{ARN}:1"))));
    room.ok("PublishLayerVersion", publish("two")).await;
    let listed = room.ok("ListLayerVersions", json!({ "LayerName": ARN })).await;
    let numbers: Vec<_> = listed["LayerVersions"].as_array().unwrap().iter().map(|v| v["Version"].as_i64()).collect();
    assert_eq!(numbers, [Some(2), Some(1)]);
    let none = room.ok("ListLayerVersions", json!({ "LayerName": "tools", "CompatibleRuntime": "nodejs22.x" })).await;
    assert_eq!(none["LayerVersions"], json!([]));
    let layers = room.ok("ListLayers", json!({})).await;
    assert_eq!(layers["Layers"].as_array().unwrap().len(), 1);
    assert_eq!(layers["Layers"][0]["LatestMatchingVersion"]["Version"], 2);
    let shown = room.ok("GetLayerVersion", json!({ "LayerName": "tools", "VersionNumber": 1 })).await;
    assert_eq!(shown["Description"], "one");
    let by_arn = room.ok("GetLayerVersionByArn", json!({ "Arn": format!("{ARN}:1") })).await;
    assert_eq!(by_arn["Content"]["CodeSha256"], shown["Content"]["CodeSha256"]);
    for n in [1, 2] {
        room.ok("DeleteLayerVersion", json!({ "LayerName": "tools", "VersionNumber": n })).await;
        room.ok("DeleteLayerVersion", json!({ "LayerName": "tools", "VersionNumber": n })).await;
    }
    assert_eq!(room.zips(), 0);
    assert_eq!(room.ok("PublishLayerVersion", publish("three")).await["Version"], 3);
}

#[tokio::test]
async fn a_function_keeps_the_layers_it_uses() {
    let room = Room::new();
    room.ok("PublishLayerVersion", publish("one")).await;
    let mut input = create("f");
    input["Layers"] = json!([format!("{ARN}:1")]);
    let made = room.ok("CreateFunction", input.clone()).await;
    assert_eq!(made["Layers"][0]["Arn"], format!("{ARN}:1"));
    room.ok("DeleteLayerVersion", json!({ "LayerName": "tools", "VersionNumber": 1 })).await;
    assert_eq!(room.zips(), 2);
    room.ok("Invoke", json!({ "FunctionName": "f" })).await;
    assert_eq!(room.neighbours.plans.lock()[0].layers.len(), 1);
    input["FunctionName"] = "g".into();
    assert_eq!(room.refused("CreateFunction", input).await.1, format!("Layer version {ARN}:1 does not exist."));
    room.ok("UpdateFunctionConfiguration", json!({ "FunctionName": "f", "Layers": [] })).await;
    assert_eq!(room.zips(), 1);
}

#[tokio::test]
async fn two_versions_of_a_layer_and_more_than_five_are_refused() {
    let room = Room::new();
    room.function("f").await;
    for content in ["one", "two"] {
        room.ok("PublishLayerVersion", publish(content)).await;
    }
    let layers = |arns: Vec<String>| json!({ "FunctionName": "f", "Layers": arns });
    let twice = room.refused("UpdateFunctionConfiguration", layers(vec![format!("{ARN}:1"), format!("{ARN}:2")])).await;
    assert!(twice.1.starts_with("Two different versions of the same layer are not allowed"));
    let many = room.refused("UpdateFunctionConfiguration", layers(vec![format!("{ARN}:1"); 6])).await;
    assert_eq!(many.1, "Cannot reference more than 5 layers.");
}

#[tokio::test]
async fn layers_are_lent_by_their_policies() {
    let room = Room::new();
    let of = json!({ "LayerName": "tools", "VersionNumber": 1 });
    let add = json!({
        "LayerName": "tools", "VersionNumber": 1, "StatementId": "a", "Action": "lambda:GetLayerVersion",
        "Principal": "*", "OrganizationId": "o-1234567890",
    });
    let missing = room.refused("AddLayerVersionPermission", add.clone()).await;
    assert_eq!(missing.1, format!("Layer version {ARN}:1 does not exist."));
    room.ok("PublishLayerVersion", publish("one")).await;
    assert_eq!(room.refused("GetLayerVersionPolicy", of.clone()).await.0, "ResourceNotFoundException");
    let added = room.ok("AddLayerVersionPermission", add.clone()).await;
    let statement: Value = serde_json::from_str(added["Statement"].as_str().unwrap()).unwrap();
    assert_eq!(statement["Condition"], json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1234567890" } }));
    assert_eq!(room.refused("AddLayerVersionPermission", add).await.0, "ResourceConflictException");
    let policy = room.ok("GetLayerVersionPolicy", of.clone()).await;
    assert_eq!(policy["RevisionId"], added["RevisionId"]);
    let remove = json!({ "LayerName": "tools", "VersionNumber": 1, "StatementId": "a" });
    room.ok("RemoveLayerVersionPermission", remove.clone()).await;
    assert_eq!(room.refused("RemoveLayerVersionPermission", remove).await.0, "ResourceNotFoundException");
    let zero = json!({ "LayerName": "tools", "VersionNumber": 0 });
    assert_eq!(room.refused("GetLayerVersion", zero).await.1, "Layer Version Cannot be less than 1.");
    let none = json!({ "LayerName": "tools", "VersionNumber": 9 });
    assert_eq!(room.refused("GetLayerVersion", none).await.1, "The resource you requested does not exist.");
}
