//! Users that are granted something together.

use aws_types::Timestamp;
use model_iam::types as wire;
use serde::{Deserialize, Serialize};

use super::{Grants, moment};

/// An IAM group. Who is in it stands in the users' documents, by the group's id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Group {
    /// `GroupName`, unique in the account without regard to case.
    pub name: String,
    /// `AGPA…`.
    pub id: String,
    /// The account.
    pub account: String,
    /// `/division/`.
    pub path: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// Policies.
    pub grants: Grants,
}

impl Group {
    /// `arn:aws:iam::123456789012:group/division/name`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:group{}{}", self.account, self.path, self.name)
    }

    /// As the API shows it.
    pub fn to_wire(&self) -> wire::Group {
        wire::Group {
            path: Some(self.path.clone()),
            group_name: Some(self.name.clone()),
            group_id: Some(self.id.clone()),
            arn: Some(self.arn()),
            create_date: Some(self.created),
        }
    }
}
