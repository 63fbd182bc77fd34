//! `/{pool}/.well-known/openid-configuration`, `/oauth-authorization-server` and `/jwks.json`: what verifiers of a pool's tokens read.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use serde_json::json;

use crate::app::{App, Arrival, text};
use crate::body::ResponseBody;

/// Answers a pool's document.
pub async fn answer(app: &App, arrival: &Arrival, pool: &str, document: &str) -> Response<ResponseBody> {
    if !matches!(arrival.parts.method, Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "application/json", "{\"message\":\"Method Not Allowed\"}");
    }
    let found = app.rooms.cognito_idp.well_known(pool, document).await;
    published(found, document, || format!("User pool {} does not exist.", safe(pool)))
}

/// Answers a document of `https://cognito-identity.amazonaws.com`.
pub async fn identity_pools(app: &App, arrival: &Arrival, document: &str) -> Response<ResponseBody> {
    if !matches!(arrival.parts.method, Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "application/json", "{\"message\":\"Method Not Allowed\"}");
    }
    let found = match document {
        "openid-configuration" => Some(Bytes::from(
            json!({
                "issuer": cognito_identity::ISSUER,
                "jwks_uri": format!("{}/.well-known/jwks_uri", cognito_identity::ISSUER),
                "authorization_endpoint": cognito_identity::ISSUER,
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS512"],
            })
            .to_string(),
        )),
        "jwks_uri" => match app.rooms.cognito_identity.jwks().await {
            Ok(jwks) => serde_json::to_vec(&jwks).map(Bytes::from).ok(),
            Err(error) => {
                tracing::error!(?error, "the keys of identity pools could not be read");
                None
            }
        },
        _ => None,
    };
    published(found, document, || "Not Found".to_owned())
}

fn published(found: Option<Bytes>, document: &str, missing: impl FnOnce() -> String) -> Response<ResponseBody> {
    let mut response = match found {
        Some(found) => text(StatusCode::OK, "application/json", found),
        None => text(StatusCode::NOT_FOUND, "application/json", json!({ "message": missing() }).to_string()),
    };
    let found = response.status() == StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if found {
        let cache = if document.starts_with("jwks") { "public, max-age=86400" } else { "public, max-age=3600" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    response
}

/// A pool id is letters, digits, hyphens and one underscore; whatever else was asked for is not repeated.
fn safe(pool: &str) -> String {
    pool.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).take(55).collect()
}
