//! The roles of identity pools: STS, as if the identity had brought its token there.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::Timestamp;
use cognito_identity::ports::{Assumption, RoleCredentials, RoleRefusal, Roles};
use iam::Sts;
use iam::entity::Tag;
use iam::sts::WebIdentity;

/// The provider that role's trust policies name.
const PROVIDER: &str = "cognito-identity.amazonaws.com";

/// STS as identity pools see it.
pub struct IdentityRoles(pub Arc<Sts>);

#[async_trait]
impl Roles for IdentityRoles {
    async fn assume(&self, assumption: Assumption, now: Timestamp) -> Result<RoleCredentials, RoleRefusal> {
        let identity = WebIdentity {
            role_arn: assumption.role_arn,
            session_name: assumption.session_name,
            provider: PROVIDER.to_owned(),
            keys: assumption.keys,
            lists: assumption.lists,
            tags: assumption.tags.into_iter().map(|(key, value)| Tag { key, value }).collect(),
            policy: assumption.policy,
            ..WebIdentity::default()
        };
        let given = self.0.assume_for(&identity, now).await.map_err(|error| match error.internal {
            None => RoleRefusal::Untrusted,
            Some(_) => RoleRefusal::Internal(error),
        })?;
        Ok(RoleCredentials {
            access_key_id: given.access_key_id,
            secret: given.secret,
            session_token: given.session_token,
            expires: given.expires,
        })
    }
}
