//! Calls of APIs that run here.

use http::Response;
use world::Clock as _;

use crate::app::{App, Arrival};
use crate::body::{BodyError, GATEWAY_LIMIT, RequestBody, ResponseBody, read, whole};

/// Answers a call. `path` begins with the stage.
pub async fn answer(app: &App, arrival: Arrival, body: RequestBody, api: &str, path: &str) -> Response<ResponseBody> {
    let body = match read(body, GATEWAY_LIMIT).await {
        Ok(bytes) => Ok(bytes),
        Err(BodyError::TooLarge) => Err(execute_api::BodyFault::TooLarge),
        Err(BodyError::TimedOut) => Err(execute_api::BodyFault::TimedOut),
        Err(BodyError::Broken) => Err(execute_api::BodyFault::Broken),
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
        protocol: arrival.parts.version,
        request_id: arrival.request_id,
        received: app.clock.now(),
        method: arrival.parts.method,
        headers: arrival.parts.headers,
        body,
    };
    app.rooms.gateway.handle(request).await.map(whole)
}

/// `/test/dragons` is `test` and `/dragons`.
fn split_stage(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.find('/').and_then(|at| path.split_at_checked(at)).unwrap_or((path, "/"))
}
