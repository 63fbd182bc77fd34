//! From path and verb to the method that serves them.

use std::sync::OnceLock;

use base64::Engine as _;
use mapping_template::Params;

use crate::catalogue::HttpMethod;
use crate::error::GatewayError;
use crate::execution_log::{ExecutionLog, map_text, request_headers_text};
use crate::method_request::Exchange;
use crate::plan::{MethodPlan, ResourcePlan};
use crate::proxy_event::all_headers;
use crate::router::PathParameter;

/// A request whose method is found.
#[derive(Debug)]
pub struct Matched<'a> {
    /// The request.
    pub exchange: &'a Exchange,
    /// The resource.
    pub resource: &'a ResourcePlan,
    /// The method.
    pub method: &'a MethodPlan,
    /// Filled path variables.
    pub path_parameters: Vec<PathParameter>,
    params: OnceLock<Params>,
}

impl<'a> Matched<'a> {
    /// A match that somebody made otherwise (test-invoke names the resource).
    pub(crate) fn new(
        exchange: &'a Exchange,
        resource: &'a ResourcePlan,
        method: &'a MethodPlan,
        path_parameters: Vec<PathParameter>,
    ) -> Self {
        Self { exchange, resource, method, path_parameters, params: OnceLock::new() }
    }

    /// What `$input.params()` shows. Of a repeated name the last value counts.
    pub fn params(&self) -> &Params {
        self.params.get_or_init(|| Params {
            path: self.path_parameters.iter().map(|p| (p.name.clone(), p.value.clone())).collect(),
            querystring: self.exchange.query.iter().cloned().collect(),
            header: all_headers(self.exchange).into_iter().collect(),
        })
    }

    /// The verb under which the method is defined.
    pub(crate) fn verb_of_method(&self) -> &'static str {
        let exact = HttpMethod::parse(&self.exchange.verb).filter(|verb| self.resource.methods.contains_key(verb));
        exact.unwrap_or(HttpMethod::Any).as_str()
    }

    /// A path variable.
    pub fn path_parameter(&self, name: &str) -> Option<&PathParameter> {
        self.path_parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// Finds the method.
pub(crate) fn route_match(exchange: &Exchange) -> Result<Matched<'_>, GatewayError> {
    let serves = |resource: &ResourcePlan| resource.method(&exchange.verb).is_some();
    let hit = exchange.stage.deployment.router.find(&exchange.request.path, serves);
    let hit = hit.and_then(|hit| Some((hit.resource, hit.resource.method(&exchange.verb)?, hit.parameters)));
    let (resource, method, parameters) = hit.ok_or_else(|| not_found(exchange))?;
    Ok(Matched::new(exchange, resource, method, parameters))
}

/// A request to nowhere whose `Authorization` header cannot be a signature is told so; all others lack a token.
fn not_found(exchange: &Exchange) -> GatewayError {
    let Some(header) = exchange.header("authorization").filter(|value| !value.trim().is_empty()) else {
        return GatewayError::missing_authentication_token();
    };
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, header.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    let fields = header.split_once(' ').map_or(header.as_ref(), |(_, fields)| fields);
    if fields.split(',').any(|field| !field.contains('=')) {
        return GatewayError::incomplete_signature(format!(
            "Invalid key=value pair (missing equal-sign) in Authorization header \
             (hashed with SHA-256 and encoded with Base64): '{hash}'."
        ));
    }
    let has = |name: &str| fields.split(',').any(|field| field.trim().starts_with(&format!("{name}=")));
    let mut missing: Vec<String> = ["Credential", "Signature", "SignedHeaders"]
        .into_iter()
        .filter(|name| !has(name))
        .map(|name| format!("Authorization header requires '{name}' parameter."))
        .collect();
    if exchange.header("x-amz-date").is_none() && exchange.header("date").is_none() {
        missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".to_owned());
    }
    if missing.is_empty() {
        return GatewayError::missing_authentication_token();
    }
    missing.push(format!("(Hashed with SHA-256 and encoded with Base64) Authorization={hash}"));
    GatewayError::incomplete_signature(missing.join(" "))
}

/// The log's first lines.
pub(crate) fn log_request(matched: &Matched<'_>, log: &mut ExecutionLog) {
    let request = &matched.exchange.request;
    log.line(|| format!("Starting execution for request: {}", request.request_id));
    log.line(|| format!("HTTP Method: {}, Resource Path: {}", matched.exchange.verb, request.path));
    log.data(|| {
        let path = matched.path_parameters.iter().map(|p| (p.name.as_str(), p.value.as_str()));
        format!("Method request path: {}", map_text(path))
    });
    log.data(|| {
        let query = matched.exchange.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        format!("Method request query string: {}", map_text(query))
    });
    log.data(|| format!("Method request headers: {}", request_headers_text(&request.headers, &request.spelling)));
    log.data(|| format!("Method request body before transformations: {}", matched.exchange.body_text()));
}
