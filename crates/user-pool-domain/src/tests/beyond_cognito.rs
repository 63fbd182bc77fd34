//! What Cognito does not have: introspection, revocation of access tokens, form_post, RFC 9207 in it.

use http::header::{AUTHORIZATION, CONTENT_SECURITY_POLICY};

use super::attacks::basic;
use super::browser::{Browser, World, error, json, location, param, query};
use super::fake::{CALLBACK, ISSUER, LEGACY, MACHINE, PASSWORD, SECRET, SERVER, WEB};
use super::html;
use crate::reply::Reply;

async fn machine_token(browser: &mut Browser<'_>) -> String {
    let form = [("grant_type", "client_credentials"), ("client_id", MACHINE), ("client_secret", SECRET)];
    json(&browser.token(&form).await)["access_token"].as_str().unwrap().to_owned()
}

async fn introspect(browser: &mut Browser<'_>, client: &str, token: &str) -> Reply {
    browser.header("authorization", &basic(client, SECRET));
    let reply = browser.post("/oauth2/introspect", "", &[("token", token)]).await;
    browser.headers.remove(AUTHORIZATION);
    reply
}

#[tokio::test]
async fn introspection_tells_a_client_what_its_token_is_worth() {
    let world = World::new();
    let mut browser = world.browser();
    let token = machine_token(&mut browser).await;
    let told = json(&introspect(&mut browser, MACHINE, &token).await);
    assert_eq!((&told["active"], &told["scope"]), (&true.into(), &"api/read api/write".into()));
}

#[tokio::test]
async fn attack_058_introspection_of_another_clients_token_tells_nothing() {
    let world = World::new();
    let mut browser = world.browser();
    let token = machine_token(&mut browser).await;
    for asked in [token.as_str(), "anything", "a.b.c"] {
        let reply = introspect(&mut browser, SERVER, asked).await;
        assert_eq!(reply.status(), 200);
        assert_eq!(json(&reply).to_string(), r#"{"active":false}"#);
    }
}

#[tokio::test]
async fn attack_058_nobody_introspects_without_a_secret() {
    let world = World::new();
    let mut browser = world.browser();
    let token = machine_token(&mut browser).await;
    let wrong = [("client_id", MACHINE), ("client_secret", "wrong"), ("token", token.as_str())];
    for form in [&wrong[..], &[("client_id", WEB), ("token", &token)], &[("client_id", MACHINE), ("token", &token)]] {
        assert_eq!(error(&browser.post("/oauth2/introspect", "", form).await), (401, "invalid_client".to_owned()));
    }
    assert_eq!(browser.get("/oauth2/introspect", "").await.status(), 405);
    let right = [("client_id", MACHINE), ("client_secret", SECRET)];
    assert_eq!(error(&browser.post("/oauth2/introspect", "", &right).await), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn an_access_token_can_be_revoked() {
    let world = World::new();
    let mut browser = world.browser();
    let token = machine_token(&mut browser).await;
    let code = browser.code(&query(&[("client_id", LEGACY)])).await;
    let form =
        [("grant_type", "authorization_code"), ("client_id", LEGACY), ("code", &code), ("redirect_uri", CALLBACK)];
    let tokens = json(&browser.token(&form).await);
    let [access, refresh, id] =
        ["access_token", "refresh_token", "id_token"].map(|name| tokens[name].as_str().unwrap().to_owned());
    let revoke =
        |token: &str| vec![("client_id".to_owned(), LEGACY.to_owned()), ("token".to_owned(), token.to_owned())];
    for (token, status) in [(&token, 200), (&id, 400), (&access, 200)] {
        let form = revoke(token);
        let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(browser.post("/oauth2/revoke", "", &form).await.status(), status, "{token}");
    }
    assert_eq!(json(&introspect(&mut browser, MACHINE, &token).await)["active"], true, "attack 59: another client's");
    let form = [("grant_type", "refresh_token"), ("client_id", LEGACY), ("refresh_token", refresh.as_str())];
    assert_eq!(error(&browser.token(&form).await), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn attack_013_a_posted_answer_goes_to_the_registered_address_alone() {
    let world = World::new();
    let mut browser = world.browser();
    for kind in ["code", "token"] {
        let asked =
            query(&[("response_type", kind), ("response_mode", "form_post"), ("state", "\"><b>"), ("prompt", "login")]);
        let page = browser.sign_in(&asked, "alice", PASSWORD).await;
        let (text, policy) = (html::text(&page), page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned());
        assert_eq!(html::action(&text, "authorizationResponse").as_deref(), Some(CALLBACK));
        assert!(policy.contains("form-action https://app.example.com;") && !policy.contains("form-action 'self'"));
        assert!(policy.contains("script-src 'self'"), "{policy}");
        assert_eq!(html::input(&text, "iss").as_deref(), Some(ISSUER));
        assert_eq!(html::input(&text, "state").as_deref(), Some("\"><b>"));
        let answer = if kind == "code" { "code" } else { "access_token" };
        assert!(html::input(&text, answer).is_some(), "{text}");
    }
    let refused = query(&[("response_mode", "form_post"), ("scope", "unknown")]);
    let text = html::text(&browser.get("/oauth2/authorize", &refused).await);
    assert_eq!(html::input(&text, "error").as_deref(), Some("invalid_scope"));
    assert_eq!(html::action(&text, "authorizationResponse").as_deref(), Some(CALLBACK));
    let script = browser.get("/submit.js", "").await;
    assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
}

#[tokio::test]
async fn metadata_for_the_claims_function_is_an_object_of_texts() {
    let world = World::new();
    let mut browser = world.browser();
    let ask = |metadata: &'static str| {
        [
            ("grant_type", "client_credentials"),
            ("client_id", MACHINE),
            ("client_secret", SECRET),
            ("aws_client_metadata", metadata),
        ]
    };
    assert_eq!(browser.token(&ask(r#"{"env":"dev"}"#)).await.status(), 200);
    assert!(world.pool.0.lock().calls.iter().any(|call| call == r#"metadata {"env": "dev"}"#));
    for bad in ["[]", "{", r#"{"a":1}"#, r#"{"a":"1","a":"2"}"#] {
        assert_eq!(error(&browser.token(&ask(bad)).await), (400, "invalid_request".to_owned()), "{bad}");
    }
}

#[tokio::test]
async fn outside_providers_are_refused_clearly() {
    let world = World::new();
    let mut browser = world.browser();
    for (asked, told) in [
        (query(&[("identity_provider", "Google")]), "Sign-in through outside identity providers is not available"),
        (query(&[("idp_identifier", "example.com")]), "Sign-in through outside identity providers is not available"),
        (query(&[("identity_provider", "Nobody")]), "Unknown identity provider"),
    ] {
        let to = location(&browser.get("/oauth2/authorize", &asked).await);
        assert_eq!(param(&to, "error_description").as_deref(), Some(told));
    }
    for path in ["/oauth2/idpresponse", "/saml2/idpresponse", "/saml2/logout"] {
        let page = browser.get(path, "code=1&state=2").await;
        assert_eq!(page.status(), 400);
        assert!(html::text(&page).contains("outside identity providers"), "{path}");
    }
}

/// Grants and methods that other servers have been attacked by, and that do not exist here (attacks 32, 35, 36, 37, 63).
#[tokio::test]
async fn attacks_032_035_036_037_063_what_does_not_exist_is_refused() {
    let world = World::new();
    let mut browser = world.browser();
    for grant in [
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "password",
    ] {
        let form = [("grant_type", grant), ("client_id", WEB), ("subject_token", "x"), ("device_code", "x")];
        assert_eq!(error(&browser.token(&form).await), (400, "unsupported_grant_type".to_owned()), "{grant}");
    }
    let assertion = [
        ("grant_type", "client_credentials"),
        ("client_id", MACHINE),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", "eyJhbGciOiJub25lIn0.e30."),
    ];
    assert_eq!(error(&browser.token(&assertion).await), (400, "invalid_client".to_owned()));
    for path in ["/oauth2/register", "/register", "/oauth2/device_authorization", "/oauth2/par"] {
        assert_eq!(browser.post(path, "", &[("redirect_uris", CALLBACK)]).await.status(), 404, "{path}");
    }
    browser.header("dpop", "eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.x");
    let token = machine_token(&mut browser).await;
    browser.header("authorization", &format!("DPoP {token}"));
    assert_eq!(browser.get("/oauth2/userInfo", "").await.status(), 400, "a token is never bound to a proof");
}
