//! Versions and the names that point to them.

use serde_json::json;
use testkit::Calls as _;

use super::{Room, zipped};

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

#[tokio::test]
async fn the_same_code_is_published_once() {
    let room = Room::new();
    room.function("f").await;
    let first = room.ok("PublishVersion", json!({ "FunctionName": "f", "Description": "one" })).await;
    assert_eq!(first["Version"], "1");
    assert_eq!(first["FunctionArn"], format!("{ARN}:1"));
    assert_eq!(first["Description"], "one");
    let again = room.ok("PublishVersion", json!({ "FunctionName": "f", "Description": "two" })).await;
    assert_eq!((&again["Version"], &again["Description"]), (&json!("1"), &json!("one")));
    let second =
        room.ok("UpdateFunctionCode", json!({ "FunctionName": "f", "ZipFile": zipped("2"), "Publish": true })).await;
    assert_eq!(second["Version"], "2");
    let listed = room.ok("ListVersionsByFunction", json!({ "FunctionName": "f" })).await;
    let versions: Vec<_> =
        listed["Versions"].as_array().unwrap().iter().map(|v| v["Version"].as_str().unwrap()).collect();
    assert_eq!(versions, ["$LATEST", "1", "2"]);
    assert_ne!(listed["Versions"][1]["CodeSha256"], listed["Versions"][2]["CodeSha256"]);
    let wrong = json!({ "FunctionName": "f", "CodeSha256": "AAAA" });
    assert!(room.refused("PublishVersion", wrong).await.1.starts_with("CodeSHA256 (AAAA) is different"));
    let stale = json!({ "FunctionName": "f", "RevisionId": "x" });
    assert_eq!(room.refused("PublishVersion", stale).await.0, "PreconditionFailedException");
}

#[tokio::test]
async fn a_function_may_be_published_as_it_is_made() {
    let room = Room::new();
    let mut input = super::create("f");
    input["Publish"] = true.into();
    let made = room.ok("CreateFunction", input).await;
    assert_eq!((&made["Version"], &made["FunctionArn"]), (&json!("1"), &json!(format!("{ARN}:1"))));
}

#[tokio::test]
async fn a_published_version_never_changes() {
    let room = Room::new();
    room.function("f").await;
    room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    room.ok("UpdateFunctionConfiguration", json!({ "FunctionName": "f", "Timeout": 9 })).await;
    let version = json!({ "FunctionName": "f", "Qualifier": "1" });
    assert_eq!(room.ok("GetFunctionConfiguration", version).await["Timeout"], 3);
    let input = json!({ "FunctionName": "f:1", "Timeout": 5 });
    assert_eq!(room.refused("UpdateFunctionConfiguration", input).await.0, "InvalidParameterValueException");
}

#[tokio::test]
async fn versions_go_unless_an_alias_names_them() {
    let room = Room::new();
    room.function("f").await;
    room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    room.ok("CreateAlias", json!({ "FunctionName": "f", "Name": "live", "FunctionVersion": "1" })).await;
    let delete = |qualifier: &str| json!({ "FunctionName": "f", "Qualifier": qualifier });
    assert_eq!(room.refused("DeleteFunction", delete("1")).await.0, "ResourceConflictException");
    assert_eq!(
        room.refused("DeleteFunction", delete("live")).await.1,
        "Deletion of aliases is not currently supported."
    );
    let latest = room.refused("DeleteFunction", delete("$LATEST")).await;
    assert_eq!(latest.1, "$LATEST version cannot be deleted without deleting the function.");
    room.ok("DeleteAlias", json!({ "FunctionName": "f", "Name": "live" })).await;
    room.ok("DeleteAlias", json!({ "FunctionName": "f", "Name": "live" })).await;
    room.ok("DeleteFunction", delete("1")).await;
    room.ok("DeleteFunction", delete("1")).await;
    let gone = room.refused("GetFunction", delete("1")).await;
    assert_eq!(gone.1, format!("Function not found: {ARN}:1"));
    let next = room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    assert_eq!(next["Version"], "2", "a number is never used twice");
}

#[tokio::test]
async fn an_alias_points_to_a_version_and_may_share_with_another() {
    let room = Room::new();
    room.function("f").await;
    room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    room.ok("UpdateFunctionCode", json!({ "FunctionName": "f", "ZipFile": zipped("2"), "Publish": true })).await;
    let routing = json!({ "AdditionalVersionWeights": { "2": 0.5 } });
    let input = json!({ "FunctionName": "f", "Name": "live", "FunctionVersion": "1", "RoutingConfig": routing });
    let alias = room.ok("CreateAlias", input.clone()).await;
    assert_eq!(alias["AliasArn"], format!("{ARN}:live"));
    assert_eq!(alias["RoutingConfig"], routing);
    let taken = room.refused("CreateAlias", input).await;
    assert_eq!(taken, ("ResourceConflictException".into(), format!("Alias already exists: {ARN}:live")));
    for _ in 0..64 {
        room.ok("Invoke", json!({ "FunctionName": "f", "Qualifier": "live" })).await;
    }
    let runs = room.neighbours.runs.lock().clone();
    let second = runs.iter().filter(|(version, _)| version == "f:2").count();
    assert!((8..56).contains(&second), "{second} of 64");
    let shown = room.ok("GetFunction", json!({ "FunctionName": "f:live" })).await;
    assert_eq!(shown["Configuration"]["Version"], "1");
    assert_eq!(shown["Configuration"]["FunctionArn"], format!("{ARN}:live"));
    let update = json!({ "FunctionName": "f", "Name": "live", "Description": "d", "RevisionId": alias["RevisionId"] });
    let updated = room.ok("UpdateAlias", update.clone()).await;
    assert_eq!((&updated["Description"], &updated["RoutingConfig"]), (&json!("d"), &routing));
    assert_eq!(room.refused("UpdateAlias", update).await.0, "PreconditionFailedException");
    let off = json!({ "FunctionName": "f", "Name": "live", "RoutingConfig": { "AdditionalVersionWeights": {} } });
    assert!(room.ok("UpdateAlias", off).await["RoutingConfig"].is_null());
    assert_eq!(room.ok("GetAlias", json!({ "FunctionName": "f", "Name": "live" })).await["FunctionVersion"], "1");
    let of = |version: &str| json!({ "FunctionName": "f", "FunctionVersion": version });
    assert_eq!(room.ok("ListAliases", of("1")).await["Aliases"].as_array().unwrap().len(), 1);
    assert_eq!(room.ok("ListAliases", of("2")).await["Aliases"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn an_alias_that_cannot_be_is_refused() {
    let room = Room::new();
    room.function("f").await;
    room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    let create = |version: &str, weights: serde_json::Value| {
        json!({
            "FunctionName": "f", "Name": "a", "FunctionVersion": version,
            "RoutingConfig": { "AdditionalVersionWeights": weights },
        })
    };
    let cases = [
        (
            create("$LATEST", json!({ "1": 0.1 })),
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ),
        (create("1", json!({ "1": 0.1 })), "Invalid function version 1. Function version 1 is already included"),
        (create("1", json!({ "2": 0.1, "3": 0.1 })), "Number of items in AdditionalVersionWeights cannot be"),
        (create("7", json!({})), "Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:7"),
        (create("1", json!({ "7": 0.1 })), "Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:7"),
    ];
    for (input, expected) in cases {
        let (_, message) = room.refused("CreateAlias", input).await;
        assert!(message.starts_with(expected), "{message}");
    }
    let missing = json!({ "FunctionName": "f", "Name": "none" });
    assert_eq!(room.refused("GetAlias", missing.clone()).await.1, format!("Cannot find alias arn: {ARN}:none"));
    assert_eq!(room.refused("UpdateAlias", missing).await.1, format!("Alias not found: {ARN}:none"));
}
