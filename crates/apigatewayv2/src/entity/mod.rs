//! What the control plane keeps: one file an entity, each one serde document, with the form in which AWS shows it.
//!
//! What comes in and goes out: plain values; the names are those of the AWS API.
//! What it must not know: the store, clocks, wire requests.
//! To add an entity: a file here, its table in `table.rs`, its part in `snapshot.rs` where deployments freeze it.

mod api;
mod authorizer;
mod deployment;
mod integration;
mod model;
mod route;
mod stage;
mod vpc_link;

pub use api::{Api, Protocol};
pub use authorizer::Authorizer;
pub use control_plane::TextMap;
use control_plane::{moment, shown};
pub use deployment::Deployment;
pub use integration::{Integration, IntegrationResponse};
pub use model::Model;
pub use route::{Route, RouteResponse};
pub use stage::Stage;
pub use vpc_link::VpcLink;
