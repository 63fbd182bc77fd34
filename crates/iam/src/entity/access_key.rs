//! What a long-lived principal signs with, and when it last did.

use aws_types::Timestamp;
use model_iam::types as wire;
use serde::{Deserialize, Serialize};

use super::moment;

/// Whose key it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owner {
    /// The account's root.
    Root,
    /// The user of that name; the key follows when it is renamed.
    User(String),
}

impl Owner {
    /// The user's name.
    pub fn user_name(&self) -> Option<&str> {
        match self {
            Self::Root => None,
            Self::User(name) => Some(name),
        }
    }
}

/// An access key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessKey {
    /// `AKIA…`.
    pub id: String,
    /// The account.
    pub account: String,
    /// Whose.
    pub owner: Owner,
    /// Whether it may sign.
    pub active: bool,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// The secret, sealed for [`AccessKey::context`].
    pub secret: String,
}

impl AccessKey {
    /// What a key's secret is sealed for.
    pub fn context(id: &str) -> String {
        format!("iam access key {id}")
    }

    /// `Status`.
    pub const fn status(&self) -> wire::StatusType {
        if self.active { wire::StatusType::Active } else { wire::StatusType::Inactive }
    }

    /// As lists show it.
    pub fn to_wire(&self) -> wire::AccessKeyMetadata {
        wire::AccessKeyMetadata {
            user_name: self.owner.user_name().map(str::to_owned),
            access_key_id: Some(self.id.clone()),
            status: Some(self.status()),
            create_date: Some(self.created),
        }
    }
}

/// The last use of a key or role. Written now and then, not at every use: AWS too is some minutes late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUsed {
    /// When.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// Signing name of the service.
    pub service: String,
    /// In which region.
    pub region: String,
}
