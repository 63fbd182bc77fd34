//! The runtime of API Gateway (developer guide, "Invoke REST APIs", "Data transformations", "Gateway responses"): it
//! answers the requests that callers send to a deployed API.
//!
//! What comes in: a [`GatewayRequest`] whose API and stage the front door has named, and the immutable [`plan`]s that a
//! control plane compiled at deployment. What goes out: an HTTP response, the request's [`ExecutionLog`] where one is
//! asked for, and counters.
//! What it must not know: the store, AWS's wire protocols, how a definition is edited. It never reads configuration on
//! a request: a plan is reached by one look-up in memory.
//!
//! [`Gateway::handle`] is the list of stages and the place to start reading; each stage is a function from value to
//! value in a file of its own name, and whatever goes wrong anywhere ends in [`gateway_response`].
//!
//! To add an authorizer or an integration: a variant in [`plan::Authorization`] or [`plan::IntegrationKind`], a file
//! under `authorizer/` or `integration/`; the compiler lists the matches that miss it.

pub mod access_log;
pub mod access_plan;
pub mod answer_cache;
mod api_key;
pub mod authorizer;
mod body;
mod caching;
mod canary;
pub mod catalogue;
mod compiled;
mod compression;
mod content_handling;
pub mod context;
pub mod domains;
mod error;
pub mod execution_log;
pub mod explain;
mod gateway;
pub mod gateway_response;
mod header_spelling;
mod integration;
pub mod integration_plan;
mod integration_request;
mod integration_response;
pub mod json_schema;
mod method_request;
mod method_response;
pub mod metrics;
mod observe;
pub mod parameter_mapping;
pub mod pattern;
pub mod plan;
pub mod plans;
pub mod ports;
mod proxy_event;
pub mod registry;
mod request_validator;
mod resource_policy;
mod route_match;
pub mod router;
pub mod security_policy;
pub mod stage_cache;
pub mod stage_settings;
mod streaming;
pub mod test_invoke;
pub mod throttle;
mod throttling;
pub mod trace;
pub mod uri_template;
pub mod usage;

#[cfg(test)]
mod tests;

pub use body::Body;
pub use error::GatewayError;
pub use execution_log::ExecutionLog;
pub use gateway::{Doors, Gateway};
pub use header_spelling::HeaderSpelling;
pub use method_request::{ClientCertificate, CustomDomain, GatewayRequest};
pub use plans::Plans;
