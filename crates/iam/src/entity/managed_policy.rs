//! A policy that stands by itself and is attached to principals.

use aws_types::Timestamp;
use model_iam::types as wire;
use serde::{Deserialize, Serialize};

use super::{Tag, encoded, moment};

/// A managed policy of the account, or one that AWS gives to all.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// `PolicyName`, unique in the account without regard to case.
    pub name: String,
    /// `ANPA…`.
    pub id: String,
    /// The account, or `aws`.
    pub account: String,
    /// `/division/`.
    pub path: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When its default version was last changed.
    #[serde(with = "moment")]
    pub updated: Timestamp,
    /// Free text, never changed.
    pub description: Option<String>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// One to five, oldest first.
    pub versions: Vec<PolicyVersion>,
    /// Number of the version that counts.
    pub default_version: u32,
    /// Number of the next version: numbers are never used twice.
    pub next_version: u32,
}

/// A version of a managed policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// 3 of `v3`.
    pub number: u32,
    /// The document.
    pub document: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
}

impl ManagedPolicy {
    /// `arn:aws:iam::123456789012:policy/division/name`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:policy{}{}", self.account, self.path, self.name)
    }

    /// The version of that id.
    pub fn version(&self, id: &str) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.id() == id)
    }

    /// The document that counts.
    pub fn document(&self) -> &str {
        self.versions.iter().find(|version| version.number == self.default_version).map_or("", |v| &v.document)
    }

    /// As the API shows it.
    pub fn to_wire(&self, uses: Uses) -> wire::Policy {
        wire::Policy {
            policy_name: Some(self.name.clone()),
            policy_id: Some(self.id.clone()),
            arn: Some(self.arn()),
            path: Some(self.path.clone()),
            default_version_id: Some(format!("v{}", self.default_version)),
            attachment_count: Some(uses.attached),
            permissions_boundary_usage_count: Some(uses.boundaries),
            is_attachable: Some(true),
            description: None,
            create_date: Some(self.created),
            update_date: Some(self.updated),
            tags: None,
        }
    }

    /// A version as the API shows it, its document left out.
    pub fn version_to_wire(&self, version: &PolicyVersion) -> wire::PolicyVersion {
        wire::PolicyVersion {
            document: None,
            version_id: Some(version.id()),
            is_default_version: Some(version.number == self.default_version),
            create_date: Some(version.created),
        }
    }

    /// A version with its document.
    pub fn version_with_document(&self, version: &PolicyVersion) -> wire::PolicyVersion {
        wire::PolicyVersion { document: Some(encoded(&version.document)), ..self.version_to_wire(version) }
    }
}

impl PolicyVersion {
    /// `v3`.
    pub fn id(&self) -> String {
        format!("v{}", self.number)
    }
}

/// How often a policy is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// As a permission policy.
    pub attached: i32,
    /// As a permission boundary.
    pub boundaries: i32,
}
