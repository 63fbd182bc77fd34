//! Attacks on redirect URIs, front-channel answers, codes, PKCE and clients, by their numbers in the acceptance list.

use http::Method;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY};

use super::browser::*;
use super::fake::*;
use super::html;

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Every entrance refuses the URI with the error page and leaves nothing behind.
async fn refuses_redirect_uri(uri: &str) {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let calls = world.pool.0.lock().calls.len();
    let asked = query(&[("redirect_uri", uri)]);
    let to_error = format!("/error?error=redirect_mismatch&client_id={WEB}");
    for path in ["/oauth2/authorize", "/login", "/signup", "/forgotPassword", "/confirm", "/changePassword"] {
        assert_eq!(location(&browser.get(path, &asked).await), to_error, "{path} {uri}");
    }
    let token = browser.cookies["XSRF-TOKEN"].clone();
    let form = [("_csrf", token.as_str()), ("username", "alice"), ("password", PASSWORD)];
    assert_eq!(location(&browser.post("/login", &asked, &form).await), to_error, "{uri}");
    let page = browser.get("/error", to_error.split_once('?').unwrap().1).await;
    assert_eq!(page.status(), 400);
    html::check(&page);
    assert!(html::text(&page).contains("An error was encountered with the requested page."));
    assert_eq!(world.pool.0.lock().calls.len(), calls);
}

#[tokio::test]
async fn attack_001_a_host_that_only_begins_like_the_registered_one_is_refused() {
    refuses_redirect_uri("https://app.example.com.evil.test/cb").await;
    refuses_redirect_uri("https://app.example.com/cb.evil.test").await;
}

#[tokio::test]
async fn attack_002_path_traversal_below_a_registered_path_is_refused() {
    for path in ["/../evil", "/..;/evil", "/%2e%2e%2fevil", "/%252e%252e%252fevil", "/"] {
        refuses_redirect_uri(&format!("{CALLBACK}{path}")).await;
    }
}

#[tokio::test]
async fn attack_003_userinfo_backslash_and_control_characters_are_refused() {
    for uri in [
        "https://app.example.com@evil.test/cb",
        "https://app.example.com\\@evil.test/cb",
        "https:\\\\app.example.com/cb",
        "https://app.example.com/cb\t",
        "https://app.example.com/cb\r\nX: y",
        " https://app.example.com/cb",
        "//app.example.com/cb",
    ] {
        refuses_redirect_uri(uri).await;
    }
}

#[tokio::test]
async fn attack_004_a_registered_uri_is_no_pattern() {
    refuses_redirect_uri("https://appXexample.com/cb").await;
    refuses_redirect_uri("https://app.example.com/cb*").await;
}

#[tokio::test]
async fn attack_005_other_letter_case_is_refused() {
    for uri in ["https://app.example.com/CB", "HTTPS://app.example.com/cb", "https://App.example.com/cb"] {
        refuses_redirect_uri(uri).await;
    }
    refuses_redirect_uri("https://app.example.com/cb?Tenant=1").await;
}

#[tokio::test]
async fn attack_006_another_port_of_a_loopback_address_is_refused_unless_registered() {
    refuses_redirect_uri("http://localhost:3001/cb").await;
    refuses_redirect_uri("http://127.0.0.1:3000/cb").await;
}

#[tokio::test]
async fn attack_007_a_fragment_is_refused_at_request_and_even_where_it_is_registered() {
    refuses_redirect_uri("https://app.example.com/cb#x").await;
    let fragment = "https://app.example.com/cb#registered";
    let world = World::with(
        plan(|plan| {
            let (id, client) = client(WEB, |client| client.callback_urls.push(fragment.to_owned()));
            plan.clients.insert(id, client);
        }),
        "",
    );
    let reply = world.browser().get("/oauth2/authorize", &query(&[("redirect_uri", fragment)])).await;
    assert!(location(&reply).starts_with("/error?error=redirect_mismatch"));
}

#[tokio::test]
async fn attack_009_duplicate_parameters_are_refused() {
    let world = World::new();
    let mut browser = world.browser();
    for unproven in [("redirect_uri", "https://evil.test/"), ("redirect_uri", CALLBACK), ("client_id", LEGACY)] {
        let asked = format!("{}&{}", code_query(), encode(&[unproven]));
        assert_eq!(location(&browser.get("/oauth2/authorize", &asked).await), "/error?error=invalid_request");
    }
    let doubled = format!("{}&state=other", code_query());
    let to = location(&browser.get("/oauth2/authorize", &doubled).await);
    assert!(to.starts_with(&format!("{CALLBACK}?error=invalid_request&iss=")), "{to}");
    let form = "grant_type=refresh_token&grant_type=authorization_code&client_id=x&code=y";
    let reply = browser.send(Method::POST, "/oauth2/token", "", form).await;
    assert_eq!(error(&reply), (400, "invalid_request".to_owned()));
    let doubled = "username=alice&username=bob&password=x";
    assert_eq!(browser.send(Method::POST, "/login", &code_query(), doubled).await.status(), 400);
}

#[tokio::test]
async fn attack_010_without_redirect_uri_only_a_default_one_serves() {
    let world = World::new();
    let mut browser = world.browser();
    let asked = query(&[("redirect_uri", "-")]);
    assert!(location(&browser.get("/oauth2/authorize", &asked).await).starts_with("/error?error=redirect_mismatch"));
    let asked = query(&[
        ("redirect_uri", "-"),
        ("client_id", PKCE),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    assert!(location(&browser.get("/oauth2/authorize", &asked).await).starts_with("/login?"));
    let m2m = query(&[("client_id", MACHINE)]);
    assert!(location(&browser.get("/oauth2/authorize", &m2m).await).starts_with("/error?error=redirect_mismatch"));
}

#[tokio::test]
async fn attack_011_a_code_needs_the_redirect_uri_it_was_given_for() {
    for uri in [None, Some(CALLBACK_QUERY), Some("https://evil.test/")] {
        let world = World::new();
        let mut browser = world.browser();
        let code = browser.code(&code_query()).await;
        let mut form = vec![("grant_type", "authorization_code"), ("client_id", WEB), ("code", code.as_str())];
        form.extend(uri.map(|uri| ("redirect_uri", uri)));
        assert_eq!(error(&browser.token(&form).await), (400, "invalid_grant".to_owned()));
    }
}

#[tokio::test]
async fn attack_012_a_flow_that_the_client_has_not_cannot_be_asked_for_at_any_step() {
    let world = World::new();
    let mut browser = world.browser();
    let good = query(&[("client_id", SERVER)]);
    let page = browser.get("/login", &good).await;
    let token = html::input(&html::text(&page), "_csrf").unwrap();
    let form = [("_csrf", token.as_str()), ("username", "alice"), ("password", PASSWORD)];
    let tampered = query(&[("client_id", SERVER), ("response_type", "token")]);
    let to = location(&browser.post("/login", &tampered, &form).await);
    assert_eq!(param(&to, "error").as_deref(), Some("unauthorized_client"));
    assert!(world.pool.0.lock().calls.is_empty());
}

#[tokio::test]
async fn attack_013_tokens_do_not_go_into_a_query_and_forms_only_to_the_client() {
    let world = World::new();
    let mut browser = world.browser();
    for mode in ["query", "fragment.jwt"] {
        let asked = query(&[("response_type", "token"), ("response_mode", mode)]);
        let to = location(&browser.get("/oauth2/authorize", &asked).await);
        assert_eq!(param(&to, "error").as_deref(), Some("invalid_request"), "{mode}");
    }
    let page = browser.get("/login", &code_query()).await;
    let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://app.example.com;"), "{policy}");
    let page = browser.get("/login", &query(&[("redirect_uri", APP)])).await;
    assert!(page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("form-action 'self' myapp:;"));
}

#[tokio::test]
async fn attack_014_nothing_of_the_request_becomes_markup() {
    let nasty = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}";
    let world = World::new();
    let mut browser = world.browser();
    let names = ["state", "login_hint", "lang", "ui_locales", "error", "error_description", "error_hint", nasty];
    let params: Vec<_> = names.into_iter().map(|name| (name, nasty)).collect();
    let asked = query(&params);
    for path in ["/login", "/signup", "/forgotPassword", "/confirm", "/confirmforgotPassword", "/resendcode", "/error"]
    {
        let page = browser.get(path, &asked).await;
        html::check(&page);
        assert!(!html::text(&page).contains("<script") && !html::text(&page).contains("<img"), "{path}");
    }
    assert_eq!(html::input(&html::text(&browser.get("/login", &asked).await), "username").as_deref(), Some(nasty));
    let form = [("username", nasty), ("requiredAttributes[email]", nasty), ("password", "short")];
    html::check(&browser.fill("/signup", &asked, &form).await);
    let error = html::text(&browser.get("/error", &encode(&[("error", nasty), ("client_id", nasty)])).await);
    assert!(!error.contains("alert"), "{error}");
    assert!(html::text(&browser.get("/login", &code_query()).await).contains("demo &#60;pool&#62;"));
}

#[tokio::test]
async fn attack_015_every_answer_to_the_client_names_the_issuer() {
    let world = World::new();
    for more in [
        &[][..],
        &[("response_type", "token")][..],
        &[("prompt", "none")][..],
        &[("scope", "unknown")][..],
        &[("response_type", "id_token")][..],
    ] {
        let asked = query(more);
        let mut browser = world.browser();
        let mut reply = browser.get("/oauth2/authorize", &asked).await;
        if location(&reply).starts_with("/login?") {
            reply = browser.sign_in(&asked, "alice", PASSWORD).await;
        }
        let to = location(&reply);
        assert!(to.starts_with(CALLBACK), "{to}");
        assert_eq!(param(&to, "iss").as_deref(), Some(ISSUER), "{to}");
    }
}

#[tokio::test]
async fn attack_016_logout_leads_to_registered_addresses_only() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    for asked in [
        encode(&[("client_id", WEB), ("logout_uri", "https://evil.test/")]),
        encode(&[("client_id", WEB), ("logout_uri", "https://app.example.com/bye/")]),
        encode(&[("client_id", WEB), ("logout_uri", CALLBACK)]),
        encode(&[("logout_uri", LOGOUT)]),
        encode(&[("client_id", "nobody"), ("logout_uri", LOGOUT)]),
        encode(&[("client_id", WEB), ("post_logout_redirect_uri", "https://evil.test/")]),
        encode(&[("client_id", WEB), ("logout_uri", LOGOUT), ("logout_uri", "https://evil.test/")]),
        query(&[("redirect_uri", "https://evil.test/")]),
        encode(&[("client_id", WEB)]),
        String::new(),
    ] {
        let page = browser.get("/logout", &asked).await;
        assert_eq!(page.status(), 400, "{asked}");
        html::check(&page);
    }
    assert_eq!(world.pool.0.lock().sessions.len(), 1, "a refusal ends no session");
}

#[tokio::test]
async fn attack_017_only_a_top_level_link_of_another_site_can_sign_out() {
    let world = World::new();
    let mut browser = world.browser();
    let reply = browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let cookies: Vec<_> =
        reply.headers().get_all(http::header::SET_COOKIE).iter().map(|c| c.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|c| c.starts_with("__Host-cognito=") && c.ends_with("SameSite=Lax")), "{cookies:?}");
    let asked = encode(&[("client_id", WEB), ("logout_uri", LOGOUT)]);
    let to = location(&browser.send(Method::POST, "/logout", "", &asked).await);
    assert!(to.starts_with("/logout?client_id="), "a POST from elsewhere becomes a navigation: {to}");
    assert_eq!(world.pool.0.lock().sessions.len(), 1);
}

#[tokio::test]
async fn attack_017_signing_out_by_openid_connect_needs_a_fitting_id_token_or_the_persons_word() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let target = ("post_logout_redirect_uri", LOGOUT);
    let foreign = format!("id-of-bob-for-{WEB}");
    for asked in [vec![("client_id", WEB), target], vec![("id_token_hint", foreign.as_str()), target]] {
        let page = browser.get("/logout", &encode(&asked)).await;
        assert_eq!(page.status(), 200);
        html::check(&page);
        assert_eq!(world.pool.0.lock().sessions.len(), 1, "asked first");
    }
    let asked = encode(&[("client_id", WEB), target, ("state", "s 1")]);
    let to = location(&browser.fill("/logout", &asked, &[("signOut", "1")]).await);
    assert_eq!(to, format!("{LOGOUT}?state=s%201"));
    assert!(world.pool.0.lock().sessions.is_empty());
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let own = format!("id-of-alice-for-{WEB}");
    let asked = encode(&[("id_token_hint", &own), target]);
    assert_eq!(location(&browser.get("/logout", &asked).await), LOGOUT);
    assert!(world.pool.0.lock().sessions.is_empty());
}

#[tokio::test]
async fn attack_016_a_hint_of_another_client_or_pool_leads_nowhere() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let own = format!("id-of-alice-for-{WEB}");
    for asked in [
        vec![("client_id", SERVER), ("id_token_hint", own.as_str()), ("post_logout_redirect_uri", LOGOUT)],
        vec![("id_token_hint", "of-another-pool"), ("post_logout_redirect_uri", LOGOUT)],
        vec![("id_token_hint", own.as_str()), ("post_logout_redirect_uri", "https://evil.test/")],
        vec![("id_token_hint", own.as_str()), ("post_logout_redirect_uri", CALLBACK)],
    ] {
        assert_eq!(browser.get("/logout", &encode(&asked)).await.status(), 400, "{asked:?}");
    }
    assert_eq!(world.pool.0.lock().sessions.len(), 1);
}

#[tokio::test]
async fn attack_018_no_answer_leaks_by_referer_or_cache() {
    let world = World::new();
    let mut browser = world.browser();
    let mut replies = vec![browser.sign_in(&code_query(), "alice", PASSWORD).await];
    for path in ["/login", "/signup", "/oauth2/authorize", "/error", "/nothing", "/logout", "/oauth2/userInfo"] {
        replies.push(browser.get(path, &code_query()).await);
    }
    replies.push(browser.token(&[("grant_type", "refresh_token")]).await);
    for reply in replies {
        assert_eq!(reply.headers()[REFERRER_POLICY], "no-referrer");
        assert!(reply.headers()[CACHE_CONTROL].to_str().unwrap().contains("no-store"));
        assert_eq!(reply.headers()["x-content-type-options"], "nosniff");
    }
}

async fn redeem(browser: &mut Browser<'_>, code: &str, verifier: Option<&str>) -> (u16, String) {
    let mut form =
        vec![("grant_type", "authorization_code"), ("client_id", WEB), ("code", code), ("redirect_uri", CALLBACK)];
    form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    let reply = browser.token(&form).await;
    if reply.status() == 200 { (200, String::new()) } else { error(&reply) }
}

fn pkce_query() -> String {
    query(&[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")])
}

#[tokio::test]
async fn attack_019_a_code_twice_revokes_what_it_gave() {
    let world = World::new();
    let mut browser = world.browser();
    let code = browser.code(&code_query()).await;
    assert_eq!(redeem(&mut browser, &code, None).await.0, 200);
    assert_eq!(redeem(&mut browser, &code, None).await, (400, "invalid_grant".to_owned()));
    assert!(world.pool.0.lock().access.is_empty());
}

#[tokio::test]
async fn attack_023_a_challenge_needs_its_verifier() {
    let world = World::new();
    let mut browser = world.browser();
    let code = browser.code(&pkce_query()).await;
    assert_eq!(redeem(&mut browser, &code, None).await, (400, "invalid_grant".to_owned()));
    let code = browser
        .code(&query(&[("prompt", "login"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]))
        .await;
    assert_eq!(redeem(&mut browser, &code, Some(VERIFIER)).await.0, 200);
}

#[tokio::test]
async fn attack_024_a_verifier_without_a_challenge_is_refused() {
    let world = World::new();
    let mut browser = world.browser();
    let code = browser.code(&code_query()).await;
    assert_eq!(redeem(&mut browser, &code, Some(VERIFIER)).await, (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn attack_025_plain_and_malformed_pkce_are_refused() {
    let world = World::new();
    let mut browser = world.browser();
    for pair in [
        &[("code_challenge", VERIFIER), ("code_challenge_method", "plain")][..],
        &[("code_challenge", CHALLENGE)][..],
        &[("code_challenge_method", "S256")][..],
        &[("code_challenge", "short"), ("code_challenge_method", "S256")][..],
        &[("code_challenge", CHALLENGE), ("code_challenge_method", "s256")][..],
    ] {
        let to = location(&browser.get("/oauth2/authorize", &query(pair)).await);
        assert_eq!(param(&to, "error").as_deref(), Some("invalid_request"), "{pair:?}");
    }
    let code = browser.code(&pkce_query()).await;
    let long = "a".repeat(129);
    for verifier in ["a", &long, "äääääääääääääääääääääääääääääääääääääääääääää", &VERIFIER.replace('-', "+")]
    {
        assert_eq!(redeem(&mut browser, &code, Some(verifier)).await, (400, "invalid_grant".to_owned()), "{verifier}");
    }
    assert!(!world.pool.0.lock().codes[&code].spent, "what no client could send spends no code");
}

#[tokio::test]
async fn attack_026_a_public_client_needs_pkce_where_it_is_demanded() {
    let world = World::new();
    let mut browser = world.browser();
    let to = location(&browser.get("/oauth2/authorize", &query(&[("client_id", PKCE)])).await);
    assert_eq!(param(&to, "error").as_deref(), Some("invalid_request"));
    assert_eq!(param(&to, "state").as_deref(), Some("xyz"));
}

#[tokio::test]
async fn attack_027_an_unknown_client_and_a_wrong_secret_are_the_same_refusal() {
    let world = World::new();
    let mut program = world.browser();
    let mut answers = Vec::new();
    for (id, secret) in [(SERVER, "wrong"), ("nobody", "wrong"), ("nobody", SECRET), (WEB, SECRET)] {
        let form =
            [("grant_type", "refresh_token"), ("refresh_token", "r"), ("client_id", id), ("client_secret", secret)];
        let reply = program.token(&form).await;
        answers.push((reply.status().as_u16(), html::text(&reply), reply.headers().len()));
    }
    assert!(
        answers.iter().all(|answer| *answer == (400, r#"{"error":"invalid_client"}"#.to_owned(), answers[0].2)),
        "{answers:?}"
    );
    let checks = ["server00000000000000000000", "nobody", "nobody", WEB].map(|id| format!("check_client_secret {id}"));
    assert_eq!(world.pool.0.lock().calls, checks);
}

#[tokio::test]
async fn attack_030_a_secret_in_the_query_is_refused() {
    let world = World::new();
    let mut program = world.browser();
    let secret = encode(&[("client_secret", SECRET)]);
    let form = [("grant_type", "client_credentials"), ("client_id", MACHINE)];
    assert_eq!(error(&program.post("/oauth2/token", &secret, &form).await), (400, "invalid_request".to_owned()));
    let all = encode(&[("grant_type", "client_credentials"), ("client_id", MACHINE), ("client_secret", SECRET)]);
    assert_eq!(error(&program.post("/oauth2/token", &all, &[]).await).0, 400);
    assert!(world.pool.0.lock().calls.is_empty());
}

#[tokio::test]
async fn attack_031_two_client_authentication_methods_are_refused() {
    let world = World::new();
    let mut program = world.browser();
    program.header("authorization", &basic(MACHINE, SECRET));
    let form = [("grant_type", "client_credentials"), ("client_id", MACHINE), ("client_secret", SECRET)];
    assert_eq!(error(&program.token(&form).await), (400, "invalid_request".to_owned()));
    let form = [("grant_type", "client_credentials"), ("client_id", SERVER)];
    assert_eq!(error(&program.token(&form).await), (400, "invalid_request".to_owned()));
    program.headers.append("authorization", HeaderValue::from_str(&basic(SERVER, SECRET)).unwrap());
    assert_eq!(error(&program.token(&form[..1]).await), (400, "invalid_request".to_owned()));
    assert!(world.pool.0.lock().calls.is_empty());
}

#[tokio::test]
async fn attack_033_scopes_beyond_the_client_are_refused() {
    let world = World::new();
    let mut browser = world.browser();
    for scope in ["admin", "openid api/read", "email", "openid \"", " "] {
        let to = location(&browser.get("/oauth2/authorize", &query(&[("scope", scope)])).await);
        assert_eq!(param(&to, "error").as_deref(), Some("invalid_scope"), "{scope}");
    }
}

#[tokio::test]
async fn attack_038_the_token_endpoint_takes_forms_by_post_only() {
    let world = World::new();
    let mut program = world.browser();
    let asked = encode(&[("grant_type", "client_credentials"), ("client_id", MACHINE), ("client_secret", SECRET)]);
    let reply = program.get("/oauth2/token", &asked).await;
    assert_eq!(error(&reply), (405, "invalid_request".to_owned()));
    assert_eq!(reply.headers()["allow"], "POST, OPTIONS");
    for kind in ["application/json", "multipart/form-data", "text/plain"] {
        program.header("content-type", kind);
        let reply = program.send(Method::POST, "/oauth2/token", "", &asked).await;
        assert_eq!(error(&reply), (400, "invalid_request".to_owned()), "{kind}");
    }
    assert!(world.pool.0.lock().calls.is_empty());
}

pub fn basic(id: &str, secret: &str) -> String {
    use base64::Engine as _;
    let text = format!("{id}:{secret}");
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text))
}
