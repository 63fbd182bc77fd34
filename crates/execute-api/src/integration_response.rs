//! From the integration's answer to the method response's material: the integration response is selected by its
//! pattern, its parameters and template are applied.

use bytes::Bytes;
use http::{HeaderMap, HeaderName};

use crate::content_handling::{self, Payload};
use crate::error::GatewayError;
use crate::integration::IntegrationAnswer;
use crate::integration::{http_endpoint, lambda_proxy};
use crate::integration_request::{BodyOf, Validated, render};
use crate::method_request::header_value;
use crate::observe::request_id;
use crate::parameter_mapping::MappingScope;
use crate::plan::{BodyTemplate, ContentTemplates, IntegrationKind, IntegrationResponsePlan};

/// A mapped answer.
#[derive(Debug)]
pub(crate) struct MappedResponse {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Maps the answer.
pub(crate) fn integration_response(
    validated: Validated<'_>,
    answer: IntegrationAnswer,
) -> Result<MappedResponse, GatewayError> {
    let request_id = request_id(&answer.headers);
    let validated = Validated { endpoint_request_id: request_id.as_deref(), ..validated };
    match validated.matched.method.integration.kind {
        IntegrationKind::HttpProxy(_) => proxied(validated, answer),
        IntegrationKind::LambdaProxy(_) => lambda_proxy::read(validated, &answer),
        IntegrationKind::Mock | IntegrationKind::Http(_) | IntegrationKind::Lambda(_) | IntegrationKind::Service(_) => {
            map(validated, &answer)
        }
    }
}

fn proxied(validated: Validated<'_>, answer: IntegrationAnswer) -> Result<MappedResponse, GatewayError> {
    let body = match answer.headers.get(http::header::CONTENT_ENCODING) {
        // What is packed is neither text nor base64.
        Some(_) => answer.body,
        None => {
            let content_type = content_type(&answer);
            content_handling::of_response(validated.matched.exchange, &content_type, &answer.body, None)?.into_bytes()
        }
    };
    Ok(MappedResponse { status: answer.status, headers: http_endpoint::remap_proxied(answer.headers), body })
}

fn content_type(answer: &IntegrationAnswer) -> String {
    let value = answer.headers.get(http::header::CONTENT_TYPE);
    value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

fn map(validated: Validated<'_>, answer: &IntegrationAnswer) -> Result<MappedResponse, GatewayError> {
    let responses = &validated.matched.method.integration.responses;
    let status = answer.status.to_string();
    let selected = select(responses, answer.selection.as_deref().unwrap_or(&status));
    let response = selected.ok_or_else(|| {
        GatewayError::configuration("No match for output mapping and no default output mapping configured")
    })?;
    if !validated.matched.method.responses.contains(&response.status) {
        let reason = format!("Output mapping refers to an invalid method response: {}", response.status);
        return Err(GatewayError::configuration(reason));
    }
    let payload = content_handling::of_response(
        validated.matched.exchange,
        &content_type(answer),
        &answer.body,
        response.content_handling,
    )?;
    let mut mapped = MappedResponse { status: response.status, headers: HeaderMap::new(), body: Bytes::new() };
    match (choose(&response.templates, validated), payload) {
        (Some((content_type, template)), Payload::Text(text)) => {
            let body = String::from_utf8_lossy(&text);
            let rendered = render(template, validated, &body, BodyOf::Response)?;
            mapped.body = rendered.text.into();
            header_value(content_type).map(|value| mapped.headers.insert(http::header::CONTENT_TYPE, value));
            map_headers(validated, response, answer, &mut mapped.headers);
            override_response(&mut mapped, rendered.overrides);
        }
        (_, payload) => {
            mapped.body = payload.into_bytes();
            if let Some(content_type) = answer.headers.get(http::header::CONTENT_TYPE) {
                mapped.headers.insert(http::header::CONTENT_TYPE, content_type.clone());
            }
            map_headers(validated, response, answer, &mut mapped.headers);
        }
    }
    Ok(mapped)
}

/// The first response whose pattern matches, else the one without a pattern.
fn select<'a>(responses: &'a [IntegrationResponsePlan], text: &str) -> Option<&'a IntegrationResponsePlan> {
    let matching = responses.iter().find(|response| response.selection.as_ref().is_some_and(|p| p.matches(text)));
    matching.or_else(|| responses.iter().find(|response| response.selection.is_none()))
}

/// The template for what the caller accepts, else the JSON one, else the first. (How AWS negotiates is from memory.)
fn choose<'a>(templates: &'a ContentTemplates, validated: Validated<'_>) -> Option<(&'a str, &'a BodyTemplate)> {
    if templates.len() < 2 {
        return templates.first();
    }
    let accept = validated.matched.exchange.header("accept").unwrap_or_default().to_ascii_lowercase();
    let media_types = accept.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
    media_types
        .filter_map(|media_type| templates.get(media_type))
        .next()
        .or_else(|| templates.get("application/json"))
        .or_else(|| templates.first())
}

fn map_headers(
    validated: Validated<'_>,
    response: &IntegrationResponsePlan,
    answer: &IntegrationAnswer,
    headers: &mut HeaderMap,
) {
    let body = String::from_utf8_lossy(&answer.body);
    let scope = MappingScope::of_response(validated.matched, validated.context(), &answer.headers, &body);
    for (name, source) in &response.headers {
        let Some(name) = http_endpoint::response_header_name(name) else { continue };
        let values = source.values(&scope);
        if !values.is_empty() {
            headers.remove(&name);
        }
        for value in values.iter().filter_map(|value| header_value(value)) {
            headers.append(name.clone(), value);
        }
    }
}

/// What the template wrote to `$context.responseOverride`.
fn override_response(mapped: &mut MappedResponse, overrides: mapping_template::Overrides) {
    if let Some(status) = overrides.response_status {
        mapped.status = status;
    }
    for (name, value) in overrides.response_header {
        let name = HeaderName::from_bytes(name.as_bytes()).ok();
        let name = name.and_then(|name| http_endpoint::response_header_name(&name));
        if let (Some(name), Some(value)) = (name, header_value(&value)) {
            mapped.headers.insert(name, value);
        }
    }
}
