//! CORS by configuration ("Configuring CORS for an HTTP API"): the gateway answers preflights, and its headers stand in place
//! of the backend's.

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, ORIGIN, VARY};
use http::{HeaderMap, Method, Response, StatusCode};

use crate::plan::CorsPlan;
use crate::request::HttpRequest;

const ALLOW_ORIGIN: HeaderName = http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
const ALLOW_CREDENTIALS: HeaderName = http::header::ACCESS_CONTROL_ALLOW_CREDENTIALS;

/// Whether a browser asks first.
pub(crate) fn is_preflight(request: &HttpRequest) -> bool {
    let headers = &request.headers;
    request.method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(http::header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight, but for what all answers bear.
pub(crate) fn preflight(cors: &CorsPlan, request: &HttpRequest) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if allowed_origin(cors, &request.headers).is_none() {
        return response;
    }
    let headers = response.headers_mut();
    let asked = |name: &HeaderName| request.headers.get(name).cloned();
    let lists = [
        (
            http::header::ACCESS_CONTROL_ALLOW_METHODS,
            &cors.allow_methods,
            asked(&http::header::ACCESS_CONTROL_REQUEST_METHOD),
        ),
        (
            http::header::ACCESS_CONTROL_ALLOW_HEADERS,
            &cors.allow_headers,
            asked(&http::header::ACCESS_CONTROL_REQUEST_HEADERS),
        ),
    ];
    for (name, list, asked) in lists {
        // With credentials a browser takes `*` for a name: what it asked for is what `*` means.
        let all = cors.allow_credentials && list.iter().any(|one| one == "*");
        let value = if all { asked } else { comma_list(list) };
        value.map(|value| headers.insert(name, value));
    }
    if let Some(seconds) = cors.max_age_s {
        headers.insert(http::header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(seconds));
    }
    response
}

/// Puts the configuration's headers in place of those that are there.
pub(crate) fn apply(cors: &CorsPlan, request: &HttpRequest, headers: &mut HeaderMap) {
    if !is_preflight(request) {
        let theirs: Vec<HeaderName> =
            headers.keys().filter(|name| name.as_str().starts_with("access-control-")).cloned().collect();
        for name in &theirs {
            headers.remove(name);
        }
    }
    let Some(origin) = allowed_origin(cors, &request.headers) else { return };
    if origin != "*" {
        // The answer is this origin's alone: caches must not give it to another.
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    headers.insert(ALLOW_ORIGIN, origin);
    if cors.allow_credentials {
        headers.insert(ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if let Some(exposed) = comma_list(&cors.expose_headers) {
        headers.insert(http::header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

/// What `access-control-allow-origin` says to the request's origin; `None` where it is not let in.
fn allowed_origin(cors: &CorsPlan, headers: &HeaderMap) -> Option<HeaderValue> {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin = origins.next().filter(|_| origins.next().is_none())?;
    let text = origin.to_str().ok()?;
    if cors.allow_origins.iter().any(|allowed| allowed == "*") {
        return Some(HeaderValue::from_static("*"));
    }
    let listed = cors.allow_origins.iter().any(|allowed| match allowed.as_str() {
        "https://*" => text.starts_with("https://"),
        "http://*" => text.starts_with("http://"),
        listed => listed.eq_ignore_ascii_case(text),
    });
    listed.then(|| origin.clone())
}

fn comma_list(list: &[String]) -> Option<HeaderValue> {
    if list.is_empty() { None } else { HeaderValue::from_str(&list.join(",")).ok() }
}
