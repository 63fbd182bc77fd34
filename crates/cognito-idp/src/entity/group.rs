//! A group of users.

use aws_types::Timestamp;
use model_cognito_idp::types::GroupType;
use serde::{Deserialize, Serialize};

use super::moment;

/// A group of a pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Group {
    /// `GroupName`, unique in the pool, compared with case.
    pub name: String,
    /// Random; another one for a later group of the same name.
    pub uid: String,
    /// The pool.
    pub pool_id: String,
    /// Free text.
    pub description: Option<String>,
    /// Role of identity pools.
    pub role_arn: Option<String>,
    /// The lowest number wins; `None` is the lowest rank.
    pub precedence: Option<i32>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}

impl Group {
    /// As the API shows it.
    pub fn to_wire(&self) -> GroupType {
        GroupType {
            group_name: Some(self.name.clone()),
            user_pool_id: Some(self.pool_id.clone()),
            description: self.description.clone(),
            role_arn: self.role_arn.clone(),
            precedence: self.precedence,
            last_modified_date: Some(self.modified),
            creation_date: Some(self.created),
        }
    }

    /// What groups are ordered by where rank matters (tokens, preferred role): best first.
    pub fn rank(&self) -> (i64, &str) {
        (self.precedence.map_or(i64::MAX, i64::from), &self.name)
    }
}
