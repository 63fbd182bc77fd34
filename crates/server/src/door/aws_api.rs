//! The AWS operations: route, prove the caller, decode and check, call the service, encode. One path for every service.

use std::borrow::Cow;

use aws_protocol::{Protocol, Routed, has_streaming_input};
use aws_types::schema::Protocol as Dialect;
use aws_types::{Answer, AwsError, ByteStream, CallContext, Caller, Region};
use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Response, StatusCode, Uri};
use world::Clock as _;

use crate::access::{Origin, Payload};
use crate::app::{App, Arrival};
use crate::body::{
    AWS_CALL_LIMIT, BodyError, FUNCTION_CALL_LIMIT, RequestBody, ResponseBody, read_within, streamed, whole,
};
use crate::bucket_access::{Call, Signed};
use crate::door::{bucket_cors, post_form, upload};
use crate::front_door::Host;
use crate::wiring::Backend;

/// Answers a call of an AWS operation.
pub async fn answer(
    app: &App,
    arrival: Arrival,
    body: RequestBody,
    service: &'static str,
    bucket: Option<String>,
) -> Response<ResponseBody> {
    let backend = app.backends.get(service);
    let rest_xml = backend.service.model().protocol == Dialect::RestXml;
    let asks_first = arrival.parts.method == Method::OPTIONS;
    if asks_first && !rest_xml {
        return preflight();
    }
    let request_id = arrival.request_id.clone();
    let headers = &arrival.parts.headers;
    let streams = rest_xml && matches!(arrival.parts.method, Method::PUT | Method::POST);
    let waits = headers.contains_key(http::header::EXPECT);
    let has_body = headers.get(http::header::CONTENT_LENGTH).is_none_or(|length| length != "0");
    let is_http1 = arrival.parts.version <= http::Version::HTTP_11;
    let outcome = if asks_first {
        bucket_cors::preflight(app, &arrival, bucket.as_deref()).await
    } else if rest_xml && post_form::is_form(&arrival, bucket.as_deref()) {
        post_form::answer(app, &arrival, (body, backend), bucket.as_deref()).await
    } else if rest_xml {
        call_rest_xml(app, &arrival, body, backend, bucket.as_deref()).await
    } else {
        call_whole(app, &arrival, body, backend).await
    };
    let refused = outcome.is_err();
    let mut response = outcome.unwrap_or_else(|error| refuse(&backend.protocol, &error, &request_id));
    // A body that is still to come is not read after a refusal, so the connection ends. And a client that waits to be told to
    // send nothing is told nothing (hyper says "100 Continue" when a body is read): botocore takes the next answer on that
    // connection for this one's.
    let spent = if has_body { refused && streams } else { waits };
    if spent && is_http1 {
        response.headers_mut().insert(http::header::CONNECTION, HeaderValue::from_static("close"));
    }
    if !rest_xml {
        allow_any_origin(response.headers_mut());
    } else if !asks_first {
        bucket_cors::allow(app, &arrival, bucket.as_deref(), &mut response).await;
    }
    response
}

/// The protocols whose requests are held whole: JSON and query.
async fn call_whole(
    app: &App,
    arrival: &Arrival,
    body: RequestBody,
    backend: &Backend,
) -> Result<Response<ResponseBody>, AwsError> {
    let bytes = read_call((app, backend), arrival, body).await?;
    let backend = by_action(app, arrival, &bytes, backend);
    let routed = backend.protocol.route(&arrival.parts, &bytes)?;
    let proof = app.access.prove(app, arrival, backend, routed.operation, Payload::Held(&bytes)).await?;
    let input = backend.protocol.decode(&routed, &arrival.parts, &bytes)?;
    let caller = app.access.authorize(app, arrival, (backend, routed.operation), &proof, &input).await?;
    let cx = context(app, arrival, caller);
    let stream = has_streaming_input(routed.operation).then(|| ByteStream::from_bytes(bytes));
    let answer = backend.service.call(&cx, routed.operation.name, input, stream).await?;
    Ok(encode(&backend.protocol, &routed, answer, &cx))
}

/// Operations of Lambda's that bring code along.
const BRING_CODE: [&str; 3] = ["CreateFunction", "UpdateFunctionCode", "PublishLayerVersion"];

/// The body of a call that is held whole. Functions bring their code along, and more than others may.
async fn read_call((app, backend): (&App, &Backend), arrival: &Arrival, body: RequestBody) -> Result<Bytes, AwsError> {
    if backend.service.model().name != "lambda" {
        return read_within(body, AWS_CALL_LIMIT, app.patience.body).await.map_err(unreadable);
    }
    let operation = backend.protocol.route(&arrival.parts, b"")?.operation.name;
    if !BRING_CODE.contains(&operation) {
        return read_within(body, AWS_CALL_LIMIT, app.patience.body).await.map_err(unreadable);
    }
    read_within(body, FUNCTION_CALL_LIMIT, app.patience.body).await.map_err(|error| match error {
        // The limit and the sentence are AWS's.
        BodyError::TooLarge => {
            let message =
                format!("Request must be smaller than {FUNCTION_CALL_LIMIT} bytes for the {operation} operation");
            AwsError::sender("RequestEntityTooLargeException", 413, message)
        }
        other => unreadable(other),
    })
}

/// S3: the operation decides whether the body stays a stream.
async fn call_rest_xml(
    app: &App,
    arrival: &Arrival,
    body: RequestBody,
    backend: &Backend,
    bucket: Option<&str>,
) -> Result<Response<ResponseBody>, AwsError> {
    let target = path_style(&arrival.parts, bucket)?;
    let routed = backend.protocol.route(&target, b"")?;
    let (bytes, stream) = if has_streaming_input(routed.operation) {
        (Bytes::new(), Some(body))
    } else {
        (read_within(body, AWS_CALL_LIMIT, app.patience.body).await.map_err(unreadable)?, None)
    };
    let payload = if stream.is_some() { Payload::Stream } else { Payload::Held(&bytes) };
    let proof = app.access.prove(app, arrival, backend, routed.operation, payload).await?;
    let input = backend.protocol.decode(&routed, &target, &bytes)?;
    let (source_ip, region) = (arrival.peer.ip(), region(arrival));
    let origin = Origin {
        headers: &arrival.parts.headers,
        source_ip: Some(&source_ip),
        secure: arrival.peer.secure,
        region: region.as_str(),
    };
    let call = Call {
        app,
        parts: &arrival.parts,
        origin,
        operation: routed.operation,
        input: &input,
        signed: Signed::ByRequest,
    };
    let leave = app.access.leave(call, &proof).await?;
    let stream = stream.map(|body| upload::open(&arrival.parts.headers, proof.body, body)).transpose()?;
    let cx = context(app, arrival, proof.caller);
    let answer = app.rooms.website.call_with(&cx, leave, (routed.operation.name, input), stream).await?;
    Ok(encode(&backend.protocol, &routed, answer, &cx))
}

/// The query services share their form; the action tells them apart where nothing else did.
fn by_action<'a>(app: &'a App, arrival: &Arrival, body: &[u8], given: &'a Backend) -> &'a Backend {
    if given.service.model().protocol != Dialect::AwsQuery {
        return given;
    }
    let form = std::str::from_utf8(body).unwrap_or_default();
    let action = [arrival.parts.uri.query().unwrap_or_default(), form]
        .iter()
        .find_map(|pairs| pairs.split('&').find_map(|pair| pair.strip_prefix("Action=")));
    let knows = |backend: &Backend| action.is_some_and(|action| backend.service.model().operation(action).is_some());
    if knows(given) {
        return given;
    }
    app.backends.iter().find(|b| b.service.model().protocol == Dialect::AwsQuery && knows(b)).unwrap_or(given)
}

fn encode(protocol: &Protocol, routed: &Routed, answer: Answer, cx: &CallContext) -> Response<ResponseBody> {
    let encoded = protocol.encode(routed.operation, answer.output, answer.status, &cx.request_id);
    let (parts, bytes) = encoded.into_parts();
    let body = match answer.body {
        // A blob, or the messages of an event stream.
        Some(stream) => streamed(stream),
        None => whole(bytes),
    };
    Response::from_parts(parts, body)
}

fn refuse(protocol: &Protocol, error: &AwsError, request_id: &str) -> Response<ResponseBody> {
    if let Some(cause) = &error.internal {
        tracing::error!(request.id = request_id, error.code = %error.code, cause = %cause, "an operation failed");
    }
    protocol.encode_error(error, request_id).map(whole)
}

fn unreadable(error: BodyError) -> AwsError {
    match error {
        BodyError::TooLarge => AwsError::sender("RequestEntityTooLargeException", 413, "Request body is too large."),
        BodyError::TimedOut => {
            AwsError::sender("RequestTimeoutException", 408, "The request body did not arrive in time.")
        }
        BodyError::Broken => AwsError::sender("IncompleteBody", 400, "The request body broke off."),
    }
}

/// What an operation learns about its call.
pub fn context(app: &App, arrival: &Arrival, caller: Caller) -> CallContext {
    let agent = arrival.parts.headers.get(http::header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    CallContext {
        account: app.access.account.clone(),
        region: region(arrival),
        request_id: arrival.request_id.clone(),
        caller,
        source_ip: arrival.peer.ip(),
        user_agent: agent.chars().take(512).collect(),
        now: app.clock.now(),
    }
}

/// The credential scope's region, else the host's, else the default.
pub fn region(arrival: &Arrival) -> Region {
    let scope = crate::front_door::credential_scope(&arrival.parts).and_then(|scope| Region::parse(&scope.region));
    scope.or_else(|| arrival.host.as_ref().and_then(host_region)).unwrap_or_default()
}

/// `cognito-idp.eu-west-1.amazonaws.com`, `bucket.s3.eu-west-1.localhost`.
fn host_region(host: &Host) -> Option<Region> {
    host.as_str().split('.').filter(|label| label.matches('-').count() >= 2).find_map(Region::parse)
}

/// A bucket in the host name moves into the path, where the model has it. The signature was made over the path as sent.
fn path_style<'a>(parts: &'a Parts, bucket: Option<&str>) -> Result<Cow<'a, Parts>, AwsError> {
    let Some(bucket) = bucket else { return Ok(Cow::Borrowed(parts)) };
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let target = format!("/{bucket}{}{query}", parts.uri.path());
    let mut moved = parts.clone();
    moved.uri =
        target.parse::<Uri>().map_err(|_| AwsError::sender("InvalidURI", 400, "Couldn't parse the specified URI."))?;
    Ok(Cow::Owned(moved))
}

/// Whether a call's Origin is absent, the console's, or a page on this machine. In local mode whoever reaches the server
/// is root, and a page elsewhere must not be.
pub fn origin_is_local(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(http::header::ORIGIN) else { return true };
    let Some((scheme, authority)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else {
        return false;
    };
    let loopback = |host: Host| {
        host.as_str() == "localhost" || host.as_str().parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    };
    matches!(scheme, "http" | "https") && Host::parse(authority).is_some_and(loopback)
}

const EXPOSED: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
const ALLOWED: &str = "authorization,cache-control,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token,\
                       x-amz-target,x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request";

/// The unsigned user operations are called by pages of any origin; no cookie plays a part. What a signed call may do is
/// decided by [`crate::access`], not here.
fn allow_any_origin(headers: &mut HeaderMap) {
    headers.insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(http::header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}

fn preflight() -> Response<ResponseBody> {
    let mut response = Response::new(whole(Bytes::new()));
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    allow_any_origin(headers);
    let more: [(HeaderName, &'static str); 3] = [
        (http::header::ACCESS_CONTROL_ALLOW_METHODS, "GET,POST,PUT,PATCH,DELETE,HEAD"),
        (http::header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED),
        (http::header::ACCESS_CONTROL_MAX_AGE, "172800"),
    ];
    for (name, value) in more {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_on_this_machine_are_local() {
        let origin = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("origin", value.parse().unwrap());
            origin_is_local(&headers)
        };
        assert!(origin_is_local(&HeaderMap::new()));
        for good in ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080"] {
            assert!(origin(good), "{good}");
        }
        for bad in ["null", "http://evil.example", "http://localhost.evil.example", "file://", "http://site.localhost"]
        {
            assert!(!origin(bad), "{bad}");
        }
    }

    #[test]
    fn a_bucket_in_the_host_moves_into_the_path() {
        let parts = http::Request::get("/a%20b/c?list-type=2").body(()).unwrap().into_parts().0;
        assert_eq!(path_style(&parts, Some("photos")).unwrap().uri, "/photos/a%20b/c?list-type=2");
        assert_eq!(path_style(&parts, None).unwrap().uri, parts.uri);
        // Left where it is, the path would name another bucket.
        let long = format!("/other/{}", "a".repeat(65_520));
        let parts = http::Request::get(long).body(()).unwrap().into_parts().0;
        assert!(path_style(&parts, Some("a-bucket-with-a-long-name")).is_err_and(|error| error.code == "InvalidURI"));
    }
}
