//! UpdateUserPool.

use serde_json::{Value, json};

use crate::testing::World;

#[tokio::test]
async fn an_update_replaces_everything_it_may() {
    let world = World::new();
    let id = world
        .pool(json!({
            "Policies": {"PasswordPolicy": {"MinimumLength": 12}},
            "AutoVerifiedAttributes": ["email"],
            "LambdaConfig": {"PreSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:f"},
            "UserPoolTags": {"team": "red"},
            "UsernameAttributes": ["email"],
            "UsernameConfiguration": {"CaseSensitive": true},
            "Schema": [{"Name": "team"}],
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true},
            "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true},
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]}
        }))
        .await;
    world.clock.advance_s(60);
    assert_eq!(
        world.ok("UpdateUserPool", json!({"UserPoolId": id, "SmsVerificationMessage": "Take {####}"})).await,
        json!({})
    );
    let pool = world.ok("DescribeUserPool", json!({"UserPoolId": id})).await["UserPool"].clone();
    assert_eq!(pool["SmsVerificationMessage"], "Take {####}");
    assert_eq!(pool["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
    assert_eq!(pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], false);
    assert_eq!(pool["LambdaConfig"], json!({}));
    assert_eq!(pool["UserPoolTags"], json!({}));
    for gone in ["AutoVerifiedAttributes", "DeviceConfiguration", "AccountRecoverySetting"] {
        assert_eq!(pool[gone], Value::Null, "{gone}");
    }
    assert_eq!(pool["Name"], "demo");
    assert_eq!(pool["UsernameAttributes"], json!(["email"]));
    assert_eq!(pool["UsernameConfiguration"], json!({"CaseSensitive": true}));
    assert_eq!(pool["SchemaAttributes"].as_array().unwrap().len(), 21);
    assert_eq!(pool["CreationDate"], 1_767_323_045);
    assert_eq!(pool["LastModifiedDate"], 1_767_323_105);
}

#[tokio::test]
async fn a_pool_may_be_renamed() {
    let world = World::new();
    let id = world.pool(json!({})).await;
    world.ok("UpdateUserPool", json!({"UserPoolId": id, "PoolName": "renamed"})).await;
    assert_eq!(world.ok("DescribeUserPool", json!({"UserPoolId": id})).await["UserPool"]["Name"], "renamed");
}

#[tokio::test]
pub async fn updates_are_refused_as_creations_are() {
    let world = World::new();
    let id = world.pool(json!({})).await;
    let refused = |settings: Value| {
        let (world, id) = (&world, &id);
        async move {
            let mut settings = settings;
            settings["UserPoolId"] = json!(id);
            world.refused("UpdateUserPool", settings).await
        }
    };
    assert_eq!(
        refused(json!({"MfaConfiguration": "ON"})).await,
        "InvalidParameterException: Cannot turn MFA functionality ON, once the user pool has been created."
    );
    assert_eq!(
        refused(json!({"MfaConfiguration": "OPTIONAL"})).await,
        "InvalidParameterException: User pool does not have SMS configuration to send messages."
    );
    assert!(refused(json!({"UserPoolTags": {"aws:x": "y"}})).await.starts_with("UserPoolTaggingException"));
    let plus = json!({"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}, "UserPoolTier": "ESSENTIALS"});
    assert!(refused(plus).await.starts_with("FeatureUnavailableInTierException"));
    assert_eq!(
        world.refused("UpdateUserPool", json!({"UserPoolId": "eu-west-1_none"})).await,
        "ResourceNotFoundException: User pool eu-west-1_none does not exist."
    );
}

#[tokio::test]
async fn mfa_stays_with_the_factor_that_was_set() {
    let world = World::new();
    let id = world.pool(json!({})).await;
    let totp =
        json!({"UserPoolId": id, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    world.ok("SetUserPoolMfaConfig", totp).await;
    world.ok("UpdateUserPool", json!({"UserPoolId": id, "MfaConfiguration": "ON"})).await;
    let mfa = world.ok("GetUserPoolMfaConfig", json!({"UserPoolId": id})).await;
    assert_eq!(mfa, json!({"SoftwareTokenMfaConfiguration": {"Enabled": true}, "MfaConfiguration": "ON"}));
}

#[tokio::test]
async fn thirty_two_changes_at_once_all_arrive() {
    let world = World::new();
    let id = world.pool(json!({})).await;
    let add = |i: usize| {
        let (world, id) = (&world, &id);
        async move {
            let input = json!({"UserPoolId": id, "CustomAttributes": [{"Name": format!("a{i}")}]});
            world.ok("AddCustomAttributes", input).await
        }
    };
    let mut all: Vec<_> = (0..32).map(|i| Box::pin(add(i))).collect();
    std::future::poll_fn(|cx| {
        all.retain_mut(|one| one.as_mut().poll(cx).is_pending());
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    let pool = world.ok("DescribeUserPool", json!({"UserPoolId": id})).await;
    assert_eq!(pool["UserPool"]["SchemaAttributes"].as_array().unwrap().len(), 52);
}

#[tokio::test]
pub async fn a_tier_is_not_left_while_its_features_are_on() {
    let world = World::new();
    let id = world.pool(json!({})).await;
    let email =
        json!({"UserPoolId": id, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {"Message": "{####}.."}});
    world.ok("SetUserPoolMfaConfig", email).await;
    let lite = json!({"UserPoolId": id, "UserPoolTier": "LITE", "MfaConfiguration": "OPTIONAL"});
    assert_eq!(
        world.refused("UpdateUserPool", lite.clone()).await,
        "TierChangeNotAllowedException: The tier cannot be changed to LITE while EmailMfaConfiguration is in use."
    );
    world.ok("SetUserPoolMfaConfig", json!({"UserPoolId": id, "MfaConfiguration": "OFF"})).await;
    world.ok("UpdateUserPool", json!({"UserPoolId": id, "UserPoolTier": "LITE"})).await;
}
