//! Whole ways through the pages.

use super::browser::*;
use super::fake::*;
use super::html;
use crate::plan::UsernameKind;

#[tokio::test]
async fn authorize_leads_to_the_sign_in_page_with_the_whole_query_and_then_to_the_client_with_a_code() {
    let world = World::new();
    let mut browser = world.browser();
    let asked = query(&[("scope", "openid email"), ("nonce", "n-1"), ("state", "a b&c=ü{}")]);
    let reply = browser.get("/oauth2/authorize", &asked).await;
    assert_eq!(location(&reply), format!("/login?{asked}"));
    let page = browser.follow(&reply).await;
    assert_eq!(html::action(&html::text(&page), "cognitoSignInForm"), Some(format!("/login?{asked}")));
    let reply = browser.sign_in(&asked, "alice", PASSWORD).await;
    let to = location(&reply);
    assert!(to.starts_with("https://app.example.com/cb?code="), "{to}");
    assert_eq!(param(&to, "state").as_deref(), Some("a b&c=ü{}"));
    assert_eq!(param(&to, "iss").as_deref(), Some(ISSUER));
    let code = param(&to, "code").expect("a code");
    let state = world.pool.0.lock();
    let what = &state.codes[&code].what;
    assert_eq!((what.scopes.join(" "), what.nonce.as_deref()), ("openid email".to_owned(), Some("n-1")));
}

#[tokio::test]
async fn the_implicit_grant_puts_its_tokens_into_the_fragment_in_order() {
    let world = World::new();
    let mut browser = world.browser();
    let reply = browser.sign_in(&query(&[("response_type", "token")]), "alice", PASSWORD).await;
    let to = location(&reply);
    let names: Vec<_> =
        to.split_once('#').expect("a fragment").1.split('&').map(|p| p.split('=').next().unwrap()).collect();
    assert_eq!(names, ["id_token", "access_token", "expires_in", "token_type", "state", "iss"]);
    assert_eq!(param(&to, "token_type").as_deref(), Some("Bearer"));
    assert!(!to.contains('?'), "{to}");
}

#[tokio::test]
async fn a_redirect_uri_with_a_query_keeps_it() {
    let world = World::new();
    let mut browser = world.browser();
    let reply = browser.sign_in(&query(&[("redirect_uri", CALLBACK_QUERY)]), "alice", PASSWORD).await;
    assert!(location(&reply).starts_with("https://app.example.com/cb?tenant=1&code="));
}

#[tokio::test]
async fn a_session_signs_in_at_other_clients_without_a_page() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let reply = browser.get("/oauth2/authorize", &query(&[("client_id", LEGACY)])).await;
    assert!(location(&reply).starts_with("https://app.example.com/cb?code="));
}

#[tokio::test]
async fn the_sign_in_page_offers_to_go_on_as_who_is_signed_in() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let page = browser.get("/login", &code_query()).await;
    html::check(&page);
    assert!(html::text(&page).contains("Continue as alice"));
    let before = browser.cookies["__Host-cognito"].clone();
    let reply = browser.fill("/login", &code_query(), &[("continueSignIn", "1")]).await;
    assert!(param(&location(&reply), "code").is_some());
    assert_eq!(browser.cookies["__Host-cognito"], before);
}

#[tokio::test]
async fn where_the_pools_name_is_an_id_it_is_not_shown() {
    let world = World::with(plan(|plan| plan.username_kind = UsernameKind::Email), "");
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let page = browser.get("/login", &code_query()).await;
    html::check(&page);
    assert!(html::text(&page).contains("You are signed in.") && !html::text(&page).contains("alice"));
}

#[tokio::test]
async fn nobody_goes_on_as_somebody_without_a_session() {
    let world = World::new();
    let mut browser = world.browser();
    let reply = browser.fill("/login", &code_query(), &[("continueSignIn", "1")]).await;
    assert_eq!(reply.status(), 200);
    assert!(world.pool.0.lock().codes.is_empty());
}

#[tokio::test]
async fn a_script_signs_in_with_nothing_but_the_token_cookie() {
    let world = World::new();
    let page = world.browser().get("/login", &code_query()).await;
    let cookie = page.headers()[http::header::SET_COOKIE].to_str().unwrap();
    let token = cookie.strip_prefix("XSRF-TOKEN=").unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(html::input(&html::text(&page), "_csrf").as_ref(), Some(&token));
    let mut script = world.browser();
    script.cookies.insert("XSRF-TOKEN".to_owned(), token.clone());
    let form = [("_csrf", token.as_str()), ("username", "alice"), ("password", PASSWORD), ("cognitoAsfData", "")];
    let reply = script.post("/login", &code_query(), &form).await;
    assert!(param(&location(&reply), "code").is_some());
}

#[tokio::test]
async fn sign_up_goes_over_the_code_to_the_client() {
    let world = World::new();
    world.pool.0.lock().signs_in_confirmed = true;
    let mut browser = world.browser();
    let form = [("username", "bob"), ("requiredAttributes[email]", "bob@example.com"), ("password", "Long-enough-1")];
    let reply = browser.fill("/signup", &code_query(), &form).await;
    assert_eq!(location(&reply), format!("/confirm?{}", code_query()));
    let page = browser.follow(&reply).await;
    html::check(&page);
    assert!(html::text(&page).contains("a***@e***"));
    let wrong = browser.fill("/confirm", &code_query(), &[("code", "000000")]).await;
    assert!(html::text(&wrong).contains("Invalid verification code provided, please try again."));
    let reply = browser.fill("/confirm", &code_query(), &[("code", " 123456 ")]).await;
    assert!(param(&location(&reply), "code").is_some());
    assert_eq!(world.pool.0.lock().users["bob"].attributes["email"], "bob@example.com");
}

#[tokio::test]
async fn where_the_pool_wants_the_password_again_a_confirmed_person_finds_the_sign_in_page() {
    let world = World::new();
    let mut browser = world.browser();
    let form = [("username", "bob"), ("requiredAttributes[email]", "b@e.org"), ("password", "Long-enough-1")];
    browser.fill("/signup", &code_query(), &form).await;
    let page = browser.fill("/confirm", &code_query(), &[("code", "123456")]).await;
    html::check(&page);
    assert!(html::text(&page).contains("Your account is confirmed."));
    assert_eq!(html::input(&html::text(&page), "username").as_deref(), Some("bob"));
    assert!(!browser.cookies.contains_key("__Host-cognito-flow"));
}

#[tokio::test]
async fn a_person_whom_the_pool_confirms_at_once_is_signed_in() {
    let world = World::new();
    world.pool.0.lock().auto_confirm = true;
    let form = [("username", "bob"), ("requiredAttributes[email]", "b@e.org"), ("password", "Long-enough-1")];
    let reply = world.browser().fill("/signup", &code_query(), &form).await;
    assert!(param(&location(&reply), "code").is_some());
}

#[tokio::test]
async fn a_registration_that_is_refused_keeps_what_was_typed_except_the_password() {
    let world = World::new();
    let form = [("username", "bob"), ("requiredAttributes[email]", "b@e.org"), ("password", "short")];
    let page = world.browser().fill("/signup", &code_query(), &form).await;
    html::check(&page);
    let text = html::text(&page);
    assert!(text.contains("Password did not conform with policy: Password not long enough"));
    assert_eq!(html::input(&text, "requiredAttributes[email]").as_deref(), Some("b@e.org"));
    assert_eq!(html::input(&text, "password").as_deref(), Some(""));
    assert!(text.contains("passwordCheck-notValid-customizable\">at least 8 characters"));
    assert!(text.contains("passwordCheck-valid-customizable\">a lower case letter"));
}

#[tokio::test]
async fn fields_that_the_page_does_not_have_are_not_registered() {
    let world = World::new();
    let form = [
        ("username", "bob"),
        ("requiredAttributes[email]", "b@e.org"),
        ("requiredAttributes[custom:role]", "admin"),
        ("requiredAttributes[email_verified]", "true"),
        ("password", "Long-enough-1"),
    ];
    world.browser().fill("/signup", &code_query(), &form).await;
    assert_eq!(world.pool.0.lock().users["bob"].attributes.keys().collect::<Vec<_>>(), ["email"]);
}

#[tokio::test]
async fn where_the_address_is_the_username_it_is_asked_once() {
    let world = World::with(plan(|plan| plan.username_kind = UsernameKind::Email), "");
    let page = world.browser().get("/signup", &code_query()).await;
    html::check(&page);
    let text = html::text(&page);
    assert!(html::input(&text, "requiredAttributes[email]").is_none());
    assert!(text.contains("type=\"email\""));
}

#[tokio::test]
async fn where_either_may_be_the_username_it_fills_its_attribute() {
    let world = World::with(plan(|plan| plan.username_kind = UsernameKind::EmailOrPhone), "");
    let form = [("username", "b@e.org"), ("requiredAttributes[email]", ""), ("password", "Long-enough-1")];
    let mut browser = world.browser();
    browser.fill("/signup", &code_query(), &form).await;
    assert_eq!(world.pool.0.lock().users["id-0001"].attributes["email"], "b@e.org");
    let page = browser.fill("/confirm", &code_query(), &[("code", "123456")]).await;
    assert!(world.pool.0.lock().users["id-0001"].confirmed);
    assert_eq!(
        html::input(&html::text(&page), "username").as_deref(),
        Some("b@e.org"),
        "their name, not the pool's id"
    );
}

#[tokio::test]
async fn sign_up_is_refused_where_only_administrators_create_users() {
    let world = World::with(plan(|plan| plan.sign_up = false), "");
    let mut browser = world.browser();
    assert_eq!(browser.get("/signup", &code_query()).await.status(), 403);
    assert_eq!(browser.post("/signup", &code_query(), &[("username", "bob")]).await.status(), 403);
    assert!(!html::text(&browser.get("/login", &code_query()).await).contains("/signup"));
    assert!(world.pool.0.lock().calls.is_empty());
}

#[tokio::test]
async fn the_right_password_of_an_unconfirmed_account_leads_to_its_code() {
    let world = World::new();
    world.pool.add("carol", User { password: PASSWORD.to_owned(), code: Some("1".to_owned()), ..User::default() });
    let mut browser = world.browser();
    let reply = browser.sign_in(&code_query(), "carol", PASSWORD).await;
    assert_eq!(location(&reply), format!("/confirm?{}", code_query()));
    let reply = browser.fill("/resendcode", &code_query(), &[("resend", "1")]).await;
    assert_eq!(location(&reply), format!("/confirm?{}", code_query()));
    assert!(html::text(&browser.follow(&reply).await).contains("A new code is on its way."));
    assert_eq!(world.pool.0.lock().users["carol"].code.as_deref(), Some("654321"));
}

#[tokio::test]
async fn a_code_alone_does_not_sign_in_where_the_password_was_not_given() {
    let world = World::new();
    world.pool.0.lock().signs_in_confirmed = true;
    world.pool.add("carol", User { code: Some("1".to_owned()), ..User::default() });
    let mut browser = world.browser();
    browser.fill("/resendcode", &code_query(), &[("username", "carol"), ("resend", "1")]).await;
    let reply = browser.fill("/confirm", &code_query(), &[("code", "654321")]).await;
    assert_eq!(reply.status(), 200);
    assert!(html::text(&reply).contains("Your account is confirmed."));
    assert!(world.pool.0.lock().sessions.is_empty());
}

#[tokio::test]
async fn a_code_can_be_entered_in_another_browser_by_typing_the_username() {
    let world = World::new();
    world.pool.add("carol", User { code: Some("1".to_owned()), ..User::default() });
    let mut browser = world.browser();
    browser.fill("/confirm", &code_query(), &[("username", "carol"), ("code", "1")]).await;
    assert!(world.pool.0.lock().users["carol"].confirmed);
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_its_code() {
    let world = World::new();
    let mut browser = world.browser();
    let reply = browser.fill("/forgotPassword", &code_query(), &[("username", "alice")]).await;
    assert_eq!(location(&reply), format!("/confirmforgotPassword?{}", code_query()));
    html::check(&browser.follow(&reply).await);
    let form = [("code", "246810"), ("password", "Another-one-2"), ("confirmPassword", "Another-one-3")];
    let page = browser.fill("/confirmforgotPassword", &code_query(), &form).await;
    assert!(html::text(&page).contains("The two passwords are not the same."));
    let form = [("code", "246810"), ("password", "Another-one-2"), ("confirmPassword", "Another-one-2")];
    let reply = browser.fill("/confirmforgotPassword", &code_query(), &form).await;
    assert!(param(&location(&reply), "code").is_some());
    assert_eq!(world.pool.0.lock().users["alice"].password, "Another-one-2");
}

#[tokio::test]
async fn a_demanded_reset_leads_from_the_right_password_to_the_reset_page() {
    let world = World::new();
    let user = User { password: PASSWORD.to_owned(), confirmed: true, reset_required: true, ..User::default() };
    world.pool.add("dave", user);
    let mut browser = world.browser();
    let reply = browser.sign_in(&code_query(), "dave", PASSWORD).await;
    assert_eq!(location(&reply), format!("/confirmforgotPassword?{}", code_query()));
    assert!(html::text(&browser.follow(&reply).await).contains("Your password has to be reset."));
}

#[tokio::test]
async fn a_temporary_password_leads_over_a_new_one_to_the_client() {
    let world = World::new();
    let user = User { password: "Temporary-1".to_owned(), confirmed: true, temporary: true, ..User::default() };
    world.pool.add("erin", user);
    let mut browser = world.browser();
    let asked = query(&[("response_type", "token")]);
    let reply = browser.sign_in(&asked, "erin", "Temporary-1").await;
    assert_eq!(location(&reply), format!("/changePassword?{asked}"));
    assert!(world.pool.0.lock().sessions.is_empty());
    let page = browser.follow(&reply).await;
    html::check(&page);
    let account = html::tags(&html::text(&page)).into_iter().find(|tag| tag.get("id") == Some("account")).unwrap();
    assert_eq!((account.get("value"), account.get("autocomplete")), (Some("erin"), Some("username")));
    let form = [("new_password", "Permanent-1"), ("confirm_password", "Permanent-1")];
    let page = browser.fill("/changePassword", &asked, &form).await;
    assert!(html::text(&page).contains("Please fill in every field."));
    let form =
        [("new_password", "Permanent-1"), ("confirm_password", "Permanent-1"), ("requiredAttributes[name]", "Erin")];
    let to = location(&browser.fill("/changePassword", &asked, &form).await);
    assert!(param(&to, "id_token").is_some() && param(&to, "expires_in").is_some(), "{to}");
    assert_eq!(world.pool.0.lock().users["erin"].attributes["name"], "Erin");
}

#[tokio::test]
async fn a_challenge_that_ended_leads_back_to_the_sign_in_page() {
    let world = World::new();
    let user = User { password: "Temporary-1".to_owned(), confirmed: true, temporary: true, ..User::default() };
    world.pool.add("erin", user);
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "erin", "Temporary-1").await;
    let form =
        [("new_password", "Permanent-1"), ("confirm_password", "Permanent-1"), ("requiredAttributes[name]", "E")];
    world.pool.0.lock().challenges.clear();
    let page = browser.fill("/changePassword", &code_query(), &form).await;
    assert!(html::text(&page).contains("This step has ended. Please sign in again."));
    browser.sign_in(&code_query(), "erin", "Temporary-1").await;
    browser.now_s += 901;
    let page = browser.get("/changePassword", &code_query()).await;
    assert!(html::text(&page).contains("This step has ended."));
}

#[tokio::test]
async fn logout_ends_the_session_and_leads_to_the_registered_address() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let reply = browser.get("/logout", &encode(&[("client_id", WEB), ("logout_uri", LOGOUT)])).await;
    assert_eq!(location(&reply), LOGOUT);
    assert!(!browser.cookies.contains_key("__Host-cognito"));
    assert!(world.pool.0.lock().sessions.is_empty());
    let reply = browser.get("/oauth2/authorize", &code_query()).await;
    assert!(location(&reply).starts_with("/login?"));
}

#[tokio::test]
async fn logout_with_a_redirect_uri_leads_to_the_sign_in_page() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let reply = browser.get("/logout", &code_query()).await;
    assert_eq!(location(&reply), format!("/login?{}", code_query()));
    assert!(world.pool.0.lock().sessions.is_empty());
}

#[tokio::test]
async fn below_a_base_every_link_redirect_and_cookie_names_it() {
    let base = "/_aws/auth/demo";
    let world = World::with(plan(|_| ()), base);
    let mut browser = world.browser();
    let reply = browser.get("/oauth2/authorize", &code_query()).await;
    assert!(location(&reply).starts_with("/_aws/auth/demo/login?"));
    let page = html::text(&browser.follow(&reply).await);
    for tag in html::tags(&page) {
        let target = tag.get("href").filter(|_| tag.name == "a").or(tag.get("action"));
        assert!(target.is_none_or(|to| to.starts_with("/_aws/auth/demo/")), "{tag:?}");
    }
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    assert!(browser.cookies.contains_key("__Host-cognito.demo"));
    let reply = browser.get("/oauth2/authorize", &query(&[("client_id", "nobody")])).await;
    assert_eq!(location(&reply), "/_aws/auth/demo/error?error=redirect_mismatch&client_id=nobody");
}

#[tokio::test]
async fn a_trigger_that_refuses_is_told_to_the_client_and_leaves_no_session() {
    let world = World::new();
    let attributes = [("dev:refused".to_owned(), String::new())].into();
    let user = User { password: PASSWORD.to_owned(), confirmed: true, attributes, ..User::default() };
    world.pool.add("frank", user);
    let mut browser = world.browser();
    let to = location(&browser.sign_in(&code_query(), "frank", PASSWORD).await);
    assert_eq!(param(&to, "error").as_deref(), Some("invalid_request"));
    assert_eq!(param(&to, "error_description").as_deref(), Some("PreTokenGeneration failed with error too young."));
    assert!(world.pool.0.lock().sessions.is_empty());
    assert!(!browser.cookies.contains_key("__Host-cognito"));
}

#[tokio::test]
async fn a_pool_that_breaks_gives_a_page_that_tells_nothing_inside() {
    let world = World::new();
    world.pool.0.lock().fails = true;
    let page = world.browser().sign_in(&code_query(), "alice", PASSWORD).await;
    let text = html::text(&page);
    assert!(text.contains("Something went wrong on our side.") && !text.contains("store"), "{text}");
}
