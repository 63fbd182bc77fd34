//! Functions by their own addresses (developer guide, "Invoking Lambda function URLs"), and their code by the address that
//! `GetFunction` gives.

use std::time::Duration;

use aws_types::AwsError;
use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};
use iam::{Identity, Question};
use lambda::entity::UrlConfig;
use lambda::{INVOKE_URL, Reference};
use sigv4::{BodyHash, Rules, SignedRequest, Style};
use world::Clock as _;
use world::stream::{Pace, paced, until};

use super::function_url_event::{Caller, Event, answered, begun, event};
use crate::access::{Origin, condition_keys, headers};
use crate::app::{App, Arrival, text};
use crate::body::{BodyError, RequestBody, ResponseBody, read, streamed, whole};

/// Largest body of a request, in bytes: Lambda's 6 MB.
const LIMIT: usize = lambda::MOST_PAYLOAD;
/// What a stream is called that begins with status and headers.
const WITH_METADATA: &str = "application/vnd.awslambda.http-integration-response";
/// Largest such beginning, in bytes, with its delimiter.
const MAX_METADATA: usize = 16 * 1024;
/// A function runs for 15 minutes at most; whoever takes its answer has a minute more. It may be silent, and as fast as it
/// can.
const STREAM_TIME: Duration = Duration::from_secs(16 * 60);
const PACE: Pace =
    Pace { total: STREAM_TIME, idle: STREAM_TIME, untaken: STREAM_TIME, free_bytes: u64::MAX, bytes_per_s: u64::MAX };
/// AWS's answer to whom an address does not admit. (memory)
const FORBIDDEN: &str = "Forbidden. For troubleshooting Function URL authorization issues, see: \
                         https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

/// Answers `https://{id}.lambda-url.{region}.on.aws{path}`.
pub async fn answer(app: &App, arrival: Arrival, body: RequestBody, id: &str, path: &str) -> Response<ResponseBody> {
    let url = match app.rooms.lambda.at_url(id).await {
        Ok(Some(url)) => url,
        Ok(None) => return refusal(StatusCode::NOT_FOUND, "ResourceNotFoundException", "Not Found"),
        Err(error) => return broken(&arrival, &error),
    };
    if let Some(allowed) = preflight(&url, &arrival) {
        return allowed;
    }
    let bytes = match read(body, LIMIT).await {
        Ok(bytes) => bytes,
        Err(BodyError::TooLarge) => {
            return refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", "Request Entity Too Large");
        }
        Err(BodyError::TimedOut) => return refusal(StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", "Timeout"),
        Err(BodyError::Broken) => return refusal(StatusCode::BAD_REQUEST, "BadRequestException", "Bad Request"),
    };
    let mut response = run(app, &arrival, &url, bytes, path).await.unwrap_or_else(|error| failed(&arrival, &error));
    allow_origin(&url, &arrival.parts.headers, response.headers_mut());
    response
}

async fn run(
    app: &App,
    arrival: &Arrival,
    url: &UrlConfig,
    body: Bytes,
    path: &str,
) -> Result<Response<ResponseBody>, AwsError> {
    let now = app.clock.now();
    let caller = match url.auth_type.as_str() {
        "NONE" if app.rooms.lambda.admits_anybody(url, now).await? => None,
        "AWS_IAM" => match signer(app, arrival, &body).await {
            Some((identity, key)) if may(app, arrival, url, &identity).await? => Some((identity, key)),
            _ => return Ok(forbidden()),
        },
        _ => return Ok(forbidden()),
    };
    let caller = caller.as_ref().map(|(identity, access_key)| Caller {
        access_key: access_key.clone(),
        account: identity.account().to_string(),
        user_id: identity.user_id(),
        arn: identity.arn(),
    });
    let payload = event(&Event { arrival, url, path, body: &body, caller: caller.as_ref(), now });
    if payload.len() > LIMIT {
        return Ok(refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", "Request Entity Too Large"));
    }
    if url.invoke_mode == "RESPONSE_STREAM" {
        return flows(app, arrival, url, payload).await;
    }
    let outcome = app.rooms.lambda.run_at_url(url, arrival.request_id.clone(), payload).await?;
    if outcome.function_error.is_some() {
        return Ok(bad_gateway());
    }
    Ok(answered(&outcome.payload).map_or_else(bad_gateway, |response| response.map(whole)))
}

/// The answer as it comes. A function that answers whole is heard as at any address.
async fn flows(
    app: &App,
    arrival: &Arrival,
    url: &UrlConfig,
    payload: Bytes,
) -> Result<Response<ResponseBody>, AwsError> {
    let stream = app.rooms.lambda.open_at_url(url, arrival.request_id.clone(), payload).await?;
    let Some(content_type) = stream.content_type else {
        let Ok(bytes) = read(streamed(stream.body), lambda::MOST_PAYLOAD).await else { return Ok(bad_gateway()) };
        return Ok(answered(&bytes).map_or_else(bad_gateway, |response| response.map(whole)));
    };
    if content_type != WITH_METADATA {
        let mut response = Response::new(streamed(paced(stream.body, PACE)));
        set(response.headers_mut(), http::header::CONTENT_TYPE, Some(content_type));
        return Ok(response);
    }
    let Ok((metadata, body)) = until(paced(stream.body, PACE), &[0; 8], MAX_METADATA).await else {
        return Ok(bad_gateway());
    };
    Ok(begun(&metadata).map_or_else(bad_gateway, |response| response.map(|()| streamed(body))))
}

/// Who signed, by a key that is known: as for APIs with IAM authorization, in every mode.
async fn signer(app: &App, arrival: &Arrival, body: &Bytes) -> Option<(Identity, String)> {
    let headers = headers(&arrival.parts);
    let request = SignedRequest {
        method: arrival.parts.method.as_str(),
        path: arrival.parts.uri.path(),
        query: arrival.parts.uri.query().unwrap_or_default(),
        headers: &headers,
        body: BodyHash::Bytes(body),
    };
    let presented = sigv4::presented(&request).ok()??;
    let rules = Rules {
        service: "lambda",
        region: None,
        now: app.clock.real(),
        window_s: sigv4::WINDOW_S,
        style: Style::Normalised,
    };
    let identity = app.access.known(&request, &presented, &rules, app.clock.now()).await.ok()?;
    Some((identity, presented.access_key_id.clone()))
}

/// The caller's policies or the function's must allow it, and none may deny it.
async fn may(app: &App, arrival: &Arrival, url: &UrlConfig, identity: &Identity) -> Result<bool, AwsError> {
    let reference = Reference { function: url.function_name(), qualifier: url.qualifier.clone() };
    let policy = app.rooms.lambda.policy(&reference).await?;
    let arn = url.arn();
    let (source_ip, region) = (arrival.peer.ip(), url.region.clone());
    let mut keys = condition_keys(&Origin {
        headers: &arrival.parts.headers,
        source_ip: Some(&source_ip),
        secure: arrival.peer.secure,
        region: &region,
    });
    keys.extend([("lambda:FunctionUrlAuthType", url.auth_type.as_str()), ("lambda:InvokedViaFunctionUrl", "true")]);
    let question = Question {
        keys: &keys,
        resource_policy: policy.as_deref(),
        resource_account: Some(&url.account),
        ..Question::new(INVOKE_URL, &arn, app.clock.now())
    };
    Ok(app.access.principals().authorize(identity, &question).await?.is_allowed())
}

/// A browser's question before a call, where the address says what it admits.
fn preflight(url: &UrlConfig, arrival: &Arrival) -> Option<Response<ResponseBody>> {
    let asks = arrival.parts.method == Method::OPTIONS
        && arrival.parts.headers.contains_key(http::header::ACCESS_CONTROL_REQUEST_METHOD);
    let cors = url.cors.as_ref().filter(|_| asks)?;
    let mut response = text(StatusCode::OK, "application/json", "");
    let headers = response.headers_mut();
    if !allow_origin(url, &arrival.parts.headers, headers) {
        return Some(response);
    }
    let lists = [
        (http::header::ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods),
        (http::header::ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers),
    ];
    for (name, list) in lists {
        set(headers, name, list.as_ref().map(|list| list.join(",")));
    }
    set(headers, http::header::ACCESS_CONTROL_MAX_AGE, cors.max_age.map(|seconds| seconds.to_string()));
    Some(response)
}

/// Lets a page of an admitted origin read the answer; whether it is admitted.
fn allow_origin(url: &UrlConfig, asked: &HeaderMap, headers: &mut HeaderMap) -> bool {
    let origin = asked.get(http::header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let (Some(cors), Some(origin)) = (&url.cors, origin) else { return false };
    let mut origins = cors.allow_origins.iter().flatten();
    // Whoever admits everybody admits nobody's cookies: an origin is repeated, with credentials, only where it is named.
    let (shown, named) = if origins.clone().any(|admitted| admitted.eq_ignore_ascii_case(origin)) {
        (origin, true)
    } else if origins.any(|admitted| admitted == "*") {
        ("*", false)
    } else {
        return false;
    };
    let credentials = named && cors.allow_credentials == Some(true);
    set(headers, http::header::ACCESS_CONTROL_ALLOW_ORIGIN, Some(shown.to_owned()));
    set(headers, http::header::VARY, Some("Origin".to_owned()));
    set(headers, http::header::ACCESS_CONTROL_ALLOW_CREDENTIALS, credentials.then(|| "true".to_owned()));
    set(
        headers,
        http::header::ACCESS_CONTROL_EXPOSE_HEADERS,
        cors.expose_headers.as_ref().filter(|list| !list.is_empty()).map(|list| list.join(",")),
    );
    true
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: Option<String>) {
    if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
        headers.insert(name, value);
    }
}

/// Answers `/_aws/lambda-code/{token}`.
pub async fn code(app: &App, token: &str) -> Response<ResponseBody> {
    match app.rooms.lambda.code_at(token, app.clock.now()).await {
        Ok(Some(zip)) => {
            let mut response = text(StatusCode::OK, "application/zip", zip);
            let private = HeaderValue::from_static("private, no-store");
            response.headers_mut().insert(http::header::CACHE_CONTROL, private);
            response
        }
        Ok(None) => refusal(StatusCode::FORBIDDEN, "AccessDeniedException", "Request has expired"),
        Err(error) => {
            tracing::error!(?error, "a function's code could not be read");
            crate::app::broken()
        }
    }
}

fn forbidden() -> Response<ResponseBody> {
    refusal(StatusCode::FORBIDDEN, "AccessDeniedException", FORBIDDEN)
}

/// The function failed, or answered what is no response. (memory)
fn bad_gateway() -> Response<ResponseBody> {
    text(StatusCode::BAD_GATEWAY, "application/json", "Internal Server Error")
}

fn failed(arrival: &Arrival, error: &AwsError) -> Response<ResponseBody> {
    match error.status {
        429 => refusal(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "Rate Exceeded."),
        404 => refusal(StatusCode::NOT_FOUND, "ResourceNotFoundException", "Not Found"),
        502 => bad_gateway(),
        _ => broken(arrival, error),
    }
}

fn broken(arrival: &Arrival, error: &AwsError) -> Response<ResponseBody> {
    tracing::error!(request.id = arrival.request_id, ?error, "a function's address could not be served");
    crate::app::broken()
}

fn refusal(status: StatusCode, code: &'static str, message: &str) -> Response<ResponseBody> {
    let mut response = text(status, "application/json", serde_json::json!({ "Message": message }).to_string());
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(code));
    response
}
