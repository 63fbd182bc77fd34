//! Attacks on sessions, cookies and pages, by their numbers in the acceptance list.

use http::Method;
use http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE};

use super::browser::*;
use super::fake::*;
use super::html;
use crate::reply::Reply;

#[tokio::test]
async fn attack_051_a_token_is_no_session() {
    let world = World::new();
    let mut browser = world.browser();
    let to = location(&browser.sign_in(&query(&[("response_type", "token")]), "alice", PASSWORD).await);
    for name in ["id_token", "access_token"] {
        let mut other = world.browser();
        other.cookies.insert("__Host-cognito".to_owned(), param(&to, name).expect("a token"));
        assert!(location(&other.get("/oauth2/authorize", &code_query()).await).starts_with("/login?"), "{name}");
    }
    let session = browser.cookies["__Host-cognito"].clone();
    let mut other = world.browser();
    other.cookies.insert("cognito".to_owned(), session);
    assert!(location(&other.get("/oauth2/authorize", &code_query()).await).starts_with("/login?"));
}

/// What a stranger can measure of an answer: status, place, cookies' names and lengths, and the page without what they
/// typed and without the tokens.
fn seen(reply: &Reply, typed: &str, browser: &Browser<'_>) -> (u16, String, Vec<(String, usize)>, String) {
    let to = reply.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    let cookies = browser.cookies.iter().map(|(name, value)| (name.clone(), value.len())).collect();
    let page = html::text(reply).replace(typed, "TYPED").replace(&browser.cookies["XSRF-TOKEN"], "TOKEN");
    (reply.status().as_u16(), to, cookies, page)
}

#[tokio::test]
async fn attack_068_the_pages_do_not_tell_who_exists() {
    let world = World::new();
    let disabled = User { password: PASSWORD.to_owned(), confirmed: true, disabled: true, ..User::default() };
    world.pool.add("clara", disabled);
    world.pool.add("laura", User { password: PASSWORD.to_owned(), ..User::default() });
    let mut answers = Vec::new();
    for name in ["alice", "clara", "laura", "nouser"] {
        let mut browser = world.browser();
        let mut all = Vec::new();
        let reply = browser.sign_in(&code_query(), name, "wrong").await;
        assert!(html::text(&reply).contains("Incorrect username or password."));
        all.push(seen(&reply, name, &browser));
        let reply = browser.fill("/forgotPassword", &code_query(), &[("username", name)]).await;
        all.push(seen(&reply, name, &browser));
        let page = browser.follow(&reply).await;
        assert!(!html::text(&page).contains("a***@e***"), "an address tells that somebody has one");
        all.push(seen(&page, name, &browser));
        let form = [("code", "1"), ("password", "Another-one-2"), ("confirmPassword", "Another-one-2")];
        let page = browser.fill("/confirmforgotPassword", &code_query(), &form).await;
        assert!(html::text(&page).contains("Invalid verification code provided, please try again."));
        all.push(seen(&page, name, &browser));
        browser.cookies.remove("__Host-cognito-flow");
        let reply = browser.fill("/resendcode", &code_query(), &[("username", name), ("resend", "1")]).await;
        all.push(seen(&reply, name, &browser));
        let page = browser.follow(&reply).await;
        all.push(seen(&page, name, &browser));
        let page = browser.fill("/confirm", &code_query(), &[("code", "1")]).await;
        assert!(html::text(&page).contains("Invalid verification code provided, please try again."));
        all.push(seen(&page, name, &browser));
        answers.push(all);
    }
    for (at, answer) in answers.iter().enumerate() {
        assert_eq!(answer, &answers[0], "{at}");
    }
}

#[tokio::test]
async fn attack_068_where_the_client_does_not_hide_it_the_pool_may_tell() {
    let world = World::new();
    let asked = query(&[("client_id", LEGACY)]);
    let page = world.browser().sign_in(&asked, "nouser", "wrong").await;
    assert!(html::text(&page).contains("User does not exist."));
    let page = world.browser().fill("/forgotPassword", &asked, &[("username", "nouser")]).await;
    assert!(html::text(&page).contains("Username/client id combination not found."));
    let mut browser = world.browser();
    let reply = browser.fill("/forgotPassword", &asked, &[("username", "alice")]).await;
    assert!(html::text(&browser.follow(&reply).await).contains("a***@e***"));
}

#[tokio::test]
async fn attack_112_every_sign_in_has_a_new_session_and_ends_the_old_one() {
    let world = World::new();
    let mut browser = world.browser();
    browser.cookies.insert("__Host-cognito".to_owned(), "planted".to_owned());
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let first = browser.cookies["__Host-cognito"].clone();
    assert_ne!(first, "planted");
    let token = browser.cookies["XSRF-TOKEN"].clone();
    world.pool.add("bob", User { password: PASSWORD.to_owned(), confirmed: true, ..User::default() });
    browser.sign_in(&code_query(), "bob", PASSWORD).await;
    let second = browser.cookies["__Host-cognito"].clone();
    assert_ne!(second, first);
    assert_ne!(browser.cookies["XSRF-TOKEN"], token);
    let state = world.pool.0.lock();
    assert_eq!(state.sessions.keys().collect::<Vec<_>>(), [&second]);
    assert_eq!(state.sessions[&second].username, "bob");
}

const FORMS: [(&str, &[(&str, &str)]); 6] = [
    ("/login", &[("username", "alice"), ("password", PASSWORD)]),
    ("/signup", &[("username", "bob"), ("requiredAttributes[email]", "b@e.org"), ("password", "Long-enough-1")]),
    ("/confirm", &[("username", "alice"), ("code", "1")]),
    ("/resendcode", &[("username", "alice")]),
    ("/forgotPassword", &[("username", "alice")]),
    (
        "/confirmforgotPassword",
        &[("username", "alice"), ("code", "1"), ("password", "Long-enough-1"), ("confirmPassword", "Long-enough-1")],
    ),
];

#[tokio::test]
async fn attack_113_no_form_is_taken_from_another_site() {
    for (path, form) in FORMS {
        let world = World::new();
        let mut browser = world.browser();
        browser.get("/login", &code_query()).await;
        let own = browser.cookies["XSRF-TOKEN"].clone();
        let strange = { world.browser().get("/login", &code_query()).await };
        let strange = html::input(&html::text(&strange), "_csrf").unwrap();
        for token in ["", "x", strange.as_str(), &own[1..]] {
            let fields: Vec<_> = [("_csrf", token)].into_iter().chain(form.iter().copied()).collect();
            assert_eq!(browser.post(path, &code_query(), &fields).await.status(), 403, "{path} {token}");
        }
        // the token is right, but the page that sends it is not ours
        let fields: Vec<_> = [("_csrf", own.as_str())].into_iter().chain(form.iter().copied()).collect();
        for (name, value) in [
            ("origin", "https://evil.test"),
            ("origin", "https://evil.auth.us-east-1.localhost"),
            ("origin", "https://demo.auth.us-east-1.localhost:9999"),
            ("referer", "https://evil.test/demo.auth.us-east-1.localhost"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            browser.headers.clear();
            browser.header("host", HOST);
            browser.header(name, value);
            assert_eq!(browser.post(path, &code_query(), &fields).await.status(), 403, "{path} {name} {value}");
        }
        // without the cookie, as SameSite=Lax has it for foreign POSTs
        browser.headers.clear();
        browser.cookies.clear();
        assert_eq!(browser.post(path, &code_query(), &fields).await.status(), 403, "{path}");
        assert!(world.pool.0.lock().calls.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn attack_113_a_planted_token_of_our_form_that_this_server_never_gave_is_refused() {
    let world = World::new();
    let mut browser = world.browser();
    let planted = "A".repeat(64);
    browser.cookies.insert("XSRF-TOKEN".to_owned(), planted.clone());
    let form = [("_csrf", planted.as_str()), ("username", "alice"), ("password", PASSWORD)];
    let page = browser.post("/login", &code_query(), &form).await;
    assert_eq!(page.status(), 403);
    assert_ne!(browser.cookies["XSRF-TOKEN"], planted, "and replaced");
}

#[tokio::test]
async fn attack_113_our_own_pages_pass_as_browsers_send_them() {
    for headers in [
        &[("origin", "null"), ("sec-fetch-site", "same-origin")][..],
        &[("origin", "http://demo.auth.us-east-1.localhost:4566"), ("host", "demo.auth.us-east-1.localhost:4566")][..],
        &[("origin", "https://demo.auth.us-east-1.localhost"), ("host", "demo.auth.us-east-1.localhost:443")][..],
        &[("referer", "https://demo.auth.us-east-1.localhost/login?x")][..],
    ] {
        let world = World::new();
        let mut browser = world.browser();
        for (name, value) in headers {
            browser.header(name, value);
        }
        let reply = browser.sign_in(&code_query(), "alice", PASSWORD).await;
        assert_eq!(reply.status(), 302, "{headers:?}");
    }
}

#[tokio::test]
async fn attack_114_cookies_belong_to_this_host_alone() {
    for base in ["", "/_aws/auth/demo"] {
        let world = World::with(plan(|_| ()), base);
        let mut browser = world.browser();
        let mut replies = vec![browser.sign_in(&code_query(), "alice", PASSWORD).await];
        replies.push(browser.get("/login", &code_query()).await);
        replies.push(browser.fill("/forgotPassword", &code_query(), &[("username", "alice")]).await);
        replies.push(browser.get("/logout", &encode(&[("client_id", WEB), ("logout_uri", LOGOUT)])).await);
        let mut count = 0;
        for line in replies.iter().flat_map(|reply| reply.headers().get_all(SET_COOKIE)) {
            let line = line.to_str().unwrap();
            for part in ["; Path=/;", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(line.contains(part), "{part}: {line}");
            }
            assert!(!line.to_ascii_lowercase().contains("domain="), "{line}");
            assert!(line.starts_with("__Host-cognito") || line.starts_with("XSRF-TOKEN="), "{line}");
            count += 1;
        }
        assert!(count >= 6, "{count}");
    }
}

#[tokio::test]
async fn attack_114_two_cookies_of_one_name_are_none() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let session = browser.cookies.remove("__Host-cognito").unwrap();
    for (value, passes) in [
        (format!("__Host-cognito={session}"), true),
        (format!("__Host-cognito={session}; __Host-cognito=planted"), false),
        (format!("__Host-cognito=planted; __Host-cognito={session}"), false),
    ] {
        browser.cookies.clear();
        browser.header("cookie", &value);
        let to = location(&browser.get("/oauth2/authorize", &code_query()).await);
        assert_eq!(to.starts_with(CALLBACK), passes, "{value}");
    }
}

#[tokio::test]
async fn attack_115_no_answer_can_be_framed() {
    let world = World::new();
    let mut browser = world.browser();
    for path in ["/login", "/signup", "/forgotPassword", "/confirm", "/resendcode", "/error", "/logout", "/nothing"] {
        let reply = browser.get(path, &code_query()).await;
        assert!(reply.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors 'none'"));
        assert_eq!(reply.headers()["x-frame-options"], "DENY", "{path}");
    }
}

#[tokio::test]
async fn attack_116_prompt_and_max_age_are_kept() {
    let world = World::new();
    let mut browser = world.browser();
    let silent = query(&[("prompt", "none")]);
    let to = location(&browser.get("/oauth2/authorize", &silent).await);
    assert!(to.starts_with(&format!("{CALLBACK}?error=login_required&state=xyz")), "{to}");
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    assert!(param(&location(&browser.get("/oauth2/authorize", &silent).await), "code").is_some());
    browser.now_s += 61;
    let old = query(&[("prompt", "none"), ("max_age", "60")]);
    let to = location(&browser.get("/oauth2/authorize", &old).await);
    assert_eq!(param(&to, "error").as_deref(), Some("login_required"));
    for more in [&[("max_age", "60")][..], &[("prompt", "login")], &[("prompt", "select_account")]] {
        assert!(location(&browser.get("/oauth2/authorize", &query(more)).await).starts_with("/login?"), "{more:?}");
    }
    for more in [&[("prompt", "login")][..], &[("max_age", "60")]] {
        let reply = browser.fill("/login", &query(more), &[("continueSignIn", "1")]).await;
        assert_eq!(reply.status(), 200, "the session alone is not enough: {more:?}");
    }
    for bad in [&[("prompt", "none login")][..], &[("prompt", "x")], &[("max_age", "-1")], &[("max_age", "1e9")]] {
        let to = location(&browser.get("/oauth2/authorize", &query(bad)).await);
        assert_eq!(param(&to, "error").as_deref(), Some("invalid_request"), "{bad:?}");
    }
}

#[tokio::test]
async fn attack_117_a_session_ends_with_its_user() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    world.pool.0.lock().users.get_mut("alice").unwrap().disabled = true;
    assert!(location(&browser.get("/oauth2/authorize", &code_query()).await).starts_with("/login?"));
}

#[tokio::test]
async fn attack_117_a_session_does_not_open_a_client_that_does_not_take_the_pools_own_users() {
    let other = "other000000000000000000000";
    let world = World::with(
        plan(|plan| {
            let (id, client) = client(other, |client| client.local_users = false);
            plan.clients.insert(id, client);
        }),
        "",
    );
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let asked = query(&[("client_id", other), ("prompt", "none")]);
    let to = location(&browser.get("/oauth2/authorize", &asked).await);
    assert_eq!(param(&to, "error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn attack_119_no_origin_is_reflected_and_no_credentials_are_allowed() {
    let world = World::new();
    let mut program = world.browser();
    program.header("origin", "https://evil.test");
    program.header("access-control-request-method", "POST");
    for path in ["/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke"] {
        for method in [Method::OPTIONS, Method::POST] {
            let reply = program.send(method, path, "", "").await;
            assert_eq!(reply.headers()["access-control-allow-origin"], "*");
            assert!(!reply.headers().contains_key("access-control-allow-credentials"));
        }
    }
    for path in ["/login", "/oauth2/authorize", "/logout", "/signup"] {
        let reply = program.get(path, &code_query()).await;
        assert!(!reply.headers().contains_key("access-control-allow-origin"), "{path}");
    }
}

#[tokio::test]
async fn the_state_of_a_flow_is_bound_to_client_and_domain_and_cannot_be_written() {
    let world = World::new();
    let mut browser = world.browser();
    browser.fill("/forgotPassword", &code_query(), &[("username", "alice")]).await;
    let other_client = browser.get("/confirmforgotPassword", &query(&[("client_id", LEGACY)])).await;
    assert!(html::input(&html::text(&other_client), "username").is_some(), "another client's flow is none");
    let sealed = browser.cookies["__Host-cognito-flow"].clone();
    assert!(!sealed.contains("alice"));
    let mut forged = sealed.into_bytes();
    forged[40] = if forged[40] == b'A' { b'B' } else { b'A' };
    browser.cookies.insert("__Host-cognito-flow".to_owned(), String::from_utf8(forged).unwrap());
    let page = browser.get("/confirmforgotPassword", &code_query()).await;
    assert!(html::input(&html::text(&page), "username").is_some());
    let asked = format!("{}&username=alice&user_name=alice", code_query());
    let page = world.browser().get("/confirm", &asked).await;
    assert_eq!(html::input(&html::text(&page), "username").as_deref(), Some(""), "a name in the query is not believed");
}
