//! How many messages an hour sees: to one address, whoever asks and under whatever name, and from one pool. Counted
//! before a message is written, and for pretended messages alike.

use aws_lc_rs::hmac;
use aws_types::AwsError;
use store::{StoreError, Tx};

use crate::CognitoIdp;
use crate::auth::destination::Destination;
use crate::entity::UserPool;
use crate::error::{self, Result};

const HOUR_MS: i64 = 3_600_000;

impl CognitoIdp {
    /// Counts a message.
    ///
    /// # Errors
    /// LimitExceededException where address or pool has had its share of this hour.
    pub(crate) async fn count_message(&self, pool: &UserPool, to: &Destination) -> Result<()> {
        let limits = self.config().message_limits;
        let hour = self.now().ms().div_euclid(HOUR_MS);
        let expires = Some(self.now().plus_ms(HOUR_MS));
        let mut tx = Tx::new();
        let target = self.target_tag(&to.value);
        tx.add(&format!("cognito.sent-to#{target}/{hour}"), 1, Some(limits.per_target_hour), expires);
        tx.add(&format!("cognito.sent-by#{}/{hour}", pool.id), 1, Some(limits.per_pool_hour), expires);
        match self.store().commit(tx).await {
            Err(StoreError::Limit) => Err(error::attempt_limit_exceeded()),
            Err(error) => Err(AwsError::from(error)),
            Ok(_) => Ok(()),
        }
    }

    /// Addresses do not lie open in counters' names.
    fn target_tag(&self, value: &str) -> String {
        let tag: hmac::Tag = self.code_mac(&format!("target|{}", value.to_lowercase()));
        tag.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}
