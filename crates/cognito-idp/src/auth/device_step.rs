//! Where remembered devices have their say in a sign-in (guide: "Working with user devices in your user pool").
//!
//! Three points: [`CognitoIdp::device_lane`] before a guess is counted, [`CognitoIdp::device_step`] after the first factor
//! and before the second one, [`CognitoIdp::answer_device`] for DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER. What a device
//! proved stands in [`Progress`](super::progress::Progress), sealed in the session.

use model_cognito_idp::types::ChallengeNameType;

use super::flow::{Answer, Step};
use super::progress::Progress;
use super::visit::{Lane, Visit};
use crate::CognitoIdp;
use crate::entity::User;
use crate::error::{self, Result};

/// What the device means for the rest of a sign-in.
#[derive(Clone, Debug)]
pub(crate) enum DeviceStep {
    /// Nothing: no device is known, or it has proven itself already.
    Nothing,
    /// It is asked to prove itself; where it does, no second factor is asked.
    #[expect(dead_code, reason = "given once devices are remembered")]
    Ask(super::flow::Challenge),
}

impl CognitoIdp {
    /// Whose failures this call's guesses are counted with.
    ///
    /// # Errors
    /// The store's.
    #[expect(clippy::unused_async, reason = "devices lie in the store")]
    pub(crate) async fn device_lane<'a>(&self, visit: Visit<'a>, user: Option<&User>) -> Result<Lane<'a>> {
        let (_, _) = (visit.device_key, user);
        Ok(Lane::Everybody)
    }

    /// What the device of this sign-in means for what comes next.
    ///
    /// # Errors
    /// ResourceNotFoundException for a device that is not the user's.
    #[expect(clippy::unused_async, reason = "devices lie in the store")]
    pub(crate) async fn device_step(&self, visit: Visit<'_>, user: &User, progress: &Progress) -> Result<DeviceStep> {
        let (_, _, _) = (visit, user, progress);
        Ok(DeviceStep::Nothing)
    }

    /// DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER.
    ///
    /// # Errors
    /// InvalidParameterException.
    #[expect(clippy::unused_async, reason = "devices lie in the store")]
    pub(crate) async fn answer_device(
        &self,
        visit: Visit<'_>,
        challenge: ChallengeNameType,
        answer: Answer<'_>,
    ) -> Result<Step> {
        let (_, _) = (visit, answer);
        Err(error::challenge_not_supported(challenge.as_str()))
    }
}
