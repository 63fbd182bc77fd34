//! Hourly limits of what one user may ask for (guide: "Quotas in Amazon Cognito", request rate per user).

use aws_types::AwsError;
use store::{StoreError, Tx};

use crate::CognitoIdp;
use crate::entity::UserPool;
use crate::error::{self, Result};

const HOUR_MS: i64 = 3_600_000;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// ForgotPassword and ConfirmForgotPassword together.
    Reset,
    /// ResendConfirmationCode.
    Resend,
    /// ConfirmSignUp.
    Confirm,
    /// ChangePassword.
    ChangePassword,
    /// GetUserAttributeVerificationCode.
    AttributeCode,
    /// VerifyUserAttribute.
    VerifyAttribute,
}

impl Limited {
    const fn name_and_bound(self) -> (&'static str, i64) {
        match self {
            Self::Reset => ("reset", 20),
            Self::Resend => ("resend", 5),
            Self::Confirm => ("confirm", 15),
            Self::ChangePassword => ("change-password", 5),
            Self::AttributeCode => ("attribute-code", 5),
            Self::VerifyAttribute => ("verify-attribute", 15),
        }
    }
}

impl CognitoIdp {
    /// Counts one use by a subject (a `sub`, or what stands for a name without user) in this hour.
    ///
    /// # Errors
    /// LimitExceededException.
    pub(crate) async fn count_use(&self, pool: &UserPool, limited: Limited, subject: &str) -> Result<()> {
        let (name, bound) = limited.name_and_bound();
        let hour = self.now().ms().div_euclid(HOUR_MS);
        let mut tx = Tx::new();
        let counter = format!("cognito.limit#{}/{name}/{subject}/{hour}", pool.id);
        tx.add(&counter, 1, Some(bound), Some(self.now().plus_ms(HOUR_MS)));
        match self.store().commit(tx).await {
            Err(StoreError::Limit) => Err(error::attempt_limit_exceeded()),
            Err(error) => Err(AwsError::from(error)),
            Ok(_) => Ok(()),
        }
    }
}
