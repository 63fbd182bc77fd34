//! Parameter mappings at work: what of the request goes to the integration, and what of its answer to the caller.

use std::cell::OnceCell;

use bytes::Bytes;
use http::header::HeaderValue;
use http::{HeaderMap, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::context::Progress;
use crate::error::{Kind, Refusal};
use crate::parameter_mapping::{
    Change, RequestMapping, RequestTarget, ResponseMapping, ResponseTarget, Source, ValueTemplate, status,
};
use crate::request::{NOT_FORWARDED, joined};

/// As much of a body is looked at for JSON (quota).
const JSON_BYTES: usize = 100 * 1024;
/// Most values of a JSON body, counted by what stands between them.
const MOST_VALUES: usize = 50_000;
/// What is encoded in a path that a mapping makes; what is encoded already stays.
const PATH: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'\\')
    .add(b'^')
    .add(b'|');
/// What is encoded in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What goes to the integration.
pub(crate) struct Outgoing {
    pub headers: HeaderMap,
    /// Not decoded.
    pub query: String,
    /// As functions see it.
    pub pairs: Vec<(String, String)>,
    /// In place of the integration's own path.
    pub path: Option<String>,
}

/// The caller's headers and query, with the mappings applied in order.
pub(super) fn request(progress: &Progress<'_>, mappings: &[RequestMapping]) -> Result<Outgoing, Refusal> {
    let request = &progress.exchange.request;
    let mut headers = request.headers.clone();
    for name in &NOT_FORWARDED {
        headers.remove(name);
    }
    let mut outgoing =
        Outgoing { headers, query: request.query.clone(), pairs: progress.exchange.query.clone(), path: None };
    if mappings.is_empty() {
        return Ok(outgoing);
    }
    let scope = Scope::new(progress, &request.headers, &request.body);
    let mut query_changed = false;
    for mapping in mappings {
        match &mapping.target {
            RequestTarget::Header(name) => change_header(&mut outgoing.headers, name, &mapping.change, &scope)?,
            RequestTarget::Query(name) => {
                query_changed = true;
                change_query(&mut outgoing.pairs, name, &mapping.change, &scope);
            }
            RequestTarget::Path => {
                if let Change::Overwrite(value) = &mapping.change {
                    outgoing.path = scope.path(value).or(outgoing.path);
                }
            }
        }
    }
    if query_changed {
        let encode = |text: &str| utf8_percent_encode(text, QUERY).to_string();
        let pairs = outgoing.pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        outgoing.query = pairs.collect::<Vec<_>>().join("&");
    }
    Ok(outgoing)
}

/// Applies the mappings of the answer's status.
pub(super) fn response(
    progress: &Progress<'_>,
    mappings: &[ResponseMapping],
    response: &mut Response<Bytes>,
) -> Result<(), Refusal> {
    let (headers, body) = (response.headers().clone(), response.body().clone());
    let scope = Scope::new(progress, &headers, &body);
    for mapping in mappings {
        match (&mapping.target, &mapping.change) {
            (ResponseTarget::Header(name), change) => change_header(response.headers_mut(), name, change, &scope)?,
            (ResponseTarget::StatusCode, Change::Overwrite(value)) => {
                let wanted = scope.value(value).as_deref().and_then(status);
                let wanted = wanted.and_then(|status| StatusCode::from_u16(status).ok());
                *response.status_mut() = wanted.ok_or_else(|| unusable("statuscode"))?;
            }
            (ResponseTarget::StatusCode, _) => {}
        }
    }
    Ok(())
}

fn unusable(what: &str) -> Refusal {
    Refusal::integration(Kind::Internal, format!("A mapping's value is no use for {what}"))
}

/// A value that is not there changes nothing.
fn change_header(
    headers: &mut HeaderMap,
    name: &http::HeaderName,
    change: &Change,
    scope: &Scope<'_>,
) -> Result<(), Refusal> {
    let value = |template: &ValueTemplate| {
        let text = scope.value(template);
        text.map(|text| HeaderValue::from_bytes(text.as_bytes()).map_err(|_| unusable(name.as_str()))).transpose()
    };
    match change {
        Change::Append(template) => {
            value(template)?.map(|value| headers.append(name.clone(), value));
        }
        Change::Overwrite(template) => {
            value(template)?.map(|value| headers.insert(name.clone(), value));
        }
        Change::Remove => {
            headers.remove(name);
        }
    }
    Ok(())
}

fn change_query(pairs: &mut Vec<(String, String)>, name: &str, change: &Change, scope: &Scope<'_>) {
    let value = match change {
        Change::Append(template) => scope.value(template),
        Change::Overwrite(template) => {
            let value = scope.value(template);
            if value.is_some() {
                pairs.retain(|(known, _)| known != name);
            }
            value
        }
        Change::Remove => {
            pairs.retain(|(known, _)| known != name);
            None
        }
    };
    pairs.extend(value.map(|value| (name.to_owned(), value)));
}

/// What values are taken from.
struct Scope<'a> {
    progress: &'a Progress<'a>,
    headers: &'a HeaderMap,
    body: &'a Bytes,
    /// Read when first asked for, and once for all mappings.
    document: OnceCell<Option<Value>>,
}

impl<'a> Scope<'a> {
    const fn new(progress: &'a Progress<'a>, headers: &'a HeaderMap, body: &'a Bytes) -> Self {
        Self { progress, headers, body, document: OnceCell::new() }
    }

    fn value(&self, template: &ValueTemplate) -> Option<String> {
        template.render(|source| self.source(source))
    }

    /// A path for the backend: variables as they stood in the caller's URL, so that what was encoded stays so.
    fn path(&self, template: &ValueTemplate) -> Option<String> {
        let text = template.render(|source| match source {
            Source::PathParameter(name) => self.parameter(name).map(|found| found.raw.clone()),
            other => self.source(other),
        })?;
        let encoded = utf8_percent_encode(&text, PATH).to_string();
        Some(if encoded.starts_with('/') { encoded } else { format!("/{encoded}") })
    }

    fn parameter(&self, name: &str) -> Option<&crate::router::PathParameter> {
        self.progress.parameters().iter().find(|found| found.name == name)
    }

    fn source(&self, source: &Source) -> Option<String> {
        let exchange = self.progress.exchange;
        match source {
            Source::Header(name) => joined(self.headers, name),
            Source::Query(name) => {
                let values = exchange.query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
                let values: Vec<&str> = values.collect();
                (!values.is_empty()).then(|| values.join(","))
            }
            Source::Path => Some(exchange.path.clone()),
            Source::PathParameter(name) => self.parameter(name).map(|found| found.value.clone()),
            Source::Body => Some(String::from_utf8_lossy(self.body).into_owned()),
            Source::BodyPath(path) => plain(path.query(self.document()?).ok()?.into_json()?),
            Source::Context(path) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                plain(self.progress.get(&path)?)
            }
            Source::StageVariable(name) => exchange.stage.plan.variables.get(name).cloned(),
        }
    }

    fn document(&self) -> Option<&Value> {
        let read = || {
            let bytes = self.body.get(..JSON_BYTES.min(self.body.len()))?;
            let separators = bytes.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
            (separators <= MOST_VALUES).then(|| serde_json::from_slice(bytes).ok()).flatten()
        };
        self.document.get_or_init(read).as_ref()
    }
}

/// Text without quotes, everything else as JSON.
fn plain(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
