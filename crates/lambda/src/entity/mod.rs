//! What is kept.

mod alias;
mod event_config;
mod function;
mod layer;
mod policy;
mod queued;
mod url;

pub use alias::Alias;
pub use event_config::{EventConfig, Provisioned};
pub use function::{Code, Function, LayerUse, Logging, S3Place, Version};
pub use layer::LayerVersion;
pub use policy::Permissions;
pub use queued::{Queued, Target};
pub use url::UrlConfig;

/// Times in documents: milliseconds since the epoch.
pub mod moment {
    use aws_types::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes milliseconds.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.ms())
    }

    /// Reads milliseconds.
    ///
    /// # Errors
    /// The deserializer's.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_ms)
    }
}
