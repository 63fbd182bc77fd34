//! A browser with a cookie jar, and a program without one.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_types::Timestamp;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderName, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use world::fake::SeededRng;

use super::fake::{CALLBACK, FakePool, OnePlan, PASSWORD, WEB, plan};
use super::html;
use crate::plan::DomainPlan;
use crate::reply::Reply;
use crate::{DomainRequest, Domains};

pub const HOST: &str = "demo.auth.us-east-1.localhost";
pub const NOW_S: i64 = 1_767_323_045;

pub struct World {
    pub domains: Domains,
    pub pool: Arc<FakePool>,
    pub base: &'static str,
}

impl World {
    pub fn new() -> Self {
        Self::with(plan(|_| ()), "")
    }

    pub fn with(plan: DomainPlan, base: &'static str) -> Self {
        let pool = Arc::new(FakePool::with_alice());
        let plans = Arc::new(OnePlan(Arc::new(plan)));
        let state: Arc<dyn crate::ports::UserPool> = Arc::clone(&pool) as _;
        let domains = Domains::new(plans, state, Arc::new(SeededRng::new(7)), [7; 32]);
        Self { domains, pool, base }
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { world: self, cookies: BTreeMap::new(), headers: HeaderMap::new(), now_s: NOW_S }
    }
}

pub struct Browser<'w> {
    pub world: &'w World,
    pub cookies: BTreeMap<String, String>,
    pub headers: HeaderMap,
    pub now_s: i64,
}

pub fn encode(params: &[(&str, &str)]) -> String {
    oauth2::append_query("", params).trim_start_matches('?').to_owned()
}

/// A query for the code flow of the web client.
pub fn code_query() -> String {
    query(&[])
}

/// The same with more parameters; one of the same name takes the place.
pub fn query(more: &[(&str, &str)]) -> String {
    let usual = [("client_id", WEB), ("redirect_uri", CALLBACK), ("response_type", "code"), ("state", "xyz")];
    let kept = usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    encode(&kept.chain(more.iter().copied().filter(|(_, value)| *value != "-")).collect::<Vec<_>>())
}

impl Browser<'_> {
    pub fn header(&mut self, name: &'static str, value: &str) {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header"));
    }

    pub async fn send(&mut self, method: Method, path: &str, query: &str, body: &str) -> Reply {
        let mut headers = self.headers.clone();
        if !self.cookies.is_empty() {
            let line: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert(COOKIE, HeaderValue::from_str(&line.join("; ")).expect("cookies"));
        }
        if method == Method::POST && !headers.contains_key(CONTENT_TYPE) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        }
        let request = DomainRequest {
            domain: "demo".to_owned(),
            path: path.to_owned(),
            base: self.world.base.to_owned(),
            query: query.to_owned(),
            host: HOST.to_owned(),
            source_ip: "192.0.2.1".to_owned(),
            secure: true,
            request_id: "r-1".to_owned(),
            now: Timestamp::from_secs(self.now_s),
            method,
            headers,
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        let reply = self.world.domains.handle(request).await;
        self.keep(&reply);
        reply
    }

    fn keep(&mut self, reply: &Reply) {
        for line in reply.headers().get_all(SET_COOKIE) {
            let line = line.to_str().expect("a cookie");
            let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub async fn get(&mut self, path: &str, query: &str) -> Reply {
        self.send(Method::GET, path, query, "").await
    }

    pub async fn post(&mut self, path: &str, query: &str, form: &[(&str, &str)]) -> Reply {
        self.send(Method::POST, path, query, &encode(form)).await
    }

    /// Opens a page, fills in its form, and sends it.
    pub async fn fill(&mut self, path: &str, query: &str, form: &[(&str, &str)]) -> Reply {
        let page = self.get(path, query).await;
        html::check(&page);
        let token = html::input(&html::text(&page), "_csrf").expect("a form");
        let fields: Vec<_> = [("_csrf", token.as_str())].into_iter().chain(form.iter().copied()).collect();
        self.post(path, query, &fields).await
    }

    /// Signs in with the form.
    pub async fn sign_in(&mut self, query: &str, name: &str, password: &str) -> Reply {
        let form = [("username", name), ("password", password), ("cognitoAsfData", "")];
        self.fill("/login", query, &form).await
    }

    /// Signs alice in and gives her code.
    pub async fn code(&mut self, query: &str) -> String {
        let reply = self.sign_in(query, "alice", PASSWORD).await;
        param(&location(&reply), "code").expect("a code")
    }

    pub async fn token(&mut self, form: &[(&str, &str)]) -> Reply {
        self.post("/oauth2/token", "", form).await
    }

    /// Opens the page of a redirect within the domain.
    pub async fn follow(&mut self, reply: &Reply) -> Reply {
        let location = location(reply);
        let path = location.strip_prefix(self.world.base).expect("a path below the base");
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        self.get(path, query).await
    }
}

pub fn location(reply: &Reply) -> String {
    assert_eq!(reply.status(), StatusCode::FOUND, "{}", html::text(reply));
    reply.headers()[LOCATION].to_str().expect("a location").to_owned()
}

/// A parameter of the query or the fragment.
pub fn param(location: &str, name: &str) -> Option<String> {
    let params = location.split_once(['?', '#'])?.1;
    let params = oauth2::Params::parse(params.as_bytes()).expect("parameters");
    params.once_or_empty(name).expect("once").map(str::to_owned)
}

pub fn json(reply: &Reply) -> serde_json::Value {
    serde_json::from_slice(reply.body()).expect("JSON")
}

/// `{"error":…}` of an endpoint.
pub fn error(reply: &Reply) -> (u16, String) {
    (reply.status().as_u16(), json(reply)["error"].as_str().expect("an error").to_owned())
}
