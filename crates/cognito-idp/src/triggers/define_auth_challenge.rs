//! DefineAuthChallenge: what comes next in a custom sign-in.

use serde_json::{Value, json};

use super::{Event, Said, Trigger, known_attributes};
use crate::CognitoIdp;
use crate::entity::{User, UserPool};
use crate::error::{Result, custom_auth_not_configured, unrecognizable_lambda_output};

/// Where a custom sign-in stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing<'a> {
    /// Absent for a name without user.
    pub user: Option<&'a User>,
    /// What was typed, or the username.
    pub name: &'a str,
    /// `session`: the results so far.
    pub session: &'a Value,
    pub said: Said<'a>,
}

impl<'a> Standing<'a> {
    /// `userName` of the event.
    pub fn user_name(&self) -> &'a str {
        self.user.map_or(self.name, |user| &user.username)
    }
}

/// What the function decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    IssueTokens,
    Fail,
    CustomChallenge,
    PasswordVerifier,
}

impl CognitoIdp {
    /// Asks the function for the next step.
    ///
    /// # Errors
    /// The function's; InvalidParameterException where the pool has none.
    pub(crate) async fn define_auth_challenge(&self, pool: &UserPool, at: Standing<'_>) -> Result<Verdict> {
        let event = Event {
            trigger: Trigger::DefineAuthChallenge,
            source: "DefineAuthChallenge_Authentication",
            version: "1",
            user: at.user_name(),
            said: at.said,
            request: json!({
                "userAttributes": known_attributes(at.user),
                "session": at.session,
                "userNotFound": at.user.is_none(),
            }),
            response: json!({ "challengeName": null, "issueTokens": null, "failAuthentication": null }),
        };
        let response = self.run_trigger(pool, event).await?.ok_or_else(custom_auth_not_configured)?;
        let (issue, fail) = (response.flag("issueTokens")?, response.flag("failAuthentication")?);
        match (fail, issue, response.text("challengeName")?.as_deref()) {
            (true, ..) => Ok(Verdict::Fail),
            (false, true, _) => Ok(Verdict::IssueTokens),
            (false, false, Some("CUSTOM_CHALLENGE")) => Ok(Verdict::CustomChallenge),
            (false, false, Some("PASSWORD_VERIFIER")) => Ok(Verdict::PasswordVerifier),
            _ => Err(unrecognizable_lambda_output()),
        }
    }
}
