//! `/{pool}/.well-known/openid-configuration` and `/jwks.json`: what verifiers of a pool's tokens read.

use http::{HeaderValue, Method, Response, StatusCode, header};

use crate::app::{App, Arrival, text};
use crate::body::ResponseBody;

/// Answers a pool's document.
pub async fn answer(app: &App, arrival: &Arrival, pool: &str, document: &str) -> Response<ResponseBody> {
    if !matches!(arrival.parts.method, Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "application/json", "{\"message\":\"Method Not Allowed\"}");
    }
    let mut response = match app.rooms.cognito_idp.well_known(pool, document).await {
        Some(found) => text(StatusCode::OK, "application/json", found.to_string()),
        None => {
            let message = serde_json::json!({ "message": format!("User pool {} does not exist.", safe(pool)) });
            text(StatusCode::NOT_FOUND, "application/json", message.to_string())
        }
    };
    let found = response.status() == StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if found {
        let cache = if document == "jwks.json" { "public, max-age=86400" } else { "public, max-age=3600" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    response
}

/// A pool id is letters, digits, hyphens and one underscore; whatever else was asked for is not repeated.
fn safe(pool: &str) -> String {
    pool.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).take(55).collect()
}
