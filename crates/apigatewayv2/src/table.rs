//! Where this room's documents lie in the store.
//!
//! Everything of an API lies in one partition, [`api_pk`], so that a list never mixes two APIs and DeleteApi sweeps it
//! whole. Every change of a definition also writes the API's own document: changes of one API happen one after the
//! other, and a deployment's snapshot is consistent.

use store::Table;

use crate::entity::{
    Api, Authorizer, Deployment, Integration, IntegrationResponse, Model, Route, RouteResponse, Stage, VpcLink,
};
use crate::snapshot::Snapshot;

/// APIs: sk [`API_SK`].
pub const APIS: Table<Api> = Table::new("http-api", 1);
/// Routes: sk `route#<id>`.
pub const ROUTES: Table<Route> = Table::new("http-api-route", 1);
/// Responses of routes: sk `route-response#<route>#<id>`.
pub const ROUTE_RESPONSES: Table<RouteResponse> = Table::new("http-api-route-response", 1);
/// Integrations: sk `integration#<id>`.
pub const INTEGRATIONS: Table<Integration> = Table::new("http-api-integration", 1);
/// Responses of integrations: sk `integration-response#<integration>#<id>`.
pub const INTEGRATION_RESPONSES: Table<IntegrationResponse> = Table::new("http-api-integration-response", 1);
/// Authorizers: sk `authorizer#<id>`.
pub const AUTHORIZERS: Table<Authorizer> = Table::new("http-api-authorizer", 1);
/// Models: sk `model#<id>`.
pub const MODELS: Table<Model> = Table::new("http-api-model", 1);
/// Deployments: sk `deployment#<id>`.
pub const DEPLOYMENTS: Table<Deployment> = Table::new("http-api-deployment", 1);
/// What deployments froze: sk `snapshot#<deployment>`.
pub const SNAPSHOTS: Table<Snapshot> = Table::new("http-api-snapshot", 1);
/// Stages: sk `stage#<name>`.
pub const STAGES: Table<Stage> = Table::new("http-api-stage", 1);
/// VPC links of an account and region: sk `vpc-link-v2#<id>`.
pub const VPC_LINKS: Table<VpcLink> = Table::new("http-api-vpc-link", 1);

/// Event topic: a stage or the endpoint of the API (the event's key) changed.
pub const CHANGED: &str = "apigatewayv2.api";
/// Index of all APIs by [`owner_key`].
pub const APIS_BY_OWNER: &str = "apigatewayv2.apis";

/// Sort key of the API's own document.
pub const API_SK: &str = "api";
/// What the sort keys of routes begin with; the others alike.
pub const ROUTE: &str = "route#";
/// Responses of routes.
pub const ROUTE_RESPONSE: &str = "route-response#";
/// Integrations.
pub const INTEGRATION: &str = "integration#";
/// Responses of integrations.
pub const INTEGRATION_RESPONSE: &str = "integration-response#";
/// Authorizers.
pub const AUTHORIZER: &str = "authorizer#";
/// Models.
pub const MODEL: &str = "model#";
/// Deployments.
pub const DEPLOYMENT: &str = "deployment#";
/// What deployments froze.
pub const SNAPSHOT: &str = "snapshot#";
/// Stages.
pub const STAGE: &str = "stage#";
/// VPC links.
pub const VPC_LINK: &str = "vpc-link-v2#";

/// The partition of an API.
pub fn api_pk(api_id: &str) -> String {
    format!("httpapi#{api_id}")
}

/// The partition of what an account has in a region beside its APIs.
pub fn owner_pk(account: &str, region: &str) -> String {
    format!("apigatewayv2-account#{account}/{region}")
}

/// Key of an API in [`APIS_BY_OWNER`]; the empty id gives the prefix of all.
pub fn owner_key(account: &str, region: &str, api_id: &str) -> String {
    format!("{account}/{region}/{api_id}")
}

/// Sort key of a part of an API: one of the prefixes above and a name.
pub fn part_sk(kind: &str, name: &str) -> String {
    format!("{kind}{name}")
}

/// Prefix of the responses of a route or an integration.
pub fn response_prefix(kind: &str, of: &str) -> String {
    format!("{kind}{of}#")
}
