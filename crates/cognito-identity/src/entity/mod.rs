//! What is kept.

mod identity;
mod identity_pool;

pub use identity::{Identity, Login, State};
pub use identity_pool::{AttributeMap, IdentityPool, RoleMapping, Rule, UserPoolProvider};

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
