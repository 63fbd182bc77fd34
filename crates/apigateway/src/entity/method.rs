//! Methods and their responses.

use std::collections::BTreeMap;

use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{FlagMap, Integration, TextMap, shown};

/// A verb on a resource.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Method {
    /// `GET`, `ANY`.
    pub http_method: String,
    /// `NONE`, `COGNITO_USER_POOLS`.
    pub authorization_type: String,
    /// Of the authorizer that the type needs.
    pub authorizer_id: Option<String>,
    /// Empty wants an id token.
    pub authorization_scopes: Vec<String>,
    /// Whether a key of a usage plan is needed.
    #[serde(default)]
    pub api_key_required: bool,
    /// Checks parameters where it says so.
    pub request_validator_id: Option<String>,
    /// For SDKs.
    pub operation_name: Option<String>,
    /// `method.request.header.x` and whether it must be there.
    pub request_parameters: FlagMap,
    /// Models by content type.
    pub request_models: TextMap,
    /// By status code.
    pub responses: BTreeMap<String, MethodResponse>,
    /// What is called.
    pub integration: Option<Integration>,
}

/// A response that a method may give.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MethodResponse {
    /// `200`.
    pub status_code: String,
    /// `method.response.header.x`.
    pub parameters: FlagMap,
    /// Models by content type.
    pub models: TextMap,
}

impl Method {
    /// As AWS shows it.
    pub fn output(&self) -> model::Method {
        let responses: BTreeMap<_, _> =
            self.responses.iter().map(|(status, response)| (status.clone(), response.output())).collect();
        model::Method {
            http_method: Some(self.http_method.clone()),
            authorization_type: Some(self.authorization_type.clone()),
            authorizer_id: self.authorizer_id.clone(),
            api_key_required: Some(self.api_key_required),
            request_validator_id: self.request_validator_id.clone(),
            operation_name: self.operation_name.clone(),
            request_parameters: shown(&self.request_parameters),
            request_models: shown(&self.request_models),
            method_responses: Some(responses).filter(|responses| !responses.is_empty()),
            method_integration: self.integration.as_ref().map(Integration::output),
            authorization_scopes: Some(self.authorization_scopes.clone()).filter(|scopes| !scopes.is_empty()),
        }
    }
}

impl MethodResponse {
    /// As AWS shows it.
    pub fn output(&self) -> model::MethodResponse {
        model::MethodResponse {
            status_code: Some(self.status_code.clone()),
            response_parameters: shown(&self.parameters),
            response_models: shown(&self.models),
        }
    }
}
