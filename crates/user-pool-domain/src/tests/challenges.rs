//! Pages between the steps of a sign-in, passkeys, and the page of what somebody has open.

use super::browser::{Browser, World, code_query, location, param, query};
use super::fake::{CALLBACK, FACTOR_CODE, PASSWORD, User, WEB};
use super::html;
use crate::reply::Reply;
use crate::text::LANGUAGES;

fn world(factor: &str) -> World {
    let world = World::new();
    let second_factor = Some(factor.to_owned());
    let user = User { password: PASSWORD.to_owned(), confirmed: true, second_factor, ..User::default() };
    world.pool.add("mia", user);
    world
}

/// To the page after the password.
async fn begin(browser: &mut Browser<'_>, path: &str) -> String {
    let reply = browser.sign_in(&code_query(), "mia", PASSWORD).await;
    assert!(location(&reply).starts_with(path), "{}", location(&reply));
    let page = browser.follow(&reply).await;
    html::check(&page);
    html::text(&page)
}

fn landed(reply: &Reply) {
    let to = location(reply);
    assert!(to.starts_with(CALLBACK) && param(&to, "code").is_some(), "{to}");
}

#[tokio::test]
async fn a_second_factor_stands_between_password_and_code() {
    for factor in ["SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP", "SMS_OTP"] {
        let world = world(factor);
        let mut browser = world.browser();
        let page = begin(&mut browser, "/mfa?").await;
        assert_eq!(page.contains("+*******1234"), factor == "SMS_MFA");
        assert!(world.pool.0.lock().sessions.is_empty(), "nobody is signed in yet");
        let wrong = browser.fill("/mfa", &code_query(), &[("code", "000000")]).await;
        assert!(html::text(&wrong).contains("Invalid code or auth state for the user."));
        landed(&browser.fill("/mfa", &code_query(), &[("code", FACTOR_CODE)]).await);
    }
}

#[tokio::test]
async fn who_has_several_factors_chooses_one() {
    let world = world("SELECT_MFA_TYPE");
    let mut browser = world.browser();
    let page = begin(&mut browser, "/mfa?").await;
    assert!(page.contains(r#"value="SMS_MFA""#) && page.contains(r#"value="SOFTWARE_TOKEN_MFA""#));
    let next = browser.fill("/mfa", &code_query(), &[("answer", "EMAIL_OTP")]).await;
    assert_eq!(next.status(), 200, "what was not offered cannot be chosen");
    let next = browser.fill("/mfa", &code_query(), &[("answer", "SMS_MFA")]).await;
    assert!(html::text(&browser.follow(&next).await).contains("+*******1234"));
    landed(&browser.fill("/mfa", &code_query(), &[("code", FACTOR_CODE)]).await);
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_with_a_picture_and_a_text() {
    let world = world("MFA_SETUP");
    let mut browser = world.browser();
    let page = begin(&mut browser, "/setupmfa?").await;
    assert!(page.contains("<svg") && page.contains("JBSW Y3DP EHPK 3PXP"), "{page}");
    let wrong = browser.fill("/setupmfa", &code_query(), &[("code", "1")]).await;
    assert!(html::text(&wrong).contains("JBSW Y3DP EHPK 3PXP"), "the same secret again");
    landed(&browser.fill("/setupmfa", &code_query(), &[("code", FACTOR_CODE)]).await);
}

#[tokio::test]
async fn without_a_password_somebody_chooses_how_to_sign_in() {
    let world = world("-");
    let mut browser = world.browser();
    let reply = browser.fill("/login", &code_query(), &[("username", "mia"), ("choose", "1")]).await;
    let page = html::text(&browser.follow(&reply).await);
    assert!(page.contains(r#"value="EMAIL_OTP""#) && page.contains(r#"value="WEB_AUTHN""#));
    assert!(!page.contains("PASSWORD_SRP"));
    let none = browser.fill("/mfa", &code_query(), &[("answer", "PASSWORD")]).await;
    assert_eq!(none.status(), 200);
    landed(&browser.fill("/mfa", &code_query(), &[("answer", "PASSWORD"), ("password", PASSWORD)]).await);
}

#[tokio::test]
async fn a_passkey_signs_in() {
    let world = world("-");
    let mut browser = world.browser();
    let reply = browser.fill("/login", &code_query(), &[("username", "mia"), ("choose", "WEB_AUTHN")]).await;
    let page = browser.follow(&reply).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(html::text(&page).contains("/passkey.js"));
    let wrong = browser.fill("/mfa", &code_query(), &[("credential", r#"{"id":"bad"}"#)]).await;
    assert!(html::text(&wrong).contains("The passkey was not accepted."));
    landed(&browser.fill("/mfa", &code_query(), &[("credential", r#"{"id":"good"}"#)]).await);
}

#[tokio::test]
async fn a_challenge_without_a_page_is_told() {
    let world = world("CUSTOM_CHALLENGE");
    let mut browser = world.browser();
    let reply = browser.sign_in(&code_query(), "mia", PASSWORD).await;
    assert_eq!(browser.follow(&reply).await.status(), 403);
}

#[tokio::test]
async fn a_challenge_of_nobody_leads_to_the_sign_in_page() {
    let world = World::new();
    let mut browser = world.browser();
    for path in ["/mfa", "/setupmfa"] {
        let page = html::text(&browser.get(path, &code_query()).await);
        assert!(page.contains("This step has ended."), "{path}");
    }
}

/// Attack 81: the pages know no way around the step that the pool asked for.
#[tokio::test]
async fn attack_081_no_other_page_answers_a_challenge() {
    let world = world("SOFTWARE_TOKEN_MFA");
    let mut browser = world.browser();
    begin(&mut browser, "/mfa?").await;
    for (path, form) in [
        ("/setupmfa", vec![("code", FACTOR_CODE)]),
        ("/changePassword", vec![("new_password", "Another-horse-2"), ("confirm_password", "Another-horse-2")]),
        ("/login", vec![("continueSignIn", "1")]),
    ] {
        let reply = browser.fill(path, &code_query(), &form).await;
        assert_eq!(reply.status(), 200, "{path}");
    }
    let asked = query(&[("prompt", "none")]);
    let to = location(&browser.get("/oauth2/authorize", &asked).await);
    assert_eq!(param(&to, "error").as_deref(), Some("login_required"));
    assert!(world.pool.0.lock().sessions.is_empty() && world.pool.0.lock().codes.is_empty());
}

fn own_page(purpose: &str) -> String {
    format!("client_id={WEB}&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb{purpose}")
}

#[tokio::test]
async fn a_passkey_is_added_after_signing_in() {
    let world = World::new();
    let mut browser = world.browser();
    let reply = browser.get("/passkeys/add", &own_page("")).await;
    let to = location(&reply);
    assert!(to.starts_with("/login?") && to.ends_with("then=passkeys"), "{to}");
    let asked = to.split_once('?').unwrap().1.to_owned();
    let back = browser.sign_in(&asked, "alice", PASSWORD).await;
    assert!(location(&back).starts_with("/passkeys/add?"), "no code for the client: {}", location(&back));
    assert!(world.pool.0.lock().codes.is_empty());
    assert!(html::text(&browser.follow(&back).await).contains(r#"data-ceremony="create""#));
    let wrong = browser.fill("/passkeys/add", &asked, &[("credential", r#"{"id":"bad"}"#)]).await;
    assert!(html::text(&wrong).contains("The passkey was not accepted."));
    let done = browser.fill("/passkeys/add", &asked, &[("credential", r#"{"id":"good"}"#)]).await;
    assert_eq!(location(&done), CALLBACK);
    assert!(world.pool.0.lock().calls.contains(&"passkey of alice".to_owned()));
}

/// Attack 110: the first credential of somebody is set in a session of theirs and not by what a cookie claims.
#[tokio::test]
async fn attack_110_no_passkey_without_a_session() {
    let world = World::new();
    let mut browser = world.browser();
    browser.get("/login", &code_query()).await;
    browser.cookies.insert("__Host-cognito".to_owned(), "session-9999".to_owned());
    let token = browser.cookies["XSRF-TOKEN"].clone();
    let form = [("_csrf", token.as_str()), ("credential", r#"{"id":"good"}"#)];
    assert!(location(&browser.post("/passkeys/add", &own_page(""), &form).await).starts_with("/login?"));
    assert!(!world.pool.0.lock().calls.iter().any(|call| call.starts_with("passkey of")));
}

#[tokio::test]
async fn somebody_sees_and_ends_their_sessions() {
    let world = World::new();
    let (mut browser, mut other) = (world.browser(), world.browser());
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    other.sign_in(&code_query(), "alice", PASSWORD).await;
    let page = browser.get("/sessions", "").await;
    html::check(&page);
    let text = html::text(&page);
    assert_eq!(text.matches("Firefox, Linux").count(), 4, "a name and a label for each: {text}");
    assert_eq!(text.matches("this browser").count(), 1);
    let id = format!("browser:h-{}", other.cookies["__Host-cognito"]);
    let said = browser.fill("/sessions", "", &[("end", &id)]).await;
    assert!(html::text(&said).contains("Done."));
    let gone = other.get("/sessions", &own_page("")).await;
    assert!(location(&gone).contains("then=sessions"));
    let said = browser.fill("/sessions", "", &[("everywhere", "1")]).await;
    assert!(html::text(&said).contains("You are signed out"));
    assert!(world.pool.0.lock().sessions.is_empty());
    assert_eq!(browser.get("/sessions", "").await.status(), 403);
}

#[tokio::test]
async fn nobody_ends_the_session_of_another_or_from_another_site() {
    let world = World::new();
    world.pool.add("bob", User { password: PASSWORD.to_owned(), confirmed: true, ..User::default() });
    let (mut alice, mut bob) = (world.browser(), world.browser());
    alice.sign_in(&code_query(), "alice", PASSWORD).await;
    bob.sign_in(&code_query(), "bob", PASSWORD).await;
    let id = format!("browser:h-{}", alice.cookies["__Host-cognito"]);
    for forged in [id.as_str(), "browser:", "nothing", "device:x"] {
        let said = bob.fill("/sessions", "", &[("end", forged)]).await;
        assert!(html::text(&said).contains("That had ended already."), "{forged}");
    }
    alice.header("origin", "https://evil.test");
    let token = alice.cookies["XSRF-TOKEN"].clone();
    let page = alice.post("/sessions", "", &[("_csrf", &token), ("everywhere", "1")]).await;
    assert_eq!(page.status(), 403);
    assert_eq!(world.pool.0.lock().sessions.len(), 2);
}

fn speaks(lang: &str, page: &Reply) {
    let text = html::text(page);
    assert!(text.contains(&format!("<html lang=\"{lang}\">")), "{lang}: {} {text}", page.status());
}

#[tokio::test]
async fn every_page_before_the_sign_in_speaks_the_language_that_is_asked_for() {
    let world = World::new();
    for lang in LANGUAGES {
        let asked = query(&[("lang", lang)]);
        let pages = ["/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmforgotPassword"];
        for path in
            pages.into_iter().chain(["/mfa", "/setupmfa", "/changePassword", "/confirmUser", "/error", "/nothing"])
        {
            speaks(lang, &world.browser().get(path, &asked).await);
        }
        for refused in [("client_id", "absent"), ("redirect_uri", "https://evil.test/")] {
            let mut browser = world.browser();
            let reply = browser.get("/oauth2/authorize", &query(&[("lang", lang), refused])).await;
            speaks(lang, &browser.follow(&reply).await);
        }
    }
}

#[tokio::test]
async fn every_step_of_a_sign_in_speaks_the_language_that_is_asked_for() {
    for lang in LANGUAGES {
        let asked = query(&[("lang", lang)]);
        let factors =
            ["SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP", "SELECT_MFA_TYPE", "MFA_SETUP", "CUSTOM_CHALLENGE"];
        for factor in factors {
            let world = world(factor);
            let mut browser = world.browser();
            let reply = browser.sign_in(&asked, "mia", PASSWORD).await;
            speaks(lang, &browser.follow(&reply).await);
        }
        let world = world("-");
        world
            .pool
            .add("new", User { password: PASSWORD.to_owned(), confirmed: true, temporary: true, ..User::default() });
        let mut browser = world.browser();
        let reply = browser.sign_in(&asked, "new", PASSWORD).await;
        speaks(lang, &browser.follow(&reply).await);
        for choice in ["1", "WEB_AUTHN"] {
            let reply = browser.fill("/login", &asked, &[("username", "mia"), ("choose", choice)]).await;
            speaks(lang, &browser.follow(&reply).await);
        }
    }
}

#[tokio::test]
async fn every_page_of_who_is_signed_in_speaks_the_language_that_is_asked_for() {
    let world = World::new();
    for lang in LANGUAGES {
        let mut browser = world.browser();
        browser.sign_in(&query(&[("lang", lang)]), "alice", PASSWORD).await;
        let out = format!("client_id={WEB}&post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2Fbye&lang={lang}");
        for (path, asked) in [
            ("/login", query(&[("lang", lang)])),
            ("/passkeys/add", own_page(&format!("&lang={lang}"))),
            ("/sessions", format!("lang={lang}")),
            ("/logout", out),
        ] {
            speaks(lang, &browser.get(path, &asked).await);
        }
        let ended = browser.fill("/sessions", &format!("lang={lang}"), &[("everywhere", "1")]).await;
        speaks(lang, &ended);
    }
}
