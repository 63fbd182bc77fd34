//! MFA_SETUP: the pool demands a second factor and the user has none.
//!
//! A software token is set up through AssociateSoftwareToken and VerifySoftwareToken with the challenge's session; the
//! session that comes out of them answers the challenge. An address (EMAIL, PHONE_NUMBER) answers it at once: a code goes
//! there, and with the right code it is the user's, proven. Whoever has a factor by now sets up none this way.

use std::collections::BTreeMap;

use model_cognito_idp::types::ChallengeNameType;
use store::Versioned;

use super::attributes::{Attributes, Writer, check_update};
use super::code_step::CodeWanted;
use super::destination::Destination;
use super::flow::{Answer, Challenge, Step};
use super::progress::{Progress, SignIn};
use super::second_factor::{Need, need, pool_has};
use super::session::{ChallengeSession, Holder};
use super::software_token::SET_UP_STEP;
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::User;
use crate::entity::user::MfaFactor;
use crate::error::{self, Result};

const STEP: ChallengeNameType = ChallengeNameType::MfaSetup;
/// Members of an answer that hold an address.
const ADDRESSES: [(&str, MfaFactor); 2] = [("EMAIL", MfaFactor::Email), ("PHONE_NUMBER", MfaFactor::Sms)];

impl CognitoIdp {
    /// Asks for a factor to be set up.
    ///
    /// # Errors
    /// InvalidUserPoolConfigurationException where the pool demands one and has none; MFAMethodNotFoundException where
    /// it has some and none of them can be this user's, through this client.
    pub(crate) fn ask_set_up(
        &self,
        visit: Visit<'_>,
        user: &User,
        progress: Progress,
        factors: &[MfaFactor],
    ) -> Result<Step> {
        if factors.is_empty() {
            return Err(error::no_mfa_in_pool());
        }
        let factors: Vec<MfaFactor> =
            factors.iter().copied().filter(|factor| can_be_set_up(visit, user, *factor)).collect();
        if factors.is_empty() {
            return Err(error::mfa_method_not_found());
        }
        let mut session = self.new_session(visit, STEP.as_str(), Holder::User(user));
        session.progress = progress;
        let parameters = BTreeMap::from([
            ("MFAS_CAN_SETUP".to_owned(), super::second_factor::listed(&factors)),
            ("USER_ID_FOR_SRP".to_owned(), user.username.clone()),
        ]);
        let session = Some(self.seal_session(&session)?);
        Ok(Step::Challenge(Challenge { name: STEP, session, parameters, available: Vec::new() }))
    }

    /// The user of a session of MFA_SETUP, while they still have no factor.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub(crate) async fn set_up_user(&self, visit: Visit<'_>, session: &ChallengeSession) -> Result<Versioned<User>> {
        if session.pool_id != visit.pool.id || session.client_id != visit.client.id {
            return Err(error::invalid_session());
        }
        self.check_live(visit.pool, session).await?;
        let user = self.session_user(visit, session, None).await?;
        match need(visit.pool, &user, &session.progress) {
            Need::SetUp(_) => Ok(user),
            _ => Err(error::invalid_session()),
        }
    }

    /// MFA_SETUP.
    ///
    /// # Errors
    /// NotAuthorizedException for the session, InvalidParameterException for an address, NotAuthorizedException for one
    /// that the client may not write.
    pub(crate) async fn answer_set_up(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let text = answer.session.ok_or_else(|| error::missing_parameter("Session"))?;
        if let Ok(done) = self.open_session_of(visit, SET_UP_STEP, text).await {
            let user = self.session_user(visit, &done, answer.name).await?;
            self.use_session(&done).await?;
            return self.advance(visit, SignIn { user, progress: done.progress, attempt: None }).await;
        }
        if self.read_session(SET_UP_STEP, text).is_ok() {
            // Says why it was refused: spent, or too late.
            self.open_session_of(visit, SET_UP_STEP, text).await?;
        }
        let session = self.open_session_of(visit, STEP.as_str(), text).await?;
        self.session_user(visit, &session, answer.name).await?;
        let user = self.set_up_user(visit, &session).await?;
        let given = ADDRESSES.into_iter().find_map(|(member, factor)| Some((factor, answer.responses.get(member)?)));
        let (factor, address) = given.filter(|(_, address)| !address.is_empty()).ok_or_else(error::invalid_session)?;
        let destination = new_destination(visit, &user, factor, address)?;
        self.use_session(&session).await?;
        let wanted = CodeWanted::SetUp(factor);
        self.ask_code(visit, Some(&user), &user.username, (wanted, destination), session.progress).await
    }
}

/// Whether a factor may become the user's through this client: an address that they have needs the code alone, a new one
/// must be theirs to write.
fn can_be_set_up(visit: Visit<'_>, user: &User, factor: MfaFactor) -> bool {
    let Some(attribute) = factor.attribute() else { return true };
    let has_one = user.attributes.get(attribute).is_some_and(|value| !value.is_empty());
    let mutable = visit.pool.attribute(attribute).is_some_and(|attribute| attribute.mutable);
    has_one || (mutable && visit.client.settings.can_write(attribute))
}

/// Where the code of an address that is to become the user's goes.
fn new_destination(visit: Visit<'_>, user: &User, factor: MfaFactor, address: &str) -> Result<Destination> {
    let attribute = factor.attribute().ok_or_else(error::invalid_session)?;
    if !pool_has(visit.pool, factor) {
        return Err(error::no_delivery_config(factor.as_str()));
    }
    let change = Attributes::from([(attribute.to_owned(), address.to_owned())]);
    if user.attributes.get(attribute).is_none_or(|value| value != address) {
        check_update(visit.pool, user, &change, Writer::Client(visit.client))?;
    }
    Ok(Destination { attribute, value: address.to_owned() })
}
