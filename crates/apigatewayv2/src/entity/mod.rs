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

use std::collections::BTreeMap;

pub use api::{Api, Protocol};
pub use authorizer::Authorizer;
pub use deployment::Deployment;
pub use integration::{Integration, IntegrationResponse};
pub use model::Model;
pub use route::{Route, RouteResponse};
pub use stage::Stage;
pub use vpc_link::VpcLink;

/// Names and texts.
pub type TextMap = BTreeMap<String, String>;

/// A map as AWS shows it: absent where it is empty.
fn shown<T: Clone>(map: &BTreeMap<String, T>) -> Option<BTreeMap<String, T>> {
    (!map.is_empty()).then(|| map.clone())
}

/// A moment in a stored document: milliseconds since the epoch. For `#[serde(with = "moment")]`.
mod moment {
    use aws_types::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        at.ms().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_ms)
    }
}
