//! Cognito user pools: the control plane and the user operations of the AWS API `cognito-idp`
//! (guide: "Amazon Cognito user pools"; API reference 2016-04-18).
//!
//! What comes in: calls whose constraints the model has checked, and whose signature, where one is due, was verified.
//! What goes out: answers and errors in AWS's words; [`user_pool_domain::plan::DomainPlan`]s for the hosted pages;
//! verifying keys for gateways.
//! What it must not know: HTTP, sockets, the environment, other services.
//!
//! - `operations/`: one file an operation; rules, then one store transaction.
//! - `entity/`: what is kept. `table/`: where it lies. `error.rs`: each sentence once.
//! - `auth/`: passwords, sessions, tokens. `key_ring.rs`: signing keys. `compile.rs`: plans.
//!
//! To add an operation: a file in `operations/` with one `pub async fn` of the file's name, its line in
//! `operations/mod.rs`, its line in the table below, its tests.

pub mod compile;
pub mod config;
pub mod discovery;
pub mod entity;
pub mod error;
pub mod key_ring;
pub mod lookup;
mod operations;
pub mod ports;
mod refresh;
mod service;
pub mod table;

pub use config::{Config, Doors, HashParams, IssuerForm};
pub use key_ring::{KeyRing, PoolKeys};
pub use service::{CognitoIdp, Cx};

aws_types::operations! { Cx =>
}
