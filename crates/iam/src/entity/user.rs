//! A person or program with keys of its own.

use aws_types::Timestamp;
use model_iam::types as wire;
use serde::{Deserialize, Serialize};

use super::{Grants, Tag, boundary_to_wire, moment, tags_to_wire};

/// An IAM user.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// `UserName`, unique in the account without regard to case.
    pub name: String,
    /// `AIDA…`; another one for a later user of the same name.
    pub id: String,
    /// The account.
    pub account: String,
    /// `/division/`.
    pub path: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// ARN of the permission boundary.
    pub boundary: Option<String>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Policies.
    pub grants: Grants,
    /// Ids of the groups it is in.
    pub groups: Vec<String>,
    /// Ids of its access keys.
    pub keys: Vec<String>,
    /// Serial numbers of its MFA devices.
    #[serde(default)]
    pub mfa: Vec<String>,
}

impl User {
    /// `arn:aws:iam::123456789012:user/division/name`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user{}{}", self.account, self.path, self.name)
    }

    /// As `GetUser` shows it; lists leave boundary and tags out.
    pub fn to_wire(&self) -> wire::User {
        wire::User {
            permissions_boundary: boundary_to_wire(self.boundary.as_ref()),
            tags: tags_to_wire(&self.tags),
            ..self.to_list_wire()
        }
    }

    /// As lists show it.
    pub fn to_list_wire(&self) -> wire::User {
        wire::User {
            path: Some(self.path.clone()),
            user_name: Some(self.name.clone()),
            user_id: Some(self.id.clone()),
            arn: Some(self.arn()),
            create_date: Some(self.created),
            ..wire::User::default()
        }
    }
}
