//! Request validators.

use model_apigateway as model;
use serde::{Deserialize, Serialize};

/// What is checked before the integration is called.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestValidator {
    /// Six letters and digits.
    pub id: String,
    /// Free text.
    pub name: Option<String>,
    /// Bodies against models.
    pub body: bool,
    /// Required parameters.
    pub parameters: bool,
}

impl RequestValidator {
    /// As AWS shows it.
    pub fn output(&self) -> model::RequestValidator {
        model::RequestValidator {
            id: Some(self.id.clone()),
            name: self.name.clone(),
            validate_request_body: Some(self.body),
            validate_request_parameters: Some(self.parameters),
        }
    }
}
