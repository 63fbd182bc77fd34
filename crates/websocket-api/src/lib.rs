//! The data plane of WebSocket APIs (API Gateway developer guide, "API Gateway WebSocket APIs"): it keeps the connections of
//! clients, calls a route's integration for each message, and lets backends write to clients by `@connections`.
//!
//! What comes in: handshakes whose API and stage the front door has named, the streams that follow them, calls of the
//! management API, and the immutable [`plan`]s that a control plane compiled. What goes out: frames, answers, counters.
//! What it must not know: the store, sockets, how a definition is edited. Connections live in the memory of one node.
//!
//! [`WebSocketApis::handshake`] and [`Session::run`] are the places to start reading.
//!
//! To add a kind of integration: a variant in [`plan::IntegrationKind`]; the compiler names the match that misses it.

mod authorizer;
mod connections;
mod context;
mod error;
mod gateway;
mod integration;
mod management;
pub mod metrics;
mod observe;
pub mod plan;
pub mod plans;
mod request;
pub mod selection;
mod session;

#[cfg(test)]
mod tests;

pub use connections::Limits;
pub use gateway::{Session, WebSocketApis};
pub use management::ManagementCall;
pub use plans::Plans;
pub use request::Handshake;
pub use session::{MAX_FRAME_BYTES, MAX_MESSAGE_BYTES};
