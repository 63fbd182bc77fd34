//! What the control plane keeps: one file an entity, each one serde document, with the form in which AWS shows it.
//!
//! What comes in and goes out: plain values; the names are those of the AWS API.
//! What it must not know: the store, clocks, wire requests.
//! To add an entity: a file here, its table in `table.rs`, its part in `snapshot.rs` where deployments freeze it.

mod account;
mod api_key;
mod authorizer;
mod client_certificate;
mod deployment;
mod documentation;
mod domain_name;
mod gateway_response;
mod integration;
mod method;
mod model;
mod request_validator;
mod resource;
mod rest_api;
mod stage;
mod usage_plan;
mod vpc_link;

use std::collections::BTreeMap;

pub use account::Account;
pub use api_key::ApiKey;
pub use authorizer::Authorizer;
pub use client_certificate::ClientCertificate;
pub use control_plane::TextMap;
use control_plane::{moment, shown};
pub use deployment::Deployment;
pub use documentation::{DocumentationPart, DocumentationVersion, Location};
pub use domain_name::{
    AccessAssociation, BasePathMapping, Certificate, DomainName, Imported, MutualTls, RoutingRule, RuleCondition,
    domain_key,
};
pub use gateway_response::GatewayResponse;
pub use integration::{Integration, IntegrationResponse};
pub use method::{Method, MethodResponse};
pub use model::{Model, default_models};
pub use request_validator::RequestValidator;
pub use resource::{Embed, Resource};
pub use rest_api::RestApi;
pub use stage::{AccessLog, Canary, MethodSetting, Stage};
pub use usage_plan::{ApiStage, PlanKey, Quota, Throttle, UsageGuard, UsagePlan};
pub use vpc_link::VpcLink;

/// Names and whether they are required.
pub type FlagMap = BTreeMap<String, bool>;
