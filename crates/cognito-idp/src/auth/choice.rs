//! USER_AUTH: the client names the proof it prefers, or is asked to choose (guide: "Choice-based authentication").
//!
//! Passwords are the only first factors there are, sent or proven by SRP. A name without user is asked the same.

use model_cognito_idp::types::ChallengeNameType;
use store::Tx;

use super::client_auth::names_user;
use super::flow::{Answer, Challenge, Step};
use super::initiate::{Parameters, required};
use crate::CognitoIdp;
use crate::entity::{AppClient, UserPool};
use crate::error::{self, Result};
use crate::table::user;
use crate::triggers::Said;

const STEP: ChallengeNameType = ChallengeNameType::SelectChallenge;
/// In the order of AWS's answers.
const FACTORS: [ChallengeNameType; 2] = [ChallengeNameType::PasswordSrp, ChallengeNameType::Password];

impl CognitoIdp {
    /// Begins with the preferred proof where it is there, else asks for a choice.
    ///
    /// # Errors
    /// As a sign-in by the proof given.
    pub(crate) async fn begin_choice(
        &self,
        pool: &UserPool,
        client: &AppClient,
        parameters: &Parameters,
        said: Said<'_>,
    ) -> Result<Step> {
        let name = required(parameters, "USERNAME")?;
        let preferred = parameters.get("PREFERRED_CHALLENGE").and_then(|name| ChallengeNameType::parse(name));
        match (preferred, parameters.get("PASSWORD"), parameters.get("SRP_A")) {
            (Some(ChallengeNameType::Password), Some(password), _) => {
                self.sign_in_by_password(pool, client, name, password, said).await
            }
            (Some(ChallengeNameType::PasswordSrp), _, Some(srp_a)) => {
                self.begin_srp(pool, client, name, srp_a, said).await
            }
            _ => self.ask_choice(pool, client, name).await,
        }
    }

    async fn ask_choice(&self, pool: &UserPool, client: &AppClient, name: &str) -> Result<Step> {
        let found = user::by_name(self.store(), pool, name).await?;
        if found.is_none() && !client.settings.prevents_user_existence_errors() {
            return Err(error::user_does_not_exist());
        }
        if found.as_ref().is_some_and(|user| !user.enabled) {
            return Err(error::user_is_disabled());
        }
        let session = self.seal_name(pool, client, name, STEP)?;
        Ok(Step::Challenge(Challenge {
            name: STEP,
            session: Some(session),
            parameters: Parameters::new(),
            available: FACTORS.to_vec(),
        }))
    }

    /// The choice, with its proof.
    ///
    /// # Errors
    /// NotAuthorizedException for the session, then as a sign-in by the proof given.
    pub(crate) async fn answer_choice(&self, pool: &UserPool, client: &AppClient, answer: Answer<'_>) -> Result<Step> {
        let text = answer.session.ok_or_else(|| error::missing_parameter("Session"))?;
        let session = self.open_challenge_session(pool, client, STEP, text).await?;
        let name = session.username.as_str();
        if let Some(given) = answer.name {
            let found = user::by_name(self.store(), pool, name).await?;
            let same = user::fold(pool, given) == user::fold(pool, name);
            if !same && !found.is_some_and(|user| names_user(pool, &user, given)) {
                return Err(error::invalid_session());
            }
        }
        let step = match ChallengeNameType::parse(required(answer.responses, "ANSWER")?) {
            Some(ChallengeNameType::Password) => {
                let password = required(answer.responses, "PASSWORD")?;
                self.sign_in_by_password(pool, client, name, password, answer.said).await?
            }
            Some(ChallengeNameType::PasswordSrp) => {
                let srp_a = required(answer.responses, "SRP_A")?;
                self.begin_srp(pool, client, name, srp_a, answer.said).await?
            }
            other => return Err(error::challenge_not_supported(other.map_or("ANSWER", ChallengeNameType::as_str))),
        };
        let mut tx = Tx::new();
        self.spend_session(&mut tx, pool, &session);
        match self.store().commit(tx).await {
            Err(store::StoreError::Conflict) => Err(error::session_used()),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(step),
        }
    }
}
