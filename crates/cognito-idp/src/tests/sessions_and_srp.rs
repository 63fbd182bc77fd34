//! Sessions that are listed and revoked, pools without SRP, and tokens of machines.

use serde_json::{Value, json};

use crate::auth::tests::{Lab, PASSWORD, grants};
use crate::testing::text;

async fn tracked(max: i32) -> Lab {
    let lab = Lab::new().await;
    let set = json!({"UserPoolId": lab.pool, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": max}});
    lab.ok("SetUserPoolSessionConfiguration", set).await;
    lab.user("alice").await;
    lab
}

async fn sessions(lab: &Lab) -> Vec<Value> {
    lab.admin("AdminListUserSessions", "alice", json!({})).await["Sessions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn sessions_are_listed_and_revoked() {
    let lab = tracked(20).await;
    let first = lab.sign_in("alice", PASSWORD).await;
    lab.advance_s(5);
    let second = lab.sign_in("alice", PASSWORD).await;
    let own = lab.ok("ListUserSessions", json!({"AccessToken": second.access})).await["Sessions"].clone();
    assert_eq!((&own[0]["IsCurrentSession"], &own[1]["IsCurrentSession"]), (&json!(true), &json!(false)));
    assert_eq!((&own[0]["SessionType"], &own[0]["ClientId"]), (&json!("TOKEN"), &json!(lab.client)));
    let revoke = |id: &Value| json!({"AccessToken": second.access, "SessionId": id});
    let refusal = lab.refused("RevokeUserSession", revoke(&own[0]["SessionId"])).await;
    assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    lab.ok("RevokeUserSession", revoke(&own[1]["SessionId"])).await;
    assert!(lab.get_user_refused(&first.access).await.starts_with("NotAuthorizedException: "));
    let refusal = lab.refused("RevokeUserSession", revoke(&own[1]["SessionId"])).await;
    assert!(refusal.starts_with("ResourceNotFoundException: "), "{refusal}");
    let left = sessions(&lab).await;
    assert_eq!((left.len(), &left[0]["SessionId"]), (1, &own[0]["SessionId"]));
    lab.admin("AdminRevokeUserSession", "alice", json!({"SessionId": left[0]["SessionId"]})).await;
    assert!(lab.get_user_refused(&second.access).await.starts_with("NotAuthorizedException: "));
    assert!(lab.refresh_refused(&second.refresh).await.starts_with("NotAuthorizedException: "));
    assert!(sessions(&lab).await.is_empty());
}

/// Signs in at the pages for two applications: the sessions' ids (SSO, TOKEN, TOKEN), and the applications' access tokens.
async fn at_two_applications(lab: &Lab) -> ([Value; 3], [String; 2]) {
    let user = grants::page_sign_in(lab, "alice", PASSWORD).await;
    let session = lab.port().open_session(lab.flow(), &user).await.unwrap();
    let known = lab.port().session(&lab.pool, session.expose()).await.unwrap().unwrap();
    let mut access = Vec::new();
    for user in [user, known] {
        let asked = grants::authorization(user, &["openid", "aws.cognito.signin.user.admin"]);
        let code = lab.port().issue_code(lab.flow(), asked).await.unwrap();
        access.push(grants::redeem_right(lab, &code).await.access_token);
        lab.advance_s(5);
    }
    let listed = lab.ok("ListUserSessions", json!({"AccessToken": access[1]})).await["Sessions"].clone();
    let own = listed.as_array().unwrap().iter().filter(|one| one["CreateDate"] == listed[0]["CreateDate"]);
    let (sso, token): (Vec<_>, Vec<_>) = own.partition(|one| one["SessionType"] == "SSO");
    assert_eq!((sso.len(), token.len()), (1, 2), "{listed}");
    assert_eq!(token[0]["IsCurrentSession"], true);
    let ids = [sso[0], token[1], token[0]].map(|one| one["SessionId"].clone());
    (ids, access.try_into().unwrap())
}

#[tokio::test]
async fn sessions_of_one_sign_in_at_the_pages_are_linked() {
    let lab = grants::lab().await;
    let set = json!({"UserPoolId": lab.pool, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 20}});
    lab.ok("SetUserPoolSessionConfiguration", set).await;
    let elsewhere = lab.sign_in("alice", PASSWORD).await;
    lab.advance_s(5);
    let other = at_two_applications(&lab).await.1;
    let revoke = |id: &Value, associated: &str| json!({"SessionId": id, "RevokeAssociatedSessions": associated});
    for (associated, token_lives) in [("NONE", true), ("LINKED", false)] {
        let ([sso, ..], access) = at_two_applications(&lab).await;
        lab.admin("AdminRevokeUserSession", "alice", revoke(&sso, associated)).await;
        for token in &access {
            let lives = lab.world.call("GetUser", json!({"AccessToken": token})).await.is_ok();
            assert_eq!(lives, token_lives, "of an SSO session, {associated}");
        }
    }
    let ([sso, first, _], access) = at_two_applications(&lab).await;
    let mut own = revoke(&first, "LINKED");
    own["AccessToken"] = json!(access[1]);
    lab.ok("RevokeUserSession", own).await;
    lab.get_user_refused(&access[0]).await;
    lab.get_user(&access[1]).await;
    assert!(sessions(&lab).await.iter().all(|one| one["SessionId"] != sso), "its SSO session ended with it");
    for token in [&elsewhere.access, &other[0], &other[1]] {
        lab.get_user(token).await;
    }
}

#[tokio::test]
async fn the_pages_applications_count_among_a_users_sessions() {
    let lab = grants::lab().await;
    let set = json!({"UserPoolId": lab.pool, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 2}});
    lab.ok("SetUserPoolSessionConfiguration", set).await;
    let mut access = Vec::new();
    for _ in 0..3 {
        access.push(grants::redeem_right(&lab, &grants::code(&lab).await).await.access_token);
        lab.advance_s(5);
    }
    lab.get_user_refused(&access[0]).await;
    lab.get_user(&access[1]).await;
    lab.get_user(&access[2]).await;
}

#[tokio::test]
async fn attack_149_nobody_revokes_anothers_session() {
    let lab = tracked(20).await;
    lab.user("bob").await;
    let bob = lab.sign_in("bob", PASSWORD).await;
    let alice = lab.sign_in("alice", PASSWORD).await;
    let of_bob =
        lab.ok("ListUserSessions", json!({"AccessToken": bob.access})).await["Sessions"][0]["SessionId"].clone();
    let refusal = lab.refused("RevokeUserSession", json!({"AccessToken": alice.access, "SessionId": of_bob})).await;
    assert!(refusal.starts_with("ResourceNotFoundException: "), "{refusal}");
    let refusal = lab.admin_refused("AdminRevokeUserSession", "alice", json!({"SessionId": of_bob})).await;
    assert!(refusal.starts_with("ResourceNotFoundException: "), "{refusal}");
    lab.get_user(&bob.access).await;
}

#[tokio::test]
async fn the_session_that_was_idle_longest_gives_way() {
    let lab = tracked(2).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(lab.sign_in("alice", PASSWORD).await);
        lab.advance_s(1);
    }
    assert_eq!(sessions(&lab).await.len(), 2);
    assert!(lab.get_user_refused(&all[0].access).await.starts_with("NotAuthorizedException: "));
    lab.get_user(&all[1].access).await;
    lab.get_user(&all[2].access).await;
}

#[tokio::test]
async fn sessions_are_not_listed_where_they_are_not_tracked() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let id = format!("tkn{}", "0".repeat(25));
    for (operation, input) in [
        ("AdminListUserSessions", json!({})),
        ("AdminRevokeUserSession", json!({"SessionId": id})),
        ("ListUserSessions", json!({"AccessToken": tokens.access})),
        ("RevokeUserSession", json!({"AccessToken": tokens.access, "SessionId": id})),
    ] {
        let refusal = lab.admin_refused(operation, "alice", input).await;
        assert!(refusal.starts_with("InvalidParameterException: User session tracking"), "{operation}: {refusal}");
    }
}

#[tokio::test]
async fn attack_79_a_pool_without_srp_keeps_no_verifiers() {
    let flows = json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"]});
    let lab = Lab::with(json!({"UserPoolTags": {"portcullis:srp": "off"}}), flows).await;
    lab.user("alice").await;
    let item = lab.world.store.get_item(&format!("pool#{}", lab.pool), "user#alice").await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&item.body).contains("\"srp_sealed\":\""));
    let parameters = json!({"USERNAME": "alice", "SRP_A": "abcdef"});
    let begin = json!({"ClientId": lab.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters});
    assert_eq!(
        lab.refused("InitiateAuth", begin).await,
        "InvalidParameterException: SRP sign-in is switched off for this user pool."
    );
    let choice = json!({"ClientId": lab.client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "alice"}});
    assert_eq!(lab.ok("InitiateAuth", choice).await["AvailableChallenges"], json!(["PASSWORD"]));
    let login = lab.login("alice", PASSWORD);
    lab.ok("InitiateAuth", login).await;
}

#[tokio::test]
async fn a_machine_gets_its_token_by_an_operation() {
    let lab = Lab::new().await;
    let server = json!({"UserPoolId": lab.pool, "Identifier": "dragons", "Name": "d",
        "Scopes": [{"ScopeName": "read", "ScopeDescription": "d"}]});
    lab.ok("CreateResourceServer", server).await;
    let made = lab
        .ok(
            "CreateUserPoolClient",
            json!({"UserPoolId": lab.pool, "ClientName": "m2m", "GenerateSecret": true,
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthScopes": ["dragons/read"]}),
        )
        .await;
    let (id, secret) = (text(&made, "/UserPoolClient/ClientId"), text(&made, "/UserPoolClient/ClientSecret"));
    let ask = |id: &str, secret: &str, scopes: Value| json!({"ClientId": id, "Secret": secret, "Scopes": scopes});
    let given = lab.ok("GetClientToken", ask(&id, &secret, Value::Null)).await;
    let access = text(&given, "/ClientAuthenticationResult/AccessToken");
    assert_eq!(crate::auth::tests::claims(&access)["scope"], "dragons/read");
    let wrong = "x".repeat(30);
    for (id, secret) in [(id.as_str(), wrong.as_str()), ("nobody", secret.as_str())] {
        let refusal = lab.refused("GetClientToken", ask(id, secret, Value::Null)).await;
        assert_eq!(refusal, format!("NotAuthorizedException: Unable to verify secret for client {id}"));
    }
    let refusal = lab.refused("GetClientToken", ask(&id, &secret, json!(["dragons/write"]))).await;
    assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    let other = lab
        .ok("CreateUserPoolClient", json!({"UserPoolId": lab.pool, "ClientName": "web", "GenerateSecret": true}))
        .await;
    let (id, secret) = (text(&other, "/UserPoolClient/ClientId"), text(&other, "/UserPoolClient/ClientSecret"));
    let refusal = lab.refused("GetClientToken", ask(&id, &secret, Value::Null)).await;
    assert!(refusal.starts_with("OperationNotEnabledException: "), "{refusal}");
}
