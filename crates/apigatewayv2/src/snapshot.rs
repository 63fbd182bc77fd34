//! A definition at one moment: what a deployment freezes, what is compiled, and what is exported.

use model_apigatewayv2 as model;
use serde::{Deserialize, Serialize};

use crate::ApiGatewayV2;
use crate::entity::{Api, Authorizer, Integration, IntegrationResponse, Model, Protocol, Route, RouteResponse};
use crate::error::Result;
use crate::table::{
    AUTHORIZER, AUTHORIZERS, INTEGRATION, INTEGRATION_RESPONSE, INTEGRATION_RESPONSES, INTEGRATIONS, MODEL, MODELS,
    ROUTE, ROUTE_RESPONSE, ROUTE_RESPONSES, ROUTES,
};

/// All that the data planes need of an API.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// What it speaks.
    pub protocol: Protocol,
    /// What of a message names its route.
    pub route_selection_expression: String,
    /// Where a request has its key.
    pub api_key_selection_expression: String,
    /// What browsers are told.
    #[serde(default)]
    pub cors: Option<model::Cors>,
    /// Routes.
    pub routes: Vec<Route>,
    /// What WebSocket routes answer.
    #[serde(default)]
    pub route_responses: Vec<RouteResponse>,
    /// What is behind them.
    pub integrations: Vec<Integration>,
    /// What becomes of their answers.
    #[serde(default)]
    pub integration_responses: Vec<IntegrationResponse>,
    /// Who may call.
    pub authorizers: Vec<Authorizer>,
    /// What messages look like.
    #[serde(default)]
    pub models: Vec<Model>,
}

impl ApiGatewayV2 {
    /// The definition as it stands.
    pub(crate) async fn snapshot(&self, api: &Api) -> Result<Snapshot> {
        let id = api.id.as_str();
        Ok(Snapshot {
            protocol: api.protocol,
            route_selection_expression: api.route_selection_expression.clone(),
            api_key_selection_expression: api.api_key_selection_expression.clone(),
            cors: api.cors.clone(),
            routes: self.parts(&ROUTES, id, ROUTE).await?,
            route_responses: self.parts(&ROUTE_RESPONSES, id, ROUTE_RESPONSE).await?,
            integrations: self.parts(&INTEGRATIONS, id, INTEGRATION).await?,
            integration_responses: self.parts(&INTEGRATION_RESPONSES, id, INTEGRATION_RESPONSE).await?,
            authorizers: self.parts(&AUTHORIZERS, id, AUTHORIZER).await?,
            models: self.parts(&MODELS, id, MODEL).await?,
        })
    }
}
