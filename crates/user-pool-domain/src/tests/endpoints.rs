//! Token, userInfo, revoke, and what authorize refuses.

use http::Method;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};

use super::attacks::basic;
use super::browser::*;
use super::fake::*;
use super::html;

async fn tokens(browser: &mut Browser<'_>) -> serde_json::Value {
    let code = browser.code(&code_query()).await;
    let form = [("grant_type", "authorization_code"), ("client_id", WEB), ("code", &code), ("redirect_uri", CALLBACK)];
    let reply = browser.token(&form).await;
    assert_eq!(reply.status(), 200, "{}", html::text(&reply));
    json(&reply)
}

#[tokio::test]
async fn a_code_gives_tokens_in_awss_order() {
    let world = World::new();
    let mut browser = world.browser();
    let code = browser.code(&code_query()).await;
    let form = [("grant_type", "authorization_code"), ("client_id", WEB), ("code", &code), ("redirect_uri", CALLBACK)];
    let reply = browser.token(&form).await;
    assert_eq!(reply.headers()[CONTENT_TYPE], "application/json;charset=UTF-8");
    let names: Vec<_> = json(&reply).as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["id_token", "access_token", "refresh_token", "expires_in", "token_type"]);
    assert_eq!(json(&reply)["token_type"], "Bearer");
}

#[tokio::test]
async fn a_confidential_client_proves_itself_by_either_method() {
    let world = World::new();
    let asked = query(&[("client_id", SERVER)]);
    for by_header in [true, false] {
        let mut browser = world.browser();
        let code = browser.code(&asked).await;
        let mut form = vec![("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
        if by_header {
            browser.header("authorization", &basic(SERVER, SECRET));
        } else {
            form.extend([("client_id", SERVER), ("client_secret", SECRET)]);
        }
        assert_eq!(browser.token(&form).await.status(), 200);
    }
}

#[tokio::test]
async fn a_confidential_client_without_its_secret_is_refused() {
    let world = World::new();
    let mut browser = world.browser();
    let code = browser.code(&query(&[("client_id", SERVER)])).await;
    let form =
        [("grant_type", "authorization_code"), ("client_id", SERVER), ("code", &code), ("redirect_uri", CALLBACK)];
    assert_eq!(error(&browser.token(&form).await), (400, "invalid_client".to_owned()));
}

#[tokio::test]
async fn a_refresh_token_gives_tokens_and_narrower_scopes() {
    let world = World::new();
    let mut browser = world.browser();
    let first = tokens(&mut browser).await;
    let refresh = first["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("client_id", WEB), ("refresh_token", refresh)];
    let second = json(&browser.token(&form).await);
    assert!(second["id_token"].is_string() && second["refresh_token"].is_null());
    let narrow: Vec<_> = form.into_iter().chain([("scope", "email")]).collect();
    assert!(json(&browser.token(&narrow).await)["id_token"].is_null());
    let wide: Vec<_> = form.into_iter().chain([("scope", "api/read")]).collect();
    assert_eq!(error(&browser.token(&wide).await), (400, "invalid_scope".to_owned()));
    let other = [("grant_type", "refresh_token"), ("client_id", LEGACY), ("refresh_token", refresh)];
    assert_eq!(error(&browser.token(&other).await), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_machine_gets_an_access_token_and_nothing_else() {
    let world = World::new();
    let mut program = world.browser();
    program.header("authorization", &basic(MACHINE, SECRET));
    let reply = program.token(&[("grant_type", "client_credentials"), ("scope", "api/read")]).await;
    let names: Vec<_> = json(&reply).as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["access_token", "expires_in", "token_type"]);
    let bad = program.token(&[("grant_type", "client_credentials"), ("scope", "openid")]).await;
    assert_eq!(error(&bad), (400, "invalid_scope".to_owned()));
}

#[tokio::test]
async fn grants_that_the_client_has_not_are_refused() {
    let world = World::new();
    let mut program = world.browser();
    program.header("authorization", &basic(SERVER, SECRET));
    let reply = program.token(&[("grant_type", "client_credentials")]).await;
    assert_eq!(error(&reply), (400, "unauthorized_client".to_owned()));
    let reply = program.token(&[("grant_type", "password"), ("username", "alice"), ("password", PASSWORD)]).await;
    assert_eq!(error(&reply), (400, "unsupported_grant_type".to_owned()));
    program.header("authorization", &basic(MACHINE, SECRET));
    let reply = program.token(&[("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", CALLBACK)]).await;
    assert_eq!(error(&reply), (400, "unauthorized_client".to_owned()));
}

#[tokio::test]
async fn missing_parameters_are_invalid_requests() {
    let world = World::new();
    let mut program = world.browser();
    for form in [
        &[][..],
        &[("grant_type", "authorization_code")],
        &[("client_id", WEB)],
        &[("client_id", WEB), ("grant_type", "authorization_code"), ("redirect_uri", CALLBACK)],
        &[("client_id", WEB), ("grant_type", "refresh_token")],
    ] {
        let reply = program.token(form).await;
        assert_eq!(html::text(&reply), r#"{"error":"invalid_request"}"#, "{form:?}");
        assert_eq!(reply.status(), 400);
    }
}

#[tokio::test]
async fn a_pool_that_breaks_is_a_server_error() {
    let world = World::new();
    world.pool.0.lock().fails = true;
    let form = [("grant_type", "refresh_token"), ("client_id", WEB), ("refresh_token", "r")];
    let reply = world.browser().token(&form).await;
    assert_eq!((reply.status().as_u16(), html::text(&reply)), (500, r#"{"error":"server_error"}"#.to_owned()));
}

#[tokio::test]
async fn user_info_gives_the_claims_of_a_token_with_openid() {
    let world = World::new();
    let mut browser = world.browser();
    let token = tokens(&mut browser).await["access_token"].as_str().unwrap().to_owned();
    browser.header("authorization", &format!("Bearer {token}"));
    for method in [Method::GET, Method::POST] {
        let reply = browser.send(method, "/oauth2/userInfo", "", "").await;
        assert_eq!((reply.status().as_u16(), json(&reply)["email_verified"].as_str()), (200, Some("true")));
    }
}

#[tokio::test]
async fn user_info_refuses_with_awss_header_and_body() {
    let world = World::new();
    let mut program = world.browser();
    for bad in [None, Some("Basic abc"), Some("Bearer "), Some("Bearer")] {
        if let Some(bad) = bad {
            program.header("authorization", bad);
        }
        let reply = program.get("/oauth2/userInfo", "access_token=x").await;
        assert_eq!(reply.status(), 400);
        let header = "error=\"invalid_request\", error_description=\"Bad OAuth2 request at UserInfo Endpoint\"";
        assert_eq!(reply.headers()[WWW_AUTHENTICATE], header);
        assert_eq!(json(&reply)["error"], "invalid_request");
    }
    program.header("authorization", "Bearer nonsense");
    let reply = program.get("/oauth2/userInfo", "").await;
    assert_eq!(reply.status(), 401);
    let text = "Access token is expired, disabled, or deleted, or the user has globally signed out.";
    assert_eq!(json(&reply)["error_description"], text);
    assert!(reply.headers()[WWW_AUTHENTICATE].to_str().unwrap().starts_with("error=\"invalid_token\""));
}

#[tokio::test]
async fn user_info_says_that_openid_is_missing() {
    let world = World::new();
    let mut browser = world.browser();
    let asked = query(&[("scope", "aws.cognito.signin.user.admin"), ("response_type", "token")]);
    let to = location(&browser.sign_in(&asked, "alice", PASSWORD).await);
    assert_eq!(param(&to, "id_token"), None);
    browser.header("authorization", &format!("Bearer {}", param(&to, "access_token").unwrap()));
    let reply = browser.get("/oauth2/userInfo", "").await;
    assert_eq!(json(&reply)["error_description"], "Access token does not contain openid scope");
}

#[tokio::test]
async fn revoke_ends_a_refresh_token_and_its_chain() {
    let world = World::new();
    let mut browser = world.browser();
    let tokens = tokens(&mut browser).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for _ in 0..2 {
        let reply = browser.post("/oauth2/revoke", "", &[("token", refresh), ("client_id", WEB)]).await;
        assert_eq!((reply.status().as_u16(), html::text(&reply)), (200, String::new()));
    }
    let form = [("grant_type", "refresh_token"), ("client_id", WEB), ("refresh_token", refresh)];
    assert_eq!(error(&browser.token(&form).await), (400, "invalid_grant".to_owned()));
    assert!(world.pool.0.lock().access.is_empty());
}

#[tokio::test]
async fn revoke_refuses_as_documented() {
    let world = World::new();
    let mut program = world.browser();
    for (form, status, code) in [
        (&[("client_id", WEB)][..], 400, "invalid_request"),
        (&[("client_id", "nobody"), ("token", "r")], 401, "invalid_client"),
        (&[("client_id", SERVER), ("client_secret", "x"), ("token", "r")], 401, "invalid_client"),
        (&[("client_id", MACHINE), ("client_secret", SECRET), ("token", "r")], 400, "invalid_request"),
        (&[("client_id", WEB), ("token", "a.b.c")], 400, "unsupported_token_type"),
    ] {
        assert_eq!(error(&program.post("/oauth2/revoke", "", form).await), (status, code.to_owned()), "{form:?}");
    }
}

#[tokio::test]
async fn attack_059_revoking_another_clients_token_has_no_effect() {
    let world = World::new();
    let mut browser = world.browser();
    let tokens = tokens(&mut browser).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    browser.post("/oauth2/revoke", "", &[("token", refresh), ("client_id", LEGACY)]).await;
    assert!(!world.pool.0.lock().refresh[refresh].revoked);
}

#[tokio::test]
async fn authorize_refuses_to_the_client_as_documented() {
    let world = World::with(
        plan(|plan| {
            let (id, off) = client("off00000000000000000000000", |client| client.oauth_enabled = false);
            plan.clients.insert(id, off);
        }),
        "",
    );
    let mut browser = world.browser();
    for (more, code) in [
        (&[("response_type", "-")][..], "invalid_request"),
        (&[("response_type", "code token")], "invalid_request"),
        (&[("client_id", "off00000000000000000000000")], "unauthorized_client"),
        (&[("client_id", SERVER), ("response_type", "token")], "unauthorized_client"),
        (&[("scope", "openid nothing")], "invalid_scope"),
        (&[("identity_provider", "Google")], "invalid_request"),
    ] {
        let to = location(&browser.get("/oauth2/authorize", &query(more)).await);
        assert!(to.starts_with(&format!("{CALLBACK}?error={code}")), "{to}");
        assert_eq!(param(&to, "state").as_deref(), Some("xyz"));
    }
}

#[tokio::test]
async fn authorize_takes_its_parameters_by_post_too() {
    let world = World::new();
    let reply = world.browser().send(Method::POST, "/oauth2/authorize", "", &code_query()).await;
    assert_eq!(location(&reply), format!("/login?{}", code_query()));
}

#[tokio::test]
async fn an_unreadable_or_too_long_query_is_an_error_page() {
    let world = World::new();
    let mut browser = world.browser();
    let long = query(&[("state", &"x".repeat(17_000))]);
    for asked in ["client_id=%zz", "client_id=%ff", "", &long] {
        let to = location(&browser.get("/oauth2/authorize", asked).await);
        assert_eq!(to, "/error?error=invalid_request", "{}", asked.len());
    }
}
