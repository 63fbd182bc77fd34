//! What this room asks of its neighbours beside the doors of [`crate::Doors`]; the server wires it to the room that knows.

use async_trait::async_trait;
use aws_types::{AwsError, Timestamp};

/// Where pools' logs are delivered to (SetLogDeliveryConfiguration). Nothing here waits for a delivery: what cannot be kept
/// is dropped, and counted there.
#[async_trait]
pub trait LogDestinations: Send + Sync {
    /// Takes an event for a stream of a log group, by the group's ARN.
    fn put(&self, group_arn: &str, stream: &str, event: (Timestamp, String));

    /// Takes an event for a bucket or a delivery stream of Firehose, by its ARN and that of the pool.
    fn deliver(&self, destination_arn: &str, pool_arn: &str, event: (Timestamp, String));

    /// Whether a bucket or a delivery stream of an account is there.
    ///
    /// # Errors
    /// The store's.
    async fn is_there(&self, destination_arn: &str, account: &str) -> Result<bool, AwsError>;
}

/// Where there are no such places.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLogDestinations;

#[async_trait]
impl LogDestinations for NoLogDestinations {
    fn put(&self, _: &str, _: &str, _: (Timestamp, String)) {}

    fn deliver(&self, _: &str, _: &str, _: (Timestamp, String)) {}

    async fn is_there(&self, _: &str, _: &str) -> Result<bool, AwsError> {
        Ok(false)
    }
}

/// What the role in `SnsCallerArn` lets user pools do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsRole {
    /// It lives elsewhere: nobody here can say.
    Elsewhere,
    /// Its trust policy does not let user pools in, or not by this `ExternalId`.
    Untrusting,
    /// It may not publish.
    Powerless,
    /// It lets them send.
    Able,
}

/// The roles by which pools send text messages.
#[async_trait]
pub trait SmsRoles: Send + Sync {
    /// What a role lets user pools do now.
    ///
    /// # Errors
    /// The store's.
    async fn look(&self, role_arn: &str, external_id: Option<&str>, now: Timestamp) -> Result<SmsRole, AwsError>;
}

/// Where there are no roles.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRoles;

#[async_trait]
impl SmsRoles for NoRoles {
    async fn look(&self, _: &str, _: Option<&str>, _: Timestamp) -> Result<SmsRole, AwsError> {
        Ok(SmsRole::Elsewhere)
    }
}
