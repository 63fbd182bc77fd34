use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Lab, OTHER, PASSWORD, ROUNDS, attributes, claims, flows};
use crate::testing::text;

const INVALID: &str = "NotAuthorizedException: Invalid Access Token";
const REVOKED: &str = "NotAuthorizedException: Access Token has been revoked";
const REFRESH_REVOKED: &str = "NotAuthorizedException: Refresh Token has been revoked";

/// A token of the pool's own key with other claims.
async fn forged(lab: &Lab, access: &str, change: impl Fn(&mut Map<String, Value>)) -> String {
    let mut claims = claims(access);
    change(&mut claims);
    lab.world.service.keys().signing(&lab.pool).await.unwrap().access.sign(&claims).unwrap()
}

fn names(claims: &Map<String, Value>) -> Vec<&str> {
    claims.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn tokens_bear_cognitos_claims() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    for (group, precedence) in [("staff", 2), ("admins", 1)] {
        let role = format!("arn:aws:iam::123456789012:role/{group}");
        let input = json!({ "UserPoolId": lab.pool, "GroupName": group, "Precedence": precedence, "RoleArn": role });
        lab.ok("CreateGroup", input).await;
        lab.admin("AdminAddUserToGroup", "alice", json!({ "GroupName": group })).await;
    }
    let signed_in = lab.sign_in("alice", PASSWORD).await;
    let (access, id) = (claims(&signed_in.access), claims(&signed_in.id));
    assert_eq!(
        names(&access),
        [
            "sub",
            "cognito:groups",
            "iss",
            "client_id",
            "origin_jti",
            "event_id",
            "token_use",
            "scope",
            "auth_time",
            "exp",
            "iat",
            "jti",
            "username"
        ]
    );
    assert_eq!(access["iss"], format!("http://localhost:4566/{}", lab.pool));
    assert_eq!(access["scope"], "aws.cognito.signin.user.admin");
    assert_eq!((&access["client_id"], &access["username"]), (&json!(lab.client), &json!("alice")));
    assert_eq!((&access["token_use"], &id["token_use"]), (&json!("access"), &json!("id")));
    assert_eq!(access["iat"], 1_767_323_045);
    assert_eq!(access["exp"], 1_767_323_045 + 3600);
    assert_eq!(id["aud"], json!(lab.client));
    assert_eq!(id["cognito:username"], "alice");
    assert_eq!(id["cognito:groups"], json!(["admins", "staff"]));
    assert_eq!(id["cognito:preferred_role"], "arn:aws:iam::123456789012:role/admins");
    assert_eq!(id["cognito:roles"].as_array().unwrap().len(), 2);
    assert_eq!((&id["email"], &id["email_verified"]), (&json!("alice@example.com"), &json!(true)));
    for shared in ["sub", "origin_jti", "event_id", "auth_time", "iss"] {
        assert_eq!(access[shared], id[shared], "{shared}");
    }
    assert_ne!(access["jti"], id["jti"]);
    assert!(!id.contains_key("at_hash") && !access.contains_key("version"));
    let kid = |token: &str| jose::unverified_kid(token).unwrap();
    assert_ne!(kid(&signed_in.access), kid(&signed_in.id), "two keys");
    assert!(signed_in.refresh.starts_with("eyJjdHkiOiJKV1QiLCJlbmMiOi"));
}

#[tokio::test]
async fn lifetimes_are_the_clients() {
    let client = json!({
        "AccessTokenValidity": 5, "IdTokenValidity": 10, "RefreshTokenValidity": 1,
        "TokenValidityUnits": { "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours" },
    });
    let lab = Lab::with(json!({}), client).await;
    lab.user("alice").await;
    let signed_in = lab.sign_in("alice", PASSWORD).await;
    let lives = |token: &str| claims(token)["exp"].as_i64().unwrap() - claims(token)["iat"].as_i64().unwrap();
    assert_eq!((lives(&signed_in.access), lives(&signed_in.id)), (300, 600));
    lab.advance_s(299);
    lab.get_user(&signed_in.access).await;
    lab.advance_s(1);
    let expired = "NotAuthorizedException: Access Token has expired";
    assert_eq!(lab.get_user_refused(&signed_in.access).await, expired, "attack 47");
    let renewed = lab.ok("InitiateAuth", lab.refresh_input(&signed_in.refresh)).await;
    assert_eq!(renewed["AuthenticationResult"]["ExpiresIn"], 300);
    lab.advance_s(3300);
    assert_eq!(lab.refresh_refused(&signed_in.refresh).await, "NotAuthorizedException: Refresh Token has expired");
}

#[tokio::test]
async fn a_refresh_keeps_the_chain_and_gives_no_new_refresh_token() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let first = lab.sign_in("alice", PASSWORD).await;
    lab.advance_s(100);
    let mut input = lab.refresh_input(&first.refresh);
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] {
        input["AuthFlow"] = json!(flow);
        let answer = lab.ok("InitiateAuth", input.clone()).await;
        assert_eq!(answer["ChallengeParameters"], json!({}));
        assert!(answer["AuthenticationResult"].get("RefreshToken").is_none());
        let (before, after) = (claims(&first.access), claims(&text(&answer, "/AuthenticationResult/AccessToken")));
        for kept in ["auth_time", "origin_jti", "event_id", "sub"] {
            assert_eq!(before[kept], after[kept], "{kept}");
        }
        assert_ne!(before["jti"], after["jti"]);
        assert_eq!(after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(), 100);
    }
}

#[tokio::test]
async fn attack_45_an_id_token_is_no_access_token() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let signed_in = lab.sign_in("alice", PASSWORD).await;
    assert_eq!(lab.get_user_refused(&signed_in.id).await, INVALID);
    for token in [&signed_in.access, &signed_in.id] {
        assert_eq!(lab.refresh_refused(token).await, "NotAuthorizedException: Invalid Refresh Token");
    }
    assert_eq!(lab.get_user_refused(&signed_in.refresh).await, INVALID);
}

#[tokio::test]
async fn attack_44_a_token_of_another_pool_or_nobody_is_refused() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let other_pool = lab.world.pool(json!({})).await;
    let claims = claims(&access);
    let foreign = lab.world.service.keys().signing(&other_pool).await.unwrap().access.sign(&claims).unwrap();
    for token in [foreign.as_str(), "", "a.b.c", "x", access.trim_end_matches(char::is_alphanumeric)] {
        assert_eq!(lab.get_user_refused(token).await, INVALID, "{token}");
    }
    let elsewhere = forged(&lab, &access, |claims| {
        claims.insert("iss".to_owned(), json!(format!("https://evil.example/{}", lab.pool)));
    });
    assert_eq!(lab.get_user_refused(&elsewhere.await).await, INVALID);
}

#[tokio::test]
async fn attack_47_times_that_are_no_times_are_refused() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let set = |name: &'static str, value: Value| {
        move |claims: &mut Map<String, Value>| drop(claims.insert(name.to_owned(), value.clone()))
    };
    let untouched = forged(&lab, &access, |_| {}).await;
    lab.get_user(&untouched).await;
    for (name, value) in [
        ("exp", json!("1999999999")),
        ("exp", json!(1_000_000_000_000_000_000_i64)),
        ("exp", json!(-1)),
        ("exp", Value::Null),
        ("iat", json!(-5)),
        ("iat", json!(1_767_323_045 + 3600)),
        ("nbf", json!(1_767_323_045 + 3600)),
    ] {
        let token = forged(&lab, &access, set(name, value.clone())).await;
        assert_eq!(lab.get_user_refused(&token).await, INVALID, "{name} {value}");
    }
    let token = forged(&lab, &access, |claims| drop(claims.shift_remove("exp"))).await;
    assert_eq!(lab.get_user_refused(&token).await, INVALID);
}

#[tokio::test]
async fn a_token_without_the_scope_does_not_serve_the_users_operations() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let token = forged(&lab, &access, |claims| drop(claims.insert("scope".to_owned(), json!("openid email")))).await;
    assert_eq!(
        lab.get_user_refused(&token).await,
        "NotAuthorizedException: Access Token does not have required scopes"
    );
}

#[tokio::test]
async fn attack_52_an_access_token_dies_with_sign_out_revocation_disabling_and_deletion() {
    let lab = Lab::new().await;
    let gone = "UserNotFoundException: User does not exist.";
    for (end, expected) in [
        ("GlobalSignOut", REVOKED),
        ("AdminUserGlobalSignOut", REVOKED),
        ("RevokeToken", REVOKED),
        ("AdminDisableUser", "NotAuthorizedException: User is disabled."),
        ("AdminDeleteUser", gone),
        ("DeleteUser", gone),
        ("DeleteUserPoolClient", REVOKED),
    ] {
        let name = end.to_lowercase();
        lab.user(&name).await;
        let tokens = lab.sign_in(&name, PASSWORD).await;
        match end {
            "GlobalSignOut" | "DeleteUser" => drop(lab.ok(end, json!({ "AccessToken": tokens.access })).await),
            "RevokeToken" => drop(lab.ok(end, json!({ "ClientId": lab.client, "Token": tokens.refresh })).await),
            "DeleteUserPoolClient" => {
                drop(lab.ok(end, json!({ "UserPoolId": lab.pool, "ClientId": lab.client })).await);
            }
            _ => drop(lab.admin(end, &name, json!({})).await),
        }
        let token = json!(tokens.access);
        for (operation, input) in [
            ("GetUser", json!({})),
            ("GlobalSignOut", json!({})),
            ("ChangePassword", json!({ "PreviousPassword": PASSWORD, "ProposedPassword": OTHER })),
            ("UpdateUserAttributes", json!({ "UserAttributes": [{ "Name": "name", "Value": "x" }] })),
            ("DeleteUserAttributes", json!({ "UserAttributeNames": ["name"] })),
            ("GetUserAttributeVerificationCode", json!({ "AttributeName": "email" })),
            ("VerifyUserAttribute", json!({ "AttributeName": "email", "Code": "123456" })),
            ("DeleteUser", json!({})),
        ] {
            let mut input = input;
            input["AccessToken"] = token.clone();
            assert_eq!(lab.refused(operation, input).await, expected, "{operation} after {end}");
        }
    }
}

#[tokio::test]
async fn attack_53_a_refresh_token_dies_with_what_it_came_from() {
    let lab = Lab::new().await;
    for end in ["RevokeToken", "GlobalSignOut", "AdminDisableUser", "AdminResetUserPassword", "AdminDeleteUser"] {
        let name = end.to_lowercase();
        lab.user(&name).await;
        let tokens = lab.sign_in(&name, PASSWORD).await;
        match end {
            "RevokeToken" => drop(lab.ok(end, json!({ "ClientId": lab.client, "Token": tokens.refresh })).await),
            "GlobalSignOut" => drop(lab.ok(end, json!({ "AccessToken": tokens.access })).await),
            _ => drop(lab.admin(end, &name, json!({})).await),
        }
        assert_eq!(lab.refresh_refused(&tokens.refresh).await, REFRESH_REVOKED, "{end}");
    }
    lab.admin("AdminEnableUser", "admindisableuser", json!({})).await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    lab.ok("DeleteUserPoolClient", json!({ "UserPoolId": lab.pool, "ClientId": lab.client })).await;
    let refused = lab.refresh_refused(&tokens.refresh).await;
    assert!(refused.starts_with("ResourceNotFoundException"), "{refused}");
}

#[tokio::test]
async fn attack_53_disabling_kills_for_good() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    lab.admin("AdminDisableUser", "alice", json!({})).await;
    lab.admin("AdminEnableUser", "alice", json!({})).await;
    assert_eq!(lab.refresh_refused(&tokens.refresh).await, REFRESH_REVOKED);
    assert_eq!(lab.get_user_refused(&tokens.access).await, REVOKED);
    let again = lab.sign_in("alice", PASSWORD).await;
    lab.get_user(&again.access).await;
}

#[tokio::test]
async fn attack_54_a_refresh_token_is_its_clients_alone() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let other = lab.world.client(&lab.pool, json!({ "ExplicitAuthFlows": flows() })).await;
    let mut input = lab.refresh_input(&tokens.refresh);
    input["ClientId"] = json!(other);
    assert_eq!(lab.refused("InitiateAuth", input).await, "NotAuthorizedException: Invalid Refresh Token");
    lab.ok("RevokeToken", json!({ "ClientId": other, "Token": tokens.refresh })).await;
    lab.get_user(&tokens.access).await;
    lab.ok("InitiateAuth", lab.refresh_input(&tokens.refresh)).await;
}

#[tokio::test]
pub async fn revocation_is_refused_for_other_tokens_clients_and_secrets() {
    let lab = Lab::with(json!({}), json!({ "EnableTokenRevocation": false })).await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    assert!(!claims(&tokens.access).contains_key("origin_jti"));
    let revoke = |client: &str, token: &str| json!({ "ClientId": client, "Token": token });
    assert_eq!(
        lab.refused("RevokeToken", revoke(&lab.client, &tokens.refresh)).await,
        "UnsupportedOperationException: Token revocation is not enabled for this client."
    );
    lab.get_user(&tokens.access).await;
    assert!(lab.refused("RevokeToken", revoke("1example", &tokens.refresh)).await.starts_with("UnauthorizedException"));
    let revoking = Lab::new().await;
    revoking.user("alice").await;
    let tokens = revoking.sign_in("alice", PASSWORD).await;
    assert_eq!(
        revoking.refused("RevokeToken", revoke(&revoking.client, &tokens.access)).await,
        "UnsupportedTokenTypeException: Unsupported token type"
    );
    revoking.ok("RevokeToken", revoke(&revoking.client, &tokens.refresh)).await;
    revoking.ok("RevokeToken", revoke(&revoking.client, &tokens.refresh)).await;
    let secret = revoking.world.client(&revoking.pool, json!({ "GenerateSecret": true })).await;
    let refused = revoking.refused("RevokeToken", revoke(&secret, &tokens.refresh)).await;
    assert_eq!(refused, "UnauthorizedException: Invalid client secret");
}

#[tokio::test]
pub async fn attack_55_a_rotated_refresh_token_comes_again_and_ends_its_chain() {
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 10 });
    let client = json!({ "RefreshTokenRotation": rotation, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] });
    let lab = Lab::with(json!({}), client).await;
    lab.user("alice").await;
    let first = lab.sign_in("alice", PASSWORD).await;
    let renew = |token: &str| json!({ "ClientId": lab.client, "RefreshToken": token });
    let second = lab.ok("GetTokensFromRefreshToken", renew(&first.refresh)).await;
    let second = text(&second, "/AuthenticationResult/RefreshToken");
    assert_ne!(second, first.refresh);
    lab.advance_s(9);
    lab.ok("GetTokensFromRefreshToken", renew(&first.refresh)).await;
    lab.advance_s(1);
    let refused = lab.refused("GetTokensFromRefreshToken", renew(&first.refresh)).await;
    assert!(refused.starts_with("RefreshTokenReuseException"), "{refused}");
    assert_eq!(lab.refused("GetTokensFromRefreshToken", renew(&second)).await, REFRESH_REVOKED);
    assert_eq!(lab.get_user_refused(&first.access).await, REVOKED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_56_of_32_rotations_at_once_one_succeeds() {
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    let client = json!({ "RefreshTokenRotation": rotation, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] });
    let lab = Lab::with(json!({}), client).await;
    lab.user("alice").await;
    for round in 0..ROUNDS {
        let tokens = lab.sign_in("alice", PASSWORD).await;
        let input = json!({ "ClientId": lab.client, "RefreshToken": tokens.refresh });
        let outcomes = lab.at_once(32, "GetTokensFromRefreshToken", &input).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
    }
}

#[tokio::test]
async fn attack_98_what_a_client_may_not_read_is_left_out() {
    let schema = json!([{ "Name": "role", "AttributeDataType": "String" }]);
    let lab = Lab::with(json!({ "Schema": schema }), json!({ "ReadAttributes": ["email"] })).await;
    lab.user("alice").await;
    let more = json!([{ "Name": "custom:role", "Value": "admin" }, { "Name": "name", "Value": "Alice" }]);
    lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": more })).await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let seen = attributes(&lab.get_user(&tokens.access).await);
    assert_eq!(seen.keys().map(String::as_str).collect::<Vec<_>>(), ["email", "sub"]);
    let id = claims(&tokens.id);
    assert!(id.contains_key("email"));
    for hidden in ["custom:role", "name", "email_verified"] {
        assert!(!id.contains_key(hidden), "{hidden}");
    }
    assert_eq!(attributes(&lab.admin("AdminGetUser", "alice", json!({})).await)["custom:role"], "admin");
}

#[tokio::test]
async fn attack_52_another_node_refuses_at_once() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let other = crate::testing::World::over(lab.world.store.clone(), crate::testing::config());
    let input = json!({ "AccessToken": tokens.access });
    other.ok("GetUser", input.clone()).await;
    lab.ok("GlobalSignOut", input.clone()).await;
    assert_eq!(other.refused("GetUser", input).await, REVOKED);
    drop(Arc::clone(&other.service));
}

#[tokio::test]
async fn attack_57_a_client_that_rotates_does_not_refresh_by_initiate_auth() {
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    let lab = Lab::with(json!({}), json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] })).await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let update = json!({
        "UserPoolId": lab.pool, "ClientId": lab.client, "RefreshTokenRotation": rotation,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    });
    lab.ok("UpdateUserPoolClient", update).await;
    let refused = lab.refresh_refused(&tokens.refresh).await;
    assert_eq!(refused, "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client");
    lab.ok("GetTokensFromRefreshToken", json!({ "ClientId": lab.client, "RefreshToken": tokens.refresh })).await;
}

#[tokio::test]
async fn attack_55_a_rotated_token_stays_dead_where_the_client_rotates_no_more() {
    let rotation = json!({ "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 });
    let client = json!({ "RefreshTokenRotation": rotation, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] });
    let lab = Lab::with(json!({}), client).await;
    lab.user("alice").await;
    let first = lab.sign_in("alice", PASSWORD).await.refresh;
    let renew = |token: &str| json!({ "ClientId": lab.client, "RefreshToken": token });
    let second = lab.ok("GetTokensFromRefreshToken", renew(&first)).await;
    let second = text(&second, "/AuthenticationResult/RefreshToken");
    lab.ok("UpdateUserPoolClient", json!({ "UserPoolId": lab.pool, "ClientId": lab.client })).await;
    assert_eq!(lab.refused("GetTokensFromRefreshToken", renew(&first)).await, REFRESH_REVOKED);
    lab.ok("GetTokensFromRefreshToken", renew(&second)).await;
}

#[tokio::test]
async fn tokens_from_a_refresh_token_need_the_clients_secret() {
    let client = json!({ "GenerateSecret": true });
    let lab = Lab::with(json!({}), client).await;
    let described = lab.ok("DescribeUserPoolClient", json!({ "UserPoolId": lab.pool, "ClientId": lab.client })).await;
    let secret = text(&described, "/UserPoolClient/ClientSecret");
    lab.user("alice").await;
    let mut login = lab.login("alice", PASSWORD);
    login["AuthParameters"]["SECRET_HASH"] = json!(super::secret_hash(&secret, "alice", &lab.client));
    let tokens = super::tokens(&lab.ok("InitiateAuth", login).await);
    let mut input = json!({ "ClientId": lab.client, "RefreshToken": tokens.refresh });
    let unable = format!("NotAuthorizedException: Unable to verify secret for client {}", lab.client);
    assert_eq!(lab.refused("GetTokensFromRefreshToken", input.clone()).await, unable);
    input["ClientSecret"] = json!(secret);
    lab.ok("GetTokensFromRefreshToken", input).await;
}
