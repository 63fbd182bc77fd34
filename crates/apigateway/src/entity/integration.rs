//! Integrations and their responses.

use std::collections::BTreeMap;

use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, shown};

/// What a method calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Integration {
    /// `MOCK`.
    pub kind: String,
    /// Verb towards the endpoint.
    pub http_method: Option<String>,
    /// The endpoint.
    pub uri: Option<String>,
    /// `INTERNET` or `VPC_LINK`, shown for endpoints alone.
    pub connection_type: Option<String>,
    /// Of the VPC link.
    #[serde(default)]
    pub connection_id: Option<String>,
    /// ARN of a load balancer or listener behind a VPC link of version 2.
    #[serde(default)]
    pub integration_target: Option<String>,
    /// ARN of the role that calls, or [`Self::CALLERS`].
    #[serde(default)]
    pub credentials: Option<String>,
    /// `CONVERT_TO_BINARY` or `CONVERT_TO_TEXT`.
    #[serde(default)]
    pub content_handling: Option<String>,
    /// Whether any authority's certificates are believed.
    #[serde(default)]
    pub insecure_skip_verification: Option<bool>,
    /// `integration.request.…` and their sources.
    pub request_parameters: TextMap,
    /// By content type.
    pub request_templates: TextMap,
    /// What happens without a template.
    pub passthrough_behavior: String,
    /// `BUFFERED` or `STREAM`; `BUFFERED` where nothing was said.
    #[serde(default)]
    pub response_transfer_mode: Option<String>,
    /// From 50 on, in milliseconds.
    pub timeout_ms: i32,
    /// The resource's id unless set.
    pub cache_namespace: String,
    /// `method.request.…` or `integration.request.…`: what answers are kept by.
    pub cache_key_parameters: Vec<String>,
    /// By status code.
    pub responses: BTreeMap<String, IntegrationResponse>,
}

/// What becomes of an answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct IntegrationResponse {
    /// Of the method response.
    pub status_code: String,
    /// Absent or empty in the default response.
    pub selection_pattern: Option<String>,
    /// `method.response.header.x` and their sources.
    pub parameters: TextMap,
    /// By content type.
    pub templates: TextMap,
    /// `CONVERT_TO_BINARY` or `CONVERT_TO_TEXT`.
    #[serde(default)]
    pub content_handling: Option<String>,
}

impl Integration {
    /// Credentials that stand for the caller's own.
    pub const CALLERS: &'static str = "arn:aws:iam::*:user/*";

    /// Whether answers flow to the caller as they come.
    pub fn is_streamed(&self) -> bool {
        self.response_transfer_mode.as_deref() == Some(model::ResponseTransferMode::Stream.as_str())
    }

    /// As AWS shows it.
    pub fn output(&self) -> model::Integration {
        let responses: BTreeMap<_, _> =
            self.responses.iter().map(|(status, response)| (status.clone(), response.output())).collect();
        model::Integration {
            r#type: model::IntegrationType::parse(&self.kind),
            http_method: self.http_method.clone(),
            uri: self.uri.clone(),
            connection_id: self.connection_id.clone(),
            integration_target: self.integration_target.clone(),
            credentials: self.credentials.clone(),
            content_handling: self.content_handling.as_deref().and_then(model::ContentHandlingStrategy::parse),
            tls_config: self
                .insecure_skip_verification
                .map(|skip| model::TlsConfig { insecure_skip_verification: Some(skip) }),
            connection_type: self.connection_type.as_deref().and_then(model::ConnectionType::parse),
            request_parameters: shown(&self.request_parameters),
            request_templates: shown(&self.request_templates),
            passthrough_behavior: Some(self.passthrough_behavior.clone()),
            timeout_in_millis: Some(self.timeout_ms),
            response_transfer_mode: self.response_transfer_mode.as_deref().and_then(model::ResponseTransferMode::parse),
            cache_namespace: Some(self.cache_namespace.clone()),
            cache_key_parameters: Some(self.cache_key_parameters.clone()),
            integration_responses: Some(responses).filter(|responses| !responses.is_empty()),
        }
    }
}

impl IntegrationResponse {
    /// As AWS shows it.
    pub fn output(&self) -> model::IntegrationResponse {
        model::IntegrationResponse {
            status_code: Some(self.status_code.clone()),
            selection_pattern: self.selection_pattern.clone(),
            response_parameters: shown(&self.parameters),
            response_templates: shown(&self.templates),
            content_handling: self.content_handling.as_deref().and_then(model::ContentHandlingStrategy::parse),
        }
    }
}
