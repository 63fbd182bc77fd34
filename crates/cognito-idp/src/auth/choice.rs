//! USER_AUTH: the client names the proof it prefers, or is asked to choose (guide: "Choice-based authentication").
//!
//! Passwords are the only first factors there are, sent or proven by SRP. A name without user is asked the same.

use model_cognito_idp::types::ChallengeNameType;

use super::client_auth::names_user;
use super::flow::{Answer, Challenge, Step};
use super::initiate::{Parameters, required};
use super::session::Holder;
use super::visit::Visit;
use crate::CognitoIdp;
use crate::error::{self, Result};
use crate::table::user;

const STEP: ChallengeNameType = ChallengeNameType::SelectChallenge;
/// In the order of AWS's answers.
const FACTORS: [ChallengeNameType; 2] = [ChallengeNameType::PasswordSrp, ChallengeNameType::Password];

impl CognitoIdp {
    /// Begins with the preferred proof where it is there, else asks for a choice.
    ///
    /// # Errors
    /// As a sign-in by the proof given.
    pub(crate) async fn begin_choice(&self, visit: Visit<'_>, parameters: &Parameters) -> Result<Step> {
        let name = required(parameters, "USERNAME")?;
        let preferred = parameters.get("PREFERRED_CHALLENGE").and_then(|name| ChallengeNameType::parse(name));
        match (preferred, parameters.get("PASSWORD"), parameters.get("SRP_A")) {
            (Some(ChallengeNameType::Password), Some(password), _) => {
                self.sign_in_by_password(visit, name, password).await
            }
            (Some(ChallengeNameType::PasswordSrp), _, Some(srp_a)) => self.begin_srp(visit, name, srp_a).await,
            _ => self.ask_choice(visit, name).await,
        }
    }

    async fn ask_choice(&self, visit: Visit<'_>, name: &str) -> Result<Step> {
        self.enter(visit, name).await?;
        let session = self.new_session(visit, STEP.as_str(), Holder::Name(name));
        Ok(Step::Challenge(Challenge {
            name: STEP,
            session: Some(self.seal_session(&session)?),
            parameters: Parameters::new(),
            available: FACTORS.to_vec(),
        }))
    }

    /// The choice, with its proof.
    ///
    /// # Errors
    /// NotAuthorizedException for the session, then as a sign-in by the proof given.
    pub(crate) async fn answer_choice(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let text = answer.session.ok_or_else(|| error::missing_parameter("Session"))?;
        let session = self.open_session_of(visit, STEP.as_str(), text).await?;
        let name = session.username.as_str();
        if let Some(given) = answer.name {
            let found = user::by_name(self.store(), visit.pool, name).await?;
            let same = user::fold(visit.pool, given) == user::fold(visit.pool, name);
            if !same && !found.is_some_and(|user| names_user(visit.pool, &user, given)) {
                return Err(error::invalid_session());
            }
        }
        match ChallengeNameType::parse(required(answer.responses, "ANSWER")?) {
            Some(ChallengeNameType::Password) => {
                let password = required(answer.responses, "PASSWORD")?;
                let sign_in = self.prove_password(visit, name, password).await?;
                self.use_session(&session).await?;
                self.advance(visit, sign_in).await
            }
            Some(ChallengeNameType::PasswordSrp) => {
                let srp_a = required(answer.responses, "SRP_A")?;
                let step = self.begin_srp(visit, name, srp_a).await?;
                self.use_session(&session).await?;
                Ok(step)
            }
            other => Err(error::challenge_not_supported(other.map_or("ANSWER", ChallengeNameType::as_str))),
        }
    }
}
