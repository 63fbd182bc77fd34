//! Calls of APIs that run here.

use http::{HeaderValue, Response, StatusCode};
use world::Clock as _;

use crate::app::{App, Arrival, text};
use crate::body::{BodyError, GATEWAY_LIMIT, RequestBody, ResponseBody, read, whole};

/// Answers a call. `path` begins with the stage.
pub async fn answer(app: &App, arrival: Arrival, body: RequestBody, api: &str, path: &str) -> Response<ResponseBody> {
    let body = match read(body, GATEWAY_LIMIT).await {
        Ok(bytes) => bytes,
        Err(error) => return unreadable(error),
    };
    let (stage, rest) = split_stage(path);
    let request = execute_api::GatewayRequest {
        api_id: api.to_owned(),
        stage: stage.to_owned(),
        path: rest.to_owned(),
        query: arrival.parts.uri.query().unwrap_or_default().to_owned(),
        host: arrival.host.as_ref().map(|host| host.as_str().to_owned()).unwrap_or_default(),
        source_ip: arrival.peer.ip(),
        secure: arrival.peer.secure,
        protocol: format!("{:?}", arrival.parts.version),
        request_id: arrival.request_id,
        received: app.clock.now(),
        method: arrival.parts.method,
        headers: arrival.parts.headers,
        body,
    };
    app.rooms.gateway.handle(request).await.map(whole)
}

/// No stage's gateway responses apply: API Gateway's own front refuses these (413 cannot be customised).
fn unreadable(error: BodyError) -> Response<ResponseBody> {
    let (status, code, message) = match error {
        BodyError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", "Request Too Long"),
        BodyError::TimedOut => (StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", "Request Timeout"),
        BodyError::Broken => (StatusCode::BAD_REQUEST, "BadRequestException", "Bad Request"),
    };
    let mut response = text(status, "application/json", format!("{{\"message\":\"{message}\"}}"));
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(code));
    response
}

/// `/test/dragons` is `test` and `/dragons`.
fn split_stage(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.find('/').and_then(|at| path.split_at_checked(at)).unwrap_or((path, "/"))
}
