//! Authorizers.

use execute_api::catalogue::AuthorizerType;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

/// An authorizer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authorizer {
    /// Six letters and digits.
    pub id: String,
    /// Unique in the API.
    pub name: String,
    /// `TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`; the last where nothing was kept.
    #[serde(default = "user_pools")]
    pub authorizer_type: String,
    /// URI of the function.
    #[serde(default)]
    pub authorizer_uri: Option<String>,
    /// Role by which the function is called.
    #[serde(default)]
    pub authorizer_credentials: Option<String>,
    /// `authType`, for OpenAPI alone.
    pub auth_type: Option<String>,
    /// ARNs of user pools.
    pub provider_arns: Vec<String>,
    /// `method.request.header.Authorization`.
    pub identity_source: Option<String>,
    /// "Token validation".
    pub identity_validation_expression: Option<String>,
    /// How long a function's answer is good for. Tokens of user pools are verified each time.
    pub result_ttl_s: Option<i32>,
}

fn user_pools() -> String {
    AuthorizerType::CognitoUserPools.as_str().to_owned()
}

impl Authorizer {
    /// Its type.
    pub fn kind(&self) -> AuthorizerType {
        AuthorizerType::parse(&self.authorizer_type).unwrap_or(AuthorizerType::CognitoUserPools)
    }

    /// As AWS shows it.
    pub fn output(&self) -> model::Authorizer {
        model::Authorizer {
            id: Some(self.id.clone()),
            name: Some(self.name.clone()),
            r#type: model::AuthorizerType::parse(self.kind().as_str()),
            provider_ar_ns: Some(self.provider_arns.clone()).filter(|arns| !arns.is_empty()),
            authorizer_uri: self.authorizer_uri.clone(),
            authorizer_credentials: self.authorizer_credentials.clone(),
            auth_type: self.auth_type.clone(),
            identity_source: self.identity_source.clone(),
            identity_validation_expression: self.identity_validation_expression.clone(),
            authorizer_result_ttl_in_seconds: self.result_ttl_s,
            ..model::Authorizer::default()
        }
    }
}
