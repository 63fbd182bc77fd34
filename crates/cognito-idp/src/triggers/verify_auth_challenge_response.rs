//! VerifyAuthChallengeResponse: whether an answer to a custom challenge is right.

use std::collections::BTreeMap;

use serde_json::json;

use super::define_auth_challenge::Standing;
use super::{Event, Trigger, known_attributes};
use crate::CognitoIdp;
use crate::entity::UserPool;
use crate::error::{Result, custom_auth_not_configured};

impl CognitoIdp {
    /// Asks the function to judge an answer.
    ///
    /// # Errors
    /// The function's; InvalidParameterException where the pool has none.
    pub(crate) async fn verify_auth_challenge_response(
        &self,
        pool: &UserPool,
        at: Standing<'_>,
        private: &BTreeMap<String, String>,
        answer: &str,
    ) -> Result<bool> {
        let event = Event {
            trigger: Trigger::VerifyAuthChallengeResponse,
            source: "VerifyAuthChallengeResponse_Authentication",
            version: "1",
            user: at.user_name(),
            said: at.said,
            request: json!({
                "userAttributes": known_attributes(at.user),
                "privateChallengeParameters": private,
                "challengeAnswer": answer,
                "userNotFound": at.user.is_none(),
            }),
            response: json!({ "answerCorrect": null }),
        };
        let response = self.run_trigger(pool, event).await?.ok_or_else(custom_auth_not_configured)?;
        response.flag("answerCorrect")
    }
}
