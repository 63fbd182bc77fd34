//! Responses, and the headers that guard them.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderName, LOCATION, PRAGMA, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

use crate::ports::Picture;

/// What every endpoint gives.
pub type Reply = Response<Bytes>;

/// On every answer of a domain, pages and endpoints alike.
///
/// `no-referrer` rather than `same-origin`, so that not even another page of this origin learns the query of a sign-in.
/// Its price: browsers then send `Origin: null` with our own forms, see [`crate::visit::Visit::is_own_post`].
const GUARDS: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-cache, no-store, max-age=0, must-revalidate"),
    (PRAGMA, "no-cache"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
];

fn reply(status: StatusCode, content_type: &'static str, body: Bytes) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// A page with its own content security policy.
pub fn page(status: StatusCode, html: String, policy: &str) -> Reply {
    let mut reply = reply(status, "text/html; charset=utf-8", Bytes::from(html));
    header(&mut reply, CONTENT_SECURITY_POLICY, policy);
    reply
}

/// Status 302. The location is a path of this domain or a registered URI with parameters: both are plain ASCII. One that is
/// not (a registered URI with other letters) cannot be sent and becomes an error.
pub fn redirect(location: &str) -> Reply {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = StatusCode::FOUND;
    header(&mut reply, LOCATION, location);
    if !reply.headers().contains_key(LOCATION) {
        *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
    reply
}

/// An OAuth endpoint's answer.
pub fn json(status: StatusCode, body: &impl Serialize) -> Reply {
    let text = serde_json::to_vec(body).unwrap_or_default();
    reply(status, "application/json;charset=UTF-8", Bytes::from(text))
}

/// A picture of a style.
pub fn picture(picture: Picture) -> Reply {
    reply(StatusCode::OK, picture.content_type, Bytes::from(picture.bytes))
}

/// A script of ours. Unlike pages it is the same for everybody.
pub fn script(source: &'static str) -> Reply {
    let mut reply = reply(StatusCode::OK, "text/javascript; charset=utf-8", Bytes::from_static(source.as_bytes()));
    header(&mut reply, CACHE_CONTROL, "public, max-age=300");
    reply
}

/// No content and no type.
pub fn empty(status: StatusCode) -> Reply {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = status;
    reply
}

/// The answer to a browser that asks whether a page's script may call.
pub fn preflight(methods: &'static str) -> Reply {
    let mut reply = empty(StatusCode::NO_CONTENT);
    let headers = reply.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    let allowed = "authorization, content-type, x-amz-user-agent, x-requested-with, cache-control, pragma";
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    reply
}

/// Any page's script may read this answer; what authorises it stands in the request itself, never in a cookie, so the
/// star is right and `Access-Control-Allow-Credentials` never sent.
pub fn cross_origin(reply: &mut Reply) {
    let headers = reply.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("www-authenticate"));
}

/// Adds [`GUARDS`] where the answer has not its own.
pub fn guard(reply: &mut Reply) {
    for (name, value) in GUARDS {
        reply.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Adds a cookie of [`crate::cookie`].
#[must_use]
pub fn with_cookie(mut reply: Reply, cookie: &str) -> Reply {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        reply.headers_mut().append(SET_COOKIE, value);
    }
    reply
}

/// Sets a header whose value is text of ours.
pub fn header(reply: &mut Reply, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}
