//! CreateUserPoolDomain, DescribeUserPoolDomain, UpdateUserPoolDomain, DeleteUserPoolDomain, and the plans behind them.

use serde_json::{Value, json};
use user_pool_domain::plan::UsernameKind;
use user_pool_domain::ports::DomainPlans;

use crate::testing::World;

const CERTIFICATE: &str = "arn:aws:acm:us-east-1:123456789012:certificate/1";

#[tokio::test]
async fn a_prefix_domain_comes_and_goes() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let key = json!({"UserPoolId": pool, "Domain": "demo"});
    assert_eq!(world.ok("CreateUserPoolDomain", key.clone()).await, json!({"ManagedLoginVersion": 1}));
    let described = world.ok("DescribeUserPoolDomain", json!({"Domain": "demo"})).await;
    assert_eq!(
        described["DomainDescription"],
        json!({"UserPoolId": pool, "AWSAccountId": "123456789012", "Domain": "demo", "Version": "20260102030405",
               "Status": "ACTIVE", "ManagedLoginVersion": 1})
    );
    assert_eq!(world.ok("DescribeUserPool", json!({"UserPoolId": pool})).await["UserPool"]["Domain"], "demo");
    assert_eq!(world.ok("DeleteUserPoolDomain", key.clone()).await, json!({}));
    assert_eq!(
        world.ok("DescribeUserPoolDomain", json!({"Domain": "demo"})).await,
        json!({"DomainDescription": {}}),
        "a domain that does not exist has an empty description"
    );
    assert_eq!(
        world.refused("DeleteUserPoolDomain", key.clone()).await,
        "ResourceNotFoundException: No such domain or pool exists."
    );
    world.ok("CreateUserPoolDomain", key).await;
}

#[tokio::test]
async fn names_are_unique_in_a_region_and_follow_the_rules() {
    let world = World::new();
    let (one, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": one, "Domain": "demo"})).await;
    let cases = [
        ("demo", "Domain already associated with another user pool."),
        ("my-aws-login", "Domain cannot contain reserved word: aws"),
        ("amazonia", "Domain cannot contain reserved word: amazon"),
        ("cognito-x", "Domain cannot contain reserved word: cognito"),
        ("-x", "A domain prefix consists of 1 to 63 lower-case letters, digits and hyphens."),
        ("x.y", "A domain prefix consists of 1 to 63 lower-case letters, digits and hyphens."),
    ];
    for (name, expected) in cases {
        let refusal = world.refused("CreateUserPoolDomain", json!({"UserPoolId": other, "Domain": name})).await;
        assert_eq!(refusal, format!("InvalidParameterException: {expected}"));
    }
    assert_eq!(
        world.refused("CreateUserPoolDomain", json!({"UserPoolId": one, "Domain": "second"})).await,
        "InvalidParameterException: User pool already has a domain configured."
    );
    assert_eq!(
        world.refused("CreateUserPoolDomain", json!({"UserPoolId": "eu-west-1_none", "Domain": "x"})).await,
        "ResourceNotFoundException: User pool eu-west-1_none does not exist."
    );
    let bad = json!({"UserPoolId": other, "Domain": "x", "ManagedLoginVersion": 3});
    assert!(world.refused("CreateUserPoolDomain", bad).await.starts_with("InvalidParameterException: "));
    let elsewhere = world.context("us-east-1");
    let made = world.call_as(&elsewhere, "CreateUserPool", json!({"PoolName": "x"})).await.unwrap();
    let same = json!({"UserPoolId": made["UserPool"]["Id"], "Domain": "demo"});
    world.call_as(&elsewhere, "CreateUserPoolDomain", same).await.unwrap();
    let plan = |name: &str| world.service.by_domain(name).unwrap().region.as_str().to_owned();
    assert_eq!(plan("demo.auth.us-east-1.localhost"), "us-east-1");
    assert_eq!(plan("Demo.auth.eu-west-1.amazoncognito.com"), "eu-west-1");
    assert_eq!(plan("demo"), "eu-west-1");
    assert!(world.service.by_domain("demo.auth.ap-south-1.localhost").is_none());
    assert!(world.service.by_domain("dem").is_none());
}

#[tokio::test]
async fn attack_149_a_domain_of_another_pool_is_not_touched() {
    let world = World::new();
    let (one, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": one, "Domain": "demo"})).await;
    for operation in ["UpdateUserPoolDomain", "DeleteUserPoolDomain"] {
        for pool in [other.as_str(), "eu-west-1_none"] {
            let refusal = world.refused(operation, json!({"UserPoolId": pool, "Domain": "demo"})).await;
            assert!(refusal.starts_with("ResourceNotFoundException: "), "{operation}: {refusal}");
        }
    }
    assert!(world.service.by_domain("demo").is_some());
}

#[tokio::test]
async fn an_own_domain_needs_a_certificate_and_stands_beside_the_prefix() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let own = |name: &str, arn: &str| json!({"UserPoolId": pool, "Domain": name, "CustomDomainConfig": {"CertificateArn": arn}, "ManagedLoginVersion": 2});
    for (name, arn) in
        [("login", CERTIFICATE), ("login..example.com", CERTIFICATE), ("login.example.com", "arn:aws:iam::1:x")]
    {
        let refusal = world.refused("CreateUserPoolDomain", own(name, arn)).await;
        assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    }
    let made = world.ok("CreateUserPoolDomain", own("login.example.com", CERTIFICATE)).await;
    assert_eq!(made["ManagedLoginVersion"], 2);
    assert!(made["CloudFrontDomain"].as_str().unwrap().ends_with(".cloudfront.net"));
    assert_eq!(world.service.by_domain("login.example.com").unwrap().domain, "login.example.com");
    let renewed = "arn:aws:acm:us-east-1:123456789012:certificate/2";
    world.ok("UpdateUserPoolDomain", own("login.example.com", renewed)).await;
    let described = world.ok("DescribeUserPoolDomain", json!({"Domain": "login.example.com"})).await;
    assert_eq!(described["DomainDescription"]["CustomDomainConfig"]["CertificateArn"], renewed);
    let prefix = json!({"UserPoolId": pool, "Domain": "demo", "CustomDomainConfig": {"CertificateArn": CERTIFICATE}});
    assert!(world.refused("UpdateUserPoolDomain", prefix).await.starts_with("InvalidParameterException: "));
    world.ok("DeleteUserPoolDomain", json!({"UserPoolId": pool, "Domain": "login.example.com"})).await;
    let shown = world.ok("DescribeUserPool", json!({"UserPoolId": pool})).await["UserPool"].clone();
    assert_eq!((&shown["Domain"], &shown["CustomDomain"]), (&json!("demo"), &Value::Null));
    assert!(world.service.by_domain("login.example.com").is_none());
}

#[tokio::test]
async fn plans_reflect_each_operation_before_it_answers() {
    let world = World::new();
    let pool = world
        .pool(json!({"UsernameAttributes": ["email"], "Schema": [{"Name": "name", "Required": true}],
                     "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true},
                     "Policies": {"PasswordPolicy": {"MinimumLength": 10, "RequireNumbers": true}}}))
        .await;
    assert!(world.service.by_domain("demo").is_none());
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let plan = world.service.by_domain("demo").unwrap();
    assert_eq!((plan.pool_id.as_str(), plan.pool_name.as_str()), (pool.as_str(), "demo"));
    assert_eq!(plan.issuer, format!("http://localhost:4566/{pool}"));
    assert!(!plan.sign_up);
    assert_eq!(plan.username_kind, UsernameKind::Email);
    assert_eq!(plan.required_attributes, ["name"]);
    assert_eq!((plan.password_policy.minimum_length, plan.password_policy.symbols), (10, false));
    assert!(plan.clients.is_empty());

    let id = world
        .client(
            &pool,
            json!({"AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"], "AllowedOAuthFlowsUserPoolClient": true,
                   "CallbackURLs": ["https://a.example/cb"], "PreventUserExistenceErrors": "ENABLED"}),
        )
        .await;
    let client = world.service.by_domain("demo").unwrap().clients[&id].clone();
    assert!(client.oauth_enabled && client.flows.code && !client.flows.implicit && client.pkce_required);
    assert!(client.local_users && client.token_revocation && client.prevent_user_existence_errors);
    assert!(!client.confidential);
    assert_eq!(client.callback_urls, ["https://a.example/cb"]);

    world.ok("UpdateUserPoolClient", json!({"UserPoolId": pool, "ClientId": id})).await;
    assert!(!world.service.by_domain("demo").unwrap().clients[&id].oauth_enabled);
    world.ok("UpdateUserPool", json!({"UserPoolId": pool})).await;
    assert!(world.service.by_domain("demo").unwrap().sign_up);
    world.ok("DeleteUserPoolClient", json!({"UserPoolId": pool, "ClientId": id})).await;
    assert!(world.service.by_domain("demo").unwrap().clients.is_empty());
    world.ok("DeleteUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    assert!(world.service.by_domain("demo").is_none());
}

#[tokio::test]
async fn of_two_pools_that_want_one_name_at_once_one_gets_it() {
    let world = World::new();
    let (one, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    let ask = |pool: &str| world.call("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"}));
    let (a, b) = tokio::join!(ask(&one), ask(&other));
    let refused: Vec<_> = [a, b].into_iter().filter_map(Result::err).map(|error| error.to_string()).collect();
    assert_eq!(refused, ["InvalidParameterException: Domain already associated with another user pool."]);
}

#[tokio::test]
pub async fn the_lite_tier_has_no_managed_login() {
    let world = World::new();
    let pool = world.pool(json!({"UserPoolTier": "LITE"})).await;
    let managed = json!({"UserPoolId": pool, "Domain": "demo", "ManagedLoginVersion": 2});
    let refusal = world.refused("CreateUserPoolDomain", managed.clone()).await;
    assert!(refusal.starts_with("FeatureUnavailableInTierException: "), "{refusal}");
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let refusal = world.refused("UpdateUserPoolDomain", managed).await;
    assert!(refusal.starts_with("FeatureUnavailableInTierException: "), "{refusal}");
}

#[tokio::test]
async fn attack_026_a_pools_tag_says_which_client_needs_pkce() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let settings = json!({"AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
        "AllowedOAuthFlowsUserPoolClient": true, "CallbackURLs": ["https://a.example/cb"]});
    let public = world.client(&pool, settings.clone()).await;
    let mut confidential = settings;
    confidential["GenerateSecret"] = json!(true);
    let confidential = world.client(&pool, confidential).await;
    let needs = || {
        let plan = world.service.by_domain("demo").unwrap();
        [&public, &confidential].map(|id| plan.clients[id].pkce_required)
    };
    assert_eq!(needs(), [true, false]);
    let arn = format!("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{pool}");
    let (one, other) = (format!("portcullis:pkce:{public}"), format!("portcullis:pkce:{confidential}"));
    let tag = |value: (&str, &str)| json!({"ResourceArn": arn, "Tags": {one.clone(): value.0, other.clone(): value.1}});
    world.ok("TagResource", tag(("optional", "required"))).await;
    assert_eq!(needs(), [false, true]);
    world.ok("TagResource", tag(("no such rule", "Required"))).await;
    assert_eq!(needs(), [true, false], "what is no rule changes nothing");
}

#[tokio::test]
async fn the_pages_of_a_client_without_cognito_take_no_local_users() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let provider = json!({"UserPoolId": pool, "ProviderName": "Corp", "ProviderType": "OIDC",
        "ProviderDetails": {"client_id": "me", "client_secret": "s", "attributes_request_method": "GET",
            "oidc_issuer": "https://auth.example.com", "authorize_scopes": "openid"}});
    world.ok("CreateIdentityProvider", provider).await;
    for (providers, local) in [(json!(["Corp"]), false), (json!(["Corp", "COGNITO"]), true)] {
        let settings = json!({"SupportedIdentityProviders": providers, "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"], "CallbackURLs": ["https://app.example.com"]});
        let client = world.client(&pool, settings).await;
        let plan = world.service.by_domain("demo").unwrap();
        assert_eq!(plan.clients[&client].local_users, local, "{providers}");
    }
}
