//! Decides who answers a request: [`classify::classify`] reads the evidence, [`host`] reads the Host.

pub mod classify;
pub mod host;

pub use classify::{Door, classify, credential_scope};
pub use host::Host;
