//! Routes and their responses.

use std::collections::BTreeMap;

use model_apigatewayv2 as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, shown};

/// A route.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Route {
    /// Seven letters and digits.
    pub id: String,
    /// `GET /pets/{id}`, `$default`, `$connect`.
    pub key: String,
    /// `integrations/a1b2c3d`.
    #[serde(default)]
    pub target: Option<String>,
    /// `NONE`, `AWS_IAM`, `CUSTOM`, `JWT`.
    pub authorization_type: String,
    /// Of [`super::Authorizer`].
    #[serde(default)]
    pub authorizer_id: Option<String>,
    /// One of them is wanted.
    #[serde(default)]
    pub authorization_scopes: Vec<String>,
    /// WebSocket APIs alone.
    #[serde(default)]
    pub api_key_required: bool,
    /// Free text.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// Which model a message is checked by.
    #[serde(default)]
    pub model_selection_expression: Option<String>,
    /// Models by what that selects.
    #[serde(default)]
    pub request_models: TextMap,
    /// `route.request.header.x` and whether it is required.
    #[serde(default)]
    pub request_parameters: BTreeMap<String, bool>,
    /// `$default`: the route answers.
    #[serde(default)]
    pub route_response_selection_expression: Option<String>,
    /// Made by quick create.
    #[serde(default)]
    pub managed: bool,
}

impl Route {
    /// As AWS shows it.
    pub fn output(&self) -> model::Route {
        model::Route {
            api_gateway_managed: self.managed.then_some(true),
            api_key_required: Some(self.api_key_required),
            authorization_scopes: Some(self.authorization_scopes.clone()).filter(|scopes| !scopes.is_empty()),
            authorization_type: model::AuthorizationType::parse(&self.authorization_type),
            authorizer_id: self.authorizer_id.clone(),
            model_selection_expression: self.model_selection_expression.clone(),
            operation_name: self.operation_name.clone(),
            request_models: shown(&self.request_models),
            request_parameters: constraints(&self.request_parameters),
            route_id: Some(self.id.clone()),
            route_key: Some(self.key.clone()),
            route_response_selection_expression: self.route_response_selection_expression.clone(),
            target: self.target.clone(),
        }
    }

    /// The integration behind it.
    pub fn integration_id(&self) -> Option<&str> {
        self.target.as_deref()?.strip_prefix("integrations/")
    }
}

/// What a WebSocket route answers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RouteResponse {
    /// Six letters and digits and more.
    pub id: String,
    /// Of the route.
    pub route_id: String,
    /// `$default`.
    pub key: String,
    /// Which model describes it.
    #[serde(default)]
    pub model_selection_expression: Option<String>,
    /// Models by what that selects.
    #[serde(default)]
    pub response_models: TextMap,
    /// Parameters and whether they are required.
    #[serde(default)]
    pub response_parameters: BTreeMap<String, bool>,
}

impl RouteResponse {
    /// As AWS shows it.
    pub fn output(&self) -> model::RouteResponse {
        model::RouteResponse {
            model_selection_expression: self.model_selection_expression.clone(),
            response_models: shown(&self.response_models),
            response_parameters: constraints(&self.response_parameters),
            route_response_id: Some(self.id.clone()),
            route_response_key: Some(self.key.clone()),
        }
    }
}

fn constraints(map: &BTreeMap<String, bool>) -> Option<BTreeMap<String, model::ParameterConstraints>> {
    let constraint = |required: &bool| model::ParameterConstraints { required: Some(*required) };
    (!map.is_empty()).then(|| map.iter().map(|(name, required)| (name.clone(), constraint(required))).collect())
}
