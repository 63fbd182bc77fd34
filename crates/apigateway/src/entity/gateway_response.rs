//! Gateway responses.

use execute_api::catalogue::GatewayResponseType;
use execute_api::gateway_response::DEFAULT_TEMPLATE;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::TextMap;

/// A restyled gateway response.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct GatewayResponse {
    /// `UNAUTHORIZED`.
    pub response_type: String,
    /// Absent: the type's own.
    pub status_code: Option<String>,
    /// `gatewayresponse.header.x`
    pub parameters: TextMap,
    /// By content type.
    pub templates: TextMap,
}

impl GatewayResponse {
    /// The response of a type that nobody restyled.
    pub fn default_of(response_type: GatewayResponseType) -> Self {
        Self {
            response_type: response_type.as_str().to_owned(),
            status_code: response_type.default_status().map(|status| status.to_string()),
            parameters: TextMap::new(),
            templates: TextMap::from([("application/json".to_owned(), DEFAULT_TEMPLATE.to_owned())]),
        }
    }

    /// As AWS shows a restyled one.
    pub fn output(&self) -> model::GatewayResponse {
        model::GatewayResponse {
            response_type: model::GatewayResponseType::parse(&self.response_type),
            status_code: self.status_code.clone(),
            response_parameters: Some(self.parameters.clone()),
            response_templates: Some(self.templates.clone()),
            default_response: Some(false),
        }
    }

    /// As AWS shows one that nobody restyled.
    pub fn default_output(response_type: GatewayResponseType) -> model::GatewayResponse {
        model::GatewayResponse { default_response: Some(true), ..Self::default_of(response_type).output() }
    }
}
