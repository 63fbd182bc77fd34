//! The data plane of WebSocket APIs (API Gateway developer guide, "API Gateway WebSocket APIs").

pub mod metrics;
pub mod plan;
pub mod plans;
pub mod selection;

pub use plans::Plans;
