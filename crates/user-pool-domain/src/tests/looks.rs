//! Styles as pages wear them, and browsers that are remembered.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::header::CONTENT_SECURITY_POLICY;
use serde_json::json;

use super::browser::{World, code_query, location, param, query};
use super::fake::{FACTOR_CODE, LEGACY, PASSWORD, User, WEB, client, plan};
use super::html;
use crate::look::Look;
use crate::plan::{Remember, Terms};

fn classic(css: &str) -> World {
    let look = Arc::new(Look::classic("ALL", "7", Some(css), Some(())));
    World::with(plan(|plan| plan.look = Some(look)), "/_aws/auth/demo")
}

#[tokio::test]
async fn classic_pages_wear_their_sheet_and_logo() {
    let css = ".submitButton-customizable { background-color: #d00; }";
    let world = classic(css);
    let mut browser = world.browser();
    for path in ["/login", "/signup", "/forgotPassword", "/error"] {
        let page = browser.get(path, &code_query()).await;
        let text = html::text(&page);
        assert!(text.contains(css) && text.contains("src=\"/_aws/auth/demo/assets/ALL/LOGO?v=7\""), "{path}: {text}");
        let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert_eq!(policy.matches("'sha256-").count(), 2, "{policy}");
    }
    let logo = browser.get("/assets/ALL/LOGO", "v=7").await;
    assert_eq!(logo.status(), 200);
    assert_eq!(browser.get("/assets/ALL/OTHER", "").await.status(), 404);
    assert_eq!(browser.get(&format!("/assets/{WEB}/LOGO"), "").await.status(), 404);
}

/// Whatever a picture holds, nothing of it runs, here or where it is opened by itself.
#[tokio::test]
async fn attack_118_a_picture_is_served_under_a_policy_of_its_own() {
    let world = classic("");
    let mut browser = world.browser();
    let logo = browser.get("/assets/ALL/LOGO", "").await;
    let policy = logo.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';") && policy.contains("sandbox"), "{policy}");
    assert!(!policy.contains("script"), "{policy}");
    assert_eq!(logo.headers()["x-content-type-options"], "nosniff");
    assert!(!logo.headers().contains_key("set-cookie"));
}

#[tokio::test]
async fn attack_118_a_sheet_that_could_leave_its_element_is_not_worn() {
    for css in ["</style><script>alert(1)</script>", ".a{background:url(\\68ttp)}", "@import 'x';"] {
        let world = classic(css);
        let page = world.browser().get("/login", &code_query()).await;
        html::check(&page);
        assert!(!html::text(&page).contains(css), "{css}");
    }
}

#[tokio::test]
async fn managed_pages_wear_their_branding_and_are_not_there_without_one() {
    let settings = json!({
        "components": {
            "primaryButton": { "lightMode": { "defaults": { "backgroundColor": "aa00aaff" } } },
            "pageBackground": { "image": { "enabled": true } },
        },
    });
    let pictures: BTreeSet<_> = ["PAGE_BACKGROUND-LIGHT".to_owned(), "FAVICON_ICO-DYNAMIC".to_owned()].into();
    let look = Arc::new(Look::managed(WEB, "9", &settings, pictures));
    let change = |plan: &mut crate::plan::DomainPlan| {
        plan.managed = true;
        let (id, styled) = client(WEB, |client| client.look = Some(look));
        plan.clients.insert(id, styled);
    };
    let world = World::with(plan(change), "");
    let mut browser = world.browser();
    let page = browser.get("/login", &code_query()).await;
    html::check(&page);
    let text = html::text(&page);
    assert!(text.contains("--accent: #aa00aaff;"), "{text}");
    assert!(text.contains(&format!("url(\"/assets/{WEB}/PAGE_BACKGROUND-LIGHT\")")), "{text}");
    assert!(text.contains(&format!("href=\"/assets/{WEB}/FAVICON_ICO-DYNAMIC?v=9\"")), "{text}");
    let bare = browser.get("/login", &query(&[("client_id", LEGACY)])).await;
    assert_eq!(bare.status(), 403);
    assert!(html::text(&bare).contains("Login pages unavailable. Please contact an administrator."));
}

#[tokio::test]
async fn the_registration_page_links_to_the_documents_in_its_language() {
    let links = |name: &str| {
        let link = |lang: &str| (format!("cognito:{lang}"), format!("https://example.com/{name}/{lang}"));
        [link("default"), link("german")].into_iter().collect()
    };
    let terms = Terms { usage: links("use"), privacy: links("privacy") };
    let change = |plan: &mut crate::plan::DomainPlan| {
        let (id, client) = client(WEB, |client| client.terms = Some(terms));
        plan.clients.insert(id, client);
    };
    let world = World::with(plan(change), "");
    for (lang, link) in [("en", "default"), ("de", "german"), ("fr", "default")] {
        let page = world.browser().get("/signup", &query(&[("lang", lang)])).await;
        html::check(&page);
        let tags = html::tags(&html::text(&page));
        for name in ["use", "privacy"] {
            let href = format!("https://example.com/{name}/{link}");
            let found = tags.iter().find(|tag| tag.get("href") == Some(&href)).expect("a link");
            assert_eq!(found.get("rel"), Some("noopener noreferrer"));
        }
        let login = html::text(&world.browser().get("/login", &query(&[("lang", lang)])).await);
        assert!(!login.contains("https://example.com/use"));
    }
}

#[tokio::test]
async fn bars_are_above_and_below_the_form() {
    let settings = json!({
        "categories": { "global": { "pageHeader": { "enabled": true }, "pageFooter": { "enabled": true } } },
        "components": { "pageFooter": { "lightMode": { "background": { "color": "102030ff" } } } },
    });
    let look = Arc::new(Look::managed("ALL", "3", &settings, ["PAGE_FOOTER_LOGO-LIGHT".to_owned()].into()));
    let world = World::with(plan(|plan| plan.look = Some(look)), "");
    let page = world.browser().get("/login", &code_query()).await;
    html::check(&page);
    let text = html::text(&page);
    assert!(text.contains("<header class=\"page-header\">") && text.contains("--footer: #102030ff;"), "{text}");
    assert!(text.contains("src=\"/assets/ALL/PAGE_FOOTER_LOGO-LIGHT?v=3\""), "{text}");
    assert!(!text.contains("banner-customizable\""), "the name stands once: {text}");
}

fn remembering(remember: Remember) -> World {
    let world = World::with(plan(|plan| plan.remember = remember), "");
    let second_factor = Some("SOFTWARE_TOKEN_MFA".to_owned());
    let user = User { password: PASSWORD.to_owned(), confirmed: true, second_factor, ..User::default() };
    world.pool.add("mia", user.clone());
    world.pool.add("tom", user);
    world
}

#[tokio::test]
async fn a_browser_is_remembered_where_its_person_wants_it() {
    for (remember, asks, wanted, kept) in [
        (Remember::No, false, true, false),
        (Remember::Asked, true, false, false),
        (Remember::Asked, true, true, true),
        (Remember::Always, false, false, true),
    ] {
        let world = remembering(remember);
        let mut browser = world.browser();
        let page = browser.sign_in(&code_query(), "mia", PASSWORD).await;
        let page = html::text(&browser.follow(&page).await);
        assert_eq!(page.contains("Remember this device"), asks, "{remember:?}");
        let mut form = vec![("code", FACTOR_CODE)];
        form.extend(wanted.then_some(("rememberDevice", "1")));
        let done = browser.fill("/mfa", &code_query(), &form).await;
        assert!(param(&location(&done), "code").is_some());
        assert_eq!(browser.cookies.contains_key("__Host-cognito-device"), kept, "{remember:?} {wanted}");
    }
}

/// Attack 111: a remembered browser stands for a second factor of its person alone.
#[tokio::test]
async fn attack_111_a_remembered_browser_is_one_persons() {
    let world = remembering(Remember::Always);
    let mut browser = world.browser();
    browser.sign_in(&code_query(), "mia", PASSWORD).await;
    browser.fill("/mfa", &code_query(), &[("code", FACTOR_CODE)]).await;
    let again = browser.sign_in(&query(&[("prompt", "login")]), "mia", PASSWORD).await;
    assert!(param(&location(&again), "code").is_some(), "{}", location(&again));
    let other = browser.sign_in(&query(&[("prompt", "login")]), "tom", PASSWORD).await;
    assert!(location(&other).starts_with("/mfa?"), "{}", location(&other));
}

#[tokio::test]
async fn pages_speak_the_language_that_is_asked_for() {
    let world = World::new();
    for (lang, word) in [("de", "Anmelden"), ("es", "Iniciar sesión"), ("fr", "Se connecter"), ("ja", "サインイン")]
    {
        let mut browser = world.browser();
        let page = html::text(&browser.get("/login", &query(&[("lang", lang)])).await);
        assert!(page.contains(&format!("<html lang=\"{lang}\">")) && page.contains(word), "{page}");
        let ui = html::text(&browser.get("/login", &query(&[("ui_locales", &format!("xx {lang}-XX"))])).await);
        assert!(ui.contains(word));
        browser.header("accept-language", &format!("xx,{lang}-AT;q=0.8,en;q=0.5"));
        assert!(html::text(&browser.get("/login", &code_query()).await).contains(word));
        let wrong = browser.sign_in(&code_query(), "alice", "wrong").await;
        assert!(!html::text(&wrong).contains("Incorrect username or password."), "{lang}");
    }
}
