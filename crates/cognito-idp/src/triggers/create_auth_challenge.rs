//! CreateAuthChallenge: the question of a custom sign-in, and what its answer will be judged by.

use std::collections::BTreeMap;

use serde_json::json;

use super::define_auth_challenge::Standing;
use super::{Event, Trigger, known_attributes};
use crate::CognitoIdp;
use crate::entity::UserPool;
use crate::error::{Result, custom_auth_not_configured};

/// A question.
#[derive(Clone)]
pub(crate) struct Question {
    /// For the client.
    pub public: BTreeMap<String, String>,
    /// For VerifyAuthChallengeResponse alone.
    pub private: BTreeMap<String, String>,
    /// For the history.
    pub metadata: Option<String>,
}

impl CognitoIdp {
    /// Asks the function for a question.
    ///
    /// # Errors
    /// The function's; InvalidParameterException where the pool has none.
    pub(crate) async fn create_auth_challenge(&self, pool: &UserPool, at: Standing<'_>) -> Result<Question> {
        let event = Event {
            trigger: Trigger::CreateAuthChallenge,
            source: "CreateAuthChallenge_Authentication",
            version: "1",
            user: at.user_name(),
            said: at.said,
            request: json!({
                "userAttributes": known_attributes(at.user),
                "challengeName": "CUSTOM_CHALLENGE",
                "session": at.session,
                "userNotFound": at.user.is_none(),
            }),
            response: json!({
                "publicChallengeParameters": null,
                "privateChallengeParameters": null,
                "challengeMetadata": null,
            }),
        };
        let response = self.run_trigger(pool, event).await?.ok_or_else(custom_auth_not_configured)?;
        Ok(Question {
            public: response.text_map("publicChallengeParameters")?,
            private: response.text_map("privateChallengeParameters")?,
            metadata: response.text("challengeMetadata")?,
        })
    }
}
