//! Authorizers.

use model_apigatewayv2 as model;
use serde::{Deserialize, Serialize};

/// An authorizer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Authorizer {
    /// Six letters and digits.
    pub id: String,
    /// Unique within the API.
    pub name: String,
    /// `JWT`, `REQUEST`.
    pub authorizer_type: String,
    /// `$request.header.Authorization`; of WebSocket APIs `route.request.header.Auth`.
    #[serde(default)]
    pub identity_source: Vec<String>,
    /// Who issues the tokens.
    #[serde(default)]
    pub issuer: Option<String>,
    /// For whom they must be issued.
    #[serde(default)]
    pub audience: Vec<String>,
    /// The function.
    #[serde(default)]
    pub uri: Option<String>,
    /// The role by which it is called.
    #[serde(default)]
    pub credentials_arn: Option<String>,
    /// `1.0`, `2.0`.
    #[serde(default)]
    pub payload_format_version: Option<String>,
    /// How long its answers are kept, in seconds.
    #[serde(default)]
    pub result_ttl_s: Option<i32>,
    /// Whether it answers with a boolean.
    #[serde(default)]
    pub enable_simple_responses: Option<bool>,
    /// Kept and shown; nothing reads it.
    #[serde(default)]
    pub identity_validation_expression: Option<String>,
}

impl Authorizer {
    /// As AWS shows it.
    pub fn output(&self) -> model::Authorizer {
        let jwt = self
            .issuer
            .clone()
            .map(|issuer| model::JWTConfiguration { audience: Some(self.audience.clone()), issuer: Some(issuer) });
        model::Authorizer {
            authorizer_credentials_arn: self.credentials_arn.clone(),
            authorizer_id: Some(self.id.clone()),
            authorizer_payload_format_version: self.payload_format_version.clone(),
            authorizer_result_ttl_in_seconds: self.result_ttl_s,
            authorizer_type: model::AuthorizerType::parse(&self.authorizer_type),
            authorizer_uri: self.uri.clone(),
            enable_simple_responses: self.enable_simple_responses,
            identity_source: Some(self.identity_source.clone()),
            identity_validation_expression: self.identity_validation_expression.clone(),
            jwt_configuration: jwt,
            name: Some(self.name.clone()),
        }
    }

    /// Whether it reads tokens by itself.
    pub fn is_jwt(&self) -> bool {
        self.authorizer_type == "JWT"
    }
}
