//! Gateway responses ("Gateway responses for REST APIs in API Gateway"): the one place where a [`GatewayError`] becomes
//! HTTP, with the customer's statuses, headers and templates. No CORS header is added by itself.

use std::collections::HashMap;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Response, StatusCode};
use mapping_template::{GatewayResponseScope, SimpleTemplate};
use serde_json::Value;

use crate::catalogue::GatewayResponseType;
use crate::context::Context;
use crate::error::GatewayError;
use crate::integration::http_endpoint::JSON;
use crate::method_request::header_value;
use crate::parameter_mapping::{MappingScope, ParameterSource};

/// The template of every type that has no other.
pub const DEFAULT_TEMPLATE: &str = r#"{"message":$context.error.messageString}"#;

/// Headers of the connection that no definition sets.
const FRAMING: [HeaderName; 3] =
    [http::header::CONTENT_LENGTH, http::header::TRANSFER_ENCODING, http::header::CONNECTION];

/// An API's own gateway responses.
#[derive(Debug, Default)]
pub struct GatewayResponses(HashMap<GatewayResponseType, GatewayResponsePlan>);

/// One of them.
#[derive(Debug, Default)]
pub struct GatewayResponsePlan {
    /// Replaces the type's status.
    pub status: Option<u16>,
    /// `gatewayresponse.header.x` and its source.
    pub headers: Vec<(HeaderName, ParameterSource)>,
    /// By content type.
    pub templates: Vec<(String, SimpleTemplate)>,
}

impl GatewayResponses {
    /// Puts a type's response.
    pub fn insert(&mut self, response_type: GatewayResponseType, plan: GatewayResponsePlan) {
        self.0.insert(response_type, plan);
    }

    /// The type's own response, else its `DEFAULT_4XX` or `DEFAULT_5XX`. What is too large cannot be restyled.
    fn get(&self, response_type: GatewayResponseType) -> Option<&GatewayResponsePlan> {
        if response_type == GatewayResponseType::RequestTooLarge {
            return None;
        }
        let fallback = || response_type.fallback().and_then(|fallback| self.0.get(&fallback));
        self.0.get(&response_type).or_else(fallback)
    }
}

/// Renders an error of a request to a stage.
pub(crate) fn render(error: &GatewayError, context: Context<'_>) -> Response<Bytes> {
    let context = Context { error: Some(error), ..context };
    let responses = &context.exchange.stage.deployment.gateway_responses;
    let Some(plan) = responses.get(error.response_type) else { return render_default(error) };
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status(plan.status.unwrap_or_else(|| error.default_status()));
    let headers = response.headers_mut();
    headers.insert("x-amzn-errortype", HeaderValue::from_static(error.error_type()));
    let (content_type, body) = match choose(plan, context) {
        Some((content_type, template)) => (header_value(content_type), rendered(template, context)),
        None => (None, default_body(error)),
    };
    headers.insert(http::header::CONTENT_TYPE, content_type.unwrap_or(JSON));
    for (name, source) in plan.headers.iter().filter(|(name, _)| !FRAMING.contains(name)) {
        for value in header_source(source, context).iter().filter_map(|value| header_value(value)) {
            headers.insert(name.clone(), value);
        }
    }
    *response.body_mut() = body.into();
    response
}

/// Renders an error that no customer restyles.
pub(crate) fn render_default(error: &GatewayError) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(default_body(error)));
    *response.status_mut() = status(error.default_status());
    response.headers_mut().insert(http::header::CONTENT_TYPE, JSON);
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(error.error_type()));
    response
}

/// Failures at and behind the integration are written with a blank after the colon, all others without: so they are
/// recorded.
fn default_body(error: &GatewayError) -> String {
    let message = error.message.as_deref().map_or(Value::Null, |message| Value::String(message.to_owned()));
    match error.response_type {
        GatewayResponseType::ApiConfigurationError
        | GatewayResponseType::IntegrationFailure
        | GatewayResponseType::IntegrationTimeout => format!(r#"{{"message": {message}}}"#),
        GatewayResponseType::AccessDenied => format!(r#"{{"Message":{message}}}"#),
        _ => format!(r#"{{"message":{message}}}"#),
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The template for what the caller accepts, else the JSON one, else the first.
fn choose<'a>(plan: &'a GatewayResponsePlan, context: Context<'_>) -> Option<(&'a str, &'a SimpleTemplate)> {
    let accept = context.exchange.header("accept").unwrap_or_default().to_ascii_lowercase();
    let by_type = |wanted: &str| plan.templates.iter().find(|(content_type, _)| content_type == wanted);
    let accepted = accept.split(',').filter_map(|range| by_type(range.split(';').next().unwrap_or_default().trim()));
    let chosen = accepted.into_iter().next().or_else(|| by_type("application/json")).or_else(|| plan.templates.first());
    chosen.map(|(content_type, template)| (content_type.as_str(), template))
}

fn rendered(template: &SimpleTemplate, context: Context<'_>) -> String {
    let empty = mapping_template::Params::default();
    let params = context.matched.map_or(&empty, |matched| matched.params());
    let scope = GatewayResponseScope {
        params,
        body: &context.exchange.body_text(),
        context: &context,
        stage_variables: &context.exchange.stage.variables,
    };
    // Only a template that swells beyond the bound fails; the caller still learns that the request was refused.
    template.render(&scope).unwrap_or_else(|_| "{\"message\":null}".to_owned())
}

/// Before the route is known only literals and `context` have a value.
fn header_source(source: &ParameterSource, context: Context<'_>) -> Vec<String> {
    match context.matched {
        Some(matched) => source.values(&MappingScope::of_request(matched, context, "")),
        None => source.values_of_context(&context),
    }
}
