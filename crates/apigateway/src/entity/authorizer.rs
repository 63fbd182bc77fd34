//! Authorizers.

use execute_api::catalogue::AuthorizerType;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

/// An authorizer of type `COGNITO_USER_POOLS`, the only one that is built.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authorizer {
    /// Six letters and digits.
    pub id: String,
    /// Unique in the API.
    pub name: String,
    /// `authType`, for OpenAPI alone.
    pub auth_type: Option<String>,
    /// ARNs of user pools.
    pub provider_arns: Vec<String>,
    /// `method.request.header.Authorization`.
    pub identity_source: Option<String>,
    /// "Token validation".
    pub identity_validation_expression: Option<String>,
    /// Kept and shown; verification is quick enough not to need a cache.
    pub result_ttl_s: Option<i32>,
}

impl Authorizer {
    /// As AWS shows it.
    pub fn output(&self) -> model::Authorizer {
        model::Authorizer {
            id: Some(self.id.clone()),
            name: Some(self.name.clone()),
            r#type: model::AuthorizerType::parse(AuthorizerType::CognitoUserPools.as_str()),
            provider_ar_ns: Some(self.provider_arns.clone()),
            auth_type: self.auth_type.clone(),
            identity_source: self.identity_source.clone(),
            identity_validation_expression: self.identity_validation_expression.clone(),
            authorizer_result_ttl_in_seconds: self.result_ttl_s,
            ..model::Authorizer::default()
        }
    }
}
