//! A [`Timestamp`] in a stored document: milliseconds since the epoch. For `#[serde(with = "moment")]`.

use aws_types::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes the milliseconds.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    at.ms().serialize(serializer)
}

/// Reads the milliseconds.
///
/// # Errors
/// The deserializer's.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    i64::deserialize(deserializer).map(Timestamp::from_ms)
}
