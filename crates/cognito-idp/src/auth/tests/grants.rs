use std::sync::Arc;

use aws_types::Secret;
use serde_json::{Value, json};
use user_pool_domain::ports::{AuthStep, Authorization, GrantError, GrantWish, SignedIn, Tokens, UserPool as _};

use super::{Lab, OTHER, PASSWORD, ROUNDS, claims, flow, flows};
use crate::testing::text;

pub const CALLBACK: &str = "https://app.example.com/cb";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn oauth() -> Value {
    json!({
        "ExplicitAuthFlows": flows(),
        "AllowedOAuthFlows": ["code", "implicit"],
        "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "CallbackURLs": [CALLBACK],
    })
}

pub async fn lab() -> Lab {
    let lab = Lab::with(json!({ "AutoVerifiedAttributes": ["email"] }), oauth()).await;
    lab.user("alice").await;
    lab
}

fn wish(scopes: Vec<String>) -> GrantWish {
    GrantWish { scopes: Some(scopes), metadata: None }
}

pub async fn page_sign_in(lab: &Lab, name: &str, password: &str) -> SignedIn {
    match lab.world.service.sign_in(lab.flow(), name, &Secret::new(password.to_owned())).await.unwrap() {
        AuthStep::SignedIn(signed_in) => signed_in,
        AuthStep::Challenge { name, .. } => panic!("{name}"),
    }
}

pub fn authorization(user: SignedIn, scopes: &[&str]) -> Authorization {
    Authorization {
        user,
        redirect_uri: CALLBACK.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        nonce: Some("n-1".to_owned()),
        code_challenge: Some(CHALLENGE.to_owned()),
    }
}

pub async fn code(lab: &Lab) -> String {
    let user = page_sign_in(lab, "alice", PASSWORD).await;
    let scopes = ["openid", "email", "aws.cognito.signin.user.admin"];
    lab.world.service.issue_code(lab.flow(), authorization(user, &scopes)).await.unwrap()
}

async fn redeem(lab: &Lab, code: &str, verifier: Option<&str>) -> Result<Tokens, GrantError> {
    lab.world.service.redeem_code(lab.flow(), code, CALLBACK, verifier).await
}

pub async fn redeem_right(lab: &Lab, code: &str) -> Tokens {
    redeem(lab, code, Some(VERIFIER)).await.unwrap()
}

async fn is_refused(lab: &Lab, code: &str, verifier: Option<&str>) -> bool {
    matches!(redeem(lab, code, verifier).await, Err(GrantError::InvalidGrant))
}

#[tokio::test]
async fn a_code_gives_tokens_with_the_claims_of_the_oauth_endpoints() {
    let lab = lab().await;
    let tokens = redeem(&lab, &code(&lab).await, Some(VERIFIER)).await.unwrap();
    let (access, id) = (claims(&tokens.access_token), claims(tokens.id_token.as_ref().unwrap()));
    assert_eq!(access["scope"], "openid email aws.cognito.signin.user.admin");
    assert_eq!(access["version"], 2);
    assert_eq!(id["nonce"], "n-1");
    assert_eq!(id["at_hash"], jose::at_hash(&tokens.access_token));
    assert_eq!(id["email"], "alice@example.com");
    assert_eq!(tokens.expires_in, 3600);
    lab.get_user(&tokens.access_token).await;
    let refresh = tokens.refresh_token.unwrap();
    let renewed = lab.port().refresh(lab.flow(), &refresh, GrantWish::default()).await.unwrap();
    assert!(renewed.refresh_token.is_none());
    assert!(!claims(&renewed.id_token.unwrap()).contains_key("nonce"));
    let narrowed = lab.port().refresh(lab.flow(), &refresh, wish(vec!["email".to_owned()])).await.unwrap();
    assert_eq!(claims(&narrowed.access_token)["scope"], "email");
    assert!(narrowed.id_token.is_none());
    let wider = lab.port().refresh(lab.flow(), &refresh, wish(vec!["phone".to_owned()])).await;
    assert!(matches!(wider, Err(GrantError::InvalidScope)), "attack 33");
}

#[tokio::test]
async fn the_implicit_grant_gives_no_refresh_token_and_dies_with_a_sign_out() {
    let lab = lab().await;
    let user = page_sign_in(&lab, "alice", PASSWORD).await;
    let service = lab.port();
    let tokens = service.issue_implicit(lab.flow(), authorization(user.clone(), &["openid", "profile"])).await.unwrap();
    assert!(tokens.refresh_token.is_none());
    let id = claims(tokens.id_token.as_ref().unwrap());
    assert!(!id.contains_key("email"), "profile alone does not show the address");
    assert_eq!(id["cognito:username"], "alice");
    let bare = service.issue_implicit(lab.flow(), authorization(user.clone(), &["email"])).await.unwrap();
    assert!(bare.id_token.is_none());
    let all = service.issue_implicit(lab.flow(), authorization(user, &["openid"])).await.unwrap();
    assert!(claims(&all.id_token.unwrap()).contains_key("email"));
    assert!(service.user_info(&lab.pool, &tokens.access_token).await.unwrap().is_some());
    lab.admin("AdminUserGlobalSignOut", "alice", json!({})).await;
    assert!(service.user_info(&lab.pool, &tokens.access_token).await.unwrap().is_none());
}

#[tokio::test]
async fn attack_19_a_replayed_code_is_refused_and_ends_what_it_gave() {
    let lab = lab().await;
    let code = code(&lab).await;
    let tokens = redeem(&lab, &code, Some(VERIFIER)).await.unwrap();
    lab.get_user(&tokens.access_token).await;
    assert!(is_refused(&lab, &code, Some(VERIFIER)).await);
    assert_eq!(
        lab.get_user_refused(&tokens.access_token).await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    let refreshed = lab.port().refresh(lab.flow(), &tokens.refresh_token.unwrap(), GrantWish::default()).await;
    assert!(matches!(refreshed, Err(GrantError::InvalidGrant)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_20_of_32_redemptions_at_once_one_succeeds() {
    let lab = lab().await;
    for round in 0..ROUNDS {
        let code = code(&lab).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let (service, pool, client) = (Arc::clone(&lab.world.service), lab.pool.clone(), lab.client.clone());
            let code = code.clone();
            tasks
                .spawn(async move { service.redeem_code(flow(&pool, &client), &code, CALLBACK, Some(VERIFIER)).await });
        }
        let outcomes = tasks.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "round {round}");
        assert!(outcomes.iter().all(|o| matches!(o, Ok(_) | Err(GrantError::InvalidGrant))), "round {round}");
    }
}

#[tokio::test]
async fn attack_21_a_code_is_good_for_its_client_and_pool_alone() {
    let lab = lab().await;
    let code = code(&lab).await;
    let other_client = lab.world.client(&lab.pool, oauth()).await;
    let other_pool = lab.world.pool(json!({})).await;
    let others_client = lab.world.client(&other_pool, oauth()).await;
    for (pool, client) in [(&lab.pool, &other_client), (&other_pool, &others_client), (&other_pool, &lab.client)] {
        let outcome = lab.world.service.redeem_code(flow(pool, client), &code, CALLBACK, Some(VERIFIER)).await;
        assert!(matches!(outcome, Err(GrantError::InvalidGrant)));
    }
    let elsewhere = lab.world.service.redeem_code(lab.flow(), &code, "https://app.example.com/cb/", Some(VERIFIER));
    assert!(matches!(elsewhere.await, Err(GrantError::InvalidGrant)), "attack 11");
    assert!(is_refused(&lab, "00000000-0000-4000-8000-000000000000", Some(VERIFIER)).await);
    redeem(&lab, &code, Some(VERIFIER)).await.unwrap();
}

#[tokio::test]
async fn attack_22_a_code_dies_with_time_disabling_sign_out_and_a_new_password() {
    let lab = lab().await;
    let expired = code(&lab).await;
    lab.advance_s(300);
    assert!(is_refused(&lab, &expired, Some(VERIFIER)).await);
    let before = code(&lab).await;
    lab.admin("AdminUserGlobalSignOut", "alice", json!({})).await;
    assert!(is_refused(&lab, &before, Some(VERIFIER)).await, "sign-out");
    let before = code(&lab).await;
    lab.admin("AdminDisableUser", "alice", json!({})).await;
    assert!(is_refused(&lab, &before, Some(VERIFIER)).await, "disabled");
    lab.admin("AdminEnableUser", "alice", json!({})).await;
    assert!(is_refused(&lab, &before, Some(VERIFIER)).await, "enabled again");
    let before = code(&lab).await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let change = json!({ "AccessToken": access, "PreviousPassword": PASSWORD, "ProposedPassword": OTHER });
    lab.ok("ChangePassword", change).await;
    assert!(is_refused(&lab, &before, Some(VERIFIER)).await, "new password");
}

#[tokio::test]
async fn attack_23_a_challenge_without_verifier_is_refused() {
    let lab = lab().await;
    let code = code(&lab).await;
    assert!(is_refused(&lab, &code, None).await);
    assert!(is_refused(&lab, &code, Some(&"a".repeat(43))).await);
    assert!(is_refused(&lab, &code, Some(CHALLENGE)).await, "attack 25: plain");
    redeem(&lab, &code, Some(VERIFIER)).await.unwrap();
}

#[tokio::test]
async fn attack_24_a_verifier_without_challenge_is_refused() {
    let lab = lab().await;
    let user = page_sign_in(&lab, "alice", PASSWORD).await;
    let stripped = Authorization { code_challenge: None, ..authorization(user, &["openid"]) };
    let code = lab.world.service.issue_code(lab.flow(), stripped).await.unwrap();
    assert!(is_refused(&lab, &code, Some(VERIFIER)).await);
    redeem(&lab, &code, None).await.unwrap();
}

#[tokio::test]
async fn a_browser_session_lives_an_hour_and_dies_with_the_user() {
    let lab = lab().await;
    let service = lab.port();
    let user = page_sign_in(&lab, "alice", PASSWORD).await;
    let open = || async { service.open_session(lab.flow(), &user).await.unwrap().into_inner() };
    let pool = lab.pool.as_str();
    let lives = |session: String| async move { service.session(pool, &session).await.unwrap() };
    let session = open().await;
    assert_ne!(session, open().await, "attack 112");
    assert_eq!(lives(session.clone()).await, Some(user.clone()));
    let other_pool = lab.world.pool(json!({})).await;
    assert_eq!(service.session(&other_pool, &session).await.unwrap(), None);
    assert_eq!(service.session("eu-west-1_none", &session).await.unwrap(), None);
    assert_eq!(lives("guess".to_owned()).await, None);
    service.close_session(&lab.pool, &session).await.unwrap();
    assert_eq!(lives(session).await, None);
    let session = open().await;
    lab.advance_s(3600);
    assert_eq!(lives(session).await, None);
    let session = open().await;
    lab.admin("AdminDisableUser", "alice", json!({})).await;
    assert_eq!(lives(session.clone()).await, None);
    lab.admin("AdminEnableUser", "alice", json!({})).await;
    assert_eq!(lives(session).await, None, "a session does not come back");
}

#[tokio::test]
async fn user_info_shows_what_scopes_and_client_allow() {
    let lab = lab().await;
    let service = lab.port();
    let tokens = redeem(&lab, &code(&lab).await, Some(VERIFIER)).await.unwrap();
    let info = service.user_info(&lab.pool, &tokens.access_token).await.unwrap().unwrap();
    assert_eq!(info.keys().collect::<Vec<_>>(), ["sub", "email", "email_verified", "username"]);
    assert_eq!((&info["email_verified"], &info["username"]), (&json!("true"), &json!("alice")));
    let api = lab.sign_in("alice", PASSWORD).await.access;
    assert!(service.user_info(&lab.pool, &api).await.unwrap().is_none(), "without openid");
    assert!(service.user_info(&lab.pool, tokens.id_token.as_ref().unwrap()).await.unwrap().is_none());
    assert!(service.user_info("eu-west-1_none", &tokens.access_token).await.unwrap().is_none());
}

#[tokio::test]
async fn a_client_secret_is_checked_and_unknown_clients_are_like_wrong_ones() {
    let lab = lab().await;
    let mut input = oauth();
    input["GenerateSecret"] = json!(true);
    let client = lab.world.client(&lab.pool, input).await;
    let described = lab.ok("DescribeUserPoolClient", json!({ "UserPoolId": lab.pool, "ClientId": client })).await;
    let secret = text(&described, "/UserPoolClient/ClientSecret");
    let check = |client: String, secret: String| {
        let service = Arc::clone(&lab.world.service);
        let pool = lab.pool.clone();
        async move { service.check_client_secret(&pool, &client, &Secret::new(secret)).await.unwrap() }
    };
    assert!(check(client.clone(), secret.clone()).await);
    assert!(!check(client, "guess".to_owned()).await);
    assert!(!check("1example".to_owned(), secret.clone()).await);
    assert!(!check("1example".to_owned(), "no such client".to_owned()).await);
    assert!(!check(lab.client.clone(), "no such client".to_owned()).await);
}

#[tokio::test]
async fn machines_get_their_clients_custom_scopes() {
    let lab = lab().await;
    let server = json!({
        "UserPoolId": lab.pool, "Identifier": "api", "Name": "api",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "r" }, { "ScopeName": "write", "ScopeDescription": "w" }],
    });
    lab.ok("CreateResourceServer", server).await;
    let input = json!({
        "GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["api/read"], "AllowedOAuthFlowsUserPoolClient": true,
    });
    let client = lab.world.client(&lab.pool, input).await;
    let grant = |scopes: Option<Vec<String>>| {
        let (service, pool, client) = (Arc::clone(&lab.world.service), lab.pool.clone(), client.clone());
        async move { service.client_credentials(flow(&pool, &client), GrantWish { scopes, ..GrantWish::default() }).await }
    };
    let tokens = grant(None).await.unwrap();
    let claims = claims(&tokens.access_token);
    assert_eq!((&claims["sub"], &claims["scope"]), (&json!(client), &json!("api/read")));
    assert!(!claims.contains_key("username"));
    assert!(matches!(grant(Some(vec!["api/write".to_owned()])).await, Err(GrantError::InvalidScope)));
    assert!(lab.get_user_refused(&tokens.access_token).await.starts_with("NotAuthorizedException"));
}

/// A client keeps the scopes of a resource server that is gone.
#[tokio::test]
async fn attack_33_scopes_of_a_resource_server_that_is_gone_are_not_granted() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let server = |scopes: &[&str]| {
        let scopes: Vec<Value> =
            scopes.iter().map(|name| json!({ "ScopeName": name, "ScopeDescription": "d" })).collect();
        json!({ "UserPoolId": lab.pool, "Identifier": "api", "Name": "API", "Scopes": scopes })
    };
    lab.ok("CreateResourceServer", server(&["read", "write"])).await;
    let machine = json!({
        "GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["api/read", "api/write"], "AllowedOAuthFlowsUserPoolClient": true,
    });
    let machine = lab.world.client(&lab.pool, machine).await;
    let granted = async |scopes: Option<Vec<String>>| {
        let given = lab
            .world
            .service
            .client_credentials(flow(&lab.pool, &machine), GrantWish { scopes, ..GrantWish::default() })
            .await;
        given.map(|tokens| claims(&tokens.access_token)["scope"].clone())
    };
    let mut browser = oauth();
    browser["AllowedOAuthScopes"] = json!(["openid", "api/read", "api/write"]);
    let browser = lab.world.client(&lab.pool, browser).await;
    let shown = async || {
        let user = page_sign_in(&lab, "alice", PASSWORD).await;
        let asked = authorization(user, &["openid", "api/read", "api/write"]);
        let service = &lab.world.service;
        let code = service.issue_code(flow(&lab.pool, &browser), asked.clone()).await.unwrap();
        let implicit = service.issue_implicit(flow(&lab.pool, &browser), asked).await.unwrap();
        let redeemed = service.redeem_code(flow(&lab.pool, &browser), &code, CALLBACK, Some(VERIFIER)).await.unwrap();
        let scope = |tokens: &Tokens| claims(&tokens.access_token)["scope"].clone();
        assert_eq!(scope(&implicit), scope(&redeemed));
        scope(&redeemed)
    };
    assert_eq!(granted(None).await.unwrap(), "api/read api/write");
    assert_eq!(shown().await, "openid api/read api/write");
    lab.ok("UpdateResourceServer", server(&["read"])).await;
    assert_eq!(granted(None).await.unwrap(), "api/read");
    assert!(matches!(granted(Some(vec!["api/write".to_owned()])).await, Err(GrantError::InvalidScope)));
    assert_eq!(shown().await, "openid api/read");
    lab.ok("DeleteResourceServer", json!({ "UserPoolId": lab.pool, "Identifier": "api" })).await;
    assert!(matches!(granted(None).await, Err(GrantError::InvalidScope)));
    assert_eq!(shown().await, "openid");
}

#[tokio::test]
async fn attack_22_a_sign_in_that_was_overtaken_gives_nothing() {
    let lab = lab().await;
    for (operation, password) in [("AdminUserGlobalSignOut", PASSWORD), ("AdminSetUserPassword", PASSWORD)] {
        let user = page_sign_in(&lab, "alice", password).await;
        lab.admin(operation, "alice", json!({ "Password": OTHER, "Permanent": true })).await;
        let service = lab.port();
        let asked = authorization(user.clone(), &["openid"]);
        assert!(service.issue_code(lab.flow(), asked.clone()).await.is_err(), "{operation}: a code");
        assert!(service.issue_implicit(lab.flow(), asked).await.is_err(), "{operation}: tokens");
        assert!(service.open_session(lab.flow(), &user).await.is_err(), "{operation}: a session");
    }
}

#[tokio::test]
async fn the_pages_go_through_the_same_rules() {
    let lab = Lab::hiding().await;
    let service = lab.port();
    let password = Secret::new(PASSWORD.to_owned());
    let attributes = [("email".to_owned(), "a@example.com".to_owned())].into();
    let signed_up = service.sign_up(lab.flow(), "alice", &password, attributes).await.unwrap();
    assert_eq!((signed_up.confirmed, signed_up.destination.as_deref()), (false, Some("a***@e***")));
    assert!(service.sign_in(lab.flow(), "alice", &password).await.unwrap_err().message.contains("not confirmed"));
    assert_eq!(service.resend_code(lab.flow(), "alice").await.unwrap().as_deref(), Some("a***@e***"));
    service.confirm_sign_up(lab.flow(), "alice", &lab.code()).await.unwrap();
    page_sign_in(&lab, "alice", PASSWORD).await;
    assert!(service.forgot_password(lab.flow(), "alice").await.unwrap().is_some());
    let new = Secret::new(OTHER.to_owned());
    service.confirm_forgot_password(lab.flow(), "alice", &lab.code(), &new).await.unwrap();
    page_sign_in(&lab, "alice", OTHER).await;
    lab.admin("AdminSetUserPassword", "alice", json!({ "Password": PASSWORD })).await;
    let AuthStep::Challenge { name, session, .. } = service.sign_in(lab.flow(), "alice", &password).await.unwrap()
    else {
        panic!("no challenge");
    };
    let responses = [("NEW_PASSWORD".to_owned(), OTHER.to_owned())].into();
    let step = service.respond(lab.flow(), &name, &session, responses).await.unwrap();
    assert!(matches!(step, AuthStep::SignedIn(signed_in) if signed_in.username == "alice"));
}
