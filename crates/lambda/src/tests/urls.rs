//! Addresses of functions.

use serde_json::{Value, json};
use testkit::Calls as _;

use super::Room;

#[tokio::test]
async fn a_function_has_one_address_and_each_alias_another() {
    let room = Room::new();
    room.function("f").await;
    room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    room.ok("CreateAlias", json!({ "FunctionName": "f", "Name": "live", "FunctionVersion": "1" })).await;
    let create = json!({ "FunctionName": "f", "AuthType": "NONE", "Cors": { "AllowOrigins": ["*"] } });
    let made = room.ok("CreateFunctionUrlConfig", create.clone()).await;
    let url = made["FunctionUrl"].as_str().unwrap();
    assert!(url.ends_with(".lambda-url.us-east-1.localhost:4566/"), "{url}");
    let id = url.strip_prefix("http://").unwrap().split('.').next().unwrap();
    assert_eq!(id.len(), 32);
    assert_eq!(room.service.at_url(id).await.unwrap().unwrap().function, "f");
    assert_eq!(room.refused("CreateFunctionUrlConfig", create).await.0, "ResourceConflictException");
    let of_alias = json!({ "FunctionName": "f", "Qualifier": "live", "AuthType": "AWS_IAM" });
    room.ok("CreateFunctionUrlConfig", of_alias).await;
    let listed = room.ok("ListFunctionUrlConfigs", json!({ "FunctionName": "f" })).await;
    assert_eq!(listed["FunctionUrlConfigs"].as_array().unwrap().len(), 2);
    let of = json!({ "FunctionName": "f" });
    let changed = room.ok("UpdateFunctionUrlConfig", json!({ "FunctionName": "f", "AuthType": "AWS_IAM" })).await;
    assert_eq!((&changed["AuthType"], &changed["Cors"]), (&json!("AWS_IAM"), &json!({ "AllowOrigins": ["*"] })));
    assert_eq!(room.ok("GetFunctionUrlConfig", of.clone()).await["FunctionUrl"], url);
    room.ok("DeleteFunctionUrlConfig", of.clone()).await;
    for operation in ["GetFunctionUrlConfig", "UpdateFunctionUrlConfig", "DeleteFunctionUrlConfig"] {
        assert_eq!(room.refused(operation, of.clone()).await.0, "ResourceNotFoundException");
    }
    assert!(room.service.at_url(id).await.unwrap().is_none());
}

#[tokio::test]
async fn an_address_admits_anybody_only_where_the_policy_says_so() {
    let room = Room::new();
    room.function("f").await;
    let made = room.ok("CreateFunctionUrlConfig", json!({ "FunctionName": "f", "AuthType": "NONE" })).await;
    let id =
        made["FunctionUrl"].as_str().unwrap().strip_prefix("http://").unwrap().split('.').next().unwrap().to_owned();
    let now = room.world.call(aws_types::Caller::Root).now;
    let url = room.service.at_url(&id).await.unwrap().unwrap();
    assert!(!room.service.admits_anybody(&url, now).await.unwrap());
    let permission = |auth_type: Value, sid: &str| {
        json!({
            "FunctionName": "f", "StatementId": sid, "Action": "lambda:InvokeFunctionUrl", "Principal": "*",
            "FunctionUrlAuthType": auth_type,
        })
    };
    room.ok("AddPermission", permission(json!("AWS_IAM"), "a")).await;
    assert!(!room.service.admits_anybody(&url, now).await.unwrap());
    room.ok("AddPermission", permission(json!("NONE"), "b")).await;
    assert!(room.service.admits_anybody(&url, now).await.unwrap());
}
