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
        Ok(Some(found)) => text(StatusCode::OK, "application/json", found.to_string()),
        Ok(None) => text(StatusCode::NOT_FOUND, "application/json", format!("{{\"message\":\"User pool {} does not exist.\"}}", safe(pool))),
        Err(error) => {
            tracing::error!(request.id = arrival.request_id, error = ?error, "a pool's document could not be made");
            crate::app::broken()
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let cache = if response_is_keys(document) { "public, max-age=86400" } else { "public, max-age=3600" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

fn response_is_keys(document: &str) -> bool {
    document == "jwks.json"
}

/// A pool id is letters, digits, hyphens and one underscore; whatever else was asked for is not repeated.
fn safe(pool: &str) -> String {
    pool.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).take(55).collect()
}
