//! Steps that a code by SMS or mail proves: SMS_MFA, EMAIL_OTP, SMS_OTP.
//!
//! The code is kept under its session's id, so that nobody ends another's code by beginning a sign-in of their own. Each
//! is good for a few tries, each try is counted with all other guesses at the name, and second factors by the day on top.
//! For a name without user, where that is hidden, everything is done but the sending.

use std::collections::BTreeMap;

use aws_types::AwsError;
use model_cognito_idp::errors::{CODE_DELIVERY_FAILURE_EXCEPTION, LIMIT_EXCEEDED_EXCEPTION};
use model_cognito_idp::types::ChallengeNameType;
use store::{Tx, Versioned, retry};

use super::client_auth::names_user;
use super::code::{CheckedCode, Purpose};
use super::destination::Destination;
use super::flow::{Answer, Challenge, Step};
use super::initiate::required;
use super::progress::{First, Progress, SignIn};
use super::registration::verify_address;
use super::second_factor::is_available;
use super::session::{ChallengeSession, Holder};
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::User;
use crate::entity::user::MfaFactor;
use crate::error::{self, Result};
use crate::message::{About, Draft};
use crate::table::user;

/// For what a code is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeWanted {
    /// As the first factor.
    First(First),
    /// As the second factor.
    Second(MfaFactor),
    /// As the second factor, and to prove the address it is set up with.
    SetUp(MfaFactor),
}

impl CodeWanted {
    const fn challenge(self) -> ChallengeNameType {
        match self {
            Self::First(First::SmsOtp) => ChallengeNameType::SmsOtp,
            Self::Second(MfaFactor::Sms) | Self::SetUp(MfaFactor::Sms) => ChallengeNameType::SmsMfa,
            Self::First(_) | Self::Second(_) | Self::SetUp(_) => ChallengeNameType::EmailOtp,
        }
    }
}

/// What the answer to a challenge is called; older clients say EMAIL_MFA_CODE.
const fn member(challenge: ChallengeNameType) -> &'static str {
    match challenge {
        ChallengeNameType::SmsMfa => "SMS_MFA_CODE",
        ChallengeNameType::SmsOtp => "SMS_OTP_CODE",
        _ => "EMAIL_OTP_CODE",
    }
}

/// Digits of its codes.
const fn purpose(challenge: ChallengeNameType) -> Purpose {
    match challenge {
        ChallengeNameType::EmailOtp => Purpose::SignIn { digits: 8 },
        _ => Purpose::SignIn { digits: 6 },
    }
}

impl CognitoIdp {
    /// Sends a code and asks for it.
    ///
    /// # Errors
    /// TooManyRequestsException where too many were sent; InvalidSmsRoleAccessPolicyException and
    /// InvalidEmailRoleAccessPolicyException where it could not be sent; CustomMessage's.
    pub(crate) async fn ask_code(
        &self,
        visit: Visit<'_>,
        user: Option<&User>,
        name: &str,
        (wanted, destination): (CodeWanted, Destination),
        progress: Progress,
    ) -> Result<Step> {
        let challenge = wanted.challenge();
        let holder = user.map_or(Holder::Name(name), Holder::User);
        let mut session = self.new_session(visit, challenge.as_str(), holder);
        session.progress = progress;
        match wanted {
            CodeWanted::First(_) => {}
            CodeWanted::Second(factor) => session.detail.factor = Some(factor),
            CodeWanted::SetUp(factor) => {
                session.detail.factor = Some(factor);
                session.detail.address = Some(destination.value.clone());
            }
        }
        let code = self.store_code(visit.pool, &session.id, purpose(challenge), &destination).await?;
        if let Some(user) = user {
            let draft = Draft {
                user,
                name: &user.username,
                destination: &destination,
                about: About::SignIn,
                code: &code,
                source: "CustomMessage_Authentication",
                said: visit.said,
            };
            self.deliver(visit.pool, draft).await.map_err(|error| sign_in_error(error, &destination))?;
        } else {
            let checked = self.check_sending(visit.pool, &destination).await;
            checked.map_err(|error| sign_in_error(error, &destination))?;
        }
        let details = destination.details();
        let medium = details.delivery_medium.map_or("", |medium| medium.as_str());
        let shown = self.shown_name(visit.pool, user.map(|user| user.sub.as_str()), &session.username);
        let who = if challenge == ChallengeNameType::SmsMfa { "USER_ID_FOR_SRP" } else { "USERNAME" };
        let parameters = BTreeMap::from([
            ("CODE_DELIVERY_DELIVERY_MEDIUM".to_owned(), medium.to_owned()),
            ("CODE_DELIVERY_DESTINATION".to_owned(), details.destination.unwrap_or_default()),
            (who.to_owned(), shown),
        ]);
        let session = Some(self.seal_session(&session)?);
        Ok(Step::Challenge(Challenge { name: challenge, session, parameters, available: Vec::new() }))
    }

    /// SMS_MFA, EMAIL_OTP, SMS_OTP.
    ///
    /// # Errors
    /// CodeMismatchException, ExpiredCodeException; NotAuthorizedException for the session and while the name is locked;
    /// MFAMethodNotFoundException where the factor is gone.
    pub(crate) async fn answer_code(
        &self,
        visit: Visit<'_>,
        challenge: ChallengeNameType,
        answer: Answer<'_>,
    ) -> Result<Step> {
        let text = answer.session.ok_or_else(|| error::missing_parameter("Session"))?;
        let session = self.open_session_of(visit, challenge.as_str(), text).await?;
        let given = match answer.responses.get("EMAIL_MFA_CODE") {
            Some(code) if challenge == ChallengeNameType::EmailOtp && !code.is_empty() => code,
            _ => required(answer.responses, member(challenge))?,
        };
        let user = self.code_user(visit, &session, answer.name).await?;
        let lane = self.device_lane(visit.on_device_of(&session), user.as_deref()).await?;
        let mut guess = visit.guess(&session.username, lane);
        if session.detail.factor.is_some() {
            guess = guess.at_second_factor(&session.sub);
        }
        let attempt = self.begin_attempt(guess).await?;
        let checked = self.check_code(visit.pool, &session.id, purpose(challenge), given).await.map_err(code_error)?;
        // A code that was never sent may be guessed; it still does nothing.
        let user = user.ok_or_else(error::mfa_code_mismatch)?;
        let user = retry(self.store(), || self.take_sign_in_code(visit, &session, &user, &checked)).await?;
        let mut progress = session.progress.clone();
        match session.detail.factor {
            Some(factor) => progress.second = Some(factor),
            None if challenge == ChallengeNameType::SmsOtp => progress.first = Some(First::SmsOtp),
            None => progress.first = Some(First::EmailOtp),
        }
        self.advance(visit, SignIn { user, progress, attempt: Some(attempt) }).await
    }

    /// The user of a session; none where there was none.
    async fn code_user(
        &self,
        visit: Visit<'_>,
        session: &ChallengeSession,
        given: Option<&str>,
    ) -> Result<Option<Versioned<User>>> {
        let pool = visit.pool;
        if session.sub.is_empty() {
            let (typed, shown) = (user::fold(pool, &session.username), self.shown_name(pool, None, &session.username));
            let found = user::by_name(self.store(), pool, &session.username).await?;
            let same = |given: &str| {
                user::fold(pool, given) == typed
                    || given == shown
                    || found.as_ref().is_some_and(|user| names_user(pool, user, given))
            };
            return if given.is_none_or(same) { Ok(None) } else { Err(error::invalid_session()) };
        }
        self.session_user(visit, session, given).await.map(Some)
    }

    /// Uses the code up with its session; an address that was set up becomes the user's.
    async fn take_sign_in_code(
        &self,
        visit: Visit<'_>,
        session: &ChallengeSession,
        read: &User,
        checked: &CheckedCode,
    ) -> Result<Versioned<User>> {
        let pool = visit.pool;
        self.check_live(pool, session).await?;
        let current = self.session_user(visit, session, None).await?;
        let mut user = current.value.clone();
        if session.detail.address.is_some() {
            // Only while there is still no factor.
            if current.mfa != read.mfa || !super::second_factor::active(pool, &current).is_empty() {
                return Err(error::invalid_session());
            }
            user.attributes.insert(checked.attribute().to_owned(), checked.value().to_owned());
            user.mfa.enabled.extend(session.detail.factor);
        }
        // Who reads the mail of a former address is nobody here any more.
        if user.attributes.get(checked.attribute()).is_none_or(|value| value != checked.value()) {
            return Err(error::code_expired());
        }
        verify_address(&mut user, checked);
        if session.detail.factor.is_some_and(|factor| !is_available(pool, &user, factor)) {
            return Err(error::mfa_method_not_found());
        }
        let mut tx = Tx::new();
        self.spend_session(&mut tx, session);
        self.use_up(&mut tx, pool, checked).await?;
        if user.attributes == current.attributes && user.mfa == current.mfa {
            self.store().commit(tx).await?;
            return Ok(current);
        }
        user.modified = self.now();
        self.check_aliases_free(pool, &current, &user).await?;
        user::update(&mut tx, pool, &current, &user)?;
        let version = self.store().commit(tx).await?.version;
        Ok(Versioned { value: user, version, ..current })
    }
}

/// What sign-in says of a code: the tries of one are over where it expired.
fn code_error(error: AwsError) -> AwsError {
    if error.is(&LIMIT_EXCEEDED_EXCEPTION) {
        return error::code_expired();
    }
    if error.is(&model_cognito_idp::errors::CODE_MISMATCH_EXCEPTION) {
        return error::mfa_code_mismatch();
    }
    error
}

/// What sign-in says of a message that did not go out.
fn sign_in_error(error: AwsError, destination: &Destination) -> AwsError {
    if error.is(&LIMIT_EXCEEDED_EXCEPTION) {
        return error::too_many_requests();
    }
    if error.is(&CODE_DELIVERY_FAILURE_EXCEPTION) {
        return error::code_not_sent(destination.channel());
    }
    error
}
