//! Calls of HTTP APIs that run here.

use std::sync::Arc;

use execute_api::ClientCertificate;
use execute_api::domains::Target;
use http::Response;
use http_api::{Destination, HttpRequest, Mapped};
use world::Clock as _;

use super::execute_api::unreadable;
use crate::app::{App, Arrival};
use crate::body::{BodyError, GATEWAY_LIMIT, RequestBody, ResponseBody, read_within, whole};

/// Answers a call at the default endpoint. `path` is the path at the API's own host.
pub async fn answer(app: &App, arrival: Arrival, body: RequestBody, api: &str, path: &str) -> Response<ResponseBody> {
    pass_on(app, arrival, body, (path, Destination::DefaultEndpoint { api_id: api.to_owned() })).await
}

/// Answers a call at a custom domain name whose mapping leads to an HTTP API.
pub async fn answer_at_domain(
    app: &App,
    arrival: Arrival,
    body: RequestBody,
    (target, client_certificate): (Target, Option<Arc<ClientCertificate>>),
) -> Response<ResponseBody> {
    let Target { api_id, stage, path, base_path: key, .. } = target;
    let raw_path = arrival.parts.uri.path().to_owned();
    let mapped = Mapped { api_id, stage, path, key, client_certificate };
    pass_on(app, arrival, body, (&raw_path, Destination::Domain(mapped))).await
}

async fn pass_on(
    app: &App,
    arrival: Arrival,
    body: RequestBody,
    (raw_path, to): (&str, Destination),
) -> Response<ResponseBody> {
    let apis = &app.rooms.http_apis;
    let body = match read_within(body, GATEWAY_LIMIT, app.patience.body).await {
        Ok(bytes) => bytes,
        Err(BodyError::TooLarge) => return apis.too_large().map(whole),
        Err(error) => return unreadable(error),
    };
    let uri = &arrival.parts.uri;
    let request = HttpRequest {
        raw_path: raw_path.to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        signed_path: uri.path().to_owned(),
        authority: uri.authority().map(|name| name.as_str().to_owned()).unwrap_or_default(),
        host: arrival.host.as_ref().map(|host| host.as_str().to_owned()).unwrap_or_default(),
        source_ip: arrival.peer.ip(),
        secure: arrival.peer.secure,
        protocol: format!("{:?}", arrival.parts.version),
        received: app.clock.now(),
        method: arrival.parts.method,
        headers: arrival.parts.headers,
        body,
    };
    apis.handle(request, to).await.map(whole)
}
