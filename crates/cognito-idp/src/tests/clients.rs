//! CreateUserPoolClient, DescribeUserPoolClient, ListUserPoolClients, UpdateUserPoolClient, DeleteUserPoolClient.

use serde_json::{Value, json};

use crate::testing::{World, text};

#[tokio::test]
async fn a_new_client_has_every_default() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let made = world.ok("CreateUserPoolClient", json!({"UserPoolId": pool, "ClientName": "app"})).await;
    let id = text(&made, "/UserPoolClient/ClientId");
    assert_eq!(id.len(), 26);
    assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{id}");
    assert_eq!(
        made["UserPoolClient"],
        json!({
            "UserPoolId": pool, "ClientName": "app", "ClientId": id, "LastModifiedDate": 1_767_323_045,
            "CreationDate": 1_767_323_045, "RefreshTokenValidity": 30, "TokenValidityUnits": {},
            "AllowedOAuthFlowsUserPoolClient": false, "EnableTokenRevocation": true,
            "EnablePropagateAdditionalUserContextData": false, "AuthSessionValidity": 3
        })
    );
    let described = world.ok("DescribeUserPoolClient", json!({"UserPoolId": pool, "ClientId": id})).await;
    assert_eq!(described, made);
}

#[tokio::test]
async fn every_setting_of_the_lab_is_kept() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let settings = json!({
        "UserPoolId": pool, "ClientName": "bma-website", "GenerateSecret": false,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["implicit", "code"],
        "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
        "CallbackURLs": ["http://bma-website.s3-website-us-east-1.localhost:4566/callback.html", "myapp://cb"],
        "LogoutURLs": ["http://localhost:4566/"], "DefaultRedirectURI": "myapp://cb",
        "SupportedIdentityProviders": ["COGNITO"], "PreventUserExistenceErrors": "ENABLED",
        "AccessTokenValidity": 5, "IdTokenValidity": 10, "RefreshTokenValidity": 60,
        "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"},
        "ReadAttributes": ["email", "custom:team"], "WriteAttributes": ["email"], "AuthSessionValidity": 15,
        "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    });
    world.ok("AddCustomAttributes", json!({"UserPoolId": pool, "CustomAttributes": [{"Name": "team"}]})).await;
    let made = world.ok("CreateUserPoolClient", settings.clone()).await["UserPoolClient"].clone();
    for (name, value) in settings.as_object().unwrap() {
        if name != "GenerateSecret" {
            assert_eq!(made[name], *value, "{name}");
        }
    }
}

#[tokio::test]
async fn an_update_replaces_all_but_name_and_secret() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let id = world
        .client(
            &pool,
            json!({"GenerateSecret": true, "AccessTokenValidity": 2, "EnableTokenRevocation": false,
                   "CallbackURLs": ["https://example.com/cb"], "ReadAttributes": ["email"]}),
        )
        .await;
    let key = json!({"UserPoolId": pool, "ClientId": id});
    let before = world.ok("DescribeUserPoolClient", key.clone()).await["UserPoolClient"].clone();
    assert_eq!(text(&before, "/ClientSecret").len(), 52);
    world.clock.advance_s(5);
    let after = world.ok("UpdateUserPoolClient", key.clone()).await["UserPoolClient"].clone();
    assert_eq!(after["ClientName"], "app");
    assert_eq!(after["ClientSecret"], before["ClientSecret"]);
    assert_eq!(after["EnableTokenRevocation"], true);
    assert_eq!(after["LastModifiedDate"], 1_767_323_050);
    for gone in ["AccessTokenValidity", "CallbackURLs", "ReadAttributes"] {
        assert_eq!(after[gone], Value::Null, "{gone}");
    }
    assert_eq!(world.ok("DescribeUserPoolClient", key).await["UserPoolClient"], after);
}

/// What CreateUserPoolClient and UpdateUserPoolClient refuse alike.
fn refusals() -> Vec<(Value, &'static str)> {
    let validity = "InvalidParameterException: Invalid range for token validity.";
    vec![
        (json!({"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}}), validity),
        (json!({"AccessTokenValidity": 25}), validity),
        (json!({"IdTokenValidity": 2, "TokenValidityUnits": {"IdToken": "days"}}), validity),
        (json!({"TokenValidityUnits": {"AccessToken": "minutes"}}), validity),
        (json!({"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}}), validity),
        (json!({"RefreshTokenValidity": 3651}), validity),
        (json!({"RefreshTokenValidity": 315_360_000}), validity),
        (
            json!({"AccessTokenValidity": 2, "RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}}),
            validity,
        ),
        (
            json!({"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}),
            "InvalidParameterException: ExplicitAuthFlows cannot combine",
        ),
        (
            json!({"ReadAttributes": ["custom:none"]}),
            "InvalidParameterException: Invalid read attributes specified while creating a client",
        ),
        (
            json!({"WriteAttributes": ["email_verified"]}),
            "InvalidParameterException: Invalid write attributes specified while creating a client",
        ),
        (
            json!({"SupportedIdentityProviders": ["COGNITO", "Google"]}),
            "InvalidParameterException: The provider Google does not exist for User Pool eu-west-1_",
        ),
        (
            json!({"AllowedOAuthFlows": ["code", "client_credentials"]}),
            "InvalidOAuthFlowException: client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            json!({"AllowedOAuthFlows": ["client_credentials"]}),
            "InvalidOAuthFlowException: client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (json!({"AllowedOAuthScopes": ["openid", "dragons/read"]}), "ScopeDoesNotExistException: "),
        (
            json!({"AllowedOAuthFlowsUserPoolClient": true}),
            "InvalidParameterException: AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is \
             allowed to use OAuth flows.",
        ),
        (
            json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]}),
            "InvalidOAuthFlowException: CallbackURLs are required",
        ),
        (
            json!({"CallbackURLs": ["https://a.example/cb"], "DefaultRedirectURI": "https://a.example/other"}),
            "InvalidParameterException: DefaultRedirectURI must be one of CallbackURLs.",
        ),
        (
            json!({"EnablePropagateAdditionalUserContextData": true}),
            "InvalidParameterException: EnablePropagateAdditionalUserContextData requires",
        ),
    ]
}

#[tokio::test]
pub async fn settings_that_cannot_be_are_refused_at_creation_and_update() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let id = world.client(&pool, json!({})).await;
    for (mut settings, expected) in refusals() {
        settings["UserPoolId"] = json!(pool);
        settings["ClientName"] = json!("app");
        let refusal = world.refused("CreateUserPoolClient", settings.clone()).await;
        assert!(refusal.starts_with(expected), "{settings}: {refusal}");
        settings["ClientId"] = json!(id);
        let refusal = world.refused("UpdateUserPoolClient", settings.clone()).await;
        assert!(refusal.starts_with(expected), "{settings}: {refusal}");
    }
    let list = world.ok("ListUserPoolClients", json!({"UserPoolId": pool})).await;
    assert_eq!(list["UserPoolClients"].as_array().unwrap().len(), 1, "a refusal leaves nothing behind");
}

#[tokio::test]
async fn attack_7_and_8_dangerous_redirect_urls_are_not_registered() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let urls = [
        "https://app.example.com/cb#part",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://app.example.com/cb",
        "http://localhost.evil.example/cb",
        "http://localhost@evil.example/cb",
        "http://evil.example/x.localhost",
        "http://evil.example?.localhost",
        "http://evillocalhost/cb",
        "https://user@app.example.com/cb",
        "https:/app.example.com",
        "https://app.example.com\\@evil.example",
        "https://app.example.com/c b",
        "//app.example.com/cb",
        "app.example.com/cb",
    ];
    for url in urls {
        for member in ["CallbackURLs", "LogoutURLs"] {
            let input = json!({"UserPoolId": pool, "ClientName": "app", member: [url]});
            let refusal = world.refused("CreateUserPoolClient", input).await;
            assert!(refusal.starts_with("InvalidParameterException: "), "{url}: {refusal}");
        }
    }
    let refusal = json!({"UserPoolId": pool, "ClientName": "app", "CallbackURLs": ["http://a.example/cb"]});
    assert_eq!(
        world.refused("CreateUserPoolClient", refusal).await,
        "InvalidParameterException: http://a.example/cb cannot use the HTTP protocol."
    );
}

#[tokio::test]
async fn good_redirect_urls_are_registered() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let urls = json!([
        "https://app.example.com/cb?x=1",
        "http://localhost/cb",
        "http://localhost:3000/cb",
        "http://127.0.0.1:8080",
        "http://[::1]:8080/cb",
        "myapp://cb",
        "com.example.app:/cb",
        "http://site.s3-website-eu-west-1.localhost:4566/cb"
    ]);
    let made =
        world.ok("CreateUserPoolClient", json!({"UserPoolId": pool, "ClientName": "app", "CallbackURLs": urls})).await;
    assert_eq!(made["UserPoolClient"]["CallbackURLs"], urls);
}

#[tokio::test]
async fn attack_149_a_client_of_another_pool_does_not_exist() {
    let world = World::new();
    let (one, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    let id = world.client(&one, json!({})).await;
    let key = json!({"UserPoolId": other, "ClientId": id});
    let expected = format!("ResourceNotFoundException: User pool client {id} does not exist.");
    for operation in ["DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient"] {
        assert_eq!(world.refused(operation, key.clone()).await, expected, "{operation}");
    }
    let absent = json!({"UserPoolId": "eu-west-1_none", "ClientId": id, "ClientName": "app"});
    for operation in [
        "CreateUserPoolClient",
        "DescribeUserPoolClient",
        "UpdateUserPoolClient",
        "DeleteUserPoolClient",
        "ListUserPoolClients",
    ] {
        let refusal = world.refused(operation, absent.clone()).await;
        assert_eq!(refusal, "ResourceNotFoundException: User pool eu-west-1_none does not exist.", "{operation}");
    }
}

#[tokio::test]
async fn a_deleted_client_is_gone() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let id = world.client(&pool, json!({})).await;
    let key = json!({"UserPoolId": pool, "ClientId": id});
    assert_eq!(world.ok("DeleteUserPoolClient", key.clone()).await, json!({}));
    let expected = format!("ResourceNotFoundException: User pool client {id} does not exist.");
    assert_eq!(world.refused("DeleteUserPoolClient", key.clone()).await, expected);
    assert_eq!(world.refused("DescribeUserPoolClient", key).await, expected);
    assert!(world.service.client_and_pool(&id).await.is_err());
}

#[tokio::test]
async fn a_client_is_found_by_its_id_alone_while_its_pool_lives() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let id = world.client(&pool, json!({})).await;
    let (client, found) = world.service.client_and_pool(&id).await.unwrap();
    assert_eq!((client.id.as_str(), found.id.as_str()), (id.as_str(), pool.as_str()));
    world.ok("DeleteUserPool", json!({"UserPoolId": pool})).await;
    let refusal = world.service.client_and_pool(&id).await.unwrap_err();
    assert_eq!(refusal.to_string(), format!("ResourceNotFoundException: User pool client {id} does not exist."));
}

#[tokio::test]
pub async fn the_thousand_and_first_client_is_refused() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let mut tx = store::Tx::new();
    tx.add(&crate::table::clients_counter(&pool), 999, None, None);
    world.store.commit(tx).await.unwrap();
    let id = world.client(&pool, json!({})).await;
    let refusal = world.refused("CreateUserPoolClient", json!({"UserPoolId": pool, "ClientName": "app"})).await;
    assert!(refusal.starts_with("LimitExceededException: "), "{refusal}");
    world.ok("DeleteUserPoolClient", json!({"UserPoolId": pool, "ClientId": id})).await;
    world.client(&pool, json!({})).await;
}

#[tokio::test]
async fn zero_refresh_days_mean_thirty() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let id = world
        .client(&pool, json!({"RefreshTokenValidity": 0, "TokenValidityUnits": {"RefreshToken": "minutes"}}))
        .await;
    let client = world.service.client(&pool, &id).await.unwrap();
    assert_eq!(client.settings.refresh_token_s(), 30 * 86_400);
    assert_eq!(client.settings.access_token_s(), 3600);
}
