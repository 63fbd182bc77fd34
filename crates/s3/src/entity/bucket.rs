//! A bucket and its settings.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use model_s3::WebsiteConfiguration;
use serde::{Deserialize, Serialize};

use super::acl::Acl;
use crate::cors::CorsRule;

/// A bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bucket {
    /// Its name, the same for all accounts and regions.
    pub name: String,
    /// Names this bucket and no later one of the same name; objects hang on it.
    pub id: String,
    /// Where it was made.
    pub region: String,
    /// When, in milliseconds since the epoch.
    pub created_ms: i64,
    /// Object ownership; absent after DeleteBucketOwnershipControls, which acts like `ObjectWriter`.
    pub ownership: Option<Ownership>,
    /// Absent after DeletePublicAccessBlock: nothing is blocked.
    pub public_access_block: Option<PublicAccessBlock>,
    /// Who may list it, and so on.
    pub acl: Acl,
    /// Website configuration.
    pub website: Option<WebsiteConfiguration>,
    /// Whether versions are kept; absent where they never were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versioning: Option<Versioning>,
    /// Rules for pages of other origins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cors: Vec<CorsRule>,
    /// Mark of its policy's document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Bucket tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// Whether versions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    /// Each put makes a version.
    Enabled,
    /// Puts replace the "null" version; others stay.
    Suspended,
}

/// `ObjectOwnership`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ownership {
    /// ACLs count; objects given away by `bucket-owner-full-control` belong to the bucket's owner.
    BucketOwnerPreferred,
    /// ACLs count.
    ObjectWriter,
    /// ACLs are off: the default of new buckets since April 2023.
    BucketOwnerEnforced,
}

/// S3 user guide, "Blocking public access to your Amazon S3 storage".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAccessBlock {
    /// Public ACLs are refused.
    pub block_public_acls: bool,
    /// Public ACLs have no effect.
    pub ignore_public_acls: bool,
    /// Public policies are refused.
    pub block_public_policy: bool,
    /// A public policy serves the account alone.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// Everything blocked, as on new buckets.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

impl Bucket {
    /// When it was made.
    pub const fn created(&self) -> Timestamp {
        Timestamp::from_ms(self.created_ms)
    }

    /// ACLs have a say.
    pub fn acls_enabled(&self) -> bool {
        self.ownership != Some(Ownership::BucketOwnerEnforced)
    }

    /// Public ACLs are refused.
    pub fn blocks_public_acls(&self) -> bool {
        self.public_access_block.is_some_and(|block| block.block_public_acls)
    }

    /// Grants to everybody have an effect.
    pub fn honours_public_acls(&self) -> bool {
        self.acls_enabled() && !self.public_access_block.is_some_and(|block| block.ignore_public_acls)
    }
}
