//! Integrations and their responses.

use std::collections::BTreeMap;

use model_apigatewayv2 as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, shown};

/// An integration.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Integration {
    /// Seven letters and digits.
    pub id: String,
    /// `HTTP_PROXY`, `AWS_PROXY`; for WebSocket APIs `AWS`, `HTTP` and `MOCK`, too.
    pub integration_type: String,
    /// `EventBridge-PutEvents`: a service of AWS by its name.
    #[serde(default)]
    pub subtype: Option<String>,
    /// The verb that the backend is called with.
    #[serde(default)]
    pub method: Option<String>,
    /// Where it is.
    #[serde(default)]
    pub uri: Option<String>,
    /// `INTERNET`, `VPC_LINK`.
    pub connection_type: String,
    /// Of the VPC link.
    #[serde(default)]
    pub connection_id: Option<String>,
    /// The role by which AWS is called.
    #[serde(default)]
    pub credentials_arn: Option<String>,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
    /// `1.0`, `2.0`.
    #[serde(default)]
    pub payload_format_version: Option<String>,
    /// What of a request goes where.
    #[serde(default)]
    pub request_parameters: TextMap,
    /// Bodies by what the selection expression gives; WebSocket APIs alone.
    #[serde(default)]
    pub request_templates: TextMap,
    /// Per status: what of an answer goes where; HTTP APIs alone.
    #[serde(default)]
    pub response_parameters: BTreeMap<String, TextMap>,
    /// Which template is taken; WebSocket APIs alone.
    #[serde(default)]
    pub template_selection_expression: Option<String>,
    /// `WHEN_NO_MATCH`; WebSocket APIs alone.
    #[serde(default)]
    pub passthrough_behavior: Option<String>,
    /// `CONVERT_TO_BINARY`; WebSocket APIs alone.
    #[serde(default)]
    pub content_handling: Option<String>,
    /// Which response is taken; WebSocket APIs alone.
    #[serde(default)]
    pub response_selection_expression: Option<String>,
    /// How long the backend may take.
    pub timeout_ms: i32,
    /// The name that a private backend's certificate must bear.
    #[serde(default)]
    pub server_name_to_verify: Option<String>,
    /// Made by quick create.
    #[serde(default)]
    pub managed: bool,
}

impl Integration {
    /// As AWS shows it.
    pub fn output(&self) -> model::Integration {
        model::Integration {
            api_gateway_managed: self.managed.then_some(true),
            connection_id: self.connection_id.clone(),
            connection_type: model::ConnectionType::parse(&self.connection_type),
            content_handling_strategy: self.content_handling.as_deref().and_then(model::ContentHandlingStrategy::parse),
            credentials_arn: self.credentials_arn.clone(),
            description: self.description.clone(),
            integration_id: Some(self.id.clone()),
            integration_method: self.method.clone(),
            integration_response_selection_expression: self.response_selection_expression.clone(),
            integration_subtype: self.subtype.clone(),
            integration_type: model::IntegrationType::parse(&self.integration_type),
            integration_uri: self.uri.clone(),
            passthrough_behavior: self.passthrough_behavior.as_deref().and_then(model::PassthroughBehavior::parse),
            payload_format_version: self.payload_format_version.clone(),
            request_parameters: shown(&self.request_parameters),
            request_templates: shown(&self.request_templates),
            response_parameters: shown(&self.response_parameters),
            template_selection_expression: self.template_selection_expression.clone(),
            timeout_in_millis: Some(self.timeout_ms),
            tls_config: self
                .server_name_to_verify
                .clone()
                .map(|name| model::TlsConfig { server_name_to_verify: Some(name) }),
        }
    }
}

/// What a WebSocket integration's answer becomes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct IntegrationResponse {
    /// Letters and digits.
    pub id: String,
    /// Of the integration.
    pub integration_id: String,
    /// `$default`, `/200/`.
    pub key: String,
    /// What of the answer goes where.
    #[serde(default)]
    pub response_parameters: TextMap,
    /// Bodies by what the selection expression gives.
    #[serde(default)]
    pub response_templates: TextMap,
    /// Which template is taken.
    #[serde(default)]
    pub template_selection_expression: Option<String>,
    /// `CONVERT_TO_BINARY`.
    #[serde(default)]
    pub content_handling: Option<String>,
}

impl IntegrationResponse {
    /// As AWS shows it.
    pub fn output(&self) -> model::IntegrationResponse {
        model::IntegrationResponse {
            content_handling_strategy: self.content_handling.as_deref().and_then(model::ContentHandlingStrategy::parse),
            integration_response_id: Some(self.id.clone()),
            integration_response_key: Some(self.key.clone()),
            response_parameters: shown(&self.response_parameters),
            response_templates: shown(&self.response_templates),
            template_selection_expression: self.template_selection_expression.clone(),
        }
    }
}
