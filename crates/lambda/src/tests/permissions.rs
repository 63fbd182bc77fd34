//! Policies of functions.

use serde_json::{Value, json};
use testkit::Calls as _;

use super::Room;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

fn permission(sid: &str) -> Value {
    json!({
        "FunctionName": "f", "StatementId": sid, "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
    })
}

#[tokio::test]
async fn a_policy_holds_the_statements_as_they_were_added() {
    let room = Room::new();
    room.function("f").await;
    let added = room.ok("AddPermission", permission("s3")).await;
    let statement: Value = serde_json::from_str(added["Statement"].as_str().unwrap()).unwrap();
    assert_eq!(statement["Resource"], ARN);
    let shown = room.ok("GetPolicy", json!({ "FunctionName": "f" })).await;
    let policy: Value = serde_json::from_str(shown["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(policy, json!({ "Version": "2012-10-17", "Id": "default", "Statement": [statement] }));
    room.ok("RemovePermission", json!({ "FunctionName": "f", "StatementId": "s3" })).await;
    let none = room.refused("GetPolicy", json!({ "FunctionName": "f" })).await;
    assert_eq!(none.1, "No policy is associated with the given resource.");
}

#[tokio::test]
async fn what_cannot_be_added_or_taken_away_is_refused_in_awss_words() {
    let room = Room::new();
    room.function("f").await;
    let with = |member: &str, value: &str| {
        let mut input = permission("b");
        input[member] = value.into();
        input
    };
    let remove = |sid: &str| json!({ "FunctionName": "f", "StatementId": sid });
    assert_eq!(
        room.refused("RemovePermission", remove("a")).await.1,
        "No policy is associated with the given resource."
    );
    room.ok("AddPermission", permission("a")).await;
    let cases = [
        (
            permission("a"),
            "ResourceConflictException",
            "The statement id (a) provided already exists. Please provide a new statement id, or remove the existing statement.",
        ),
        (
            with("Principal", "x.example.com"),
            "InvalidParameterValueException",
            "The provided principal was invalid. Please check the principal and try again.",
        ),
        (
            with("Qualifier", "$LATEST"),
            "InvalidParameterValueException",
            "We currently do not support adding policies for $LATEST.",
        ),
        (
            with("Qualifier", "7"),
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:7",
        ),
        (
            with("Qualifier", "none"),
            "ResourceNotFoundException",
            "Cannot find alias arn: arn:aws:lambda:us-east-1:123456789012:function:f:none",
        ),
        (
            with("RevisionId", "x"),
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
        ),
        (
            with("FunctionUrlAuthType", "NONE"),
            "InvalidParameterValueException",
            "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action",
        ),
        (
            with("FunctionName", "none"),
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:none",
        ),
    ];
    for (input, code, message) in cases {
        assert_eq!(room.refused("AddPermission", input).await, (code.into(), message.into()));
    }
    assert_eq!(room.refused("RemovePermission", remove("x")).await.1, "Statement x is not found in resource policy.");
}

#[tokio::test]
async fn a_policy_does_not_grow_beyond_its_bound() {
    let room = Room::new();
    room.function("f").await;
    let mut added = 0;
    let refused = loop {
        let mut input = permission(&format!("s{added}"));
        input["SourceArn"] = format!("arn:aws:execute-api:us-east-1:123456789012:{}/*", "a".repeat(900)).into();
        match room.call("AddPermission", input).await {
            Ok(_) => added += 1,
            Err(error) => break error,
        }
        assert!(added < 100);
    };
    assert_eq!(refused.code, "PolicyLengthExceededException");
    let shown = room.ok("GetPolicy", json!({ "FunctionName": "f" })).await;
    assert!(shown["Policy"].as_str().unwrap().len() <= 20_480);
}

#[tokio::test]
async fn versions_and_aliases_have_policies_of_their_own() {
    let room = Room::new();
    room.function("f").await;
    room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    room.ok("CreateAlias", json!({ "FunctionName": "f", "Name": "live", "FunctionVersion": "1" })).await;
    for qualifier in ["1", "live"] {
        let mut input = permission("a");
        input["Qualifier"] = qualifier.into();
        let added = room.ok("AddPermission", input).await;
        assert!(added["Statement"].as_str().unwrap().contains(&format!("{ARN}:{qualifier}")));
        room.ok("GetPolicy", json!({ "FunctionName": "f", "Qualifier": qualifier })).await;
    }
    assert_eq!(room.refused("GetPolicy", json!({ "FunctionName": "f" })).await.0, "ResourceNotFoundException");
}
