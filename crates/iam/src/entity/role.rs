//! What others may become for a while.

use aws_types::Timestamp;
use model_iam::types as wire;
use serde::{Deserialize, Serialize};

use super::{Grants, LastUsed, Tag, boundary_to_wire, encoded, moment, tags_to_wire};

/// An IAM role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Role {
    /// `RoleName`, unique in the account without regard to case.
    pub name: String,
    /// `AROA…`; another one for a later role of the same name.
    pub id: String,
    /// The account.
    pub account: String,
    /// `/division/`.
    pub path: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// The trust policy: who may assume it.
    pub trust: String,
    /// The service it belongs to, of a service-linked role: nobody else may change it.
    pub service: Option<String>,
    /// Whom its names meant when it was saved.
    pub pins: Vec<Pin>,
    /// Free text.
    pub description: Option<String>,
    /// Longest session in seconds, 3,600 to 43,200.
    pub max_session_s: i32,
    /// ARN of the permission boundary.
    pub boundary: Option<String>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Policies.
    pub grants: Grants,
}

/// A user or role that a trust policy names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// As named.
    pub arn: String,
    /// `AIDA…` or `AROA…`.
    pub id: String,
}

impl Role {
    /// `arn:aws:iam::123456789012:role/division/name`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:role{}{}", self.account, self.path, self.name)
    }

    /// As `GetRole` shows it.
    pub fn to_wire(&self, used: Option<&LastUsed>) -> wire::Role {
        wire::Role {
            permissions_boundary: boundary_to_wire(self.boundary.as_ref()),
            tags: tags_to_wire(&self.tags),
            role_last_used: Some(last_used_to_wire(used)),
            ..self.to_list_wire()
        }
    }

    /// As lists show it.
    pub fn to_list_wire(&self) -> wire::Role {
        wire::Role {
            path: Some(self.path.clone()),
            role_name: Some(self.name.clone()),
            role_id: Some(self.id.clone()),
            arn: Some(self.arn()),
            create_date: Some(self.created),
            assume_role_policy_document: Some(encoded(&self.trust)),
            description: self.description.clone(),
            max_session_duration: Some(self.max_session_s),
            ..wire::Role::default()
        }
    }

    /// As `CreateRole` answers it: without what it does not have yet.
    pub fn to_created_wire(&self) -> wire::Role {
        wire::Role { role_last_used: None, ..self.to_wire(None) }
    }
}

/// When a role was last used; empty where it never was.
pub fn last_used_to_wire(used: Option<&LastUsed>) -> wire::RoleLastUsed {
    wire::RoleLastUsed { last_used_date: used.map(|used| used.at), region: used.map(|used| used.region.clone()) }
}
