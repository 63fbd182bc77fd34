//! What functions are sent: payload formats 1.0 and 2.0, for integrations ("Structure of the payload format") and for
//! authorizers ("Authorizer payload format"). In 2.0 what is absent is left out, in 1.0 it is null.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use execute_api::execution_log::spelled;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HOST};
use http::{HeaderMap, HeaderName};
use serde_json::{Map, Value, json};

use super::mapped::Outgoing;
use crate::authorizer::{Authorized, claim_text};
use crate::context::{Progress, clf_date, text};
use crate::plan::RouteKey;
use crate::request::{Exchange, joined};

/// Media types whose bodies are text; all others are base64.
const TEXT: [&str; 3] = ["application/json", "application/javascript", "application/xml"];

/// Members of `identity` in format 1.0, there whether or not they are set.
const IDENTITY: [&str; 12] = [
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
];

/// The event of an integration, 2.0.
pub(crate) fn integration_v2(progress: &Progress<'_>, outgoing: &Outgoing) -> Value {
    let exchange = progress.exchange;
    let mut event = common_v2(progress, &outgoing.headers, (&outgoing.query, &outgoing.pairs));
    let mut context = context_v2(progress);
    if let Some(authorizer) = told_v2(&progress.authorized) {
        context.insert("authorizer".to_owned(), authorizer);
    }
    event.insert("requestContext".to_owned(), Value::Object(context));
    let (body, base64) = body(exchange);
    put_map(&mut event, "pathParameters", path_parameters(progress));
    put_map(&mut event, "stageVariables", stage_variables(exchange));
    if let Some(body) = body {
        event.insert("body".to_owned(), Value::String(body));
    }
    event.insert("isBase64Encoded".to_owned(), Value::Bool(base64));
    Value::Object(event)
}

/// What a function is told of its caller, 2.0.
fn told_v2(authorized: &Authorized) -> Option<Value> {
    match authorized {
        Authorized::Anyone => None,
        Authorized::Jwt { claims, scopes } => {
            let claims = claims.as_map().iter().map(|(name, value)| (name.clone(), Value::from(claim_text(value))));
            Some(json!({ "jwt": { "claims": claims.collect::<Map<_, _>>(), "scopes": scopes } }))
        }
        Authorized::Lambda(admission) => Some(json!({ "lambda": admission.context })),
        Authorized::Iam(identity) => {
            let cognito = identity.cognito.as_ref().map(|cognito| {
                let providers = cognito.authentication_provider.as_deref().unwrap_or_default();
                let amr = std::iter::once(cognito.authentication_type.as_str())
                    .chain(providers.split(',').filter(|provider| !provider.is_empty()));
                json!({
                    "amr": amr.collect::<Vec<_>>(),
                    "identityId": cognito.identity_id,
                    "identityPoolId": cognito.identity_pool_id,
                })
            });
            Some(json!({ "iam": {
                "accessKey": identity.access_key,
                "accountId": identity.account_id,
                "callerId": identity.user_id,
                "cognitoIdentity": cognito,
                "principalOrgId": null,
                "userArn": identity.user_arn,
                "userId": identity.user_id,
            } }))
        }
    }
}

/// The event of an authorizer, 2.0. The body is never part of it.
pub(crate) fn authorizer_v2(progress: &Progress<'_>, identity_source: &[String], arn: &str) -> Value {
    let exchange = progress.exchange;
    let request = &exchange.request;
    let mut event = Map::new();
    event.insert("version".to_owned(), text("2.0"));
    event.insert("type".to_owned(), text("REQUEST"));
    event.insert("routeArn".to_owned(), text(arn));
    event.insert("identitySource".to_owned(), json!(identity_source));
    let rest = common_v2(progress, &request.headers, (&request.query, &exchange.query));
    event.extend(rest.into_iter().filter(|(name, _)| name != "version"));
    event.insert("requestContext".to_owned(), Value::Object(context_v2(progress)));
    put_map(&mut event, "pathParameters", path_parameters(progress));
    put_map(&mut event, "stageVariables", stage_variables(exchange));
    Value::Object(event)
}

/// `version` to `queryStringParameters`.
fn common_v2(
    progress: &Progress<'_>,
    sent: &HeaderMap,
    (query, pairs): (&str, &[(String, String)]),
) -> Map<String, Value> {
    let exchange = progress.exchange;
    let mut event = Map::new();
    event.insert("version".to_owned(), text("2.0"));
    event.insert("routeKey".to_owned(), text(progress.route_key().unwrap_or_default()));
    event.insert("rawPath".to_owned(), text(&exchange.request.raw_path));
    event.insert("rawQueryString".to_owned(), text(query));
    let cookies = sent.get_all(COOKIE).iter().flat_map(|value| {
        let line = String::from_utf8_lossy(value.as_bytes()).into_owned();
        line.split(';').map(|cookie| cookie.trim().to_owned()).collect::<Vec<_>>()
    });
    let cookies: Vec<String> = cookies.filter(|cookie| !cookie.is_empty()).collect();
    if !cookies.is_empty() {
        event.insert("cookies".to_owned(), json!(cookies));
    }
    let mut headers = Map::new();
    for name in sent.keys().filter(|name| **name != COOKIE) {
        headers.insert(name.as_str().to_owned(), text(&joined(sent, name).unwrap_or_default()));
    }
    for (name, value) in own_headers(exchange, sent) {
        headers.insert(name.as_str().to_owned(), Value::String(value));
    }
    event.insert("headers".to_owned(), Value::Object(headers));
    let mut query = Map::new();
    for (name, value) in pairs {
        match query.get_mut(name) {
            Some(Value::String(all)) => {
                all.push(',');
                all.push_str(value);
            }
            _ => {
                query.insert(name.clone(), text(value));
            }
        }
    }
    put_map(&mut event, "queryStringParameters", query);
    event
}

/// What the gateway itself says of a request: it stands in place of what a caller claims.
fn own_headers(exchange: &Exchange, sent: &HeaderMap) -> Vec<(HeaderName, String)> {
    let (scheme, port) = exchange.scheme();
    let mut own = vec![
        (HeaderName::from_static("x-amzn-trace-id"), exchange.trace_id.clone()),
        (HeaderName::from_static("x-forwarded-for"), exchange.forwarded_for()),
        (HeaderName::from_static("x-forwarded-port"), port.to_owned()),
        (HeaderName::from_static("x-forwarded-proto"), scheme.to_owned()),
        (http::header::CONTENT_LENGTH, exchange.request.body.len().to_string()),
    ];
    if !sent.contains_key(HOST) {
        own.push((HOST, exchange.host().into_owned()));
    }
    own
}

fn context_v2(progress: &Progress<'_>) -> Map<String, Value> {
    let exchange = progress.exchange;
    let (plan, request) = (&exchange.stage.plan, &exchange.request);
    let value = |name: &str| progress.get(&[name]).unwrap_or(Value::Null);
    let mut context = Map::new();
    context.insert("accountId".to_owned(), text(plan.account.as_str()));
    context.insert("apiId".to_owned(), text(&plan.api_id));
    if let Some(certificate) = progress.client_certificate(&[]) {
        context.insert("authentication".to_owned(), json!({ "clientCert": certificate }));
    }
    context.insert("domainName".to_owned(), value("domainName"));
    context.insert("domainPrefix".to_owned(), value("domainPrefix"));
    let http = json!({
        "method": request.method.as_str(),
        "path": request.raw_path,
        "protocol": request.protocol,
        "sourceIp": request.source_ip,
        "userAgent": exchange.header("user-agent").unwrap_or_default(),
    });
    context.insert("http".to_owned(), http);
    context.insert("requestId".to_owned(), text(&exchange.request_id));
    context.insert("routeKey".to_owned(), value("routeKey"));
    context.insert("stage".to_owned(), text(&plan.stage));
    context.insert("time".to_owned(), text(&clf_date(request.received)));
    context.insert("timeEpoch".to_owned(), Value::from(request.received.ms()));
    context
}

/// The event of an integration, 1.0.
pub(crate) fn integration_v1(progress: &Progress<'_>, outgoing: &Outgoing) -> Value {
    let exchange = progress.exchange;
    let mut event = common_v1(progress, &outgoing.headers, &outgoing.pairs);
    event.insert("requestContext".to_owned(), context_v1(progress));
    event.insert("pathParameters".to_owned(), or_null(path_parameters(progress)));
    event.insert("stageVariables".to_owned(), or_null(stage_variables(exchange)));
    let (body, base64) = body(exchange);
    event.insert("body".to_owned(), body.map_or(Value::Null, Value::String));
    event.insert("isBase64Encoded".to_owned(), Value::Bool(base64));
    Value::Object(event)
}

/// The event of an authorizer, 1.0.
pub(crate) fn authorizer_v1(progress: &Progress<'_>, identity_source: &[String], arn: &str) -> Value {
    let exchange = progress.exchange;
    let identity = identity_source.join(",");
    let mut event = Map::new();
    event.insert("version".to_owned(), text("1.0"));
    event.insert("type".to_owned(), text("REQUEST"));
    event.insert("methodArn".to_owned(), text(arn));
    event.insert("identitySource".to_owned(), text(&identity));
    event.insert("authorizationToken".to_owned(), text(&identity));
    let rest = common_v1(progress, &exchange.request.headers, &exchange.query);
    event.extend(rest.into_iter().filter(|(name, _)| name != "version" && !name.starts_with("multiValue")));
    event.insert("pathParameters".to_owned(), Value::Object(path_parameters(progress)));
    event.insert("stageVariables".to_owned(), Value::Object(stage_variables(exchange)));
    event.insert("requestContext".to_owned(), context_v1(progress));
    Value::Object(event)
}

/// `version` to `multiValueQueryStringParameters`.
fn common_v1(progress: &Progress<'_>, sent: &HeaderMap, pairs: &[(String, String)]) -> Map<String, Value> {
    let exchange = progress.exchange;
    let value_text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let own = own_headers(exchange, sent);
    let theirs = sent.iter().filter(|(name, _)| !own.iter().any(|(known, _)| known == *name));
    let theirs = theirs.map(|(name, value)| (spelled(name.as_str()), value_text(value)));
    let ours = own.iter().map(|(name, value)| (spelled(name.as_str()), value.clone()));
    let (headers, multi_value_headers) = maps(theirs.chain(ours));
    let (query, multi_value_query) = maps(pairs.iter().cloned());
    let members = [
        ("version", text("1.0")),
        ("resource", text(resource(progress))),
        ("path", text(&exchange.request.raw_path)),
        ("httpMethod", text(exchange.request.method.as_str())),
        ("headers", headers),
        ("multiValueHeaders", multi_value_headers),
        ("queryStringParameters", query),
        ("multiValueQueryStringParameters", multi_value_query),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The route's path.
fn resource<'a>(progress: &'a Progress<'_>) -> &'a str {
    match progress.routed.as_ref().map(|routed| &routed.route.key) {
        Some(RouteKey::Path { path, .. }) => path,
        Some(RouteKey::Default) | None => "$default",
    }
}

fn context_v1(progress: &Progress<'_>) -> Value {
    let value = |name: &str| progress.get(&[name]).unwrap_or(Value::Null);
    let mut context = Map::new();
    let mut put = |name: &str, value: Value| context.insert(name.to_owned(), value);
    put("accountId", value("accountId"));
    put("apiId", value("apiId"));
    if let Some(authorizer) = told_v1(&progress.authorized) {
        put("authorizer", authorizer);
    }
    put("domainName", value("domainName"));
    put("domainPrefix", value("domainPrefix"));
    put("extendedRequestId", value("extendedRequestId"));
    put("httpMethod", value("httpMethod"));
    let identity = IDENTITY.iter().map(|name| {
        let value = progress.get(&["identity", name]).unwrap_or(Value::Null);
        ((*name).to_owned(), value)
    });
    let mut identity: Map<String, Value> = identity.collect();
    if let Some(certificate) = progress.client_certificate(&[]) {
        identity.insert("clientCert".to_owned(), certificate);
    }
    put("identity", Value::Object(identity));
    for name in ["path", "protocol", "requestId", "requestTime", "requestTimeEpoch"] {
        put(name, value(name));
    }
    put("resourceId", value("routeKey"));
    put("resourcePath", text(resource(progress)));
    put("stage", value("stage"));
    Value::Object(context)
}

/// What a function is told of its caller, 1.0.
fn told_v1(authorized: &Authorized) -> Option<Value> {
    match authorized {
        Authorized::Anyone | Authorized::Iam(_) => None,
        Authorized::Jwt { .. } => told_v2(authorized)?.get("jwt").cloned(),
        Authorized::Lambda(admission) => {
            let mut all = admission.context.clone();
            if let Some(principal) = &admission.principal_id {
                all.insert("principalId".to_owned(), text(principal));
            }
            Some(Value::Object(all))
        }
    }
}

/// The body as text, and whether it is base64; `None` where there is none. Text is what says so and is UTF-8; a body whose
/// type nobody names is judged by its bytes.
fn body(exchange: &Exchange) -> (Option<String>, bool) {
    let bytes = &exchange.request.body;
    if bytes.is_empty() {
        return (None, false);
    }
    let content_type = exchange.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_text = media_type.is_empty() || media_type.starts_with("text/") || TEXT.contains(&media_type.as_str());
    let packed = exchange.request.headers.contains_key(CONTENT_ENCODING);
    match std::str::from_utf8(bytes) {
        Ok(body) if is_text && !packed => (Some(body.to_owned()), false),
        _ => (Some(STANDARD.encode(bytes)), true),
    }
}

fn path_parameters(progress: &Progress<'_>) -> Map<String, Value> {
    progress.parameters().iter().map(|found| (found.name.clone(), text(&found.value))).collect()
}

fn stage_variables(exchange: &Exchange) -> Map<String, Value> {
    exchange.stage.plan.variables.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

fn put_map(event: &mut Map<String, Value>, name: &str, map: Map<String, Value>) {
    if !map.is_empty() {
        event.insert(name.to_owned(), Value::Object(map));
    }
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
