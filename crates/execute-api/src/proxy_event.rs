//! The event of a Lambda proxy integration ("Input format of a Lambda function for proxy integration", payload format 1.0).
//! Its `requestContext` is also what a REQUEST authorizer is sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderName;
use mapping_template::ContextVariables as _;
use serde_json::{Map, Value, json};

use crate::authorizer::Authorized;
use crate::context::Context;
use crate::integration_request::Validated;
use crate::method_request::Exchange;
use crate::route_match::Matched;

/// Members of `identity` that are there whether or not they are set.
const IDENTITY: [&str; 12] = [
    "cognitoIdentityPoolId",
    "accountId",
    "cognitoIdentityId",
    "caller",
    "sourceIp",
    "principalOrgId",
    "accessKey",
    "cognitoAuthenticationType",
    "cognitoAuthenticationProvider",
    "userArn",
    "userAgent",
    "user",
];
/// Members of `identity` that are there where they are set.
const IDENTITY_IF_SET: [&str; 3] = ["apiKey", "apiKeyId", "clientCert"];

/// The event for a function.
pub(crate) fn event(validated: Validated<'_>) -> Value {
    let matched = validated.matched;
    let exchange = matched.exchange;
    let body = &exchange.request.body;
    let binary =
        exchange.stage.deployment.binary_media_types.matches(&exchange.header("content-type").unwrap_or_default());
    let text = match (body.is_empty(), binary) {
        (true, _) => Value::Null,
        (false, true) => Value::from(STANDARD.encode(body)),
        (false, false) => Value::from(exchange.body_text().into_owned()),
    };
    let mut event = parameters(matched);
    event.insert("requestContext".to_owned(), request_context(validated.context()));
    event.insert("body".to_owned(), text);
    event.insert("isBase64Encoded".to_owned(), Value::Bool(binary && !body.is_empty()));
    Value::Object(event)
}

/// `resource` to `stageVariables`, in the event's order. A map without entries is null.
pub(crate) fn parameters(matched: &Matched<'_>) -> Map<String, Value> {
    let exchange = matched.exchange;
    let (headers, multi_value_headers) = headers(exchange);
    let (query, multi_value_query) = maps(exchange.query.iter().cloned());
    let (path, _) = maps(matched.path_parameters.iter().map(|p| (p.name.clone(), p.value.clone())));
    let variables = exchange.stage.variables.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    let members = [
        ("resource", Value::from(matched.resource.path.as_str())),
        ("path", Value::from(exchange.request.path.as_str())),
        ("httpMethod", Value::from(exchange.verb.as_str())),
        ("headers", headers),
        ("multiValueHeaders", multi_value_headers),
        ("queryStringParameters", query),
        ("multiValueQueryStringParameters", multi_value_query),
        ("pathParameters", path),
        ("stageVariables", or_null(variables.collect())),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// `requestContext`.
pub(crate) fn request_context(context: Context<'_>) -> Value {
    let variable = |name: &str| context.get(&[name]).unwrap_or(Value::Null);
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("resourceId", variable("resourceId"));
    if let Some(authorizer) = context.caller.and_then(|caller| authorizer(&caller.authorized)) {
        put("authorizer", authorizer);
    }
    for name in [
        "resourcePath",
        "httpMethod",
        "extendedRequestId",
        "requestTime",
        "path",
        "accountId",
        "protocol",
        "stage",
        "domainPrefix",
        "requestTimeEpoch",
        "requestId",
    ] {
        put(name, variable(name));
    }
    put("identity", identity(context));
    for name in ["domainName", "deploymentId", "apiId"] {
        put(name, variable(name));
    }
    Value::Object(out)
}

fn identity(context: Context<'_>) -> Value {
    let always = IDENTITY.iter().map(|name| Some((*name, context.get(&["identity", name]).unwrap_or(Value::Null))));
    let if_set = IDENTITY_IF_SET.iter().map(|name| Some((*name, context.get(&["identity", name])?)));
    let members = always.chain(if_set).flatten().map(|(name, value)| (name.to_owned(), value));
    Value::Object(members.collect())
}

/// What a function is told of its caller.
fn authorizer(authorized: &Authorized) -> Option<Value> {
    match authorized {
        Authorized::Anyone | Authorized::Iam { .. } | Authorized::Tester { .. } => None,
        Authorized::Lambda { answer, latency_ms } => {
            let context = answer.context.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
            let mut all: serde_json::Map<String, Value> = context.collect();
            all.insert("principalId".to_owned(), Value::from(answer.principal_id.as_str()));
            all.insert("integrationLatency".to_owned(), Value::from(*latency_ms));
            Some(Value::Object(all))
        }
        Authorized::User { claims, .. } => Some(json!({ "claims": claims })),
    }
}

fn headers(exchange: &Exchange) -> (Value, Value) {
    maps(all_headers(exchange).into_iter())
}

/// Every header as it is shown to functions and templates: names as the client sent them, with what API Gateway itself
/// adds. A test has what it was given.
pub(crate) fn all_headers(exchange: &Exchange) -> Vec<(String, String)> {
    let request = &exchange.request;
    let spellings = request.spelling.table();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let own = own_headers(exchange);
    let theirs = request
        .headers
        .iter()
        .filter(|(name, _)| !own.iter().any(|(known, _)| name.as_str().eq_ignore_ascii_case(known)))
        .map(|(name, value)| (spellings.of(name.as_str()).into_owned(), text(value)));
    let mut all: Vec<_> = theirs.collect();
    all.extend(own.into_iter().map(|(name, value)| (name.to_owned(), value)));
    all
}

/// What API Gateway says itself of a request.
const OWN_HEADERS: [&str; 5] = ["Host", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"];

fn own_headers(exchange: &Exchange) -> Vec<(&'static str, String)> {
    OWN_HEADERS.into_iter().filter_map(|name| Some((name, own_value(exchange, name)?))).collect()
}

/// One of them by its name; none for a header that is the caller's alone.
pub(crate) fn own_header(exchange: &Exchange, name: &HeaderName) -> Option<String> {
    let own = OWN_HEADERS.into_iter().find(|own| name.as_str().eq_ignore_ascii_case(own))?;
    own_value(exchange, own)
}

fn own_value(exchange: &Exchange, name: &str) -> Option<String> {
    if exchange.stage.stage == crate::test_invoke::STAGE {
        return None;
    }
    let request = &exchange.request;
    match name {
        "Host" => Some(request.host.clone()),
        "X-Amzn-Trace-Id" => Some(exchange.trace_id.clone()),
        "X-Forwarded-For" => Some(forwarded_for(exchange)),
        "X-Forwarded-Port" => Some(if request.secure { "443" } else { "80" }.to_owned()),
        _ => Some(if request.secure { "https" } else { "http" }.to_owned()),
    }
}

/// The chain of addresses: what a caller claims stands before what we know.
pub(crate) fn forwarded_for(exchange: &Exchange) -> String {
    let source = &exchange.request.source_ip;
    exchange.header("x-forwarded-for").map_or_else(|| source.clone(), |before| format!("{before}, {source}"))
}

/// The last value of each name, and all of them.
fn maps(pairs: impl Iterator<Item = (String, String)>) -> (Value, Value) {
    let mut single = Map::new();
    let mut multi: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        if let Value::Array(values) = multi.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new())) {
            values.push(Value::from(value.as_str()));
        }
        single.insert(name, Value::from(value));
    }
    (or_null(single), or_null(multi))
}

fn or_null(map: Map<String, Value>) -> Value {
    if map.is_empty() { Value::Null } else { Value::Object(map) }
}
