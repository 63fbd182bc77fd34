//! The data plane of HTTP APIs (API Gateway developer guide, "Work with HTTP APIs"): it answers the requests that callers
//! send to a deployed API of protocol HTTP.
//!
//! What comes in: requests whose API and stage the front door has named, and the immutable [`plan`]s that a control plane
//! compiled. What goes out: an HTTP response, one access log line, counters.
//! What it must not know: the store, AWS's wire protocols, how a definition is edited. No configuration is read on a
//! request: a plan is reached by one look-up in memory. What REST APIs have in common with these (upstream connections,
//! throttles, log sinks, callers with AWS credentials, VPC links) is `execute-api`'s.
//!
//! [`HttpApis::handle`] is the list of stages and the place to start reading; whatever goes wrong anywhere is a `Refusal`.
//!
//! To add an authorizer or an integration: a variant in [`plan::Authorization`] or [`plan::IntegrationKind`], a file under
//! `authorizer/` or `integration/`; the compiler lists the matches that miss it.

mod authorizer;
mod context;
mod cors;
mod error;
mod gateway;
pub mod identity_source;
mod integration;
pub mod metrics;
mod observe;
pub mod parameter_mapping;
pub mod plan;
pub mod plans;
pub mod ports;
pub mod request;
pub mod route_key;
pub mod router;

#[cfg(test)]
mod tests;

pub use gateway::HttpApis;
pub use plans::Plans;
pub use request::{Destination, HttpRequest, Mapped};
