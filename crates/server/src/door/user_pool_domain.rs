//! The hosted pages and OAuth endpoints of user pools.

use http::{Response, StatusCode};
use world::Clock as _;

use crate::app::{App, Arrival, text};
use crate::body::{BodyError, FORM_LIMIT, RequestBody, ResponseBody, read_within, whole};

/// Which domain, and the path on it.
pub struct Target {
    /// Prefix or custom domain.
    pub domain: String,
    /// Raw path on the domain.
    pub path: String,
    /// What stands before that path in the browser's address.
    pub base: String,
}

/// Answers a request to a domain.
pub async fn answer(app: &App, arrival: Arrival, body: RequestBody, target: Target) -> Response<ResponseBody> {
    let body = match read_within(body, FORM_LIMIT, app.patience.body).await {
        Ok(bytes) => bytes,
        Err(BodyError::TooLarge) => {
            return text(StatusCode::PAYLOAD_TOO_LARGE, "text/plain; charset=utf-8", "The form is too large.");
        }
        Err(BodyError::TimedOut) => {
            return text(StatusCode::REQUEST_TIMEOUT, "text/plain; charset=utf-8", "The form did not arrive in time.");
        }
        Err(BodyError::Broken) => {
            return text(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", "The form broke off.");
        }
    };
    let request = user_pool_domain::DomainRequest {
        domain: target.domain,
        path: target.path,
        base: target.base,
        query: arrival.parts.uri.query().unwrap_or_default().to_owned(),
        host: arrival.host.as_ref().map(|host| host.as_str().to_owned()).unwrap_or_default(),
        source_ip: arrival.peer.ip(),
        secure: arrival.peer.secure,
        request_id: arrival.request_id,
        now: app.clock.now(),
        method: arrival.parts.method,
        headers: arrival.parts.headers,
        body,
    };
    app.rooms.pages.handle(request).await.map(whole)
}
