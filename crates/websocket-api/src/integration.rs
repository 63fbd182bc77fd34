//! The call of a route's integration, and what it means: for a handshake a status, for a message what goes back.

use bytes::Bytes;
use execute_api::Doors;
use execute_api::catalogue::HttpMethod;
use execute_api::integration_plan::Connection as Way;
use http::header::{CONTENT_TYPE, HOST, HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use http::{HeaderMap, Method, Request, Uri};
use mapping_template::lenient_json::mock_status_code;
use mapping_template::{ContextVariables, Limits, Params, Scope};
use serde_json::Value;
use world::{FunctionCall, HttpError, HttpOptions, InvokeError, TlsOptions};

use crate::authorizer::may_call;
use crate::context::{Body, Call, Event};
use crate::error::Refusal;
use crate::plan::{
    DEFAULT, FunctionTarget, HttpProxy, HttpTarget, IntegrationKind, IntegrationPlan, Passthrough, RequestValue,
    Templates,
};
use crate::selection::{Selection, Subject};

/// Largest answer of a backend, in bytes: the largest message that could go to a client, and room for its wrapping.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// Headers of the handshake that say nothing to a backend.
const OF_THE_CONNECTION: [&str; 12] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-version",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What an integration answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub status: u16,
    /// What goes back, where anything does.
    pub body: Option<String>,
    /// `Sec-WebSocket-Protocol`
    pub protocol: Option<HeaderValue>,
}

/// What selection expressions of a call see.
struct Seen<'a> {
    call: Call<'a>,
    body: Option<Value>,
    status: Option<u16>,
}

impl Subject for Seen<'_> {
    fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    fn variable(&self, kind: &'static str, name: &str) -> Option<String> {
        let handshake = &self.call.connection.handshake;
        match kind {
            "header" => handshake.header(name),
            "querystring" => handshake.query_value(name),
            "stageVariables" => self.call.plan.variables.get(name).cloned(),
            "status" => self.status.map(|status| status.to_string()),
            _ => {
                let path: Vec<&str> = name.split('.').collect();
                ContextVariables::get(&self.call.context(), &path).map(plain)
            }
        }
    }
}

fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// Calls an integration.
pub(crate) async fn call(doors: &Doors, call: Call<'_>, integration: &IntegrationPlan) -> Result<Answer, Refusal> {
    match &integration.kind {
        IntegrationKind::FunctionProxy(target) => {
            let payload = call.proxy_event().to_string();
            let answer = function(doors, call, (integration, target), payload).await?;
            proxied(&answer)
        }
        IntegrationKind::Function(target) => {
            let payload = payload(call, integration)?;
            let answer = function(doors, call, (integration, target), payload).await?;
            mapped(call, integration, (200, &answer))
        }
        IntegrationKind::Http(target) => {
            let body = payload(call, integration)?;
            let (status, answer) = http(doors, call, (integration, target), body).await?;
            match target.proxy {
                HttpProxy::Yes => Ok(Answer { status, body: text(&answer), protocol: None }),
                HttpProxy::No => mapped(call, integration, (status, &answer)),
            }
        }
        IntegrationKind::Mock => {
            let document = payload(call, integration)?;
            let status = mock_status_code(&document).map_err(|error| Refusal::internal(error.to_string()))?;
            mapped(call, integration, (status, b""))
        }
        IntegrationKind::Unserved(name) => Err(Refusal::internal(format!("{name} is not served here"))),
    }
}

/// What goes to the integration: what a template makes of the message, or the message.
fn payload(call: Call<'_>, integration: &IntegrationPlan) -> Result<String, Refusal> {
    let templates = &integration.request_templates;
    let seen = Seen { call, body: serde_json::from_str(call.text()).ok(), status: None };
    match render(call, templates, &seen, call.text())? {
        Some(text) => Ok(text),
        None => match integration.passthrough {
            Passthrough::WhenNoMatch => Ok(message(call)),
            Passthrough::WhenNoTemplates if templates.by_key.is_empty() => Ok(message(call)),
            _ => Err(Refusal::internal("there is no request template for this message")),
        },
    }
}

/// The message as it came.
fn message(call: Call<'_>) -> String {
    match call.event {
        Event::Message { body: Body::Binary(bytes), .. } => {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.encode(bytes)
        }
        _ => call.text().to_owned(),
    }
}

/// What a template makes of a body; nothing where there is no template for it.
fn render(call: Call<'_>, templates: &Templates, seen: &Seen<'_>, body: &str) -> Result<Option<String>, Refusal> {
    if templates.by_key.is_empty() {
        return Ok(None);
    }
    let key = match &templates.selection {
        Some(selection) => selection.select(seen).unwrap_or_else(|| DEFAULT.to_owned()),
        None => DEFAULT.to_owned(),
    };
    let Some(template) = templates.by_key.get(&key).or_else(|| templates.by_key.get(DEFAULT)) else { return Ok(None) };
    let template = template.as_ref().map_err(|error| Refusal::internal(format!("a template is wrong: {error}")))?;
    let handshake = &call.connection.handshake;
    let header = |(name, value): (&http::HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let params = Params {
        path: std::collections::BTreeMap::new(),
        querystring: handshake.query_pairs().into_iter().collect(),
        header: handshake.headers.iter().map(header).collect(),
    };
    let context = call.context();
    let scope = Scope { body, params: &params, context: &context, stage_variables: &call.plan.variables };
    let rendered = template.render(&scope, Limits::default());
    rendered
        .map(|rendered| Some(rendered.text))
        .map_err(|error| Refusal::internal(format!("a template failed: {error}")))
}

/// The first integration response that fits the status, else the default one; without any, the answer as it came.
fn mapped(call: Call<'_>, integration: &IntegrationPlan, (status, body): (u16, &[u8])) -> Result<Answer, Refusal> {
    let as_it_came = || Answer { status, body: text(body), protocol: None };
    let status_text = status.to_string();
    let fits = |pattern: &execute_api::pattern::Pattern| pattern.matches(&status_text);
    let mut responses = integration.responses.iter();
    let chosen = responses.find(|response| response.selection.as_ref().is_some_and(fits));
    let chosen = chosen.or_else(|| integration.responses.iter().find(|response| response.selection.is_none()));
    let Some(chosen) = chosen else { return Ok(as_it_came()) };
    let seen = Seen { call, body: serde_json::from_slice(body).ok(), status: Some(status) };
    let source = String::from_utf8_lossy(body);
    Ok(match render(call, &chosen.templates, &seen, &source)? {
        Some(rendered) => Answer { status, body: Some(rendered).filter(|text| !text.is_empty()), protocol: None },
        None => as_it_came(),
    })
}

fn text(body: &[u8]) -> Option<String> {
    (!body.is_empty()).then(|| String::from_utf8_lossy(body).into_owned())
}

async fn function(
    doors: &Doors,
    call: Call<'_>,
    (integration, target): (&IntegrationPlan, &FunctionTarget),
    payload: String,
) -> Result<Bytes, Refusal> {
    let function_arn = target.function.render(&call.plan.variables, |_| None).ok();
    let arn = function_arn.filter(|arn| arn.starts_with("arn:") && arn.split(':').count() >= 7);
    let function_arn = arn.ok_or_else(|| Refusal::internal("the integration names no function"))?;
    may_call(doors, call, target.credentials.as_deref(), &function_arn).await?;
    let payload = if payload.is_empty() { "{}".to_owned() } else { payload };
    let invocation = FunctionCall {
        function_arn,
        payload: Bytes::from(payload),
        timeout_ms: integration.timeout_ms,
        source_arn: call.arn(),
        principal: "apigateway.amazonaws.com",
        role_arn: target.credentials.clone(),
        trace_id: None,
    };
    match doors.functions.invoke(invocation).await {
        Ok(answer) if answer.function_error.is_none() => Ok(answer.payload),
        Ok(_) => Err(Refusal::internal("the function failed")),
        Err(InvokeError::TimedOut) => Err(Refusal::internal("the function did not answer in time")),
        Err(error) => Err(Refusal::internal(format!("the function cannot be called: {error}"))),
    }
}

/// What a function's answer means: `{"statusCode": 200, "body": "…", "headers": {…}}`.
fn proxied(payload: &[u8]) -> Result<Answer, Refusal> {
    let malformed = |why: &str| Refusal::internal(format!("Malformed Lambda proxy response: {why}"));
    let value: Value = serde_json::from_slice(payload).map_err(|_| malformed("no JSON"))?;
    // A function that answers nothing is content.
    let Value::Object(members) = value else {
        return if value.is_null() {
            Ok(Answer { status: 200, ..Answer::default() })
        } else {
            Err(malformed("no object"))
        };
    };
    let status = match members.get("statusCode") {
        None | Some(Value::Null) => 200,
        Some(Value::Number(number)) => number.as_u64().and_then(|n| u16::try_from(n).ok()).unwrap_or(0),
        Some(Value::String(text)) => text.parse().unwrap_or(0),
        Some(_) => 0,
    };
    if !(100..=599).contains(&status) {
        return Err(malformed("the status code is none"));
    }
    let body = match members.get("body") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
        Some(_) => return Err(malformed("the body is no text")),
    };
    let headers = members.get("headers").and_then(Value::as_object).into_iter().flatten();
    let mut protocol = headers.filter(|(name, _)| name.eq_ignore_ascii_case(SEC_WEBSOCKET_PROTOCOL.as_str()));
    let protocol = protocol.next().and_then(|(_, value)| HeaderValue::from_str(value.as_str()?).ok());
    Ok(Answer { status, body, protocol })
}

async fn http(
    doors: &Doors,
    call: Call<'_>,
    (integration, target): (&IntegrationPlan, &HttpTarget),
    body: String,
) -> Result<(u16, Bytes), Refusal> {
    let unreachable = |what: &str| Refusal::internal(format!("the endpoint cannot be called: {what}"));
    let uri = target.uri.render(&call.plan.variables, |_| None).map_err(|error| unreachable(&error.to_string()))?;
    let mut uri: Uri = uri.parse().map_err(|_| unreachable("its address is none"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
        return Err(unreachable("its address is none"));
    }
    let mut headers = headers(call, integration, target);
    if let Way::VpcLink(id) = &target.connection {
        let id = id.render(&call.plan.variables, |_| None).map_err(|error| unreachable(&error.to_string()))?;
        let address = doors.vpc_links.address(&id, &[]).ok_or_else(|| unreachable("its VPC link leads nowhere"))?;
        let host = uri.authority().map(|authority| authority.to_string()).unwrap_or_default();
        let mut parts = uri.into_parts();
        parts.authority = Some(address.parse().map_err(|_| unreachable("its VPC link leads nowhere"))?);
        uri = Uri::from_parts(parts).map_err(|_| unreachable("its VPC link leads nowhere"))?;
        if let Ok(host) = HeaderValue::from_str(&host) {
            headers.insert(HOST, host);
        }
    }
    let mut request = Request::new(Bytes::from(body));
    let verb = if target.method == HttpMethod::Any { "POST" } else { target.method.as_str() };
    *request.method_mut() = Method::from_bytes(verb.as_bytes()).map_err(|_| unreachable("its verb is none"))?;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    let tls = TlsOptions { verification: target.verification, identity: None };
    let options = HttpOptions { timeout_ms: integration.timeout_ms, max_answer: MAX_ANSWER_BYTES, tls };
    let answer = doors.http.send(request, options).await.map_err(|error| match error {
        HttpError::TimedOut(_) => Refusal::internal("the endpoint did not answer in time"),
        other => unreachable(&other.to_string()),
    })?;
    let status = answer.status().as_u16();
    Ok((status, answer.into_body()))
}

fn headers(call: Call<'_>, integration: &IntegrationPlan, target: &HttpTarget) -> HeaderMap {
    let handshake = &call.connection.handshake;
    let mut headers = HeaderMap::new();
    if target.proxy == HttpProxy::Yes && matches!(call.event, Event::Connect) {
        let passed = handshake.headers.iter().filter(|(name, _)| !OF_THE_CONNECTION.contains(&name.as_str()));
        headers.extend(passed.map(|(name, value)| (name.clone(), value.clone())));
    }
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    let own = [
        ("x-amzn-apigateway-api-id", call.plan.api_id.clone()),
        ("user-agent", format!("AmazonAPIGateway_{}", call.plan.api_id)),
    ];
    for (name, value) in own {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    let seen = Seen { call, body: serde_json::from_str(call.text()).ok(), status: None };
    for (name, source) in &integration.request_headers {
        if let Some(value) = value(source, &seen).and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name.clone(), value);
        }
    }
    headers
}

fn value(source: &RequestValue, seen: &Seen<'_>) -> Option<String> {
    let select = |selection: &Selection| selection.select(seen);
    match source {
        RequestValue::Static(text) => Some(text.clone()),
        RequestValue::Header(name) => seen.variable("header", name.as_str()),
        RequestValue::Query(name) => seen.variable("querystring", name),
        RequestValue::Body(selection) => select(selection),
        RequestValue::Context(path) => seen.variable("context", &path.join(".")),
        RequestValue::StageVariable(name) => seen.variable("stageVariables", name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_functions_answer_is_read_as_aws_reads_it() {
        let read = |payload: &str| proxied(payload.as_bytes()).map(|answer| (answer.status, answer.body)).ok();
        assert_eq!(read("null"), Some((200, None)));
        assert_eq!(read(r#"{"statusCode": 403}"#), Some((403, None)));
        assert_eq!(read(r#"{"statusCode": "200", "body": "hi"}"#), Some((200, Some("hi".to_owned()))));
        for malformed in ["", "7", "[]", r#"{"statusCode": 7}"#, r#"{"statusCode": 200, "body": {}}"#] {
            assert_eq!(read(malformed), None, "{malformed}");
        }
        let answer = proxied(br#"{"statusCode": 200, "headers": {"sec-websocket-protocol": "chat"}}"#).unwrap();
        assert_eq!(answer.protocol.unwrap(), "chat");
    }
}
