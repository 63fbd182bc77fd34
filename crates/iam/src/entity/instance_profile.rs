//! What carries a role to a machine.

use aws_types::Timestamp;
use model_iam::types as wire;
use serde::{Deserialize, Serialize};

use super::{Role, Tag, moment, tags_to_wire};

/// An instance profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InstanceProfile {
    /// `InstanceProfileName`.
    pub name: String,
    /// `AIPA…`.
    pub id: String,
    /// The account.
    pub account: String,
    /// `/division/`.
    pub path: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Name of the one role it may hold.
    pub role: Option<String>,
}

impl InstanceProfile {
    /// `arn:aws:iam::123456789012:instance-profile/division/name`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:instance-profile{}{}", self.account, self.path, self.name)
    }

    /// As the API shows it, with its role.
    pub fn to_wire(&self, role: Option<&Role>) -> wire::InstanceProfile {
        wire::InstanceProfile {
            path: Some(self.path.clone()),
            instance_profile_name: Some(self.name.clone()),
            instance_profile_id: Some(self.id.clone()),
            arn: Some(self.arn()),
            create_date: Some(self.created),
            roles: Some(role.map(Role::to_list_wire).into_iter().collect()),
            tags: tags_to_wire(&self.tags),
        }
    }
}
