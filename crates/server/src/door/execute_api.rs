//! Calls of APIs that run here: of REST APIs, and by way of [`super::http_api`] of HTTP APIs.

use std::sync::Arc;

use execute_api::CustomDomain;
use execute_api::access_plan::Through;
use execute_api::domains::DomainPlan;
use http::{HeaderValue, Response, StatusCode};
use world::Clock as _;

use super::http_api;
use crate::app::{App, Arrival, text};
use crate::body::{BodyError, GATEWAY_LIMIT, RequestBody, ResponseBody, read_within, streamed, whole};
use crate::door::websocket_api;
use crate::front_door::Door;

/// Answers a call at the default endpoint. `path` begins with the stage.
pub async fn answer(app: &App, arrival: Arrival, body: RequestBody, api: &str, path: &str) -> Response<ResponseBody> {
    if app.rooms.http_apis.plans().has_api(api) {
        return http_api::answer(app, arrival, body, api, path).await;
    }
    let (stage, rest) = split_stage(path);
    if app.rooms.web_sockets.plans().has_api(api) {
        let (api, stage, path) = (api.to_owned(), stage.to_owned(), rest.to_owned());
        return websocket_api::answer(app, arrival, body, websocket_api::To { api, stage, path, by_domain: false })
            .await;
    }
    let to =
        To { api: api.to_owned(), stage: stage.to_owned(), path: rest.to_owned(), custom_domain: None, through: None };
    pass_on(app, arrival, body, to).await
}

/// Answers a call at a custom domain name.
pub async fn answer_at_domain(
    app: &App,
    arrival: Arrival,
    body: RequestBody,
    domain: &DomainPlan,
) -> Response<ResponseBody> {
    let forbidden = || app.rooms.gateway.forbid(&arrival.request_id).map(whole);
    if !domain.security.takes(arrival.peer.came(arrival.host.as_ref())) {
        return forbidden();
    }
    // Whoever came by another name, or without TLS, did not prove what this one asks for.
    let proven = match &domain.truststore {
        None => Some(None),
        Some(truststore) => {
            let proof = arrival.peer.tls.as_ref();
            let fits = proof.filter(|tls| tls.domain_key == domain.key && tls.truststore == *truststore);
            fits.map(|tls| Some(Arc::clone(&tls.client)))
        }
    };
    let (Some(client_certificate), Some(target)) =
        (proven, domain.route(arrival.parts.uri.path(), &arrival.parts.headers))
    else {
        return forbidden();
    };
    if app.rooms.web_sockets.plans().has_api(&target.api_id) {
        let to = websocket_api::To { api: target.api_id, stage: target.stage, path: target.path, by_domain: true };
        return websocket_api::answer(app, arrival, body, to).await;
    }
    if app.rooms.http_apis.plans().has_api(&target.api_id) {
        // Private domain names lead to private APIs alone, and these are REST APIs.
        if domain.guard.is_some() || arrival.peer.vpc_endpoint.is_some() {
            return forbidden();
        }
        return http_api::answer_at_domain(app, arrival, body, (target, client_certificate)).await;
    }
    let guard = domain.guard.as_ref().map(Arc::clone);
    let endpoint_types = domain.security.endpoint_types.clone();
    let custom_domain = Some(CustomDomain {
        base_path: target.base_path,
        rule_id: target.rule_id,
        client_certificate,
        guard,
        endpoint_types,
    });
    // A name stands for the endpoints that are associated with it, not for one API's.
    let endpoint = arrival.peer.vpc_endpoint.as_ref().map(Arc::clone);
    let through = endpoint.map(|endpoint| Through { endpoint, by_associated_name: false });
    let to = To { api: target.api_id, stage: target.stage, path: target.path, custom_domain, through };
    pass_on(app, arrival, body, to).await
}

/// Answers a call that came through a VPC endpoint: to an API that the host, `x-apigw-api-id` or the path names.
pub async fn answer_through_endpoint(
    app: &App,
    arrival: Arrival,
    body: RequestBody,
    door: Door,
) -> Response<ResponseBody> {
    let endpoint = arrival.peer.vpc_endpoint.as_ref().map(Arc::clone);
    let named = match door {
        Door::ExecuteApi { api, path } => Some((api, path)),
        _ => {
            let header = arrival.parts.headers.get("x-apigw-api-id").and_then(|value| value.to_str().ok());
            header.map(|api| (api.to_owned(), arrival.parts.uri.path().to_owned()))
        }
    };
    let (Some(endpoint), Some((name, path))) = (endpoint, named) else {
        return app.rooms.gateway.forbid(&arrival.request_id).map(whole);
    };
    let associated = name.strip_suffix(&endpoint.id).and_then(|rest| rest.strip_suffix('-')).map(str::to_owned);
    let by_associated_name = associated.is_some();
    let (stage, rest) = split_stage(&path);
    let to = To {
        api: associated.unwrap_or(name),
        stage: stage.to_owned(),
        path: rest.to_owned(),
        custom_domain: None,
        through: Some(Through { endpoint, by_associated_name }),
    };
    pass_on(app, arrival, body, to).await
}

/// Where a call goes.
struct To {
    api: String,
    stage: String,
    path: String,
    custom_domain: Option<CustomDomain>,
    through: Option<Through>,
}

async fn pass_on(app: &App, mut arrival: Arrival, body: RequestBody, to: To) -> Response<ResponseBody> {
    let body = match read_within(body, GATEWAY_LIMIT, app.patience.body).await {
        Ok(bytes) => bytes,
        Err(error) => return unreadable(error),
    };
    let request = execute_api::GatewayRequest {
        api_id: to.api,
        stage: to.stage,
        path: to.path,
        query: arrival.parts.uri.query().unwrap_or_default().to_owned(),
        host: arrival.host.as_ref().map(|host| host.as_str().to_owned()).unwrap_or_default(),
        source_ip: arrival.peer.ip(),
        secure: arrival.peer.secure,
        handshake: arrival.peer.handshake,
        protocol: format!("{:?}", arrival.parts.version),
        request_id: arrival.request_id,
        received: app.clock.now(),
        method: arrival.parts.method,
        headers: arrival.parts.headers,
        spelling: arrival.parts.extensions.remove().unwrap_or_default(),
        body,
        custom_domain: to.custom_domain,
        through: to.through,
        signed_path: arrival.parts.uri.path().to_owned(),
        authority: arrival.parts.uri.authority().map(|name| name.as_str().to_owned()).unwrap_or_default(),
    };
    app.rooms.gateway.handle(request).await.map(|body| match body {
        execute_api::Body::Whole(bytes) => whole(bytes),
        execute_api::Body::Stream(stream) => streamed(stream),
    })
}

/// No stage's gateway responses apply: API Gateway's own front refuses these (413 cannot be customised).
pub(super) fn unreadable(error: BodyError) -> Response<ResponseBody> {
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
