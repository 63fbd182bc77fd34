//! Whatever comes: no panic, and no `Location` but our own paths and registered URIs.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use http::{HeaderMap, Method};
use proptest::prelude::*;

use super::browser::*;
use super::fake::*;
use crate::DomainRequest;
use crate::reply::Reply;

const BASE: &str = "/_aws/auth/demo";
const PATHS: [&str; 15] = [
    "/oauth2/authorize",
    "/login",
    "/signup",
    "/confirm",
    "/confirmUser",
    "/resendcode",
    "/forgotPassword",
    "/confirmforgotPassword",
    "/changePassword",
    "/logout",
    "/error",
    "/oauth2/token",
    "/oauth2/userInfo",
    "/oauth2/revoke",
    "/",
];
const REGISTERED: [&str; 5] = [CALLBACK, CALLBACK_QUERY, APP, "http://localhost:3000/cb", LOGOUT];
const NAMES: [&str; 26] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
    "scope",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "logout_uri",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "username",
    "password",
    "_csrf",
    "code",
    "token",
    "grant_type",
    "client_secret",
    "refresh_token",
    "code_verifier",
    "continueSignIn",
    "identity_provider",
    "user_name",
    "confirmation_code",
];

fn is_allowed(location: &str) -> bool {
    let own = PATHS.iter().any(|path| {
        let rest = location.strip_prefix(BASE).and_then(|rest| rest.strip_prefix(path));
        *path != "/" && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('?'))
    });
    let registered = REGISTERED
        .iter()
        .any(|uri| location.strip_prefix(uri).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '&', '#'])));
    own || registered
}

fn check(reply: &Reply) {
    if let Some(location) = reply.headers().get(LOCATION) {
        let location = location.to_str().expect("an ASCII location");
        assert!(is_allowed(location), "{location}");
        assert!(location.bytes().all(|b| b.is_ascii_graphic()), "{location}");
    }
    assert_ne!(reply.status(), 500);
}

/// A URI that somebody would like to have taken for a registered one.
fn uri() -> impl Strategy<Value = String> {
    let registered = prop::sample::select(REGISTERED.to_vec());
    prop_oneof![
        4 => registered.clone().prop_map(str::to_owned),
        2 => (registered.clone(), "\\PC{0,12}").prop_map(|(uri, more)| format!("{uri}{more}")),
        2 => ("\\PC{0,12}", registered.clone()).prop_map(|(more, uri)| format!("{more}{uri}")),
        1 => (registered, 0..30usize, any::<char>()).prop_map(|(uri, at, letter)| {
            let mut text: Vec<char> = uri.chars().collect();
            text.insert(at.min(text.len()), letter);
            text.into_iter().collect()
        }),
        1 => "https?://[a-z@.\\\\:/?#%]{0,30}",
        1 => Just("javascript:alert(1)//https://app.example.com/cb".to_owned()),
    ]
}

fn value() -> impl Strategy<Value = String> {
    let known = [
        WEB,
        PKCE,
        SERVER,
        MACHINE,
        LEGACY,
        "code",
        "token",
        "openid",
        "openid email",
        "none",
        "login",
        "S256",
        "alice",
        PASSWORD,
        SECRET,
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "60",
    ];
    prop_oneof![3 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 2 => uri(), 2 => any::<String>()]
}

fn params() -> impl Strategy<Value = String> {
    let name = prop_oneof![6 => prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    let pairs = prop::collection::vec((name, value()), 0..8).prop_map(|pairs| {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        encode(&pairs)
    });
    prop_oneof![6 => pairs, 1 => any::<String>()]
}

/// A query that goes far, with one thing replaced or added.
fn query_like() -> impl Strategy<Value = String> {
    let changed = (prop::sample::select(NAMES.to_vec()), value()).prop_map(|(name, value)| query(&[(name, &value)]));
    prop_oneof![2 => params(), 3 => changed, 1 => uri().prop_map(|uri| query(&[("redirect_uri", &uri)]))]
}

/// What a request is made of; the request itself has no `Debug`, since it holds passwords.
#[derive(Debug)]
struct Asked {
    path: String,
    method: Method,
    query: String,
    body: Vec<u8>,
    headers: HeaderMap,
}

impl From<Asked> for DomainRequest {
    fn from(asked: Asked) -> Self {
        Self {
            domain: "demo".to_owned(),
            path: asked.path,
            base: BASE.to_owned(),
            query: asked.query,
            host: HOST.to_owned(),
            source_ip: "192.0.2.1".to_owned(),
            secure: true,
            request_id: "r-1".to_owned(),
            now: aws_types::Timestamp::from_secs(NOW_S),
            method: asked.method,
            headers: asked.headers,
            body: asked.body.into(),
        }
    }
}

fn headers() -> impl Strategy<Value = HeaderMap> {
    let names = vec!["cookie", "origin", "referer", "authorization", "accept-language", "host", "sec-fetch-site"];
    let header = (prop::sample::select(names), prop::collection::vec(any::<u8>(), 0..60));
    prop::collection::vec(header, 0..3).prop_map(|pairs| {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, form)]);
        for (name, value) in pairs {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        headers
    })
}

fn request() -> impl Strategy<Value = Asked> {
    let path = prop_oneof![9 => prop::sample::select(PATHS.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    let method = prop::sample::select(vec![Method::GET, Method::POST, Method::POST, Method::HEAD, Method::OPTIONS]);
    let body = prop_oneof![3 => params().prop_map(String::into_bytes), 1 => prop::collection::vec(any::<u8>(), 0..200)];
    (path, method, query_like(), body, headers()).prop_map(|(path, method, query, body, headers)| Asked {
        path,
        method,
        query,
        body,
        headers,
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn no_request_panics_or_leads_elsewhere(asked in request()) {
        let world = World::with(plan(|_| ()), BASE);
        check(&runtime().block_on(world.domains.handle(asked.into())));
    }

    #[test]
    fn no_redirect_uri_leads_elsewhere_even_for_who_is_signed_in(uri in uri(), more in params()) {
        let world = World::with(plan(|_| ()), BASE);
        runtime().block_on(async {
            let mut browser = world.browser();
            browser.sign_in(&code_query(), "alice", PASSWORD).await;
            let asked = query(&[("redirect_uri", &uri)]);
            let token = browser.cookies["XSRF-TOKEN"].clone();
            let form = [("_csrf", token.as_str()), ("username", "alice"), ("password", PASSWORD)];
            check(&browser.get("/oauth2/authorize", &asked).await);
            check(&browser.get("/oauth2/authorize", &format!("{asked}&{more}")).await);
            check(&browser.post("/login", &asked, &form).await);
            check(&browser.get("/logout", &encode(&[("client_id", WEB), ("logout_uri", &uri)])).await);
            check(&browser.get("/logout", &format!("{asked}&{more}")).await);
        });
    }

    #[test]
    fn state_comes_back_untouched(state in any::<String>().prop_filter("two hyphens leave it out", |s| s != "-")) {
        let world = World::new();
        runtime().block_on(async {
            let to = location(&world.browser().sign_in(&query(&[("state", &state)]), "alice", PASSWORD).await);
            assert_eq!(param(&to, "state"), Some(state));
        });
    }
}
