//! Replicas, provisioned limits, log delivery, threat protection's settings, session settings.

use serde_json::{Value, json};

use crate::testing::{REGION, World};

const OTHER: &str = "eu-central-1";

fn replica(pool: &str, more: Value) -> Value {
    let mut input = json!({"UserPoolId": pool, "RegionName": OTHER});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

#[tokio::test]
pub async fn a_replica_is_a_further_region_of_the_pool() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let there = world.context(OTHER);
    let describe = json!({"UserPoolId": pool});
    assert!(world.call_as(&there, "DescribeUserPool", describe.clone()).await.is_err());
    let made = world.ok("CreateUserPoolReplica", replica(&pool, json!({}))).await["UserPoolReplica"].clone();
    assert_eq!((&made["Status"], &made["Role"]), (&json!("CREATING"), &json!("SECONDARY")));
    let arn = format!("arn:aws:cognito-idp:{OTHER}:123456789012:userpool/{pool}");
    assert_eq!(made["UserPoolArn"], json!(arn));
    assert!(world.call_as(&there, "DescribeUserPool", describe.clone()).await.is_ok());
    let listed = world.ok("ListUserPoolReplicas", describe.clone()).await["UserPoolReplicas"].clone();
    assert_eq!((&listed[0]["RegionName"], &listed[0]["Role"]), (&json!(REGION), &json!("PRIMARY")));
    assert_eq!(listed[1]["Status"], "INACTIVE");
    let refused = world.call_as(&there, "AdminCreateUser", json!({"UserPoolId": pool, "Username": "a"})).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "OperationNotEnabledException: This operation is not enabled in a secondary region of the user pool."
    );
    // An operation whose model does not know that word.
    let refused = world.call_as(&there, "CreateIdentityProvider", json!({"UserPoolId": pool})).await.unwrap_err();
    assert_eq!(refused.code, "InvalidParameterException");
    let client = world.client(&pool, json!({"ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]})).await;
    let login = json!({"UserPoolId": pool, "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "nobody", "PASSWORD": "x"}});
    let refused = world.call_as(&there, "AdminInitiateAuth", login.clone()).await.unwrap_err();
    assert_eq!(refused.code, "OperationNotEnabledException");
    world.ok("UpdateUserPoolReplica", replica(&pool, json!({"Status": "ACTIVE"}))).await;
    let refused = world.call_as(&there, "AdminInitiateAuth", login).await.unwrap_err();
    assert_eq!(refused.code, "UserNotFoundException");
    let refusal = world.refused("DeleteUserPool", describe.clone()).await;
    assert!(refusal.contains("secondary replicas"), "{refusal}");
    let refusal = world.refused("DeleteUserPoolReplica", replica(&pool, json!({}))).await;
    assert!(refusal.starts_with("InvalidParameterException: Only an INACTIVE"), "{refusal}");
    world.ok("UpdateUserPoolReplica", replica(&pool, json!({"Status": "INACTIVE"}))).await;
    let gone = world.ok("DeleteUserPoolReplica", replica(&pool, json!({}))).await;
    assert_eq!(gone["UserPoolReplica"]["Status"], "DELETING");
    assert!(world.call_as(&there, "DescribeUserPool", describe).await.is_err());
    for operation in ["UpdateUserPoolReplica", "DeleteUserPoolReplica"] {
        let refusal = world.refused(operation, replica(&pool, json!({"Status": "ACTIVE"}))).await;
        assert!(refusal.starts_with("ResourceNotFoundException: "), "{operation}: {refusal}");
    }
}

#[tokio::test]
pub async fn replicas_that_cannot_be_are_refused() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let lite = world.pool(json!({"UserPoolTier": "LITE"})).await;
    let to = |region: &str| json!({"UserPoolId": pool, "RegionName": region});
    let refused = |input: Value| world.refused("CreateUserPoolReplica", input);
    assert!(refused(to(REGION)).await.starts_with("InvalidParameterException: "));
    assert!(refused(to("not a region")).await.starts_with("InvalidParameterException: "));
    assert!(refused(replica(&lite, json!({}))).await.starts_with("FeatureUnavailableInTierException: "));
    let tags = json!({"UserPoolTags": {"aws:x": "y"}});
    assert!(refused(replica(&pool, tags)).await.starts_with("UserPoolTaggingException: "));
    for region in ["eu-central-1", "eu-north-1", "us-east-1", "us-west-2"] {
        world.ok("CreateUserPoolReplica", to(region)).await;
    }
    assert!(refused(to("eu-north-1")).await.starts_with("InvalidParameterException: "));
    assert!(refused(to("ap-south-1")).await.starts_with("LimitExceededException: "));
    for operation in ["UpdateUserPoolReplica", "DeleteUserPoolReplica"] {
        let mut input = to(REGION);
        input["Status"] = json!("INACTIVE");
        assert!(world.refused(operation, input).await.starts_with("InvalidParameterException: "), "{operation}");
    }
}

#[tokio::test]
pub async fn limits_are_provisioned_between_default_and_quota() {
    let world = World::new();
    let limit = |category: &str| json!({"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}});
    let get = json!({"LimitDefinition": limit("UserAuthentication")});
    let set = |value: i32| json!({"LimitDefinition": limit("UserAuthentication"), "RequestedLimitValue": value});
    let shown = world.ok("GetProvisionedLimit", get.clone()).await["Limit"].clone();
    assert_eq!((&shown["ProvisionedLimitValue"], &shown["FreeLimitValue"]), (&json!(120), &json!(120)));
    assert_eq!(world.ok("UpdateProvisionedLimit", set(500)).await["Limit"]["ProvisionedLimitValue"], 500);
    assert_eq!(world.ok("GetProvisionedLimit", get).await["Limit"]["ProvisionedLimitValue"], 500);
    assert!(world.refused("UpdateProvisionedLimit", set(1)).await.starts_with("InvalidParameterException: "));
    assert!(
        world.refused("UpdateProvisionedLimit", set(1_000_000)).await.starts_with("ServiceQuotaExceededException: ")
    );
    let unknown = json!({"LimitDefinition": limit("Surprise")});
    assert!(world.refused("GetProvisionedLimit", unknown).await.starts_with("InvalidParameterException: "));
}

#[tokio::test]
pub async fn log_delivery_is_checked_kept_and_given_back() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let plus = world.pool(json!({"UserPoolTier": "PLUS"})).await;
    let group = json!({"LogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:pool"});
    let notify = json!({"LogLevel": "ERROR", "EventSource": "userNotification", "CloudWatchLogsConfiguration": group});
    let events = json!({"LogLevel": "INFO", "EventSource": "userAuthEvents", "S3Configuration": {"BucketArn": "arn:aws:s3:::logs"}});
    let set = |pool: &str, all: Value| json!({"UserPoolId": pool, "LogConfigurations": all});
    let kept = world.ok("SetLogDeliveryConfiguration", set(&plus, json!([notify, events]))).await;
    assert_eq!(kept["LogDeliveryConfiguration"]["LogConfigurations"], json!([notify, events]));
    assert_eq!(world.ok("GetLogDeliveryConfiguration", json!({"UserPoolId": plus})).await, kept);
    let refusal = world.refused("SetLogDeliveryConfiguration", set(&pool, json!([events]))).await;
    assert!(refusal.starts_with("FeatureUnavailableInTierException: "), "{refusal}");
    let mut no_place = notify.clone();
    no_place.as_object_mut().unwrap().remove("CloudWatchLogsConfiguration");
    let mut wrong_kind = notify.clone();
    wrong_kind["CloudWatchLogsConfiguration"] = json!({"LogGroupArn": "arn:aws:s3:eu-west-1:123456789012:x"});
    let mut info = notify.clone();
    info["LogLevel"] = json!("INFO");
    let to = |kind: &str, arn: Value| json!([{"LogLevel": "INFO", "EventSource": "userAuthEvents", kind: arn}]);
    let stream = |account: &str, name: &str| json!({"StreamArn": format!("arn:aws:firehose:eu-west-1:{account}:deliverystream/{name}")});
    world
        .ok("SetLogDeliveryConfiguration", set(&plus, to("FirehoseConfiguration", stream("123456789012", "events"))))
        .await;
    for wrong in [
        json!([notify, notify]),
        json!([no_place]),
        json!([wrong_kind]),
        json!([info]),
        to("S3Configuration", json!({"BucketArn": "arn:aws:s3:::missing"})),
        to("FirehoseConfiguration", stream("123456789012", "missing")),
        to("FirehoseConfiguration", stream("999999999999", "events")),
    ] {
        let refusal = world.refused("SetLogDeliveryConfiguration", set(&plus, wrong)).await;
        assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    }
}

#[tokio::test]
async fn threat_protection_is_checked_kept_and_given_back() {
    let world = World::new();
    let off = world.pool(json!({})).await;
    let pool =
        world.pool(json!({"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}})).await;
    let client = world.client(&pool, json!({})).await;
    let block = json!({"Notify": false, "EventAction": "BLOCK"});
    let settings = json!({"CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}},
        "AccountTakeoverRiskConfiguration": {"Actions": {"HighAction": block}},
        "RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.0/24"]}});
    let with = |pool: &str, more: Value| {
        let mut input = json!({"UserPoolId": pool});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    for operation in ["SetRiskConfiguration", "DescribeRiskConfiguration"] {
        let refusal = world.refused(operation, json!({"UserPoolId": off})).await;
        assert!(refusal.starts_with("UserPoolAddOnNotEnabledException: "), "{operation}: {refusal}");
    }
    let kept = world.ok("SetRiskConfiguration", with(&pool, settings.clone())).await;
    assert_eq!(world.ok("DescribeRiskConfiguration", json!({"UserPoolId": pool})).await, kept);
    let of_client = json!({"UserPoolId": pool, "ClientId": client});
    assert_eq!(world.ok("DescribeRiskConfiguration", of_client.clone()).await, kept);
    let mut own = of_client.clone();
    own["RiskExceptionConfiguration"] = json!({"SkippedIPRangeList": ["10.0.0.0/8"]});
    let own = world.ok("SetRiskConfiguration", own).await;
    assert_eq!(world.ok("DescribeRiskConfiguration", of_client.clone()).await, own);
    world.ok("SetRiskConfiguration", of_client.clone()).await;
    assert_eq!(world.ok("DescribeRiskConfiguration", of_client).await, kept);
    let notify = |email: Value| {
        json!({"AccountTakeoverRiskConfiguration": {
        "Actions": {"HighAction": {"Notify": true, "EventAction": "BLOCK"}}, "NotifyConfiguration": email}})
    };
    let arn = "arn:aws:ses:eu-west-1:123456789012:identity/a@example.com";
    for wrong in [
        json!({"RiskExceptionConfiguration": {"BlockedIPRangeList": ["203.0.113.7"]}}),
        notify(Value::Null),
        notify(json!({"SourceArn": arn})),
        notify(json!({"SourceArn": arn, "BlockEmail": {"Subject": "s"}})),
    ] {
        let refusal = world.refused("SetRiskConfiguration", with(&pool, wrong)).await;
        assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    }
    let nobody = json!({"UserPoolId": pool, "ClientId": "nobody"});
    assert!(world.refused("SetRiskConfiguration", nobody).await.starts_with("ResourceNotFoundException: "));
}

#[tokio::test]
pub async fn session_settings_are_kept_and_given_back() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let lite = world.pool(json!({"UserPoolTier": "LITE"})).await;
    let client = world.client(&pool, json!({})).await;
    let of_client = json!({"UserPoolId": pool, "ClientId": client});
    let shown = world.ok("GetUserPoolSessionConfiguration", json!({"UserPoolId": pool})).await;
    assert_eq!(
        shown,
        json!({"UserPoolId": pool, "UserSessionTracking": "DISABLED", "TokenSession": {"MaxPerUser": 20}})
    );
    assert_eq!(
        world.ok("GetUserPoolClientSessionConfiguration", of_client.clone()).await["SSOSession"],
        json!({"MaxValidityMinutes": 60})
    );
    let mut set_client = of_client.clone();
    set_client["SSOSession"] = json!({"MaxValidityMinutes": 5});
    let refusal = world.refused("SetUserPoolClientSessionConfiguration", set_client.clone()).await;
    assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    let set =
        |pool: &str| json!({"UserPoolId": pool, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 3}});
    assert_eq!(world.ok("SetUserPoolSessionConfiguration", set(&pool)).await, set(&pool));
    assert_eq!(world.ok("GetUserPoolSessionConfiguration", json!({"UserPoolId": pool})).await, set(&pool));
    assert_eq!(world.ok("SetUserPoolClientSessionConfiguration", set_client.clone()).await, set_client);
    assert_eq!(world.ok("GetUserPoolClientSessionConfiguration", of_client).await, set_client);
    let refusal = world.refused("SetUserPoolSessionConfiguration", set(&lite)).await;
    assert!(refusal.starts_with("FeatureUnavailableInTierException: "), "{refusal}");
}
