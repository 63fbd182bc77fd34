//! The roles by which user pools send text messages: IAM, asked as SNS would ask it.

use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use aws_types::{AwsError, Timestamp};
use cognito_idp::ports::{SmsRole, SmsRoles};
use iam::sts::Assumed;
use iam::{Principals, Question, Sts};

/// Whom such a role's trust policy names.
const USER_POOLS: &str = "cognito-idp.amazonaws.com";

/// IAM as user pools see it. It is known last, since it is told apart by tokens of user pools; and weakly, for it leads back
/// to them.
#[derive(Default)]
pub struct SnsRoles(OnceLock<(Weak<Sts>, Weak<Principals>)>);

impl SnsRoles {
    /// Roles can be asked from now on.
    pub fn join(&self, rooms: &iam::Rooms) {
        // A second time is the same server.
        let _ = self.0.set((Arc::downgrade(&rooms.sts), Arc::downgrade(&rooms.principals)));
    }
}

#[async_trait]
impl SmsRoles for SnsRoles {
    async fn look(&self, role_arn: &str, external_id: Option<&str>, now: Timestamp) -> Result<SmsRole, AwsError> {
        let rooms = self.0.get().and_then(|(sts, principals)| Some((sts.upgrade()?, principals.upgrade()?)));
        let Some((sts, principals)) = rooms else { return Ok(SmsRole::Elsewhere) };
        let found = match sts.look_as_service(role_arn, (USER_POOLS, external_id), now).await {
            // What is no role's ARN lets nobody in.
            Err(error) if error.internal.is_none() => Assumed::Untrusted,
            other => other?,
        };
        match found {
            Assumed::NoRole => Ok(SmsRole::Elsewhere),
            Assumed::Untrusted => Ok(SmsRole::Untrusting),
            Assumed::Given(identity) => {
                // Numbers have no ARN (SNS guide, "Using identity-based policies").
                let verdict = principals.authorize(&identity, &Question::new("sns:Publish", "*", now)).await?;
                Ok(if verdict.is_allowed() { SmsRole::Able } else { SmsRole::Powerless })
            }
        }
    }
}
