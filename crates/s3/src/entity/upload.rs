//! An upload in parts.

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::Object;
use crate::checksum::Algorithm;

/// An upload in parts under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Upload {
    /// Its id.
    pub id: String,
    /// The object as it will be, without its content.
    pub object: Object,
    /// By which algorithm its parts' checksums are kept.
    pub algorithm: Option<Algorithm>,
    /// Whether the object's checksum is made of the parts' checksums.
    pub composite: bool,
    /// MD5 of the customer's key that all its parts are sealed by.
    pub customer_md5: Option<String>,
    /// When it began, in milliseconds since the epoch.
    pub initiated_ms: i64,
}

impl Upload {
    /// When it began.
    pub const fn initiated(&self) -> Timestamp {
        Timestamp::from_ms(self.initiated_ms)
    }
}
