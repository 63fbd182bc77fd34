//! The lines.

use model_cognito_idp::types::{AliasAttributeType, UsernameAttributeType};
use serde::{Deserialize, Serialize};

use aws_types::Timestamp;

use crate::auth::srp_flow::srp_pool_name;
use crate::entity::{Device, Group, Passkey, User, UserPool, moment};

/// The version of these documents. A reader knows its own and no newer one.
pub const FORMAT: u32 = 1;

/// The first line: which pool it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// [`FORMAT`].
    pub format: u32,
    /// The pool's id.
    pub pool_id: String,
    /// The pool's name in SRP: verifiers are good in a pool of the same one only.
    pub srp_name: String,
    /// What a username was there.
    pub username_attributes: Vec<UsernameAttributeType>,
    /// What else people could sign in with.
    pub alias_attributes: Vec<AliasAttributeType>,
    /// When it was written.
    #[serde(with = "moment")]
    pub exported: Timestamp,
}

impl Head {
    pub(super) fn of(pool: &UserPool, now: Timestamp) -> Self {
        Self {
            format: FORMAT,
            pool_id: pool.id.clone(),
            srp_name: srp_pool_name(pool).to_owned(),
            username_attributes: pool.username_attributes.clone(),
            alias_attributes: pool.alias_attributes.clone(),
            exported: now,
        }
    }
}

/// A line after the first.
#[derive(Serialize, Deserialize)]
pub(super) enum Record {
    Group(Group),
    User(Box<PortableUser>),
}

/// A user with what lies beside the document, unsealed.
#[derive(Serialize, Deserialize)]
pub(super) struct PortableUser {
    /// Without password and history: they are sealed for their pool.
    pub user: User,
    pub password: Option<PortablePassword>,
    /// PHC strings, newest first.
    pub history: Vec<String>,
    pub software_token: Option<PortableToken>,
    pub devices: Vec<PortableDevice>,
    pub passkeys: Vec<Passkey>,
    /// Names of groups.
    pub groups: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PortablePassword {
    /// The PHC string, or another system's hash.
    pub hash: String,
    /// Salt and verifier, base64.
    pub srp: Option<String>,
    #[serde(with = "moment")]
    pub set: Timestamp,
    pub imported: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PortableToken {
    /// base64.
    pub secret: String,
    pub last_step: Option<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct PortableDevice {
    /// Without its verifier.
    pub device: Device,
    /// As it is sealed, base64.
    pub verifier: Option<String>,
}
