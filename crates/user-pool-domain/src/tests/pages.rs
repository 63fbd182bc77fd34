//! The pages as such.

use http::Method;

use super::browser::*;
use super::fake::*;
use super::html;
use crate::DomainRequest;

const PAGES: [&str; 6] = ["/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmforgotPassword"];

#[tokio::test]
async fn every_page_is_accessible_and_without_script() {
    let world = World::new();
    let mut browser = world.browser();
    for path in PAGES {
        let page = browser.get(path, &code_query()).await;
        assert_eq!(page.status(), 200, "{path}");
        html::check(&page);
        assert!(html::text(&page).contains("demo &#60;pool&#62;"), "the pool's name stands on {path}");
    }
}

#[tokio::test]
async fn the_policy_allows_exactly_the_stylesheet_of_the_page() {
    use base64::Engine as _;
    let world = World::new();
    let page = world.browser().get("/login", &code_query()).await;
    let text = html::text(&page);
    let style = text.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, style.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains(&format!("style-src 'sha256-{hash}';")), "{policy}");
}

#[tokio::test]
async fn every_link_and_form_keeps_the_whole_query() {
    let world = World::new();
    let mut browser = world.browser();
    let asked = query(&[("scope", "openid email"), ("nonce", "n"), ("state", "s t&ä"), ("lang", "en"), ("own", "1")]);
    for path in PAGES {
        let text = html::text(&browser.get(path, &asked).await);
        let tags = html::tags(&text);
        let links = tags.iter().filter_map(|tag| tag.get("href").filter(|_| tag.name == "a").or(tag.get("action")));
        for link in links {
            assert_eq!(link.split_once('?').map(|(_, query)| query), Some(asked.as_str()), "{path} {link}");
        }
    }
}

#[tokio::test]
async fn the_sign_in_form_has_cognitos_names() {
    let world = World::new();
    let text = html::text(&world.browser().get("/login", &query(&[("login_hint", "alice")])).await);
    let tags = html::tags(&text);
    assert!(html::action(&text, "cognitoSignInForm").is_some());
    for (name, id) in [("username", Some("signInFormUsername")), ("password", Some("signInFormPassword"))] {
        let field = tags.iter().find(|tag| tag.get("name") == Some(name)).expect(name);
        assert_eq!(field.get("id"), id);
    }
    assert_eq!(html::input(&text, "cognitoAsfData").as_deref(), Some(""));
    assert_eq!(html::input(&text, "username").as_deref(), Some("alice"));
    assert!(tags.iter().any(|tag| tag.name == "button" && tag.get("name") == Some("signInSubmitButton")));
}

#[tokio::test]
async fn the_other_forms_have_cognitos_names() {
    let world = World::new();
    let mut browser = world.browser();
    for (path, names) in [
        ("/signup", &["username", "requiredAttributes[email]", "password", "signUpButton"][..]),
        ("/confirm", &["code", "confirm"]),
        ("/forgotPassword", &["username", "reset_my_password"]),
        ("/confirmforgotPassword", &["code", "password", "confirmPassword"]),
    ] {
        let text = html::text(&browser.get(path, &code_query()).await);
        for name in names {
            assert!(html::tags(&text).iter().any(|tag| tag.get("name") == Some(name)), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn a_refusal_stands_in_cognitos_element_and_is_announced() {
    let world = World::new();
    let page = world.browser().sign_in(&code_query(), "alice", "wrong").await;
    assert_eq!(page.status(), 200);
    let text = html::text(&page);
    let message = html::tags(&text).into_iter().find(|tag| tag.get("id") == Some("loginErrorMessage")).unwrap();
    assert!(message.get("class").unwrap().contains("errorMessage-customizable"));
    assert_eq!(message.get("role"), Some("alert"));
    assert!(text.contains(">Incorrect username or password.</p>"), "{text}");
    assert_eq!(html::input(&text, "username").as_deref(), Some("alice"));
}

#[tokio::test]
async fn a_stale_page_comes_again_with_what_was_typed() {
    let world = World::new();
    let mut browser = world.browser();
    let form = [("_csrf", "old"), ("username", "alice"), ("password", PASSWORD)];
    let page = browser.post("/login", &code_query(), &form).await;
    html::check(&page);
    assert_eq!(html::input(&html::text(&page), "username").as_deref(), Some("alice"));
    let token = html::input(&html::text(&page), "_csrf").unwrap();
    let form = [("_csrf", token.as_str()), ("username", "alice"), ("password", PASSWORD)];
    assert_eq!(browser.post("/login", &code_query(), &form).await.status(), 302);
}

#[tokio::test]
async fn a_client_without_local_users_has_no_form() {
    let world = World::with(
        plan(|plan| {
            let (id, client) = client(WEB, |client| client.local_users = false);
            plan.clients.insert(id, client);
        }),
        "",
    );
    let mut browser = world.browser();
    for path in PAGES {
        let page = browser.get(path, &code_query()).await;
        assert_eq!(page.status(), 403, "{path}");
        assert!(html::text(&page).contains("Login pages unavailable. Please contact an administrator."));
    }
    assert_eq!(browser.post("/login", &code_query(), &[("username", "alice")]).await.status(), 403);
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let world = World::new();
    let mut browser = world.browser();
    browser.header("content-type", "text/plain");
    let page = browser.post("/login", &code_query(), &[("username", "alice")]).await;
    assert_eq!(page.status(), 400);
    html::check(&page);
}

#[tokio::test]
async fn names_that_no_pool_has_are_not_asked_for() {
    let world = World::new();
    let long = "x".repeat(129);
    for name in ["", "   ", long.as_str()] {
        let page = world.browser().sign_in(&code_query(), name, PASSWORD).await;
        assert!(html::text(&page).contains("Incorrect username or password."));
        let page = world.browser().fill("/forgotPassword", &code_query(), &[("username", name)]).await;
        assert_eq!(page.status(), 200);
    }
    assert!(world.pool.0.lock().calls.is_empty());
}

fn link(client: &str, name: &str, code: &str) -> String {
    encode(&[("client_id", client), ("user_name", name), ("confirmation_code", code)])
}

#[tokio::test]
async fn the_link_of_a_mail_confirms_once_and_by_get_alone() {
    let world = World::new();
    let (mut browser, code) = (world.browser(), Some("123456".to_owned()));
    world.pool.add("bob", User { password: PASSWORD.to_owned(), code, ..User::default() });
    let looked = browser.send(Method::HEAD, "/confirmUser", &link(WEB, "bob", "123456"), "").await;
    assert_eq!((looked.status().as_u16(), world.pool.0.lock().calls.len()), (200, 0));
    for (asked, status) in [
        (link(WEB, "bob", "000000"), 400),
        (link(WEB, "nobody", "123456"), 400),
        (link(WEB, "bob", ""), 400),
        (link("someone", "bob", "123456"), 400),
        (format!("{}&user_name=alice", link(WEB, "bob", "123456")), 400),
        (link(WEB, "bob", "123456"), 200),
        (link(WEB, "bob", "123456"), 400),
    ] {
        let page = browser.get("/confirmUser", &asked).await;
        assert_eq!(page.status(), status, "{asked}");
        html::check(&page);
        assert_eq!(html::text(&page).contains("Your account is confirmed"), status == 200, "{asked}");
    }
    assert_eq!(browser.post("/confirmUser", &link(WEB, "bob", "123456"), &[]).await.status(), 405);
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn attack_65_a_link_tells_nobody_apart() {
    let world = World::new();
    let mut browser = world.browser();
    let confirmed = browser.get("/confirmUser", &link(WEB, "alice", "123456")).await;
    let nobody = browser.get("/confirmUser", &link(WEB, "nobody", "123456")).await;
    assert_eq!(confirmed.status(), nobody.status());
    assert_eq!(confirmed.body(), nobody.body());
}

#[tokio::test]
async fn unknown_paths_methods_and_domains_are_refused() {
    let world = World::new();
    let mut browser = world.browser();
    for path in ["/", "/login/", "/LOGIN", "//login", "/oauth2/token/", "/%6cogin", "/.well-known/jwks.json"] {
        let page = browser.get(path, &code_query()).await;
        assert_eq!(page.status(), 404, "{path}");
        html::check(&page);
    }
    for (method, path, allow) in [
        (Method::PUT, "/login", "GET, HEAD, POST"),
        (Method::DELETE, "/oauth2/userInfo", "GET, POST, OPTIONS"),
        (Method::OPTIONS, "/login", "GET, HEAD, POST"),
        (Method::POST, "/error", "GET, HEAD"),
    ] {
        let reply = browser.send(method, path, &code_query(), "").await;
        assert_eq!((reply.status().as_u16(), reply.headers()["allow"].to_str().unwrap()), (405, allow), "{path}");
    }
    let request = DomainRequest {
        domain: "other".to_owned(),
        path: "/login".to_owned(),
        base: String::new(),
        query: code_query(),
        host: HOST.to_owned(),
        source_ip: String::new(),
        secure: false,
        request_id: String::new(),
        now: aws_types::Timestamp::from_secs(NOW_S),
        method: Method::GET,
        headers: http::HeaderMap::new(),
        body: bytes::Bytes::new(),
    };
    let page = world.domains.handle(request).await;
    assert_eq!(page.status(), 404);
    html::check(&page);
}

#[tokio::test]
async fn head_gives_the_headers_of_get_and_changes_nothing() {
    let world = World::new();
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "alice", PASSWORD).await;
    let calls = world.pool.0.lock().calls.len();
    let reply = browser.send(Method::HEAD, "/login", &code_query(), "").await;
    assert_eq!((reply.status().as_u16(), reply.body().len()), (200, 0));
    let reply = browser.send(Method::HEAD, "/oauth2/authorize", &code_query(), "").await;
    assert_eq!(reply.status(), 302);
    let asked = encode(&[("client_id", WEB), ("logout_uri", LOGOUT)]);
    browser.send(Method::HEAD, "/logout", &asked, "").await;
    let state = world.pool.0.lock();
    assert_eq!((state.calls.len(), state.sessions.len()), (calls, 1));
}
