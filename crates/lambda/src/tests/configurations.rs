//! What is set beside a function's configuration.

use serde_json::json;
use testkit::Calls as _;

use super::Room;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

#[tokio::test]
async fn concurrency_is_kept_for_a_function_out_of_the_accounts() {
    let room = Room::new();
    room.function("f").await;
    room.function("g").await;
    let put = |name: &str, n: i32| json!({ "FunctionName": name, "ReservedConcurrentExecutions": n });
    assert_eq!(room.ok("PutFunctionConcurrency", put("f", 500)).await["ReservedConcurrentExecutions"], 500);
    let refused = room.refused("PutFunctionConcurrency", put("g", 401)).await;
    assert_eq!(refused.0, "InvalidParameterValueException");
    assert!(refused.1.ends_with("below its minimum value of [100]."));
    room.ok("PutFunctionConcurrency", put("f", 0)).await;
    assert_eq!(
        room.ok("GetFunctionConcurrency", json!({ "FunctionName": "f" })).await["ReservedConcurrentExecutions"],
        0
    );
    room.ok("Invoke", json!({ "FunctionName": "f" })).await;
    assert_eq!(room.neighbours.plans.lock()[0].reserved_concurrency, Some(0));
    room.ok("PutFunctionConcurrency", put("g", 900)).await;
    room.ok("DeleteFunctionConcurrency", json!({ "FunctionName": "g" })).await;
    let settings = room.ok("GetAccountSettings", json!({})).await;
    assert_eq!(settings["AccountLimit"]["UnreservedConcurrentExecutions"], 1000);
    assert_eq!(settings["AccountUsage"]["FunctionCount"], 2);
    let none = room.ok("GetFunctionConcurrency", json!({ "FunctionName": "g" })).await;
    assert!(none["ReservedConcurrentExecutions"].is_null());
}

#[tokio::test]
async fn provisioned_concurrency_is_a_versions() {
    let room = Room::new();
    room.function("f").await;
    room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    let of = |qualifier: &str| json!({ "FunctionName": "f", "Qualifier": qualifier });
    let put = |qualifier: &str, n: i32| json!({ "FunctionName": "f", "Qualifier": qualifier, "ProvisionedConcurrentExecutions": n });
    let latest = room.refused("PutProvisionedConcurrencyConfig", put("$LATEST", 1)).await;
    assert_eq!(latest.1, "Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
    let none = room.call("GetProvisionedConcurrencyConfig", of("1")).await.unwrap_err();
    assert_eq!((none.code.as_ref(), none.status), ("ProvisionedConcurrencyConfigNotFoundException", 404));
    let set = room.ok("PutProvisionedConcurrencyConfig", put("1", 3)).await;
    assert_eq!(set["Status"], "IN_PROGRESS");
    let ready = room.ok("GetProvisionedConcurrencyConfig", of("1")).await;
    assert_eq!((&ready["Status"], &ready["AllocatedProvisionedConcurrentExecutions"]), (&json!("READY"), &json!(3)));
    let listed = room.ok("ListProvisionedConcurrencyConfigs", json!({ "FunctionName": "f" })).await;
    assert_eq!(listed["ProvisionedConcurrencyConfigs"][0]["FunctionArn"], format!("{ARN}:1"));
    room.ok("PutFunctionConcurrency", json!({ "FunctionName": "f", "ReservedConcurrentExecutions": 2 })).await;
    let over = room.refused("PutProvisionedConcurrencyConfig", put("1", 3)).await;
    assert!(over.1.starts_with("Requested Provisioned Concurrency should not be greater"));
    room.ok("DeleteProvisionedConcurrencyConfig", of("1")).await;
    assert!(room.call("GetProvisionedConcurrencyConfig", of("1")).await.is_err());
}

#[tokio::test]
async fn how_asynchronous_calls_are_treated_is_put_changed_and_forgotten() {
    let room = Room::new();
    room.function("f").await;
    room.function("g").await;
    let of = json!({ "FunctionName": "f" });
    let missing = room.refused("GetFunctionEventInvokeConfig", of.clone()).await;
    assert_eq!(missing.1, format!("The function {ARN}:$LATEST doesn't have an EventInvokeConfig"));
    let nothing = room.refused("PutFunctionEventInvokeConfig", of.clone()).await;
    assert_eq!(nothing.1, "You must specify at least one of error handling or destination setting.");
    let to = |arn: &str| json!({ "FunctionName": "f", "DestinationConfig": { "OnSuccess": { "Destination": arn } } });
    for (arn, expected) in [
        (ARN, "You can't specify the function as a destination for itself."),
        ("arn:aws:lambda:us-east-1:123456789012:function:none", "The destination ARN arn:aws:lambda:us-east-1"),
        ("arn:aws:sqs:us-east-1:123456789012:queue", "A destination that is no function is not available"),
    ] {
        let (code, message) = room.refused("PutFunctionEventInvokeConfig", to(arn)).await;
        assert_eq!(code, "InvalidParameterValueException");
        assert!(message.starts_with(expected), "{message}");
    }
    let put = json!({ "FunctionName": "f", "MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60 });
    let set = room.ok("PutFunctionEventInvokeConfig", put).await;
    assert_eq!(set["FunctionArn"], format!("{ARN}:$LATEST"));
    let g = "arn:aws:lambda:us-east-1:123456789012:function:g";
    let changed = room.ok("UpdateFunctionEventInvokeConfig", to(g)).await;
    assert_eq!(changed["MaximumRetryAttempts"], 0);
    assert_eq!(changed["DestinationConfig"]["OnSuccess"]["Destination"], g);
    let listed = room.ok("ListFunctionEventInvokeConfigs", of.clone()).await;
    assert_eq!(listed["FunctionEventInvokeConfigs"].as_array().unwrap().len(), 1);
    room.ok("DeleteFunctionEventInvokeConfig", of.clone()).await;
    assert_eq!(room.refused("DeleteFunctionEventInvokeConfig", of).await.0, "ResourceNotFoundException");
}

#[tokio::test]
async fn what_is_only_kept_is_shown_as_it_was_put() {
    let room = Room::new();
    room.function("f").await;
    let of = json!({ "FunctionName": "f" });
    assert_eq!(room.ok("GetFunctionRecursionConfig", of.clone()).await["RecursiveLoop"], "Terminate");
    room.ok("PutFunctionRecursionConfig", json!({ "FunctionName": "f", "RecursiveLoop": "Allow" })).await;
    assert_eq!(room.ok("GetFunctionRecursionConfig", of.clone()).await["RecursiveLoop"], "Allow");
    assert_eq!(room.ok("GetRuntimeManagementConfig", of.clone()).await["UpdateRuntimeOn"], "Auto");
    let arn = format!("arn:aws:lambda:us-east-1::runtime:{}", "a".repeat(64));
    let manual = json!({ "FunctionName": "f", "UpdateRuntimeOn": "Manual", "RuntimeVersionArn": arn });
    room.ok("PutRuntimeManagementConfig", manual).await;
    assert_eq!(room.ok("GetRuntimeManagementConfig", of.clone()).await["RuntimeVersionArn"], arn);
    let bare = json!({ "FunctionName": "f", "UpdateRuntimeOn": "Manual" });
    assert_eq!(room.refused("PutRuntimeManagementConfig", bare).await.0, "InvalidParameterValueException");
    let signing = room.ok("GetFunctionCodeSigningConfig", of.clone()).await;
    assert_eq!(signing["FunctionName"], "f");
    assert!(signing["CodeSigningConfigArn"].is_null());
    assert_eq!(room.ok("ListEventSourceMappings", of).await["EventSourceMappings"], json!([]));
}
